"""Power by simulation: as exact arithmetic has it where that is possible."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from tutor.core.intervals import proportion
from tutor.core.power import Leaners, cases_needed, power


def leaners(n, keeps, right=1.0):
    return Leaners(np.array([[n]]), right, np.array([keeps]))


def of(found, reference=0.6, people=1, runs=4_000, seed=0):
    return power(found, reference, people, runs, np.random.default_rng(seed))


@pytest.mark.parametrize(("n", "keeps"), [(12, 0.2), (40, 0.4), (80, 0.45), (80, 0.6)])
def test_for_one_learner_it_is_what_the_binomial_says(n, keeps):
    exact = sum(
        comb(n, k) * keeps**k * (1 - keeps) ** (n - k)
        for k in range(n + 1)
        if proportion(k, n).high < 0.6
    )
    found = of(leaners(n, keeps), runs=20_000)
    assert found.value == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5 + 1e-3)


def test_a_class_sees_more_than_a_learner_and_cries_wolf_as_seldom():
    one, twenty = of(leaners(4, 0.4)), of(leaners(4, 0.4), people=20, runs=300)
    assert twenty.low > one.high
    assert of(leaners(4, 0.6), people=20, runs=300).low < 0.05


def test_where_nobody_is_right_at_first_nothing_is_seen():
    assert of(leaners(50, 0.1, right=0.0)).value == 0
    assert of(leaners(50, 0.1, right=0.0), people=5, runs=50).value == 0


def test_each_kind_of_case_has_its_own_chance():
    mixed = Leaners(np.array([[40, 40]]), 1.0, np.array([0.0, 0.8]))
    assert of(mixed).value == pytest.approx(1.0, abs=0.05)
    assert of(replace_keeps(mixed, [0.8, 0.8])).value < 0.01


def replace_keeps(found, keeps):
    return Leaners(found.cases, found.right, np.array(keeps))


def test_the_number_needed_is_read_between_two_sizes_on_a_doubling_scale():
    assert cases_needed([12, 24, 48], [0.5, 0.7, 0.9]) == pytest.approx(24 * 2**0.5)
    assert cases_needed([12, 24], [0.85, 0.95]) == 12
    assert cases_needed([12, 24], [0.6, 0.8]) == 24
    assert cases_needed([12, 24, 48], [0.1, 0.2, 0.79]) is None
