"""Class-conditional sets: each class is covered as promised, however rare it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from tutor.core.conformal import Answers, ClassConditional

# One false alarm in ten million runs of a property with some hundred examples.
CHANCE = 1e-9


def drawn(seed, n, prevalence, shift):
    """Exchangeable patients: scores that overlap more or less, and who has the condition."""
    stream = np.random.default_rng(seed)
    present = stream.random(n) < prevalence
    return 1 / (1 + np.exp(-stream.normal(shift * present, 1))), present


def within_chance(covered, n, calibrated, level):
    """Coverage given ``calibrated`` earlier patients is beta-binomial (Vovk 2012)."""
    left_out = int(np.floor((1 - level) * (calibrated + 1)))
    law = betabinom(n, calibrated + 1 - left_out, left_out)
    return law.cdf(covered) > CHANCE and law.sf(covered - 1) > CHANCE


@given(
    seed=st.integers(0, 2**32 - 1),
    prevalence=st.sampled_from([0.02, 0.1, 0.5]),
    shift=st.sampled_from([0.0, 1.0, 3.0]),
    level=st.sampled_from([0.8, 0.9, 0.95]),
)
def test_each_class_is_covered_within_chance_of_the_level(seed, prevalence, shift, level):
    scores, present = drawn(seed, 8_000, prevalence, shift)
    fitted = ClassConditional.of(scores[::2], present[::2], level)
    for estimate, of_class in zip(
        fitted.coverage(scores[1::2], present[1::2]), (present, ~present), strict=True
    ):
        covered = round(estimate.value * estimate.n)
        assert estimate.n == of_class[1::2].sum()
        assert within_chance(covered, estimate.n, int(of_class[::2].sum()), level)


def test_a_rare_class_is_covered_where_one_threshold_for_all_would_drop_it():
    signal, present = drawn(3, 100_000, 0.02, 1.0)
    odds = 0.02 / 0.98 * np.exp(-0.5) * signal / (1 - signal)
    scores = odds / (1 + odds)  # as a model that knows how rare it is would say
    wrong = np.where(present, 1 - scores, scores)
    marginal = wrong[1::2] <= np.quantile(wrong[::2], 0.9)
    assert marginal[present[1::2]].mean() < 0.3
    rare, _ = ClassConditional.of(scores[::2], present[::2]).coverage(scores[1::2], present[1::2])
    assert abs(rare.value - 0.9) < 0.04


@given(st.integers(0, 2**32 - 1))
def test_a_higher_score_never_brings_back_absence_nor_rules_out_presence(seed):
    scores, present = drawn(seed, 400, 0.4, 1.0)
    fitted = ClassConditional.of(scores, present)
    present_in, absent_in = fitted.possible(np.linspace(0, 1, 101))
    assert np.all(np.diff(present_in.astype(int)) >= 0)
    assert np.all(np.diff(absent_in.astype(int)) <= 0)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.10, Answers(present=False, absent=True)),
        (0.42, Answers(present=False, absent=False)),
        (0.95, Answers(present=True, absent=False)),
    ],
)
def test_where_the_classes_lie_apart_a_score_between_them_fits_neither(score, expected):
    scores = np.concatenate([np.linspace(0.0, 0.3, 50), np.linspace(0.6, 1.0, 50)])
    fitted = ClassConditional.of(scores, np.arange(100) >= 50)
    assert fitted.answers(score) == expected


def test_where_the_classes_cannot_be_told_apart_both_answers_stay():
    scores = np.tile(np.linspace(0, 1, 100), 2)
    fitted = ClassConditional.of(scores, np.arange(200) >= 100)
    assert fitted.answers(0.5) == Answers(present=True, absent=True)


def test_with_few_patients_of_a_class_it_is_never_ruled_out():
    """Eight cannot rule anything out at 90 %: the promise would not hold."""
    scores, present = np.linspace(0.5, 1, 108), np.arange(108) >= 100
    assert ClassConditional.of(scores, present).answers(0.0).present


def test_tied_scores_stay_in_together():
    scores, present = np.repeat([0.2, 0.8], 50), np.tile([True, False], 50)
    assert ClassConditional.of(scores, present).answers(0.2) == Answers(True, True)


@pytest.mark.parametrize("everyone", [True, False])
def test_without_one_of_the_classes_there_is_nothing_to_calibrate(everyone):
    with pytest.raises(ValueError, match="with the condition and without"):
        ClassConditional.of(np.array([0.2, 0.4]), np.array([everyone, everyone]))
