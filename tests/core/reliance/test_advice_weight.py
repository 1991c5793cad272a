"""RAIR and RSR count what Schemmer et al. count, and are silent where there is nothing to count."""

from __future__ import annotations

import pytest

from tutor.core.reliance.advice_weight import (
    Ratio,
    mean_weight_of_advice,
    reliance,
    weight_of_advice,
)
from tutor.core.scoring import Outcome

NO, YES = 0.1, 0.9


def outcomes(*ways):
    return [Outcome(0.5, initial, advice, final, True) for initial, advice, final in ways]


def test_rair_is_the_share_of_corrected_among_correctable():
    measured = reliance(outcomes((NO, YES, YES), (NO, YES, NO), (NO, YES, YES), (YES, YES, NO)))
    assert measured.rair == Ratio(2, 3)


def test_rsr_is_the_share_kept_among_defensible():
    measured = reliance(outcomes((YES, NO, YES), (YES, NO, NO), (NO, NO, YES), (YES, YES, YES)))
    assert measured.rsr == Ratio(1, 2)


def test_unaided_cases_are_passed_over():
    assert reliance(outcomes((NO, None, None), (YES, None, None))).rsr.denominator == 0


def test_with_nothing_below_it_is_not_yet_measurable():
    measured = reliance([])
    assert measured.rair.value is None
    assert measured.rsr.value is None
    assert Ratio(0, 2).value == 0


@pytest.mark.parametrize(
    ("initial", "advice", "final", "weight"),
    [
        (0.2, 0.8, 0.5, 0.5),
        (0.8, 0.2, 0.2, 1.0),
        (0.4, 0.8, 0.2, 0.0),
        (0.4, 0.6, 0.9, 1.0),
        (0.5, 0.5, 0.7, None),
    ],
)
def test_weight_of_advice(initial, advice, final, weight):
    found = weight_of_advice(initial, advice, final)
    assert found == (None if weight is None else pytest.approx(weight))


def test_the_mean_weight_passes_over_encounters_that_have_none():
    alone = Outcome(0.5, 0.2, None, None, True)
    found = mean_weight_of_advice(
        [*outcomes((0.2, 0.8, 0.5), (0.2, 0.8, 0.8), (0.5, 0.5, 0.7)), alone]
    )
    assert (found.value, found.n) == (pytest.approx(0.75), 2)
    assert mean_weight_of_advice([alone]) is None
