"""Training and holding out: the same seed gives the same model; nobody is in both cohorts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.errors import BuildError
from tutor.lab.training import study, train


def test_the_same_seed_gives_the_same_model(small_model, small_study):
    again = study(small_model, small_study.seed)
    np.testing.assert_array_equal(again.probability, small_study.probability)


def test_another_seed_gives_another_model(small_model, small_study):
    other = train(small_model, small_study.seed + 1)
    assert not np.array_equal(other.predict(small_study.patients), small_study.probability)


def test_the_training_cohort_is_the_models_own(small_study):
    assert small_study.fitted.inputs.shape == (1_500, 4)


def test_held_out_patients_are_not_those_it_learned_from(small_study):
    learned = {tuple(row) for row in small_study.fitted.inputs}
    rows = small_study.patients.matrix(small_study.fitted.model.columns)
    shared = sum(tuple(row) in learned for row in rows)
    assert shared < 0.05 * len(rows)  # values are rounded, so a few coincide


def test_an_alert_is_a_probability_at_the_threshold(small_study):
    threshold = small_study.fitted.model.threshold
    np.testing.assert_array_equal(small_study.alert, small_study.probability >= threshold)


def test_the_truth_and_not_the_label_counts(small_model):
    flipped = replace(small_model, truth="tablet")
    held_out = study(flipped, 0)
    np.testing.assert_array_equal(held_out.truth, held_out.patients["tablet"] == 1)


def test_a_fresh_cohort_takes_an_intervention(small_study):
    assert small_study.simulate(30, ran=1)["ran"].tolist() == [1] * 30


def test_a_cohort_with_one_class_cannot_be_learned_from(small_model):
    with pytest.raises(BuildError, match="same label"):
        train(replace(small_model, training={"bacterial": 1}), 0)
