"""Resampling people: the sums have the right mean and spread, whichever way they are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.core.intervals import Z95, proportion
from tutor.core.reliance import bootstrap
from tutor.core.reliance.bootstrap import RESAMPLES, half_width, resampled, share_interval


def stream():
    return np.random.default_rng(5)


def interval(above, below):
    return share_interval(np.array(above), np.array(below), stream())


@pytest.mark.parametrize("alike", [0, 10**9], ids=["by counts", "by people"])
def test_resampled_sums_have_the_mean_and_variance_of_drawing_people(alike, monkeypatch):
    monkeypatch.setattr(bootstrap, "ALIKE", alike)
    rows = stream().integers(0, 5, (40, 3))
    sums = resampled(rows, stream())
    assert sums.shape == (RESAMPLES, 3)
    assert sums.mean(axis=0) == pytest.approx(rows.sum(axis=0), rel=0.02)
    assert sums.var(axis=0) == pytest.approx(40 * rows.var(axis=0), rel=0.12)


@pytest.mark.parametrize("alike", [0, 10**9], ids=["by counts", "by people"])
def test_columns_of_one_person_are_drawn_together(alike, monkeypatch):
    monkeypatch.setattr(bootstrap, "ALIKE", alike)
    above = stream().integers(0, 5, 40)
    sums = resampled(np.stack([above, above + 2], axis=1), stream())
    assert (sums[:, 1] - sums[:, 0] == 80).all()


def test_a_small_chunk_changes_the_memory_and_not_the_number_of_resamples(monkeypatch):
    monkeypatch.setattr(bootstrap, "CHUNK", 100)
    assert resampled(np.arange(30).reshape(-1, 1), stream()).shape == (RESAMPLES, 1)


def test_nobody_to_count_is_no_interval():
    assert interval([0, 0], [0, 0]) is None


def test_one_person_gets_wilsons_interval_over_the_encounters():
    one = proportion(3, 8)
    assert interval([0, 3], [0, 8]) == pytest.approx((one.low, one.high))


def test_people_who_differ_are_worth_fewer_encounters_than_they_had():
    """Ten always right, ten always wrong, ten cases each: twenty independent facts, not 200."""
    low, high = interval([10] * 10 + [0] * 10, [10] * 20)
    worth = proportion(10, 20)
    assert (low, high) == pytest.approx((worth.low, worth.high), abs=0.03)


def test_people_who_are_all_the_same_are_worth_twice_their_encounters_at_most():
    found = interval([5] * 20, [10] * 20)
    twice = proportion(200, 400)
    assert found == pytest.approx((twice.low, twice.high))


def test_all_right_is_no_certainty_and_few_people_are_less_certain():
    many, few = interval([10] * 50, [10] * 50), interval([250, 250], [250, 250])
    assert few[0] < many[0] < 1
    assert many[1] == few[1] == 1


def test_the_same_seed_gives_the_same_interval():
    above = [1, 4, 2, 3, 0]
    assert interval(above, [5] * 5) == interval(above, [5] * 5)


def test_half_width_is_bounded_below_by_half_the_variance_of_independence():
    assert half_width(np.zeros(10), 0.2, 8) == pytest.approx(0.5**0.5 * Z95 * 0.2)
    assert half_width(np.array([0.0, 2.0]), 0.2, 1000) == pytest.approx(Z95, rel=0.01)


def test_a_large_class_shares_its_draws_and_the_spread_is_the_same():
    stream = np.random.default_rng(3)
    below = stream.integers(0, 60, 700)
    above = stream.binomial(below, 0.6)
    rows = np.stack([above, below], axis=1)
    shared, again = (bootstrap.resampled(rows, stream) for _ in range(2))
    assert np.array_equal(shared, again)
    anew = np.array([rows[stream.integers(0, 700, 700)].sum(axis=0) for _ in range(2_000)])
    for sums in (shared, anew):
        assert np.allclose(sums.mean(axis=0), rows.sum(axis=0), rtol=0.01)
    spread = [np.std(sums[:, 0] / sums[:, 1]) for sums in (shared, anew)]
    assert 0.93 < spread[0] / spread[1] < 1.07
