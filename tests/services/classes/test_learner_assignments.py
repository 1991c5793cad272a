"""Assignments: set, changed, begun, late, withheld; the counted round and practice after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.services.school import DECISION, JUDGMENT
from tutor.core.assignment import OutcomesShown, Standing
from tutor.errors import BadInput, Changed, NotFound, OutOfOrder
from tutor.services.accounts.access import Caller
from tutor.store.practice_sets import cases_seen


def begin(school, caller, work):
    return school.services.learner_assignments.begin(caller, work.id, 0)


def task(school, caller):
    (only,) = school.services.learner_assignments.home(caller)
    return only


def finish(school, caller, attempt):
    view = school.services.practice.commit(caller.learner, attempt, JUDGMENT)
    return (
        school.services.practice.decide(caller.learner, attempt, DECISION)
        if view.compared
        else view
    )


# --- what a learner sees ------------------------------------------------------------------------


def test_a_draft_is_nobodys_but_staffs(school):
    cy, work = school.learner("Cy", 1), school.set(publish=False)
    assert school.services.learner_assignments.home(cy) == ()
    with pytest.raises(NotFound):
        begin(school, cy, work)
    assert begin(school, school.instructor, work)


def test_progress_is_counted_by_part(school):
    cy, work = school.learner("Cy", 1), school.set(cases=3)
    school.play(cy, work, 2)
    (step,) = task(school, cy).steps
    assert (step.done, step.finished, step.rounds) == (2, False, 1)


def test_the_first_round_counts_and_practice_follows(school):
    cy, work = school.learner("Cy", 1), school.set(cases=2)
    school.play(cy, work)
    assert task(school, cy).done
    school.play(cy, work, 1)
    (step,) = task(school, cy).steps
    assert (step.done, step.rounds) == (2, 2)


def met(school, database, caller, work):
    """The cases of the caller's next round of the assignment, which they play."""
    pack, exercise = school.exercise.split("/")
    with database.read() as connection:
        before = cases_seen(connection, caller.learner, pack, exercise)
    school.play(caller, work)
    with database.read() as connection:
        return {*cases_seen(connection, caller.learner, pack, exercise)} - {*before}


@pytest.mark.parametrize("same", ["", "on"])
def test_what_counts_draws_from_the_assessment_bank_and_nothing_else_does(
    school, bundle, database, same
):
    work, cy, di = school.set(cases=3, same_cases=same), *map(school.learner, "CD", (1, 2))
    first, second = (met(school, database, caller, work) for caller in (cy, di))
    assert first | second <= {card.case for card in bundle.assessment}
    assert (first == second) is bool(same)
    practice = {card.case for card in bundle.cards}
    for again in (cy, school.instructor):
        assert met(school, database, again, work) <= practice


def test_an_assignment_on_a_bundle_without_the_bank_keeps_its_patients(
    school, bundle, database, library, monkeypatch
):
    opened = library.bundle(bundle.directory.name)
    monkeypatch.setitem(vars(opened), "assessment", ())
    work, cy = school.set(cases=3), school.learner("Cy", 1)
    assert met(school, database, cy, work) <= {card.case for card in bundle.cards}


def test_a_learner_in_two_classes_has_two_sets_of_one_exercise(school):
    other = school.services.classrooms.make(school.instructor, "Year four", "UTC")
    cy, work = school.learner("Cy", 1), school.set()
    school.services.joining.join(cy, other.join_code, "Cy", "1")
    form = {**school.setting(work)}
    made = school.services.assignments.make(school.instructor, other.id, form)
    second = school.services.assignments.publish(school.instructor, made.id)
    assert begin(school, cy, work) != begin(school, cy, second)
    own = school.services.practice.enter(cy.learner, school.exercise)
    assert own not in {begin(school, cy, work), begin(school, cy, second)}


def test_the_same_cases_for_everyone_and_ones_own(school, database):
    same, own = school.set(cases=8, same_cases="yes"), school.set(cases=8, title="Own")
    cases = {}
    for number, name in enumerate(("Cy", "Dee"), 1):
        caller = school.learner(name, number)
        for work in (same, own):
            attempt = begin(school, caller, work)
            view = school.services.practice.view(caller.learner, attempt)
            with database.read() as connection:
                rows = connection.exec_driver_sql(
                    f"SELECT case_id FROM slot WHERE set_id = '{view.shown.set_id}'"
                    " ORDER BY position"
                )
                cases[name, work.title] = [row[0] for row in rows]
    assert cases["Cy", "Week one"] == cases["Dee", "Week one"]
    assert cases["Cy", "Own"] != cases["Dee", "Own"]


def test_beginning_twice_is_one_set(school):
    cy, work = school.learner("Cy", 1), school.set()
    assert begin(school, cy, work) == begin(school, cy, work)


def test_a_stranger_begins_nothing(school):
    work = school.set()
    with pytest.raises(NotFound):
        begin(school, Caller("g_" + "z" * 22), work)


@pytest.mark.parametrize("part", [-1, 1, 99])
def test_there_is_no_other_part(school, part):
    cy, work = school.learner("Cy", 1), school.set()
    with pytest.raises(NotFound):
        school.services.learner_assignments.begin(cy, work.id, part)


# --- terms --------------------------------------------------------------------------------------


def test_a_reason_is_asked_for_where_the_instructor_wants_one(school):
    cy, work = school.learner("Cy", 1), school.set(reasons_required="yes")
    attempt = begin(school, cy, work)
    assert school.services.practice.view(cy.learner, attempt).reasons_required
    with pytest.raises(BadInput) as refused:
        school.services.practice.commit(cy.learner, attempt, {**JUDGMENT, "reason": " "})
    assert refused.value.field == "reason"


def test_guidance_and_unaided_share_are_those_set(school):
    cy, work = school.learner("Cy", 1), school.set(cases=8, guidance="after", unaided="25")
    aided = []
    for _ in range(8):
        attempt = begin(school, cy, work)
        view = school.services.practice.view(cy.learner, attempt)
        assert view.shown.guidance == "after"
        aided.append(view.shown.aided)
        finish(school, cy, attempt)
    assert aided[0]
    assert aided.count(False) == 2


def test_before_the_opening_nothing_begins(school, clock):
    cy, work = school.learner("Cy", 1), school.set(opens="2026-09-02T08:00")
    assert task(school, cy).standing is Standing.NOT_YET
    with pytest.raises(OutOfOrder, match="not open yet"):
        begin(school, cy, work)
    clock.forward(days=1)
    assert begin(school, cy, work)


def test_after_the_end_a_commitment_is_refused_and_practice_remains(school, clock):
    cy, work = school.learner("Cy", 1), school.set(due="2026-09-02T08:00", grace="30")
    attempt = begin(school, cy, work)
    clock.forward(days=1)
    with pytest.raises(OutOfOrder, match="has ended"):
        school.services.practice.commit(cy.learner, attempt, JUDGMENT)
    again = begin(school, cy, work)
    assert again != attempt
    assert finish(school, cy, again).ended is not None
    assert task(school, cy).steps[0].done == 0


def test_in_the_grace_period_work_is_accepted(school, clock):
    cy, work = school.learner("Cy", 1), school.set(due="2026-09-02T08:00", grace="120")
    clock.forward(hours=22)
    assert task(school, cy).standing is Standing.LATE
    assert finish(school, cy, begin(school, cy, work)).ended is not None


def test_one_learner_has_more_time_and_each_field_is_inherited_by_itself(school, clock):
    tuesday = school.group("Tuesday")
    cy, dee = school.learner("Cy", 1, tuesday), school.learner("Dee", 2, tuesday)
    work = school.set(due="2026-09-02T08:00")
    give = school.services.assignments.give_dates
    give(school.instructor, work.id, f"group:{tuesday}", {"grace": "60"})
    give(school.instructor, work.id, f"learner:{dee.learner}", {"due": "2026-09-03T08:00"})
    seen = school.services.assignments.see(school.instructor, work.id)
    dates = {m.name: seen.dates_for(m) for m in seen.learners}
    assert dates["Cy"].grace == dates["Dee"].grace == timedelta(hours=1)
    assert dates["Dee"].due - dates["Cy"].due == timedelta(days=1)
    clock.forward(days=1)
    assert begin(school, dee, work)
    with pytest.raises(OutOfOrder):
        school.services.practice.commit(
            cy.learner, _begun_before(school, cy, work, clock), JUDGMENT
        )


def _begun_before(school, caller, work, clock):
    clock.forward(days=-1)
    attempt = begin(school, caller, work)
    clock.forward(days=1)
    return attempt


# --- outcomes that wait -------------------------------------------------------------------------


@pytest.mark.parametrize("unaided", ["0", "50"])
def test_outcomes_wait_for_the_end_of_the_set(school, unaided):
    cy, work = school.learner("Cy", 1), school.set(cases=4, outcomes="end", unaided=unaided)
    attempts = []
    for _ in range(4):
        attempts.append(begin(school, cy, work))
        view = finish(school, cy, attempts[-1])
        if len(attempts) < 4:
            assert view.withheld is OutcomesShown.END
            assert (view.compared, view.ended) == (None, None)
            assert school.services.history.encounters(cy.learner) == ()
    for attempt in attempts:
        assert school.services.practice.view(cy.learner, attempt).ended is not None
    assert len(school.services.history.encounters(cy.learner)) == 4


def test_outcomes_wait_for_the_due_date_even_when_the_set_is_done(school, clock):
    cy = school.learner("Cy", 1)
    work = school.set(cases=1, outcomes="due", due="2026-09-02T08:00")
    (attempt,) = school.play(cy, work)
    view = school.services.practice.view(cy.learner, attempt)
    assert view.withheld is OutcomesShown.DUE
    assert school.services.history.waits(cy.learner, view.shown.set_id)
    with pytest.raises(NotFound):
        school.services.history.summary(cy.learner, view.shown.set_id)
    assert "present" not in school.services.personal_data.everything(cy)
    clock.forward(days=2)
    assert school.services.practice.view(cy.learner, attempt).ended is not None
    assert school.services.history.summary(cy.learner, view.shown.set_id)
    assert '"present"' in school.services.personal_data.everything(cy)


def test_more_time_for_one_lets_their_outcomes_wait_longer(school, clock):
    cy, dee = school.learner("Cy", 1), school.learner("Dee", 2)
    work = school.set(cases=1, outcomes="due", due="2026-09-02T08:00")
    school.services.assignments.give_dates(
        school.instructor, work.id, f"learner:{dee.learner}", {"due": "2026-09-09T08:00"}
    )
    seen = {who.learner: school.play(who, work)[0] for who in (cy, dee)}
    clock.forward(days=2)
    assert school.services.practice.view(cy.learner, seen[cy.learner]).withheld is None
    assert school.services.practice.view(dee.learner, seen[dee.learner]).withheld is not None


# --- making and changing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", " "),
        ("guidance", "loud"),
        ("unaided", "51"),
        ("unaided", "a few"),
        ("outcomes", "never"),
        ("opens", "tomorrow"),
        ("opens", "2027-03-28T02:30"),
        ("grace", "-1"),
        ("points", "0"),
        ("grading", ""),
        ("rubric", "Names the mode"),
    ],
)
def test_a_bad_field_is_named(school, field, typed):
    with pytest.raises(BadInput) as refused:
        school.set(**{field: typed})
    assert refused.value.field == field
    assert school.services.assignments.of_class(school.instructor, school.classroom.id) == ()


def test_due_before_the_opening_across_a_change_of_clocks(school):
    """In Berlin 2026-10-25 02:30 comes twice; half past two is then an hour before half past."""
    with pytest.raises(BadInput) as refused:
        school.set(opens="2026-10-25T03:00", due="2026-10-25T02:30")
    assert refused.value.field == "due"
    made = school.set(opens="2026-10-25T01:30", due="2026-10-25T03:00")
    assert made.dates.due - made.dates.opens == timedelta(hours=2, minutes=30)


def test_an_empty_assignment_is_not_published(school):
    with pytest.raises(BadInput):
        school.set(cases="")


def test_publishing_pins_the_version(school, exercise):
    (part,) = school.set().parts
    assert (part.version, part.fingerprint) == (exercise.manifest.version, exercise.fingerprint)


def test_a_change_says_whom_it_touches_and_leaves_the_exercises(school):
    cy, _, work = school.learner("Cy", 1), school.learner("Dee", 2), school.set(cases=3)
    school.play(cy, work, 1)
    form = school.setting(work, title="Week 1", **{f"cases:{school.exercise}": "9"})
    made, touched = school.services.assignments.change(school.instructor, work.id, form)
    assert (made.title, made.cases) == ("Week 1", 3)
    assert (touched.started, touched.waiting, touched.finished) == (1, 1, 0)


def test_two_instructors_who_change_it_at_once_do_not_overwrite(school):
    work = school.set()
    form = school.setting(work)
    school.services.assignments.change(school.instructor, work.id, {**form, "title": "A"})
    with pytest.raises(Changed):
        school.services.assignments.change(school.instructor, work.id, {**form, "title": "B"})
    seen = school.services.assignments.see(school.instructor, work.id)
    assert seen.assignment.title == "A"


def test_what_somebody_has_begun_is_not_discarded(school):
    cy, work = school.learner("Cy", 1), school.set()
    begin(school, cy, work)
    with pytest.raises(BadInput):
        school.services.assignments.discard(school.instructor, work.id)


def test_what_waits_costs_the_same_queries_however_many_assignments(school):
    cy = school.learner("Cy", 1)
    asked = []
    engine = school.services.history._database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    for _ in range(3):
        school.play(cy, school.set(cases=1, outcomes="due", due="2026-09-02T08:00"))
        asked.clear()
        assert school.services.history.encounters(cy.learner) == ()
        counts.append(len(asked))
    assert counts == counts[:1] * 3
