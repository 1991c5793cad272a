"""The people of a class: their table, identifiers, links, groups, and places made one."""

from __future__ import annotations

import pytest

from tests.services.rooms import load, members, other_class, people, room
from tutor.errors import BadForm, BadInput, NotFound
from tutor.web.instructor.people import listed


def test_a_link_leads_a_lost_device_to_its_place(school):
    cy = school.learner("Cy", 1)
    token, name = school.services.people.link(school.instructor, room(school), cy.learner)
    made = school.services.accounts.welcome(token, "Cy", "cy", "another quiet stone")
    assert (people(school)["Cy"].learner, made.role, name) == (made.learner, "learner", "Cy")
    assert made.learner != cy.learner  # the lost device's cookie leads nowhere


def test_there_is_no_link_to_somebody_with_a_password(school):
    cy = school.learner("Cy", 1)
    kept = school.services.accounts.keep(cy, "Cy", "cy", "another quiet stone")
    with pytest.raises(BadInput):
        school.services.people.link(school.instructor, room(school), kept.learner)


@pytest.mark.parametrize("then", ["there", "left", "staff"])
def test_no_link_opens_a_place_in_a_class_that_one_does_not_teach(school, then):
    gus = school.learner("Gus", 1)
    token, _ = school.services.people.link(school.instructor, room(school), gus.learner)
    eve, other = other_class(school)
    school.services.joining.join(gus, other.join_code, "Gus", "1")
    with pytest.raises(NotFound):  # it was given when this was Gus's only class
        school.services.accounts.invited(token)
    if then == "left":
        school.services.joining.leave(gus, other.id)
    elif then == "staff":
        school.services.people.place(eve, other.id, gus.learner, {"role": "instructor"})
    with pytest.raises(BadInput, match="is staff" if then == "staff" else "do not teach") as no:
        school.services.people.link(school.instructor, room(school), gus.learner)
    assert no.value.field == "link"


def test_who_teaches_both_classes_gives_a_link_until_one_is_taught_by_its_owner(school):
    classes = school.services.classrooms
    gus = school.learner("Gus", 1)
    second = classes.make(school.instructor, "Class B", "UTC")
    school.services.joining.join(gus, second.join_code, "Gus", "1")
    token, _ = school.services.people.link(school.instructor, room(school), gus.learner)
    assert school.services.accounts.invited(token)
    school.services.people.place(school.instructor, second.id, gus.learner, {"role": "assistant"})
    with pytest.raises(NotFound):
        school.services.accounts.invited(token)


def test_a_link_ends_when_its_guest_is_taken_out_of_the_class(school):
    people = school.services.people
    gus = school.learner("Gus", 1)
    token, _ = people.link(school.instructor, room(school), gus.learner)
    people.remove(school.instructor, room(school), [gus.learner])
    with pytest.raises(NotFound):
        school.services.accounts.invited(token)


def test_the_last_instructor_stays(school):
    with pytest.raises(BadInput, match="needs an instructor"):
        school.services.people.place(
            school.instructor, room(school), school.instructor.learner, {"role": "learner"}
        )


def test_a_kept_place_and_the_one_of_somebody_who_joined_are_made_one(school):
    load(school, "name,email,number,group\nDeirdre Doe,dee@x.example,S1,Tuesday\n")
    dee, work = school.learner("Dee", 1), school.set(cases=1)
    kept = people(school)["Deirdre Doe"]
    school.services.grades.give(school.instructor, work.id, kept.learner, {"points": "3"})
    school.play(dee, work)
    school.services.people.merge(school.instructor, room(school), kept.learner, dee.learner)
    (found,) = [m for m in members(school) if m.role == "learner"]
    assert (found.learner, found.name, found.number, found.group) == (
        *(dee.learner, "Dee", "S1", kept.group),
    )
    _, (row,) = school.services.grades.see(school.instructor, work.id)
    assert (row.points, row.closed) == (3, 1)


def test_places_that_contradict_each_other_stay_two(school):
    load(school, "name,number\nDeirdre,S1\nEli,S2\n")
    dee, work = school.learner("Dee", 1), school.set()
    there = people(school)

    def merge(kept, into):
        with pytest.raises(BadInput) as refused:
            school.services.people.merge(school.instructor, room(school), kept, into)
        assert refused.value.field == "into"
        return str(refused.value)

    assert "another number (S1, not S2)" in merge(there["Eli"].learner, there["Deirdre"].learner)
    assert "Choose two different" in merge(there["Eli"].learner, there["Eli"].learner)
    assert "Choose who" in merge(there["Eli"].learner, school.instructor.learner)
    for one in (dee.learner, there["Eli"].learner):
        school.services.grades.give(school.instructor, work.id, one, {"points": "3"})
    assert "grade by hand" in merge(there["Eli"].learner, dee.learner)
    school.services.people.place(school.instructor, room(school), dee.learner, {"number": "S9"})
    assert "another number (S9, not S2)" in merge(there["Eli"].learner, dee.learner)
    assert people(school).keys() == there.keys()


def test_identifiers_are_edited_and_nobody_has_anothers(school):
    load(school, "name,email,number\nDee,dee@x.example,S1\nEli,eli@x.example,S2\n")
    dee = people(school)["Dee"]

    def edit(**form):
        school.services.people.place(school.instructor, room(school), dee.learner, form)

    edit(name="Dee Doe", email="", number="00417", login="ddoe")
    found = people(school)["Dee Doe"]
    assert (found.email, found.number, found.login) == ("", "00417", "ddoe")
    with pytest.raises(BadForm) as refused:
        edit(name=" ", email="nowhere", number="s2", login="x" * 201)
    assert set(refused.value.errors) == {"name", "email", "number", "login"}
    with pytest.raises(BadForm, match="rounded"):
        edit(number="1.2E+15")
    assert people(school)["Dee Doe"] == found


def test_an_assistant_sees_their_groups_only(school):
    tuesday, friday = school.group("Tuesday"), school.group("Friday")
    school.learner("Cy", 1, tuesday)
    school.learner("Dee", 2, friday)
    helper = school.assistant(3, [tuesday])
    seen = school.services.classrooms.see(helper, room(school))
    assert [m.name for m in seen.learners] == ["Cy"]


def test_a_removed_group_leaves_its_people(school):
    tuesday = school.group("Tuesday")
    school.learner("Cy", 1, tuesday)
    school.services.people.drop_group(school.instructor, room(school), tuesday)
    assert people(school)["Cy"].group is None


def test_people_are_found_and_sorted(school, clock):
    load(
        school,
        "name,email,number,login,group\nDee,dee@x.example,S2,dd,Tuesday\nEli,,S1,ee,Friday\n",
    )
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    school.play(cy, work)
    seen = school.services.classrooms.see(school.instructor, room(school))
    last = school.services.people.last_patients(school.instructor, room(school))
    assert list(last) == [cy.learner]

    def names(find="", sort="name"):
        return [m.name for m in listed(seen.people, dict(seen.groups), last, find, sort)]

    assert names() == ["Ben", "Cy", "Dee", "Eli"]
    assert names(sort="number") == ["Ben", "Cy", "Eli", "Dee"]
    assert names(sort="group")[2:] == ["Eli", "Dee"]
    assert names(sort="last")[-1] == "Cy"
    assert names(sort="joined") == ["Dee", "Eli", "Ben", "Cy"]
    assert [names(find) for find in ("DEE@", "s1", "ee", "tues", "nobody")] == [
        *(["Dee"], ["Eli"], ["Dee", "Eli"], ["Dee"], []),
    ]
