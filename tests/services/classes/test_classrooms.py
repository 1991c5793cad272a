"""Classes: lists of people, who may see them, the end of a term and the next."""

from __future__ import annotations

import base64
import re

import pytest

from tests.services.rooms import load, people, room
from tutor.core.roster import read_roster
from tutor.errors import BadInput, Changed, Forbidden, NotFound
from tutor.services.accounts.access import Caller
from tutor.web.instructor import assignments
from tutor.web.instructor import people as desk
from tutor.web.layout.page_sections import PageRequest


def test_a_list_is_read_while_others_write(school, monkeypatch):
    def slowly(*given):
        school.group("Tuesday")
        return read_roster(*given)

    monkeypatch.setattr("tutor.services.classes.people.read_roster", slowly)
    with pytest.raises(Changed, match="Somebody else changed this class"):
        load(school, "name\nDee\n")
    monkeypatch.undo()
    assert load(school, "name\nDee\n").added == 1


def test_staff_see_who_joined_by_themselves_until_a_list_or_an_identifier_names_them(school):
    for number, name in enumerate(("Scout", "Eli", "Fay", "Gus")):
        school.learner(name, number)

    def shown(view):
        page = {**desk.part(school.services).views, **assignments.part(school.services).views}[view]
        ask = PageRequest(school.instructor, "", "", {"class": room(school)})
        return " ".join(re.sub("<[^>]+>", " ", page(ask)).split())

    assert "4 learners joined by themselves." in shown("people")
    assert "joined by themselves" not in shown("assignments")
    done = load(school, "name\nEli\nDee\n")
    assert (done.added, done.completed, done.known) == (1, 0, 1)
    place, fay = school.services.people.place, people(school)["Fay"].learner
    place(school.instructor, room(school), fay, {"number": "7"})
    kept, gus = people(school)["Dee"].learner, people(school)["Gus"].learner
    school.services.people.merge(school.instructor, room(school), kept, gus)
    assert "1 learner joined by themselves and is not on the class list." in shown("people")
    assert "1 learner joined by themselves and is not on" in shown("assignments")
    assert shown("people").count("not on the list") == 1


def test_where_only_the_list_may_join_others_are_told_whom_to_ask(school):
    cy = school.learner("Cy", 1)
    load(school, "name,email\nDee,dee@x.example\n")
    form = {"name": "Year three", "time_zone": "UTC", "list_only": "yes"}
    assert school.services.classrooms.change(school.instructor, room(school), form).list_only
    with pytest.raises(BadInput, match=r"“Scout” is not on it. .* ask your instructor") as refused:
        school.services.joining.join(school.guest(2), school.code, "Scout", "1")
    assert refused.value.field == "name"
    school.services.joining.join(school.guest(3), school.code, "Dee", "1")
    school.services.joining.join(cy, school.code, "Cy", "1")
    assert len(people(school)) == 3
    school.services.joining.leave(cy, room(school))
    with pytest.raises(BadInput, match="“Cy” is not on it"):
        school.services.joining.join(cy, school.code, "Cy", "1")
    form = {**form, "list_only": "", "revision": "1"}
    school.services.classrooms.change(school.instructor, room(school), form)
    school.services.joining.join(school.guest(2), school.code, "Scout", "1")


def test_a_roster_keeps_places_that_are_claimed_by_name_or_email(school):
    load(school, "name,email\nDee,dee@x.example\nEli,eli@x.example\n")
    school.services.joining.join(school.guest(1), school.code, "dee", "1")
    school.services.joining.join(school.guest(2), school.code, "ELI@x.example", "1")
    there = people(school)
    assert there["Dee"].learner == school.guest(1).learner
    assert there["Eli"].learner == school.guest(2).learner
    assert there["Dee"].claimed
    assert len(there) == 3


def test_a_roster_is_loaded_twice_without_doubles(school):
    text = "name;email\nDee;dee@x.example\n"
    assert load(school, text).added == 1
    again = load(school, text)
    assert (again.added, again.known) == (0, 1)


def test_refused_rows_are_told_and_the_others_taken(school):
    done = load(
        school, '\ufeffname,email\nDee,dee@x.example\n"=HYPERLINK(1)",e@x\nDee,dee@x.example\n'
    )
    assert (done.added, [r.line for r in done.refused]) == (1, [3, 4])


def test_a_list_that_is_no_table_stores_nothing(school):
    with pytest.raises(BadInput) as refused:
        load(school, "just some words\nand more\n")
    assert refused.value.field == "roster"
    assert len(people(school)) == 1


def test_groups_are_made_unless_told_otherwise(school):
    text = "name,group\nDee,Tuesday\n"
    assert len(load(school, text, new_groups=False).refused) == 1
    assert load(school, text).added == 1
    seen = school.services.classrooms.see(school.instructor, room(school))
    assert [name for _, name in seen.groups] == ["Tuesday"]
    assert people(school)["Dee"].group == seen.groups[0][0]


def test_ten_thousand_rows_are_taken(school):
    rows = "\n".join(f"Learner {n},l{n}@x.example" for n in range(10_000))
    assert load(school, f"name,email\n{rows}\n").added == 10_000


def test_a_list_completes_the_place_of_somebody_who_joined_alone(school):
    dana = school.learner("Dana Archer", 1)
    done = load(
        school, "name,email,number,group\n'Archer, Dana',dana@x.example,S1,B\n".replace("'", '"')
    )
    assert (done.added, done.completed, done.known) == (0, 1, 0)
    place = people(school)["Dana Archer"]
    assert (place.learner, place.email, place.number, place.claimed) == (
        *(dana.learner, "dana@x.example", "S1", True),
    )
    assert place.group is not None
    again = load(school, "name,number\nD. Archer,S1\n")
    assert (again.added, again.completed, again.known) == (0, 0, 1)


def test_a_list_gives_nobodys_place_to_another_of_that_name(school):
    school.learner("Wei Li", 1)
    done = load(school, "name,number\nWei Li,S1\nWei Li,S2\n")
    assert (done.added, [r.line for r in done.refused]) == (0, [2, 3])
    assert "Type their number under People" in done.refused[0].reason
    place = people(school)["Wei Li"]
    school.services.people.place(school.instructor, room(school), place.learner, {"number": "S2"})
    done = load(school, "name,number\nWei Li,S1\nWei Li,S2\n")
    assert (done.added, done.known, done.refused) == (1, 1, ())


def test_a_row_with_the_identifiers_of_two_is_refused(school):
    load(school, "name,email,number\nDee,dee@x.example,S1\nEli,eli@x.example,S2\n")
    (refused,) = load(school, "name,email,number\nDee,dee@x.example,S2\n").refused
    assert "those of" in refused.reason
    (refused,) = load(school, "name,number\nFay,0S1\nGus,007\nHal,7\n").refused or (None,)
    assert refused is None


def test_a_file_of_bytes_is_read_on_the_server(school):
    data = "name;email\nJürgen Müller;j@x.example\n".encode("cp1252")
    form = {"roster_file": base64.b64encode(data).decode(), "roster_name": "list.csv"}
    done = school.services.people.load(school.instructor, room(school), form)
    assert "Windows-1252" in done.notes[0]
    assert "Jürgen Müller" in people(school)


# --- who may --------------------------------------------------------------------------------------


def test_a_class_is_not_there_for_strangers(school):
    other = Caller("u_" + "z" * 22)
    with pytest.raises(NotFound):
        school.services.classrooms.see(other, room(school))


def test_a_learner_has_no_desk(school):
    cy = school.learner("Cy", 1)
    with pytest.raises(Forbidden):
        school.services.classrooms.see(cy, room(school))


def test_a_guest_makes_no_class(school):
    with pytest.raises(Forbidden):
        school.services.classrooms.make(school.guest(), "Mine", "UTC")


# --- changes --------------------------------------------------------------------------------------


def test_two_who_change_the_class_at_once_do_not_overwrite(school):
    form = {"name": "Year three A", "time_zone": "UTC", "revision": "0"}
    school.services.classrooms.change(school.instructor, room(school), form)
    with pytest.raises(Changed):
        school.services.classrooms.change(school.instructor, room(school), {**form, "name": "B"})


def test_a_class_is_used_again_without_its_people_and_dates(school):
    school.learner("Cy", 1)
    school.set(due="2026-10-01T08:00")
    made = school.services.classrooms.again(school.instructor, room(school), "Year three, spring")
    seen = school.services.classrooms.see(school.instructor, made.id)
    (work,) = school.services.assignments.of_class(school.instructor, made.id)
    assert [m.name for m in seen.people] == ["Ben"]
    assert (work.published_at, work.dates.due, work.parts[0].fingerprint) == (None, None, None)
    assert seen.classroom.join_code != school.classroom.join_code


def test_deleting_a_class_needs_its_name(school):
    with pytest.raises(BadInput):
        school.services.classrooms.delete(school.instructor, room(school), "yes")


def test_a_class_deleted_in_the_middle_of_an_encounter_leaves_it_to_the_learner(school):
    cy, work = school.learner("Cy", 1), school.set(outcomes="due", due="2026-10-01T08:00")
    attempt = school.services.learner_assignments.begin(cy, work.id, 0)
    school.services.classrooms.delete(school.instructor, room(school), "Year three")
    view = school.services.practice.commit(
        cy.learner, attempt, {"probability": "5", "certainty": "1"}
    )
    assert view.compared is not None
    with pytest.raises(NotFound):
        school.services.assignments.see(school.instructor, work.id)


def test_an_ended_class_publishes_nothing_and_is_copied(school):
    draft, ben = school.set(publish=False), school.instructor
    classes, work = school.services.classrooms, school.services.assignments
    classes.archive(ben, room(school), True)
    with pytest.raises(BadInput, match="This class has ended, so nothing is published"):
        work.publish(ben, draft.id)
    with pytest.raises(BadInput, match="This class has ended"):
        school.services.fresh_patients.publish(ben, draft.id)
    assert work.see(ben, draft.id).assignment.published_at is None
    (copied,) = work.of_class(ben, classes.again(ben, room(school), "Next term").id)
    assert work.publish(ben, copied.id).published_at is not None
    classes.archive(ben, room(school), False)
    assert work.publish(ben, draft.id).published_at is not None
