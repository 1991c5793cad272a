"""Classes: who comes in, by code or by list; groups; the end of a term and the next."""

from __future__ import annotations

import base64
import re

import pytest

from tests.services.school import failed_before
from tutor.core.roster import read_roster
from tutor.errors import BadForm, BadInput, Changed, Forbidden, NotFound, TooOften
from tutor.services import classrooms
from tutor.services.access import Caller
from tutor.services.classrooms import LETTERS, new_code
from tutor.services.throttle import JOIN, JOIN_ADDRESS, PLACES, Rate, wait_after
from tutor.web.instructor import assignments
from tutor.web.instructor import people as desk
from tutor.web.instructor.people import listed
from tutor.web.layout.page_sections import PageRequest


def people(school):
    return {
        m.name: m for m in school.services.classrooms.see(school.instructor, room(school)).people
    }


def members(school):
    return school.services.classrooms.see(school.instructor, room(school)).people


def room(school):
    return school.classroom.id


# --- coming in ----------------------------------------------------------------------------------


def test_a_code_lets_a_guest_in_and_they_keep_what_they_did(school):
    guest = school.guest()
    attempt = school.services.practice.enter(guest.learner, school.exercise)
    school.services.classrooms.join(guest, school.code, "Cy", "1")
    assert people(school)["Cy"].learner == guest.learner
    assert school.services.practice.view(guest.learner, attempt)


def test_a_code_may_be_typed_small_and_with_a_dash(school):
    code = school.code.lower()
    school.services.classrooms.join(school.guest(), f" {code[:4]}-{code[4:]} ", "Cy", "1")
    assert "Cy" in people(school)


def test_joining_twice_is_being_there_once(school):
    guest = school.guest()
    for _ in range(2):
        school.services.classrooms.join(guest, school.code, "Cy", "1")
    assert len(people(school)) == 2


def test_a_name_that_is_taken_is_refused(school):
    school.learner("Cy", 1)
    with pytest.raises(BadInput, match="joined as “cy” already") as refused:
        school.services.classrooms.join(school.guest(2), school.code, "cy", "1")
    assert refused.value.field == "name"


@pytest.mark.parametrize("act", ["rotate", "close", "end"])
def test_an_old_code_a_closed_door_and_an_ended_class_let_nobody_in(school, act):
    code, classes = school.code, school.services.classrooms
    if act == "rotate":
        classes.new_code(school.instructor, room(school))
    elif act == "close":
        classes.let_in(school.instructor, room(school), False)
    else:
        classes.archive(school.instructor, room(school), True)
    with pytest.raises(BadInput, match="No class has this code"):
        classes.join(school.guest(), code, "Cy", "1")


def test_new_places_from_one_address_are_slowed_and_kept_ones_are_not(school, monkeypatch, clock):
    monkeypatch.setattr(classrooms, "PLACES", Rate("places", free=3, forgotten_after=18))
    load(school, "name\nDee\n")
    join = school.services.classrooms.join
    for number in range(3):
        join(school.guest(number), school.code, f"Scout {number}", "6.6.6.6")
    with pytest.raises(TooOften, match=r"Wait 15 seconds, .* ask your instructor"):
        join(school.guest(8), school.code, "Scout 8", "6.6.6.6")
    join(school.guest(4), school.code, "Dee", "6.6.6.6")
    join(school.guest(0), school.code, "Scout 0", "6.6.6.6")
    join(school.guest(5), school.code, "Eli", "7.7.7.7")
    clock.forward(minutes=2)
    join(school.guest(8), school.code, "Scout 8", "6.6.6.6")


def test_a_hall_of_two_hundred_joins_in_a_lesson_without_waiting():
    assert wait_after(200, PLACES.free) == 0
    assert 3600 / PLACES.forgotten_after >= 200


def wrong_code(school, number=1, origin="6.6.6.6"):
    school.services.classrooms.join(school.guest(number), "AAAA2222", "Cy", origin)


def test_guessing_codes_makes_wait_and_keeps_no_classmate_out(school):
    for _ in range(JOIN.free):
        with pytest.raises(BadInput):
            wrong_code(school)
    with pytest.raises(TooOften):
        wrong_code(school)
    with pytest.raises(BadInput):
        wrong_code(school, number=2)
    for number, name in [(2, "Dee"), (1, "Cy")]:
        school.services.classrooms.join(school.guest(number), school.code, name, "6.6.6.6")
    assert {"Cy", "Dee"} <= people(school).keys()


def test_guessing_codes_as_many_guests_makes_wait(school, database):
    # Addresses of one network count as one.
    failed_before(database, school.clock, JOIN_ADDRESS, JOIN_ADDRESS.free - 1, "2001:db8::/64")
    with pytest.raises(BadInput):
        wrong_code(school, 1, "2001:db8::1")
    with pytest.raises(TooOften):
        wrong_code(school, 2, "2001:db8::2")
    school.services.classrooms.join(school.guest(3), school.code, "Cy", "2001:db8::3")


def test_codes_cannot_be_misread():
    assert not set("IO01L") & set(LETTERS)
    assert len({new_code() for _ in range(500)}) == 500


# --- rosters ------------------------------------------------------------------------------------


def load(school, text, new_groups=True):
    form = {"roster": text, "old_groups": "" if new_groups else "yes"}
    return school.services.classrooms.load(school.instructor, room(school), form)


def test_a_list_is_read_while_others_write(school, monkeypatch):
    def slowly(*given):
        school.group("Tuesday")
        return read_roster(*given)

    monkeypatch.setattr(classrooms, "read_roster", slowly)
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
    place, fay = school.services.classrooms.place, people(school)["Fay"].learner
    place(school.instructor, room(school), fay, {"number": "7"})
    kept, gus = people(school)["Dee"].learner, people(school)["Gus"].learner
    school.services.classrooms.merge(school.instructor, room(school), kept, gus)
    assert "1 learner joined by themselves and is not on the class list." in shown("people")
    assert "1 learner joined by themselves and is not on" in shown("assignments")
    assert shown("people").count("not on the list") == 1


def test_where_only_the_list_may_join_others_are_told_whom_to_ask(school):
    cy, classes = school.learner("Cy", 1), school.services.classrooms
    load(school, "name,email\nDee,dee@x.example\n")
    form = {"name": "Year three", "time_zone": "UTC", "list_only": "yes"}
    assert classes.change(school.instructor, room(school), form).list_only
    with pytest.raises(BadInput, match=r"“Scout” is not on it. .* ask your instructor") as refused:
        classes.join(school.guest(2), school.code, "Scout", "1")
    assert refused.value.field == "name"
    classes.join(school.guest(3), school.code, "Dee", "1")
    classes.join(cy, school.code, "Cy", "1")
    assert len(people(school)) == 3
    classes.leave(cy, room(school))
    with pytest.raises(BadInput, match="“Cy” is not on it"):
        classes.join(cy, school.code, "Cy", "1")
    form = {**form, "list_only": "", "revision": "1"}
    classes.change(school.instructor, room(school), form)
    classes.join(school.guest(2), school.code, "Scout", "1")


def test_a_roster_keeps_places_that_are_claimed_by_name_or_email(school):
    load(school, "name,email\nDee,dee@x.example\nEli,eli@x.example\n")
    school.services.classrooms.join(school.guest(1), school.code, "dee", "1")
    school.services.classrooms.join(school.guest(2), school.code, "ELI@x.example", "1")
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
    school.services.classrooms.place(
        school.instructor, room(school), place.learner, {"number": "S2"}
    )
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
    done = school.services.classrooms.load(school.instructor, room(school), form)
    assert "Windows-1252" in done.notes[0]
    assert "Jürgen Müller" in people(school)


# --- two of one name ----------------------------------------------------------------------------


def test_two_of_one_name_are_told_apart_by_asking(school):
    load(school, "name,email,number\nWei Li,wei1@x.example,S1\nWei Li,wei2@x.example,S2\n")
    join = school.services.classrooms.join
    with pytest.raises(BadInput, match="e-mail or student number") as asked:
        join(school.guest(1), school.code, "Wei Li", "1")
    assert asked.value.field == "identifier"
    with pytest.raises(BadInput, match="No place"):
        join(school.guest(1), school.code, "Wei Li", "1", "S3")
    join(school.guest(1), school.code, "li, wei", "1", "s2")
    mine = next(m for m in members(school) if m.learner == school.guest(1).learner)
    assert (mine.number, mine.claimed) == ("S2", True)
    with pytest.raises(BadInput, match="e-mail or student number"):
        join(school.guest(2), school.code, "Wei Li", "1")
    with pytest.raises(BadInput, match="joined as"):
        join(school.guest(2), school.code, "Wei Li", "1", "wei2@x.example")
    join(school.guest(2), school.code, "Wei Li", "1", "WEI1@x.example")
    assert len(members(school)) == 3


def test_a_browser_that_is_somebody_joins_as_nobody_else(school):
    dana = school.learner("Dana", 1)
    with pytest.raises(BadInput, match="in the class as “Dana” already") as refused:
        school.services.classrooms.join(dana, school.code, "Eli", "1")
    assert refused.value.field == "another"
    school.services.classrooms.join(dana, school.code, "DANA", "1")
    assert [m.name for m in members(school) if m.role == "learner"] == ["Dana"]


def test_who_was_removed_comes_back_under_no_other_name(school):
    classes = school.services.classrooms
    school.learner("Alice", 1)
    mallory = school.learner("Mallory", 2)
    classes.remove(school.instructor, room(school), mallory.learner)
    for name in ("Alice", "Alice B"):
        with pytest.raises(BadInput, match="was in the class as “Mallory” before") as refused:
            classes.join(mallory, school.code, name, "1")
        assert refused.value.field == "another"
    classes.join(mallory, school.code, "mallory", "1")
    assert people(school)["Mallory"].learner == mallory.learner


def test_a_name_that_was_left_and_taken_is_refused(school):
    first = school.learner("Alice", 1)
    school.services.classrooms.leave(first, room(school))
    school.learner("Alice", 2)
    with pytest.raises(BadInput, match="Somebody else in this class is called “Alice” now"):
        school.services.classrooms.join(first, school.code, "Alice", "1")


def test_staff_who_were_removed_come_back_as_learners(school):
    tuesday = school.group("Tuesday")
    helper = school.assistant(1, [tuesday])
    school.services.classrooms.remove(school.instructor, room(school), helper.learner)
    school.services.classrooms.join(helper, school.code, "Assistant 1", "1")
    assert people(school)["Assistant 1"].role == "learner"
    with pytest.raises(Forbidden):
        school.services.classrooms.see(helper, room(school))


def test_a_name_with_joiners_claims_its_place(school):
    load(school, "name\nعلی\u200cرضا کریمی\n")
    school.services.classrooms.join(school.guest(1), school.code, "علی\u200cرضا  کریمی", "1")
    assert len(members(school)) == 2


# --- people -------------------------------------------------------------------------------------


def test_a_link_leads_a_lost_device_to_its_place(school):
    cy = school.learner("Cy", 1)
    token, name = school.services.classrooms.link(school.instructor, room(school), cy.learner)
    made = school.services.accounts.welcome(token, "Cy", "cy", "another quiet stone")
    assert (people(school)["Cy"].learner, made.role, name) == (made.learner, "learner", "Cy")
    assert made.learner != cy.learner  # the lost device's cookie leads nowhere


def test_there_is_no_link_to_somebody_with_a_password(school):
    cy = school.learner("Cy", 1)
    kept = school.services.accounts.keep(cy, "Cy", "cy", "another quiet stone")
    with pytest.raises(BadInput):
        school.services.classrooms.link(school.instructor, room(school), kept.learner)


def other_class(school):
    """A class of somebody else's."""
    accounts, administrator = school.services.accounts, school.administrator
    token = accounts.invite(administrator, "Eve", "eve", "instructor")
    made = accounts.welcome(token, "Eve", "eve", "another quiet stone")
    eve = Caller(made.learner, made)
    return eve, school.services.classrooms.make(eve, "Class B", "UTC")


@pytest.mark.parametrize("then", ["there", "left", "staff"])
def test_no_link_opens_a_place_in_a_class_that_one_does_not_teach(school, then):
    classes = school.services.classrooms
    gus = school.learner("Gus", 1)
    token, _ = classes.link(school.instructor, room(school), gus.learner)
    eve, other = other_class(school)
    classes.join(gus, other.join_code, "Gus", "1")
    with pytest.raises(NotFound):  # it was given when this was Gus's only class
        school.services.accounts.invited(token)
    if then == "left":
        classes.leave(gus, other.id)
    elif then == "staff":
        classes.place(eve, other.id, gus.learner, {"role": "instructor"})
    with pytest.raises(BadInput, match="is staff" if then == "staff" else "do not teach") as no:
        classes.link(school.instructor, room(school), gus.learner)
    assert no.value.field == "link"


def test_who_teaches_both_classes_gives_a_link_until_one_is_taught_by_its_owner(school):
    classes = school.services.classrooms
    gus = school.learner("Gus", 1)
    second = classes.make(school.instructor, "Class B", "UTC")
    classes.join(gus, second.join_code, "Gus", "1")
    token, _ = classes.link(school.instructor, room(school), gus.learner)
    assert school.services.accounts.invited(token)
    classes.place(school.instructor, second.id, gus.learner, {"role": "assistant"})
    with pytest.raises(NotFound):
        school.services.accounts.invited(token)


def test_the_last_instructor_stays(school):
    with pytest.raises(BadInput, match="needs an instructor"):
        school.services.classrooms.place(
            school.instructor, room(school), school.instructor.learner, {"role": "learner"}
        )


def test_a_kept_place_and_the_one_of_somebody_who_joined_are_made_one(school):
    load(school, "name,email,number,group\nDeirdre Doe,dee@x.example,S1,Tuesday\n")
    dee, work = school.learner("Dee", 1), school.set(cases=1)
    kept, classes = people(school)["Deirdre Doe"], school.services.classrooms
    school.services.grades.give(school.instructor, work.id, kept.learner, {"points": "3"})
    school.play(dee, work)
    classes.merge(school.instructor, room(school), kept.learner, dee.learner)
    (found,) = [m for m in members(school) if m.role == "learner"]
    assert (found.learner, found.name, found.number, found.group) == (
        *(dee.learner, "Dee", "S1", kept.group),
    )
    _, (row,) = school.services.grades.see(school.instructor, work.id)
    assert (row.points, row.closed) == (3, 1)


def test_places_that_contradict_each_other_stay_two(school):
    load(school, "name,number\nDeirdre,S1\nEli,S2\n")
    dee, classes, work = school.learner("Dee", 1), school.services.classrooms, school.set()
    there = people(school)

    def merge(kept, into):
        with pytest.raises(BadInput) as refused:
            classes.merge(school.instructor, room(school), kept, into)
        assert refused.value.field == "into"
        return str(refused.value)

    assert "Choose somebody who has joined" in merge(there["Eli"].learner, there["Deirdre"].learner)
    assert "Choose who" in merge(there["Eli"].learner, school.instructor.learner)
    for one in (dee.learner, there["Eli"].learner):
        school.services.grades.give(school.instructor, work.id, one, {"points": "3"})
    assert "grade by hand" in merge(there["Eli"].learner, dee.learner)
    classes.place(school.instructor, room(school), dee.learner, {"number": "S9"})
    assert "another number (S9, not S2)" in merge(there["Eli"].learner, dee.learner)
    assert people(school).keys() == there.keys()


def test_identifiers_are_edited_and_nobody_has_anothers(school):
    load(school, "name,email,number\nDee,dee@x.example,S1\nEli,eli@x.example,S2\n")
    dee = people(school)["Dee"]

    def edit(**form):
        school.services.classrooms.place(school.instructor, room(school), dee.learner, form)

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
    school.services.classrooms.drop_group(school.instructor, room(school), tuesday)
    assert people(school)["Cy"].group is None


# --- who may ------------------------------------------------------------------------------------


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


# --- changes ------------------------------------------------------------------------------------


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


# --- the table of people ------------------------------------------------------------------------


def test_people_are_found_and_sorted(school, clock):
    load(
        school,
        "name,email,number,login,group\nDee,dee@x.example,S2,dd,Tuesday\nEli,,S1,ee,Friday\n",
    )
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    school.play(cy, work)
    seen = school.services.classrooms.see(school.instructor, room(school))
    last = school.services.classrooms.last_patients(school.instructor, room(school))
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
