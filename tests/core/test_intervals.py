"""Intervals against the worked examples of the papers that gave the methods."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tutor.core.intervals import (
    Estimate,
    clustered_mean,
    difference,
    mean,
    proportion,
    student,
    wilson,
)

# Newcombe RG. Stat Med 1998;17:857-72, table I, method 3 (Wilson's score interval).
WILSON = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
# Newcombe RG. Stat Med 1998;17:873-90, table II, method 10.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (10, 10, 0, 10, 0.6075, 1.0000),
]


@pytest.mark.parametrize(("events", "n", "low", "high"), WILSON)
def test_wilson(events, n, low, high):
    share = proportion(events, n)
    assert share.value == events / n
    assert share.low == pytest.approx(low, abs=5e-5)
    assert share.high == pytest.approx(high, abs=5e-5)
    assert share.n == n


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), NEWCOMBE)
def test_newcombe(a, m, b, n, low, high):
    contrast = difference(proportion(a, m), proportion(b, n))
    assert contrast.value == pytest.approx(a / m - b / n)
    assert contrast.low == pytest.approx(low, abs=5e-5)
    assert contrast.high == pytest.approx(high, abs=5e-5)
    assert contrast.n == m + n


def test_a_proportion_of_nobody_is_undefined():
    with pytest.raises(ValueError, match="nobody"):
        proportion(0, 0)


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_holds_its_value_and_stays_in_0_to_1(events, n):
    share = proportion(min(events, n), n)
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


def test_an_interval_excludes_what_lies_wholly_outside_it():
    estimate = Estimate(0.5, 0.4, 0.6, 100)
    assert estimate.excludes(0.39)
    assert estimate.excludes(0.61)
    assert not estimate.excludes(0.4)


@given(st.integers(1, 400))
def test_student_is_students_t(freedom):
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=2e-4)


def test_student_needs_a_degree_of_freedom():
    with pytest.raises(ValueError, match="degree"):
        student(0)


def test_wilson_of_arrays_is_wilson_of_each():
    low, high = wilson(np.array([0.25, 0.5]), np.array([8, 20]))
    assert (low[0], high[1]) == (proportion(2, 8).low, proportion(10, 20).high)


def test_the_mean_has_students_interval_within_what_is_possible():
    assert mean([], 0, 1) is None
    assert mean([0.4], 0, 1) == Estimate(0.4, 0, 1, 1)
    three = mean([0.4, 0.5, 0.6], 0, 1)
    assert three.value == pytest.approx(0.5)
    assert three.high == pytest.approx(0.5 + 4.302653 * 0.1 / 3**0.5)
    assert mean([0.0, 0.1, 0.9], 0, 1).low == 0


def test_one_persons_mean_is_students():
    values = np.array([0.1, 0.4, 0.7])
    assert clustered_mean(np.zeros(3, np.int32), values, 0, 1) == mean(values.tolist(), 0, 1)
    assert clustered_mean(np.zeros(0, np.int32), np.zeros(0), 0, 1) is None


def test_several_peoples_mean_is_over_all_values_and_its_interval_over_people():
    alike = clustered_mean(np.repeat([3, 5, 9], 4), np.tile([0.2, 0.4], 6), 0, 1)
    apart = clustered_mean(np.repeat([3, 5, 9], 4), np.repeat([0.1, 0.3, 0.5], 4), 0, 1)
    assert (alike.value, alike.n) == (pytest.approx(0.3), 12)
    assert (apart.low, apart.high) == (0, pytest.approx(0.3 + 4.302653 * 0.2 / sqrt(3)))
    # People whose means are equal by chance: encounters count double, and no more.
    half = 1.959964 * np.std(np.tile([0.2, 0.4], 6), ddof=1) / sqrt(12) / sqrt(2)
    assert alike.high - alike.value == pytest.approx(half, rel=1e-6)


def test_the_mean_of_a_class_holds_the_truth_it_was_drawn_from():
    """400 classes of 15 who each lean by their own amount, 24 cases each."""
    stream, held = np.random.default_rng(4), 0
    for _ in range(400):
        own = 0.1 + 0.05 * stream.standard_normal(15)
        values = (own[:, None] + 0.2 * stream.standard_normal((15, 24))).ravel()
        found = clustered_mean(np.repeat(np.arange(15), 24), values, -1, 1)
        held += found.low <= 0.1 <= found.high
    assert 0.93 <= held / 400 <= 0.98
