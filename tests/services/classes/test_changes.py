"""Changes to the people of a class are taken back: whole, with everybody's work, or not at all."""

from __future__ import annotations

import pytest

from tests.services.rooms import load, people, room
from tests.services.school import Clock
from tests.services.traces import traces
from tutor.errors import BadForm, BadInput, NotFound
from tutor.services.accounts.access import Caller
from tutor.store import place_claims as claim_store

ROSTER = "name,email,number,group\nDeirdre Doe,dee@x.example,S1,Tuesday\nFay,fay@x.example,S2,\n"


@pytest.fixture(autouse=True)
def passing(monkeypatch):
    """Time passes between two changes, so that one of them is the newest."""

    def now(clock):
        clock.forward(microseconds=1)
        return clock.at

    monkeypatch.setattr(Clock, "__call__", now)


def newest(school):
    return school.services.changes.recent(school.instructor, room(school))[0]


def undo(school, id_=""):
    found = id_ or newest(school).entry.id
    return school.services.changes.undo(school.instructor, room(school), found)


def groups(school):
    seen = school.services.classrooms.see(school.instructor, room(school))
    return {name: id_ for id_, name in seen.groups}


def grades(school, work):
    rows = school.services.grades.see(school.instructor, work.id)[1]
    return {row.member.name: row.points for row in rows if row.given}


def said_to(school, learner, work):
    found = school.services.feedback.mine(learner, work.id).comments
    return [comment.text for comment in found]


@pytest.fixture
def merged(school):
    """Dee, who has joined by herself and played, merged with the place that a list kept for her."""
    load(school, ROSTER)
    dee, work = school.learner("Dee", 1), school.set(cases=1)
    kept, services, ben = people(school)["Deirdre Doe"], school.services, school.instructor
    services.grades.give(ben, work.id, kept.learner, {"points": "3"})
    services.assignments.give_dates(ben, work.id, f"learner:{kept.learner}", {"grace": "60"})
    school.play(dee, work)
    services.feedback.comment(ben, work.id, dee.learner, "", "Well seen")
    before = people(school)
    services.people.merge(ben, room(school), kept.learner, dee.learner)
    assert grades(school, work) == {"Dee": 3}
    return dee, kept, work, before


def test_a_merge_taken_back_gives_both_places_their_work(school, merged):
    dee, kept, work, before = merged
    assert undo(school).change.kind == "merged"
    assert people(school) == before
    assert grades(school, work) == {"Deirdre Doe": 3}
    assert said_to(school, dee, work) == ["Well seen"]
    changes = claim_store.work_of_place
    with school.services.people._database.read() as connection:
        assert len(changes(connection, kept).grade_changes) == 1
        assert changes(connection, before["Dee"]).grade_changes == ()
    dates = school.services.assignments.see(school.instructor, work.id).overrides
    assert [one.learner for one in dates] == [kept.learner]
    with pytest.raises(BadInput, match="taken back already"):
        undo(school)


def test_what_has_changed_since_a_merge_is_not_undone_in_silence(school, merged):
    dee, _, work, _ = merged
    there, ben = people(school), school.instructor
    school.clock.forward(minutes=1)
    school.services.grades.give(ben, work.id, dee.learner, {"points": "7"})
    school.services.people.place(ben, room(school), dee.learner, {"number": "S9"})
    there = people(school)
    merge = school.services.changes.recent(ben, room(school))[1].entry
    with pytest.raises(BadInput) as refused:
        undo(school, merge.id)
    said = str(refused.value.errors["undo"])
    assert "The number of “Dee” has been changed since." in said
    assert "The grade in “Week one” has been changed since." in said
    assert (people(school), grades(school, work)) == (there, {"Dee": 7})


def test_a_place_that_gains_nothing_by_a_merge_is_part_of_its_undoing(school):
    load(school, "name,email\nDee,dee@x.example\nDeedee,\n")
    dee = school.learner("Dee", 1)
    before = people(school)
    twin = before["Deedee"].learner
    school.services.people.merge(school.instructor, room(school), twin, dee.learner)
    undo(school)
    assert people(school) == before


def test_people_taken_out_are_in_the_class_again(school):
    tuesday = school.group("Tuesday")
    cy, dee = school.learner("Cy", 1, tuesday), school.learner("Dee", 2)
    before = people(school)
    ids = [cy.learner, dee.learner]
    school.services.people.remove(school.instructor, room(school), ids)
    assert people(school).keys() == {"Ben"}
    school.services.joining.join(dee, school.code, "Dee", "1")
    undo(school)
    assert people(school) == before
    with pytest.raises(BadInput, match="You cannot take yourself"):
        school.services.people.remove(
            school.instructor, room(school), [*ids, school.instructor.learner]
        )
    assert people(school) == before


def test_nobody_comes_back_beside_somebody_with_their_number(school):
    load(school, ROSTER)
    fay = people(school)["Fay"].learner
    school.services.people.remove(school.instructor, room(school), [fay])
    removal = newest(school).entry.id
    load(school, "name,number\nFaye,S2\n")
    with pytest.raises(BadInput, match=r"“Fay.?” and “Fay.?” would have the same number"):
        undo(school, removal)
    assert "Fay" not in people(school)


def test_people_moved_are_in_their_groups_again_unless_those_are_gone(school):
    tuesday, friday = school.group("Tuesday"), school.group("Friday")
    cy, dee = school.learner("Cy", 1, tuesday), school.learner("Dee", 2)
    before, move = people(school), school.services.people.move
    school.clock.forward(minutes=1)
    move(school.instructor, room(school), [cy.learner, dee.learner], friday)
    moved = newest(school).entry.id
    school.services.people.drop_group(school.instructor, room(school), tuesday)
    with pytest.raises(BadInput, match="A group that somebody was in has been removed since"):
        undo(school, moved)
    undo(school)
    undo(school, moved)
    assert people(school) == before
    with pytest.raises(BadInput, match=r"Only learners are in groups. Untick Ben"):
        move(school.instructor, room(school), [cy.learner, school.instructor.learner], friday)


def test_a_group_removed_comes_back_with_its_people_assistants_and_dates(school):
    tuesday = school.group("Tuesday")
    school.learner("Cy", 1, tuesday)
    helper, work = school.assistant(2, [tuesday]), school.set()
    give = school.services.assignments.give_dates
    give(school.instructor, work.id, f"group:{tuesday}", {"grace": "60"})
    before = people(school)
    school.services.people.drop_group(school.instructor, room(school), tuesday)
    undo(school)
    seen = school.services.classrooms.see(school.instructor, room(school))
    assert people(school) == before
    assert seen.looks_after[helper.learner] == {tuesday}
    (dates,) = school.services.assignments.see(school.instructor, work.id).overrides
    assert (dates.group, dates.override.grace.total_seconds()) == (tuesday, 3600)


def test_a_list_taken_back_leaves_what_it_completed_as_it_was(school):
    dee = school.learner("Deirdre Doe", 1)
    before = people(school)
    load(school, ROSTER)
    assert people(school)["Deirdre Doe"].number == "S1"
    done = undo(school)
    assert (people(school), done.groups_left, groups(school)) == (before, (), {})
    school.clock.forward(minutes=1)
    load(school, ROSTER)
    school.clock.forward(minutes=1)
    tuesday = groups(school)["Tuesday"]
    cy = school.learner("Cy", 2, tuesday)
    edited, list_ = (
        one.entry.id for one in school.services.changes.recent(school.instructor, room(school))[:2]
    )
    assert undo(school, list_).groups_left == ("Tuesday",)
    assert people(school)["Cy"].group == tuesday
    undo(school, edited)
    assert people(school)["Cy"].learner == cy.learner
    assert people(school)["Deirdre Doe"].learner == dee.learner


def test_a_list_by_which_somebody_has_joined_stays(school):
    load(school, ROSTER)
    school.services.joining.join(school.guest(1), school.code, "Fay", "1")
    before = people(school)
    with pytest.raises(BadInput, match=r"“Fay” has joined since\. Nothing was changed"):
        undo(school)
    assert people(school) == before


def test_a_change_can_be_taken_back_for_thirty_days_by_any_instructor(school):
    cy, dee = school.learner("Cy", 1), school.learner("Dee", 2)
    place = school.services.people.place
    place(school.instructor, room(school), dee.learner, {"role": "instructor"})
    school.services.people.remove(school.instructor, room(school), [cy.learner])
    (listed, _) = school.services.changes.recent(dee, room(school))
    assert (listed.by, listed.undone_by, listed.entry.people) == ("Ben", "", 1)
    school.services.changes.undo(dee, room(school), listed.entry.id)
    assert newest(school).undone_by == "Dee"
    school.services.people.remove(school.instructor, room(school), [cy.learner])
    late = newest(school).entry.id
    school.clock.forward(days=31)
    with pytest.raises(NotFound, match="kept for 30 days"):
        undo(school, late)
    place(school.instructor, room(school), dee.learner, {"name": "Deedee"})
    assert traces(school.services.people._database, late) == set()


def test_the_last_instructor_is_not_undone(school):
    dee = school.learner("Dee", 1)
    place, ben = school.services.people.place, school.instructor
    place(ben, room(school), dee.learner, {"role": "instructor"})
    made = newest(school).entry.id
    place(dee, room(school), ben.learner, {"role": "learner"})
    with pytest.raises(BadInput, match="left without an instructor"):
        school.services.changes.undo(dee, room(school), made)


def test_an_assistant_is_invited_with_groups_by_a_link(school):
    tuesday = school.group("Tuesday")
    cy, services, ben = school.learner("Cy", 1, tuesday), school.services, school.instructor
    school.learner("Dee", 2)
    form = {"assistant": " Tess ", "looks_after": [tuesday]}
    token, name = services.people.invite(ben, room(school), form)
    assert name == "Tess"
    assert services.accounts.invited(token).assists == ("Year three",)
    (tess, *_) = [m for m in people(school).values() if m.role == "assistant"]
    renewed, _ = services.people.link(ben, room(school), tess.learner)
    with pytest.raises(NotFound, match="used, or is too old"):
        services.accounts.invited(token)
    account = services.accounts.welcome(renewed, "Tess", "tess@x.example", "quiet river stone")
    seen = services.classrooms.see(Caller(account.learner, account), room(school))
    assert [m.learner for m in seen.learners] == [cy.learner]
    assert people(school)["Tess"].claimed
    with pytest.raises(BadInput, match="“Tess” has joined since"):
        undo(school)
    with pytest.raises(BadForm) as refused:
        services.people.invite(ben, room(school), {"assistant": "", "looks_after": ["gone"]})
    assert refused.value.errors.keys() == {"assistant", "looks_after"}
    school.clock.forward(seconds=1)
    token, _ = services.people.invite(ben, room(school), {"assistant": "Ted"})
    undo(school)
    with pytest.raises(NotFound, match="used, or is too old"):
        services.accounts.invited(token)
