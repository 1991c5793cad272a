"""Grades from counted work: within what there is to earn, and never of a rubric."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.assignment import Grading
from tutor.core.grade_rules import Answered, computed

ANSWERS = st.lists(st.builds(Answered, st.booleans(), st.sampled_from([1, 2, 3])), max_size=30)
COMPUTED = [Grading.COMPLETION, Grading.CERTAINTY]


@given(st.sampled_from(COMPUTED), st.floats(0.5, 1000), st.integers(1, 20), ANSWERS)
def test_a_grade_is_between_nothing_and_everything(grading, points, cases, answered):
    grade = computed(grading, points, cases, answered)
    assert grade is not None
    assert 0 <= grade <= round(points, 2)


@pytest.mark.parametrize(("closed", "points"), [(0, 0), (1, 2.5), (4, 10), (5, 10)])
def test_completion_is_the_share_of_cases_closed(closed, points):
    assert computed(Grading.COMPLETION, 10, 4, [Answered(False, 3)] * closed) == points


@pytest.mark.parametrize(
    ("answered", "points"),
    [
        ([Answered(True, 3)] * 4, 10),
        ([Answered(True, 1)] * 4, 3.33),
        ([Answered(True, 3)] * 2, 5),
        ([Answered(False, 1)] * 4, 0),
        ([Answered(True, 3), Answered(False, 3)] * 2, 0),
        ([Answered(True, 3)] * 3 + [Answered(False, 2)], 5.83),
    ],
)
def test_certainty_pays_for_being_sure_and_right(answered, points):
    assert computed(Grading.CERTAINTY, 10, 4, answered) == points


def test_a_case_of_luck_counts_as_closed_and_neither_earns_nor_costs():
    luck = [Answered(False, 3, scored=False)]
    assert computed(Grading.COMPLETION, 10, 4, [Answered(True, 3)] * 3 + luck) == 10
    assert computed(Grading.CERTAINTY, 10, 4, [Answered(True, 3)] * 3 + luck) == 10
    assert computed(Grading.CERTAINTY, 10, 4, [Answered(True, 1)] * 3 + luck) == 3.33
    assert computed(Grading.CERTAINTY, 10, 1, luck) is None


@pytest.mark.parametrize(
    ("grading", "cases"), [(Grading.RUBRIC, 4), (Grading.COMPLETION, 0), (Grading.CERTAINTY, 0)]
)
def test_where_only_a_person_can_say_nothing_is_computed(grading, cases):
    assert computed(grading, 10, cases, [Answered(True, 3)]) is None
