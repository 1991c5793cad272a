"""Calibration against the chart's own risk: bins, lean, distance, and who is nearer to it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.reliance.test_counts import of_outcomes
from tutor.core.intervals import mean
from tutor.core.reliance.calibration import calibration, nearness
from tutor.core.verdicts import Outcome

NOT_KNOWN = float("nan")


def found(*rows, person=None):
    """Rows of (probability said, chart risk)."""
    said, risk = zip(*rows, strict=True) if rows else ((), ())
    who = np.array(person if person is not None else [0] * len(rows), np.int32)
    return calibration(who, np.array(said, float), np.array(risk, float))


def test_a_bin_holds_what_was_said_and_the_risk_of_the_same_cases():
    (only,) = found((0.6, 0.5), (0.7, 0.9), (0.65, 0.4)).bins
    assert (only.low, only.high) == (0.6, 0.8)
    assert only.said == pytest.approx(0.65)
    expected = mean([0.5, 0.9, 0.4], 0.0, 1.0)
    assert (only.risk.value, only.risk.n) == (pytest.approx(0.6), 3)
    assert (only.risk.low, only.risk.high) == pytest.approx((expected.low, expected.high))


def test_an_edge_belongs_to_the_bin_above_and_one_to_the_last():
    lows = [one.low for one in found((0.0, 0.1), (0.2, 0.1), (0.8, 0.1), (1.0, 0.1)).bins]
    assert lows == [0.0, 0.2, 0.8]


def test_whoever_says_the_charts_risk_is_calibrated_whatever_came_true():
    risks = np.linspace(0.01, 0.99, 40)
    ideal = found(*zip(risks, risks, strict=True))
    assert (ideal.lean.value, ideal.lean.low, ideal.lean.high) == (0, 0, 0)
    assert ideal.distance.value == 0
    for one in ideal.bins:
        assert one.said == pytest.approx(one.risk.value)


def test_the_distance_is_the_mean_square():
    assert found((1.0, 0.9), (0.5, 0.2)).distance.value == pytest.approx(0.05)


def test_saying_more_than_the_risk_leans_upwards():
    assert found((0.9, 0.6), (0.9, 0.4)).lean.value == pytest.approx(0.4)
    assert found((0.1, 0.4), (0.1, 0.6)).lean.value == pytest.approx(-0.4)


def test_without_a_chart_risk_a_case_is_left_out_and_counted():
    some = found((0.9, 0.5), (0.3, NOT_KNOWN), (NOT_KNOWN, 0.2), (NOT_KNOWN, NOT_KNOWN))
    assert (some.left_out, some.people) == (1, 1)
    assert [one.risk.n for one in some.bins] == [1]
    assert some.lean.value == pytest.approx(0.4)


def test_people_who_agree_among_themselves_widen_the_interval():
    rows = [(0.5, 0.5)] * 20 + [(0.5, 0.3)] * 20
    alone = found(*rows)
    several = found(*rows, person=[0] * 10 + [1] * 10 + [2] * 10 + [3] * 10)
    assert several.people == several.bins[0].people == 4
    assert several.lean.high - several.lean.low > 3 * (alone.lean.high - alone.lean.low)


def test_nothing_said_is_nothing_found():
    empty = found()
    assert (empty.bins, empty.distance, empty.lean, empty.left_out) == ((), None, None, 0)


def test_all_three_are_held_against_the_risk_of_the_same_cases():
    near = nearness(
        of_outcomes(
            Outcome(0.5, 0.9, 0.7, 0.6, True, 0.6),
            Outcome(0.5, 0.1, 0.2, 0.3, True, 0.4),
            Outcome(0.5, 0.0, None, None, True, 0.9),
            Outcome(0.5, 0.0, 1.0, 1.0, True),
        )
    )
    assert near.before.value == pytest.approx((0.09 + 0.09) / 2)
    assert near.after.value == pytest.approx((0.0 + 0.01) / 2)
    assert near.algorithm.value == pytest.approx((0.01 + 0.04) / 2)
    assert near.change.value == pytest.approx(near.after.value - near.before.value)
    assert {near.before.n, near.after.n, near.algorithm.n, near.change.n} == {2}


def test_without_a_known_risk_nobody_is_near_it():
    assert nearness(of_outcomes(Outcome(0.5, 0.9, 0.7, 0.6, True))) is None
