"""Learners of known reliance are recovered; the full study is ``python -m benchmarks coverage``.

Seeded, so each test passes or fails for good. The bounds are 93 to 97 %, wider by two standard
errors of the smaller number of simulations.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from benchmarks.coverage import CASES, KINDS, VARIED, Learners, one_by_one, together


def bounds(simulations):
    slack = 2 * sqrt(0.05 * 0.95 / simulations)
    return 0.93 - slack, 0.97 + slack


@pytest.mark.parametrize("cases", CASES)
@pytest.mark.parametrize(("name", "rair", "rsr"), KINDS)
def test_a_learners_own_intervals_hold_the_truth(name, rair, rsr, cases):
    for row in one_by_one(Learners(name, rair, rsr), cases, np.random.default_rng(3)):
        low, high = bounds(row.measurable)
        assert low <= row.covered <= high, row


@pytest.mark.parametrize("alike", [None, VARIED], ids=["alike", "varied"])
def test_a_classs_intervals_hold_the_truth(alike):
    learners = Learners("", 0.6, 0.7, alike)
    for row in together(learners, 30, 24, np.random.default_rng(3), simulations=300):
        low, high = bounds(row.measurable)
        assert low <= row.covered <= high, row
