"""Two areas under the curve on the same patients, against counting pairs and resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.paired_auroc import paired_auroc


def by_pairs(present, scores):
    """The area by its definition: pairs that are ordered rightly, ties half."""
    ill, well = scores[present][:, None], scores[~present][None, :]
    return float(((ill > well) + 0.5 * (ill == well)).mean())


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_each_area_is_the_share_of_pairs_in_the_right_order(seed, steps):
    stream = np.random.default_rng(seed)
    present = np.arange(60) % 3 == 0
    first, second = (np.round(stream.random(60) * steps) / steps for _ in range(2))
    compared = paired_auroc(present, first, second)
    assert compared.first == pytest.approx(by_pairs(present, first))
    assert compared.second == pytest.approx(by_pairs(present, second))


def test_the_interval_is_as_wide_as_resampling_says():
    stream = np.random.default_rng(5)
    present = stream.random(3_000) < 0.3
    truth = stream.normal(1.2 * present, 1)
    first, second = truth + stream.normal(0, 0.6, 3_000), truth + stream.normal(0, 0.6, 3_000)
    differences = []
    for _ in range(400):
        again = stream.integers(0, 3_000, 3_000)
        compared = paired_auroc(present[again], first[again], second[again])
        differences.append(compared.second - compared.first)
    compared = paired_auroc(present, first, second)
    expected = 1.96 * np.std(differences)
    assert (compared.high - compared.low) / 2 == pytest.approx(expected, rel=0.15)


def test_a_score_is_like_itself():
    present, scores = np.arange(10) > 5, np.linspace(0, 1, 10)
    compared = paired_auroc(present, scores, scores)
    assert compared.alike
    assert (compared.low, compared.high) == (0, 0)


def test_noise_is_not_like_the_truth():
    stream = np.random.default_rng(0)
    present = stream.random(2_000) < 0.5
    assert not paired_auroc(present, stream.normal(present, 1), stream.random(2_000)).alike


def test_one_patient_of_a_class_is_too_few():
    with pytest.raises(ValueError, match="two patients"):
        paired_auroc(np.arange(9) == 0, np.linspace(0, 1, 9), np.linspace(0, 1, 9))
