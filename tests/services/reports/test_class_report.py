"""A class's report: who counts, who may see it, and where it is silent."""

from __future__ import annotations

import numpy as np
import pytest

from tests.services.school import DECISION
from tutor.core.reliance.encounters import Encounters
from tutor.core.reliance.item_analysis import FEWEST
from tutor.core.verdicts import Verdict
from tutor.errors import Forbidden, NotFound
from tutor.services.reports.class_report import share_of_enough


def played(school, people, cases=4, **more):
    work = school.set(cases=cases, same_cases="yes", **more)
    for number in range(1, people + 1):
        caller = school.learner(f"Learner {number}", number)
        sure = {"probability": str(10 * number), "certainty": "2", "reason": f"Reason {number}."}
        school.play(caller, work, judgment=sure)
    return work


def see(school, work, caller=None):
    return school.services.class_reports.see(caller or school.instructor, work.id)


def test_fewer_than_five_learners_are_not_told_of(school):
    _, report, people = see(school, played(school, FEWEST - 1))
    assert (report, people) == (None, FEWEST - 1)


def test_five_are(school):
    _, report, people = see(school, played(school, FEWEST))
    assert people == FEWEST
    assert (report.people, report.n) == (FEWEST, 4 * FEWEST)
    assert len(report.items) == 4
    assert report.scores["accuracy_initial"].denominator == 4 * FEWEST


def test_practice_and_the_rounds_of_staff_do_not_count(school):
    work = played(school, FEWEST)
    first = school.guest(1)
    school.play(first, work, 1)
    school.play(school.instructor, work, 2)
    school.play(school.assistant(9, []), work, 2)
    _, report, _ = see(school, work)
    assert (report.people, report.n) == (FEWEST, 4 * FEWEST)


def test_a_mode_is_told_only_where_five_could_name_it(school):
    _, report, _ = see(school, played(school, FEWEST, cases=12))
    assert report.modes
    for mode in report.modes:
        assert mode.hits.denominator >= FEWEST
        assert mode.alarms.denominator >= FEWEST


def test_marked_modes_are_not_noticed(school):
    _, report, _ = see(school, played(school, FEWEST, guidance="flagged"))
    assert report.modes == ()


def test_reasons_come_from_five_misled_or_from_nobody(school):
    work = school.set(cases=12, same_cases="yes")
    practice = school.services.practice
    for number in range(1, FEWEST + 1):
        caller = school.learner(f"Learner {number}", number)
        for _ in range(12):
            attempt = school.services.learner_assignments.begin(caller, work.id, 0)
            view = practice.commit(
                caller.learner,
                attempt,
                {"probability": "39", "certainty": "1", "reason": f"Reason {number}."},
            )
            final = str(round(100 * view.compared.algorithm.probability))
            practice.decide(caller.learner, attempt, {**DECISION, "final": final})
    _, report, _ = see(school, work)
    misled = report.verdicts[Verdict.MISLED].numerator
    assert misled == FEWEST * len(report.misleading) > 0
    for case in report.misleading:
        assert sorted(case.reasons) == [f"Reason {n}." for n in range(1, FEWEST + 1)]


def test_what_the_class_did_with_right_and_with_wrong_advice_is_counted(school):
    """Three of five end on the algorithm's side of the line, two on the other, in six cases."""
    work, followers = school.set(cases=6, same_cases="yes"), (1, 2, 3)
    practice, right, wrong = school.services.practice, 0, 0
    for number in range(1, FEWEST + 1):
        caller = school.learner(f"Learner {number}", number)
        for _ in range(6):
            attempt = school.services.learner_assignments.begin(caller, work.id, 0)
            judgment = {"probability": "50", "certainty": "1", "reason": "It looks so."}
            view = practice.commit(caller.learner, attempt, judgment)
            alert = view.compared.algorithm.probability >= view.threshold
            act = alert if number in followers else not alert
            decision = {**DECISION, "final": "95" if act else "1"}
            view = practice.decide(caller.learner, attempt, decision)
            agrees = alert == view.ended.closed.outcome.present
            right, wrong = right + agrees, wrong + (not agrees)
    assert (right % FEWEST, wrong % FEWEST) == (0, 0)
    right, wrong = right // FEWEST, wrong // FEWEST
    assert right > wrong > 0
    _, report, _ = see(school, work)
    told = (report.right_when_right, report.right_when_wrong, report.agreed_with_wrong)
    assert [(share.numerator, share.denominator) for share in told] == [
        (3 * right, FEWEST * right),
        (2 * wrong, FEWEST * wrong),
        (3 * wrong, FEWEST * wrong),
    ]


def test_only_the_class_instructor_sees_it(school):
    work = played(school, 1)
    with pytest.raises(Forbidden):
        see(school, work, school.guest(1))
    with pytest.raises(Forbidden):
        see(school, work, school.assistant(9, []))
    with pytest.raises(NotFound):
        see(school, work, school.guest(30))


def test_a_share_that_fewer_than_five_make_up_is_not_told():
    stream, person = np.random.default_rng(1), np.arange(5, dtype=np.int32)
    right = np.zeros(5, np.int32)
    rows = Encounters.of_codes(person, right, right, right, right)
    four, five = person < 4, person < 5
    assert share_of_enough(rows, four, four, stream).value is None
    assert share_of_enough(rows, four, five, stream).value == 0.8
