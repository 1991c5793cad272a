"""Coming into a class: by its code, into a kept place, back again; and two of one name."""

from __future__ import annotations

import pytest

from tests.services.rooms import load, members, people, room
from tests.services.school import failed_before
from tutor.errors import BadInput, Forbidden, TooOften
from tutor.services.accounts.throttle import JOIN, JOIN_ADDRESS, PLACES, Rate, wait_after
from tutor.services.classes import joining
from tutor.services.classes.join_codes import LETTERS, new_code


def wrong_code(school, number=1, origin="6.6.6.6"):
    school.services.joining.join(school.guest(number), "AAAA2222", "Cy", origin)


def test_a_code_lets_a_guest_in_and_they_keep_what_they_did(school):
    guest = school.guest()
    attempt = school.services.practice.enter(guest.learner, school.exercise)
    school.services.joining.join(guest, school.code, "Cy", "1")
    assert people(school)["Cy"].learner == guest.learner
    assert school.services.practice.view(guest.learner, attempt)


def test_a_code_may_be_typed_small_and_with_a_dash(school):
    code = school.code.lower()
    school.services.joining.join(school.guest(), f" {code[:4]}-{code[4:]} ", "Cy", "1")
    assert "Cy" in people(school)


def test_joining_twice_is_being_there_once(school):
    guest = school.guest()
    for _ in range(2):
        school.services.joining.join(guest, school.code, "Cy", "1")
    assert len(people(school)) == 2


def test_a_name_that_is_taken_is_refused(school):
    school.learner("Cy", 1)
    with pytest.raises(BadInput, match="joined as “cy” already") as refused:
        school.services.joining.join(school.guest(2), school.code, "cy", "1")
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
        school.services.joining.join(school.guest(), code, "Cy", "1")


def test_new_places_from_one_address_are_slowed_and_kept_ones_are_not(school, monkeypatch, clock):
    monkeypatch.setattr(joining, "PLACES", Rate("places", free=3, forgotten_after=18))
    load(school, "name\nDee\n")
    join = school.services.joining.join
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


def test_guessing_codes_makes_wait_and_keeps_no_classmate_out(school):
    for _ in range(JOIN.free):
        with pytest.raises(BadInput):
            wrong_code(school)
    with pytest.raises(TooOften):
        wrong_code(school)
    with pytest.raises(BadInput):
        wrong_code(school, number=2)
    for number, name in [(2, "Dee"), (1, "Cy")]:
        school.services.joining.join(school.guest(number), school.code, name, "6.6.6.6")
    assert {"Cy", "Dee"} <= people(school).keys()


def test_guessing_codes_as_many_guests_makes_wait(school, database):
    # Addresses of one network count as one.
    failed_before(database, school.clock, JOIN_ADDRESS, JOIN_ADDRESS.free - 1, "2001:db8::/64")
    with pytest.raises(BadInput):
        wrong_code(school, 1, "2001:db8::1")
    with pytest.raises(TooOften):
        wrong_code(school, 2, "2001:db8::2")
    school.services.joining.join(school.guest(3), school.code, "Cy", "2001:db8::3")


def test_codes_cannot_be_misread():
    assert not set("IO01L") & set(LETTERS)
    assert len({new_code() for _ in range(500)}) == 500


# --- two of one name ------------------------------------------------------------------------------


def test_two_of_one_name_are_told_apart_by_asking(school):
    load(school, "name,email,number\nWei Li,wei1@x.example,S1\nWei Li,wei2@x.example,S2\n")
    join = school.services.joining.join
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
        school.services.joining.join(dana, school.code, "Eli", "1")
    assert refused.value.field == "another"
    school.services.joining.join(dana, school.code, "DANA", "1")
    assert [m.name for m in members(school) if m.role == "learner"] == ["Dana"]


def test_who_was_removed_comes_back_under_no_other_name(school):
    school.learner("Alice", 1)
    mallory = school.learner("Mallory", 2)
    school.services.people.remove(school.instructor, room(school), [mallory.learner])
    for name in ("Alice", "Alice B"):
        with pytest.raises(BadInput, match="was in the class as “Mallory” before") as refused:
            school.services.joining.join(mallory, school.code, name, "1")
        assert refused.value.field == "another"
    school.services.joining.join(mallory, school.code, "mallory", "1")
    assert people(school)["Mallory"].learner == mallory.learner


def test_a_name_that_was_left_and_taken_is_refused(school):
    first = school.learner("Alice", 1)
    school.services.joining.leave(first, room(school))
    school.learner("Alice", 2)
    with pytest.raises(BadInput, match="Somebody else in this class is called “Alice” now"):
        school.services.joining.join(first, school.code, "Alice", "1")


def test_staff_who_were_removed_come_back_as_learners(school):
    tuesday = school.group("Tuesday")
    helper = school.assistant(1, [tuesday])
    school.services.people.remove(school.instructor, room(school), [helper.learner])
    school.services.joining.join(helper, school.code, "Assistant 1", "1")
    assert people(school)["Assistant 1"].role == "learner"
    with pytest.raises(Forbidden):
        school.services.classrooms.see(helper, room(school))


def test_a_name_with_joiners_claims_its_place(school):
    load(school, "name\nعلی\u200cرضا کریمی\n")
    school.services.joining.join(school.guest(1), school.code, "علی\u200cرضا  کریمی", "1")
    assert len(members(school)) == 2
