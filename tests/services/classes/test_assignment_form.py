"""An assignment's form: everything refused is said at once; what publishing asks for besides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services.school import JUDGMENT
from tutor.errors import BadForm, BadInput, Changed
from tutor.services.classes.date_moves import ZoneQuestion


def refused(act, *given, **more):
    """The fields that an act refuses."""
    with pytest.raises(BadForm) as error:
        act(*given, **more)
    return set(error.value.errors)


def change(school, work, **typed):
    form = school.setting(work, **typed)
    return school.services.assignments.change(school.instructor, work.id, form)[0]


def test_everything_refused_is_said_at_once(school):
    fields = {"title": "", "due": "2026-01-01T08:00", "points": "0", "unaided": "x", "cases": 61}
    assert refused(school.set, publish=False, **fields) == {
        *("title", "due", "points", "unaided", f"cases:{school.exercise}")
    }


@pytest.mark.parametrize("due", ["2026-09-01T10:59", "2026-09-01T11:00"])
def test_a_due_date_that_has_passed_is_refused(school, due):
    """The class is in Berlin, where it is eleven o'clock."""
    assert refused(school.set, due=due) == {"due"}
    assert refused(change, school, school.set(), due=due) == {"due"}


def test_a_due_date_that_passed_meanwhile_stays_and_is_not_published(school, clock):
    running, draft = (school.set(publish=on, due="2026-09-02T08:00") for on in (True, False))
    clock.forward(days=2)
    assert change(school, running, due="2026-09-02T08:00", title="Later").title == "Later"
    assert change(school, draft, due="2026-09-02T08:00", title="Later").title == "Later"
    assert refused(school.services.assignments.publish, school.instructor, draft.id) == {"due"}


def test_what_is_to_be_published_holds_an_exercise(school):
    make, nothing = school.services.assignments.make, {"title": "", "grading": "rubric"}
    form = {"guidance": "listed", "outcomes": "each", **nothing}
    ben, room = school.instructor, school.classroom.id
    assert refused(make, ben, room, form, publishing=True) == {"title", "parts"}
    assert school.services.assignments.of_class(ben, room) == ()


def test_what_was_looked_at_is_what_is_published(school):
    work = school.set(publish=False)
    change(school, work, title="Another")
    with pytest.raises(Changed):
        school.services.assignments.publish(
            school.instructor, work.id, {"revision": str(work.revision)}
        )


def test_the_same_patients_are_fixed_once_a_learner_has_begun(school):
    cy, work = school.learner("Cy", 1), school.set()
    school.services.learner_assignments.begin(school.instructor, work.id, 0)
    work = change(school, work, same_cases="yes")
    attempt = school.services.learner_assignments.begin(cy, work.id, 0)
    school.services.practice.commit(cy.learner, attempt, JUDGMENT)
    assert refused(change, school, work) == {"same_cases"}
    assert change(school, work, same_cases="yes").same_cases


def test_a_preview_does_not_keep_a_draft_from_being_discarded(school):
    work = school.set(publish=False)
    attempt = school.services.learner_assignments.begin(school.instructor, work.id, 0)
    school.services.assignments.discard(school.instructor, work.id)
    assert school.services.practice.view(school.instructor.learner, attempt)


def test_an_assignment_with_grades_by_hand_stays_until_they_are_taken_back(school):
    cy, work = school.learner("Cy", 1), school.set()
    grades, ben, services = school.services.grades, school.instructor, school.services
    grades.give(ben, work.id, cy.learner, {"points": "3"})
    with pytest.raises(BadInput, match="a grade by hand for “Cy”, so the assignment stays"):
        services.assignments.discard(ben, work.id)
    assert grades.cell(ben, work.id, cy.learner).row.points == 3
    grades.take_back(ben, work.id, cy.learner)
    services.assignments.discard(ben, work.id)
    assert services.assignments.of_class(ben, school.classroom.id) == ()


def test_other_dates_for_some_end_in_the_future(school):
    whom, work = f"group:{school.group('Tuesday')}", school.set()
    give, form = school.services.assignments.give_dates, {"due": "2026-08-01T08:00", "grace": "x"}
    assert refused(give, school.instructor, work.id, whom, form) == {"due", "grace"}


# --- dates that move together -------------------------------------------------------------------


def rename(school, **typed):
    form = {"name": "Year three", "time_zone": "America/New_York", **typed}
    return school.services.classrooms.change(school.instructor, school.classroom.id, form)


def dates(school, work):
    seen = school.services.assignments.see(school.instructor, work.id)
    (other,) = seen.overrides
    return seen.assignment.dates.due, other.override.due


def test_other_dates_that_somebody_gave_meanwhile_are_not_replaced_without_a_word(school):
    work, whom = school.set(), f"group:{school.group('Tuesday')}"
    assignments, ben = school.services.assignments, school.instructor
    opened = assignments.see(ben, work.id).known_overrides
    assignments.give_dates(ben, work.id, whom, {"grace": "30"})
    form = {"grace": "60", "known": opened}
    with pytest.raises(BadInput, match="Somebody else gave them other dates"):
        assignments.give_dates(ben, work.id, whom, form)
    form["known"] = assignments.see(ben, work.id).known_overrides
    assignments.give_dates(ben, work.id, whom, form)
    (held,) = assignments.see(ben, work.id).overrides
    assert held.override.grace == timedelta(minutes=60)


def test_another_time_zone_asks_what_happens_to_the_dates_and_names_them(school):
    work = school.set(due="2026-10-05T08:00")
    whom, later = f"group:{school.group('Tuesday')}", {"due": "2026-11-05T08:00"}
    school.services.assignments.give_dates(school.instructor, work.id, whom, later)
    before = dates(school, work)
    with pytest.raises(ZoneQuestion) as asked:
        rename(school)
    assert [(move.which, move.clock) for move in asked.value.moves] == [
        ("due", "Monday 5 October 2026, 08:00 (EDT)"),
        ("due for some", "Thursday 5 November 2026, 08:00 (EST)"),
    ]
    assert asked.value.moves[0].moment == "Monday 5 October 2026, 02:00 (EDT)"
    assert rename(school, time_zone="Europe/Berlin").time_zone == "Europe/Berlin"
    assert rename(school, dates="moment").time_zone == "America/New_York"
    assert dates(school, work) == before
    rename(school, time_zone="Europe/Berlin", dates="clock")
    assert dates(school, work) == tuple(at - timedelta(hours=6) for at in before)


def test_a_class_without_dates_changes_its_zone_at_once(school):
    school.set()
    assert rename(school).time_zone == "America/New_York"


def test_dates_of_a_term_move_together_by_the_clock(school):
    work, other = school.set(due="2026-10-20T08:00"), school.set(due="2026-10-21T08:00", title="B")
    whom, later = f"group:{school.group('Tuesday')}", {"due": "2026-11-05T08:00"}
    school.services.assignments.give_dates(school.instructor, work.id, whom, later)
    shift, before = school.services.assignments.shift, dates(school, work)
    ben, room = school.instructor, school.classroom.id
    assert refused(shift, ben, room, [], "x") == {"chosen", "days"}
    assert refused(shift, ben, room, [work.id, other.id], "-60") == {"days"}
    assert shift(ben, room, [work.id], "7") == 1
    # Clocks go back on 25 October, so the first date moves by an hour more.
    moved = (timedelta(days=7, hours=1), timedelta(days=7))
    assert dates(school, work) == tuple(map(sum_of, before, moved))
    seen = school.services.assignments.see(ben, other.id)
    assert seen.assignment.dates == other.dates


def test_dates_that_somebody_else_moved_are_not_moved_twice(school):
    """Two people open the schedule, and both move a week: the second is told, and moves nothing."""
    work = school.set(due="2026-10-20T08:00")
    shift, ben, room = school.services.assignments.shift, school.instructor, school.classroom.id
    seen = school.services.assignments.see(ben, work.id)
    drawn = {work.id: seen.assignment.revision}
    assert shift(ben, room, [work.id], "7", drawn) == 1
    after = school.services.assignments.see(ben, work.id).assignment
    with pytest.raises(Changed, match=work.title):
        shift(ben, room, [work.id], "7", drawn)
    assert school.services.assignments.see(ben, work.id).assignment == after
    assert shift(ben, room, [work.id], "7", {work.id: after.revision}) == 1


def sum_of(at, passed):
    return at + passed
