"""Scores: together and one by one, not measurable with nothing below."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.reliance.test_counts import answers
from tutor.core.intervals import proportion
from tutor.core.reliance.counts import MEASURES, Answers, tally
from tutor.core.reliance.measures import CHUNK, each, score, together

WAYS = [("B", "A", "A"), ("B", "A", "B"), ("A", "A", "A"), ("A", None, None)]


def stream():
    return np.random.default_rng(5)


def test_each_person_has_wilsons_intervals_and_counts_of_their_own():
    first, second = each(tally(answers(*WAYS, ("B", "A", "A"), person=[0, 0, 0, 0, 1]), 2))
    rair = proportion(1, 2)
    assert (first["rair"].numerator, first["rair"].denominator) == (1, 2)
    assert first["rair"].interval == pytest.approx((rair.low, rair.high))
    assert (second["rair"].value, second.n) == (1.0, 1)


def test_n_is_the_number_of_encounters_with_the_algorithm():
    (mine,) = each(tally(answers(*WAYS), 1))
    assert mine.n == 3
    assert mine["accuracy_unaided"].denominator == 1


def test_with_nothing_below_there_is_neither_value_nor_interval():
    (mine,) = each(tally(answers(("A", "A", "A")), 1))
    assert mine["rair"].value is None
    assert mine["rair"].interval is None
    pooled = together(tally(answers(("A", "A", "A")), 1), stream())
    assert pooled["rsr"].value is None
    assert pooled["rsr"].interval is None


def test_one_person_together_is_that_person():
    counted = tally(answers(*WAYS), 1)
    (mine,) = each(counted)
    pooled = together(counted, stream())
    for measure in MEASURES:
        assert pooled[measure].value == mine[measure].value
        assert pooled[measure].interval == pytest.approx(mine[measure].interval)


def test_together_sums_the_people():
    pooled = together(tally(answers(*WAYS, *WAYS, person=[0] * 4 + [1] * 4), 2), stream())
    assert (pooled.people, pooled.n) == (2, 6)
    assert (pooled["rair"].numerator, pooled["rair"].denominator) == (2, 4)


def test_many_people_come_in_their_order():
    n = CHUNK + 2
    right = np.zeros(n, np.int32)
    wrong_last = np.zeros(n, np.int32)
    wrong_last[-1] = 1
    columns = Answers(np.arange(n, dtype=np.int32), right, right, wrong_last, right)
    values = [scores["accuracy_final"].value for scores in each(tally(columns, n))]
    assert values == [1.0] * (n - 1) + [0.0]


def test_a_part_is_scored_by_the_people_in_it():
    whole = answers(*WAYS, *WAYS, person=[7] * 4 + [9] * 4)
    part = score(whole.where(whole.person == 9), stream())
    assert (part.people, part.n) == (1, 3)
