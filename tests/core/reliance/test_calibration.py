"""Calibration: bins with intervals, the Brier score, and which way forecasts lean."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.core.intervals import proportion
from tutor.core.reliance.calibration import FEW, Forecasts, calibration


def of(*rows, person=None):
    said, present = zip(*rows, strict=True) if rows else ((), ())
    who = person if person is not None else [0] * len(rows)
    return Forecasts(np.array(who, int), np.array(said, float), np.array(present, bool))


def found(forecasts):
    return calibration(forecasts, np.random.default_rng(3))


def test_a_bin_holds_what_was_said_and_what_came_true():
    (only,) = found(of((0.6, True), (0.7, True), (0.65, False))).bins
    assert (only.low, only.high) == (0.6, 0.8)
    assert only.said == pytest.approx(0.65)
    assert only.came_true == proportion(2, 3)


def test_an_edge_belongs_to_the_bin_above_and_one_to_the_last():
    lows = [one.low for one in found(of((0.0, False), (0.2, True), (0.8, True), (1.0, True))).bins]
    assert lows == [0.0, 0.2, 0.8]


def test_the_brier_score_is_the_mean_squared_distance():
    score = found(of((1.0, True), (0.5, True))).brier
    assert score is not None
    assert score.value == pytest.approx(0.125)


def test_calling_too_much_present_leans_upwards():
    assert found(of((0.9, False), (0.9, True))).lean == pytest.approx(0.4)
    assert found(of((0.1, True), (0.1, False))).lean == pytest.approx(-0.4)


def test_few_are_called_few():
    assert found(of(*[(0.5, True)] * (FEW - 1))).bins[0].few
    assert not found(of(*[(0.5, True)] * FEW)).bins[0].few


def test_people_who_agree_among_themselves_widen_the_interval():
    rows = [(0.5, True)] * 20 + [(0.5, False)] * 20
    alone = found(of(*rows)).bins[0].came_true
    two = found(of(*rows, person=[0] * 20 + [1] * 20)).bins[0]
    assert two.people == 2
    assert two.came_true.high - two.came_true.low > alone.high - alone.low


def test_nothing_said_is_nothing_found():
    empty = found(of())
    assert (empty.bins, empty.brier, empty.lean) == ((), None, None)
