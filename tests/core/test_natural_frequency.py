"""What a score has meant, among the patients scored nearest to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.natural_frequency import ScoreHistory

SCORES = np.linspace(0, 1, 1_001)


def test_it_counts_the_patients_nearest_in_rank():
    past = ScoreHistory.of(SCORES, SCORES >= 0.5)
    assert past.like(0.0).events == 0
    assert past.like(1.0).events == 200
    assert past.like(0.5).events == pytest.approx(100, abs=2)


def test_the_order_of_the_held_out_patients_does_not_matter():
    mixed = np.random.default_rng(0).permutation(len(SCORES))
    scores, present = SCORES[mixed], (SCORES >= 0.7)[mixed]
    assert ScoreHistory.of(scores, present).like(0.66) == ScoreHistory.of(
        SCORES, SCORES >= 0.7
    ).like(0.66)


def test_equal_scores_are_met_in_their_middle():
    present = np.arange(1_000) >= 500
    like = ScoreHistory.of(np.full(1_000, 0.3), present).like(0.3)
    assert (like.events, like.n) == (100, 200)


def test_fewer_patients_than_asked_for_are_all_counted():
    like = ScoreHistory.of(np.array([0.2, 0.9]), np.array([False, True])).like(0.5)
    assert (like.events, like.n) == (1, 2)


@given(st.floats(0, 1), st.integers(1, 300))
def test_the_share_lies_in_its_interval(score, n):
    like = ScoreHistory.of(SCORES, np.arange(1_001) % 3 == 0).like(score, n)
    assert like.n == n
    assert like.low <= like.events / like.n + 1e-12
    assert like.events / like.n <= like.high + 1e-12
