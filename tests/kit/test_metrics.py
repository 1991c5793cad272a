"""Watching an algorithm: observed to expected, recalibration, area under the curve."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.kit import Estimate
from tutor.kit.metrics import apart, auroc, mean, observed_to_expected, recalibrated, watched


def drifting(months=36, patients=2_000, after=0.75):
    """A calibrated model whose outcome rate falls to ``after`` of itself from month 6 on."""
    stream = np.random.default_rng(3)
    chance = np.clip(stream.beta(1, 9, (months, patients)), 0.001, 0.999)
    true = chance * np.where(np.arange(months) < 6, 1.0, after)[:, None]
    return chance, (stream.random((months, patients)) < true).astype(int)


def test_observed_to_expected_has_the_interval_of_a_count():
    ratio = observed_to_expected(400, 500, 10_000)
    assert ratio.value == 0.8
    assert ratio.low == pytest.approx((400 - 1.96 * 20) / 500, abs=1e-3)
    assert ratio.excludes(1.0)


def test_watching_mends_what_leaving_alone_does_not():
    chance, outcome = drifting()
    alone = observed_to_expected(float(outcome.sum()), float(chance.sum()), outcome.size)
    assert alone.high < 0.9
    assert watched(chance, outcome).value == pytest.approx(1.0, abs=0.03)


def test_a_month_is_judged_before_it_is_learned_from():
    chance, outcome = drifting(months=1, after=1.0)
    outcome[:] = 0
    outcome[0, :20] = 1
    expected = float(chance.sum())
    assert watched(chance, outcome).value == pytest.approx(20 / expected)


def test_without_drift_nothing_is_changed():
    chance, outcome = drifting(months=12, after=1.0)
    alone = observed_to_expected(float(outcome.sum()), float(chance.sum()), outcome.size)
    assert watched(chance, outcome).value == pytest.approx(alone.value, abs=0.02)


def test_recalibration_makes_the_expected_count_the_observed_one():
    logit = np.log(np.array([0.05, 0.1, 0.4, 0.7]) / (1 - np.array([0.05, 0.1, 0.4, 0.7])))
    shift = recalibrated(logit, 2)
    assert (1 / (1 + np.exp(-(logit + shift)))).sum() == pytest.approx(2)
    assert shift > 0


def test_the_area_counts_pairs_and_ties_by_half():
    chance = np.array([0.1, 0.4, 0.4, 0.8])
    assert auroc(chance, np.array([0, 0, 1, 1])).value == pytest.approx(3.5 / 4)
    assert auroc(chance, np.array([1, 1, 0, 0])).value == pytest.approx(0.5 / 4)
    assert auroc(np.ones(4), np.array([0, 1, 0, 1])).value == pytest.approx(0.5)


def test_two_estimates_apart_never_less_than_nothing():
    gap = apart(Estimate(0.80, 0.78, 0.82, 10), Estimate(0.81, 0.79, 0.83, 10))
    assert gap.value == pytest.approx(0.01)
    assert gap.low == 0.0
    assert gap.high == pytest.approx(0.01 + 0.02 * 2**0.5)


def test_the_interval_of_an_area_stays_between_0_and_1():
    outcome = np.array([0, 0, 0, 1, 1, 1])
    nearly = auroc(np.array([0.1, 0.2, 0.6, 0.5, 0.8, 0.9]), outcome)
    assert nearly.value == pytest.approx(8 / 9)
    assert nearly.high == 1.0
    assert auroc(1 - np.array([0.1, 0.2, 0.6, 0.5, 0.8, 0.9]), outcome).low == 0.0


def test_an_outcome_may_be_a_mask():
    chance, outcome = np.array([0.3, 0.7, 0.2, 0.4]), np.array([0, 1, 1, 0])
    assert auroc(chance, outcome == 1) == auroc(chance, outcome)


def test_a_mean_has_an_interval_of_its_standard_error():
    found = mean(np.array([1.0, 2.0, 3.0, 4.0]))
    half = 1.959964 * np.sqrt(5 / 3) / 2
    assert (found.value, found.n) == (2.5, 4)
    assert (found.low, found.high) == pytest.approx((2.5 - half, 2.5 + half))
