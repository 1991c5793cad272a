"""Scores: pooled and one by one, not measurable with nothing below."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.reliance.test_counts import answers, of_outcomes
from tutor.core.intervals import proportion
from tutor.core.reliance.counts import MEASURES, tally
from tutor.core.reliance.encounters import Encounters
from tutor.core.reliance.measures import (
    CHUNK,
    each,
    of_one,
    pooled,
    score,
    share_of,
    weight_of_advice,
)
from tutor.core.verdicts import Outcome

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
    all_ = pooled(tally(answers(("A", "A", "A")), 1), stream())
    assert all_["rsr"].value is None
    assert all_["rsr"].interval is None


def test_one_person_pooled_is_that_person():
    counted = tally(answers(*WAYS), 1)
    (mine,) = each(counted)
    all_ = pooled(counted, stream())
    for measure in MEASURES:
        assert all_[measure].value == mine[measure].value
        assert all_[measure].interval == pytest.approx(mine[measure].interval)


def test_pooled_sums_the_people():
    all_ = pooled(tally(answers(*WAYS, *WAYS, person=[0] * 4 + [1] * 4), 2), stream())
    assert (all_.people, all_.n) == (2, 6)
    assert (all_["rair"].numerator, all_["rair"].denominator) == (2, 4)


def test_many_people_come_in_their_order():
    n = CHUNK + 2
    right = np.zeros(n, np.int32)
    wrong_last = np.zeros(n, np.int32)
    wrong_last[-1] = 1
    who = np.arange(n, dtype=np.int32)
    columns = Encounters.of_codes(who, right, right, wrong_last, right)
    values = [scores["accuracy_final"].value for scores in each(tally(columns, n))]
    assert values == [1.0] * (n - 1) + [0.0]


def test_a_part_is_scored_by_the_people_in_it():
    whole = answers(*WAYS, *WAYS, person=[7] * 4 + [9] * 4)
    part = score(whole.where(whole.person == 9), stream())
    assert (part.people, part.n) == (1, 3)


NO, YES = 0.1, 0.9


def ways(*given):
    return [Outcome(0.5, initial, advice, final, True) for initial, advice, final in given]


def test_one_persons_outcomes_are_scored():
    found = of_one(ways((NO, YES, YES), (NO, YES, NO), (YES, NO, NO), (YES, YES, NO)))
    assert (found["rair"].numerator, found["rair"].denominator) == (1, 2)
    assert (found["rsr"].numerator, found["rsr"].denominator) == (0, 1)
    assert (found["automation_bias"].numerator, found["revision_bias"].numerator) == (1, 1)
    assert of_one([])["rair"].value is None


def test_a_share_is_of_those_below_the_line():
    rows = answers(*WAYS, person=[0, 0, 1, 1])
    found = share_of(rows, rows.aided, rows.right_last, stream())
    assert (found.numerator, found.denominator) == (2, 3)
    assert found.interval[0] < 2 / 3 < found.interval[1]
    assert share_of(rows, rows.defensible, rows.right_last, stream()).interval is None


@pytest.mark.parametrize(
    ("initial", "advice", "final", "weight"),
    [
        (0.2, 0.8, 0.5, 0.5),
        (0.8, 0.2, 0.2, 1.0),
        (0.4, 0.8, 0.2, 0.0),
        (0.4, 0.6, 0.9, 1.0),
    ],
)
def test_the_weight_of_advice_is_the_part_of_the_way_moved(initial, advice, final, weight):
    found = weight_of_advice(of_outcomes(*ways((initial, advice, final))))
    assert (found.value, found.n) == (pytest.approx(weight), 1)


def test_the_mean_weight_passes_over_encounters_that_have_none():
    alone = Outcome(0.5, 0.2, None, None, True)
    same = Outcome(0.5, 0.5, 0.5, 0.7, True)
    luck = Outcome(0.5, 0.2, 0.8, 0.2, True, scored=False)
    moved = ways((0.2, 0.8, 0.5), (0.2, 0.8, 0.8))
    found = weight_of_advice(of_outcomes(*moved, alone, same, luck))
    assert (found.value, found.n) == (pytest.approx(0.75), 2)
    assert weight_of_advice(of_outcomes(alone, same, luck)) is None
