"""What staff see of an assignment as a learner: the same terms, and nobody's first pass."""

from __future__ import annotations

from tests.services.school import JUDGMENT
from tutor.core.assignment import OutcomesShown, Standing


def test_staff_meet_the_terms_of_a_learner_but_no_dates(school, clock):
    work = school.set(
        outcomes="due", reasons_required="on", opens="2026-09-05T08:00", due="2026-09-07T08:00"
    )
    ben, practice = school.instructor, school.services.practice
    task = school.services.learner_assignments.preview(ben, work.id)
    assert (task.standing, task.steps[0].done) == (Standing.OPEN, 0)
    attempt = school.services.learner_assignments.begin(ben, work.id, 0)
    view = practice.view(ben.learner, attempt)
    assert (view.preview_of, view.reasons_required) == (work.id, True)
    (closed, _) = school.play(ben, work)
    assert practice.view(ben.learner, closed).withheld is OutcomesShown.DUE
    assert school.services.learner_assignments.preview(ben, work.id).steps[0].finished
    clock.forward(days=30)
    assert practice.view(ben.learner, closed).withheld is None


def test_a_preview_is_no_first_pass_whoever_becomes_a_learner(school):
    """An assistant looks at it as a student, and is then a learner of the class."""
    work, cy = school.set(cases=2), school.assistant(1, [])
    school.play(cy, work)
    seen = school.services.learner_assignments.preview(cy, work.id)
    assert [(step.done, step.rounds) for step in seen.steps] == [(2, 1)]
    school.services.people.place(
        school.instructor, school.classroom.id, cy.learner, {"role": "learner"}
    )
    (task,) = school.services.learner_assignments.home(cy)
    assert [(step.done, step.rounds) for step in task.steps] == [(0, 0)]
    attempt = school.services.learner_assignments.begin(cy, work.id, 0)
    view = school.services.practice.commit(cy.learner, attempt, JUDGMENT)
    assert view.preview_of == ""
    seen = school.services.assignments.see(school.instructor, work.id)
    assert seen.touched.started + seen.touched.waiting == 1
