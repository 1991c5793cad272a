"""Grades from counted work: within what there is to earn, honest, and blank while work goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.assignment import Dates, Grading
from tutor.core.grade_rules import (
    GradeRule,
    GradeState,
    LateCase,
    Tally,
    days_late,
    earned,
    is_over,
    state_of,
)
from tutor.core.verdicts import certainty_mark

DUE = datetime(2026, 9, 1, 9, tzinfo=UTC)
ANSWERS = st.lists(st.tuples(st.booleans(), st.sampled_from([1, 2, 3])), max_size=30)
COMPUTED = [Grading.COMPLETION, Grading.CERTAINTY]
RIGHT, WRONG = True, False


def tally(answers, luck=0):
    marks = sum(certainty_mark(right, certainty) for right, certainty in answers)
    return Tally(len(answers) + luck, len(answers), marks)


def points(grading, cases, answers, luck=0, worth=10.0):
    made = earned(GradeRule(grading, worth, cases), tally(answers, luck))
    return None if made is None else made.points


@given(st.sampled_from(COMPUTED), st.floats(0.5, 1000), st.integers(0, 10), ANSWERS)
def test_a_grade_is_between_nothing_and_everything(grading, worth, open_, answers):
    cases = len(answers) + open_ or 1
    grade = points(grading, cases, answers, worth=worth)
    assert grade is not None
    assert 0 <= grade <= round(worth, 2)


@pytest.mark.parametrize(("closed", "worth"), [(0, 0), (1, 2.5), (4, 10), (5, 10)])
def test_completion_is_the_share_of_cases_closed(closed, worth):
    assert points(Grading.COMPLETION, 4, [(WRONG, 3)] * closed) == worth


@pytest.mark.parametrize(
    ("answers", "worth"),
    [
        ([(RIGHT, 3)] * 4, 10),
        ([(RIGHT, 1)] * 4, 7.78),
        ([(WRONG, 1)] * 4, 6.67),
        ([(RIGHT, 3)] * 2, 5),
        ([(WRONG, 3)] * 4, 0),
        ([], 0),
    ],
)
def test_certainty_pays_nine_credits_for_being_sure_and_right(answers, worth):
    assert points(Grading.CERTAINTY, 4, answers) == worth


def expected(chances, certainties):
    """The mean points over everything that can happen, each answer right with its chance."""
    total = 0.0
    for happened in product((RIGHT, WRONG), repeat=len(chances)):
        weight = 1.0
        for right, chance in zip(happened, chances, strict=True):
            weight *= chance if right else 1 - chance
        answers = list(zip(happened, certainties, strict=True))
        made = points(Grading.CERTAINTY, len(chances), answers, worth=1000.0)
        total += weight * (made or 0.0)
    return total


def honest(chance):
    """The certainty that is true of a chance to be right."""
    return 3 if chance >= 0.8 else 2 if chance >= 2 / 3 else 1


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([1, 2, 3])), min_size=1, max_size=4),
)
def test_an_honest_learner_never_comes_out_below_one_who_bluffs(answers):
    """Both know the same; the points are rounded to a hundredth of a thousand."""
    chances = [chance for chance, _ in answers]
    truthful = expected(chances, [honest(chance) for chance in chances])
    assert truthful >= expected(chances, [certainty for _, certainty in answers]) - 0.01


@pytest.mark.parametrize("cases", [1, 2, 5])
def test_a_guesser_who_claims_certainty_loses_by_it(cases):
    """A floor at 0 marks would pay the bluff three times as much for a single patient."""
    chances = [0.5] * cases
    assert expected(chances, [1] * cases) > expected(chances, [3] * cases) + 100


def test_a_case_of_luck_counts_as_closed_and_neither_earns_nor_costs():
    assert points(Grading.COMPLETION, 4, [(RIGHT, 3)] * 3, luck=1) == 10
    assert points(Grading.CERTAINTY, 4, [(RIGHT, 3)] * 3, luck=1) == 10
    assert points(Grading.CERTAINTY, 4, [(RIGHT, 1)] * 3, luck=1) == 7.78
    assert points(Grading.CERTAINTY, 1, [], luck=1) is None


@pytest.mark.parametrize(
    ("grading", "cases"), [(Grading.RUBRIC, 4), (Grading.COMPLETION, 0), (Grading.CERTAINTY, 0)]
)
def test_where_only_a_person_can_say_nothing_is_computed(grading, cases):
    assert points(grading, cases, [(RIGHT, 3)]) is None


# --- lateness -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "days"), [(-1, 0), (0, 0), (0.01, 1), (24, 1), (24.01, 2), (72, 3)]
)
def test_a_day_late_counts_from_its_beginning(after, days):
    assert days_late(DUE + timedelta(hours=after), DUE) == days
    assert days_late(DUE + timedelta(hours=after), None) == 0


def test_only_what_was_closed_late_loses_points():
    """Else whoever has one patient left would do better not to judge them."""
    rule = GradeRule(Grading.COMPLETION, 10, 4, late_percent=10)
    last = LateCase(3, True, DUE + timedelta(hours=30))
    made = earned(rule, Tally(4, 4, 12), [last], DUE)
    assert (made.points, made.deducted, made.late) == (9.5, 0.5, 1)
    assert earned(rule, Tally(3, 3, 9), (), DUE).points == 7.5


def test_a_late_certainty_loses_its_share_of_its_own_credits():
    rule = GradeRule(Grading.CERTAINTY, 9, 2, late_percent=50)
    late = [LateCase(3, True, DUE + timedelta(hours=1)), LateCase(-6, False, DUE + DUE.resolution)]
    made = earned(rule, Tally(2, 1, 3), late, DUE)
    assert (made.points, made.deducted, made.late) == (4.5, 4.5, 1)


@given(st.integers(0, 100), st.integers(0, 400), st.sampled_from(COMPUTED))
def test_lateness_never_takes_more_than_was_earned(percent, hours, grading):
    rule = GradeRule(grading, 10, 2, percent)
    late = [LateCase(2, True, DUE + timedelta(hours=hours))] * 2
    made = earned(rule, Tally(2, 2, 4), late, DUE)
    assert 0 <= made.points <= made.points + made.deducted <= 10


# --- is there a grade yet? ----------------------------------------------------------------------


RULE = GradeRule(Grading.COMPLETION, 10, 2)


@pytest.mark.parametrize(
    ("closed", "over", "state"),
    [
        (0, False, GradeState.NOT_DUE),
        (1, False, GradeState.NOT_DUE),
        (2, False, GradeState.COMPUTED),
        (0, True, GradeState.COMPUTED),
        (1, True, GradeState.COMPUTED),
    ],
)
def test_there_is_no_grade_while_work_goes_on(closed, over, state):
    done = Tally(closed, closed, 0)
    assert state_of(RULE, done, earned(RULE, done), False, False, over) is state
    assert state_of(RULE, done, earned(RULE, done), True, False, over) is GradeState.BY_HAND
    assert state_of(RULE, done, earned(RULE, done), True, True, over) is GradeState.EXCUSED


def test_a_rubric_waits_for_a_person():
    rule = GradeRule(Grading.RUBRIC, 10, 2)
    assert state_of(rule, Tally(2), None, False, False, False) is GradeState.UNGRADED


def test_work_is_over_once_nothing_more_is_accepted():
    dates = Dates(None, DUE, timedelta(hours=1))
    late = DUE + timedelta(minutes=59)
    assert not is_over(dates, False, late)
    assert is_over(dates, False, late + timedelta(minutes=2))
    assert not is_over(Dates(), False, late)
    assert is_over(Dates(), True, late)
