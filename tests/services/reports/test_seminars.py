"""The patients to discuss: who is in them, what is projected, and that nobody can be told apart."""

from __future__ import annotations

import pytest

from tests.services.school import DECISION
from tutor.core.reliance.item_analysis import FEWEST
from tutor.errors import BadInput, Forbidden
from tutor.services.reports.seminars import MOST_REASONS


def played(school, people, cases=12, **more):
    """Everyone is right or wrong as their first number falls, and follows the algorithm."""
    work = school.set(cases=cases, **more)
    practice = school.services.practice
    for number in range(1, people + 1):
        caller = school.learner(f"Learner {number}", number)
        for _ in range(cases):
            attempt = school.services.learner_assignments.begin(caller, work.id, 0)
            judgment = {"probability": "1", "certainty": "1", "reason": f"Reason {number}."}
            view = practice.commit(caller.learner, attempt, judgment)
            final = str(round(100 * view.compared.algorithm.probability))
            practice.decide(caller.learner, attempt, {**DECISION, "final": final})
    return work


def project(school, work, number=1, caller=None):
    return school.services.seminars.project(caller or school.instructor, work.id, number)


def reasons(shown):
    return {reason.text for reason in shown}


def test_three_patients_are_projected_with_the_answers_of_all(school):
    work = played(school, FEWEST + 1, same_cases="yes")
    _, report, _ = school.services.class_reports.see(school.instructor, work.id)
    pages = [project(school, work, number) for number in (1, 2, 3)]
    assert [page.topic for page in pages] == [line.topic for line in report.topics]
    assert len({page.case_id for page in pages}) == page_count(pages) == 3
    for page in pages:
        assert (page.mode, page.answers.people) == ("", FEWEST + 1)
        assert page.answers.before == (0.01,) * (FEWEST + 1)
        assert len(page.shown) == MOST_REASONS
    with pytest.raises(BadInput):
        project(school, work, 4)


def page_count(pages):
    return {page.of for page in pages}.pop()


def test_where_patients_were_drawn_one_by_one_a_failure_is_discussed(school):
    work = played(school, FEWEST + 1, cases=8)
    page = project(school, work)
    assert page.mode in {mode.id for mode in page.acting}
    assert page.answers.people >= FEWEST
    assert len(page.answers.before) > 1


def test_fewer_than_five_learners_are_not_projected(school):
    work = played(school, FEWEST - 1, same_cases="yes")
    with pytest.raises(BadInput):
        project(school, work)


def test_whoever_leaves_takes_their_answer_and_reason_along(school):
    work = played(school, FEWEST + 1, same_cases="yes")
    school.services.joining.leave(school.guest(1), school.classroom.id)
    page = project(school, work)
    assert page.answers.people == FEWEST
    assert reasons(page.shown) == {f"Reason {n}." for n in range(2, FEWEST + 2)}
    school.services.joining.leave(school.guest(2), school.classroom.id)
    with pytest.raises(BadInput):
        project(school, work)


def test_a_hidden_reason_is_not_projected_until_it_is_shown_again(school):
    work, seminars = played(school, FEWEST, same_cases="yes"), school.services.seminars
    first = project(school, work).shown[0]
    seminars.hide(school.instructor, work.id, first.name)
    seminars.hide(school.instructor, work.id, first.name)
    page = project(school, work)
    assert first not in page.shown
    assert page.hidden == (first,)
    seminars.show(school.instructor, work.id, first.name)
    assert project(school, work).hidden == ()
    with pytest.raises(BadInput):
        seminars.hide(school.instructor, work.id, "another")


def test_only_the_class_instructor_projects_it(school):
    work = played(school, 1, cases=1)
    for number in (1, 9):
        caller = school.guest(1) if number == 1 else school.assistant(9, [])
        with pytest.raises(Forbidden):
            project(school, work, caller=caller)


def test_outcomes_that_wait_for_the_due_date_are_said_to_wait(school):
    work = played(school, FEWEST, same_cases="yes", outcomes="due", due="2026-09-02T10:00")
    assert project(school, work).early
    school.clock.forward(days=2)
    assert not project(school, work).early
