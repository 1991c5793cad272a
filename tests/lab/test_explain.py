"""Base and contributions are the model's own probability, and are Shapley values by definition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shap

from tutor.lab import explain as explaining
from tutor.lab.explain import background, brute_force, explain, single_precision
from tutor.lab.explanation import BOUND


@pytest.fixture(scope="module")
def patients(small_study):
    return small_study.patients.take(np.arange(400))


@pytest.fixture(scope="module")
def explained(small_study, patients):
    return explain(small_study.fitted, patients)


def test_base_and_contributions_are_the_models_own_probability(small_study, patients, explained):
    rows = patients.matrix(small_study.fitted.model.columns)
    own = small_study.fitted.estimator.predict_proba(rows)[:, 1]
    total = explained.base + explained.contributions.sum(axis=1)
    np.testing.assert_allclose(total, own, rtol=0, atol=BOUND)
    np.testing.assert_array_equal(explained.probability, own)


def test_the_base_is_the_mean_over_the_stated_background(small_study, explained):
    reference = background(small_study.fitted)
    assert reference.shape == (40, 4)
    own = small_study.fitted.estimator.predict_proba(reference)[:, 1].mean()
    assert explained.base == pytest.approx(own, abs=1e-9)


def test_every_contribution_is_the_shapley_value(small_study, patients, explained):
    rows = patients.matrix(small_study.fitted.model.columns)
    for at in range(0, 400, 20):
        by_definition = brute_force(small_study.fitted, rows[at])
        np.testing.assert_allclose(explained.contributions[at], by_definition, rtol=0, atol=1e-7)


def test_the_one_output_is_what_shap_says_of_the_classifier_to_the_bit(small_study, explained):
    reference = background(small_study.fitted).astype(np.float32)
    explainer = shap.TreeExplainer(
        small_study.fitted.estimator,
        data=shap.maskers.Independent(reference, max_samples=len(reference)),
        feature_perturbation="interventional",
        model_output="probability",
    )
    rows = small_study.patients.take(np.arange(9)).matrix(small_study.fitted.model.columns)
    values = explainer.shap_values(rows.astype(np.float32), check_additivity=False)
    assert (values[..., 1] == explained.contributions[:9]).all()
    assert explainer.expected_value[1] == explained.base
    by_paths = shap.TreeExplainer(
        small_study.fitted.estimator, feature_perturbation="tree_path_dependent"
    ).shap_values(rows.astype(np.float32), check_additivity=False)
    assert (by_paths[..., 1] == explaining.by_paths(small_study.fitted.estimator, rows)).all()


def test_brute_force_on_a_game_whose_values_are_known(small_study):
    """For a product of two features over one background row at 0, each gets half (Shapley)."""

    class Product:
        def predict_proba(self, x):
            p = x[:, 0] * x[:, 1] + 0.1 * x[:, 2]
            return np.column_stack([1 - p, p])

    game = replace(small_study.fitted, estimator=Product(), inputs=np.zeros((1, 3)))
    np.testing.assert_allclose(brute_force(game, np.array([0.5, 0.8, 1.0])), [0.2, 0.2, 0.1])


def test_thresholds_in_single_precision_change_no_prediction(fresh_study):
    fitted = fresh_study.fitted
    rows = fresh_study.patients.matrix(fitted.model.columns)
    ties = np.concatenate([tree.tree_.threshold for tree in fitted.estimator.estimators_])
    on_threshold = np.repeat(ties[:, None], rows.shape[1], axis=1)
    rows = np.concatenate([rows, on_threshold, np.nextafter(on_threshold, np.inf)])
    before = fitted.estimator.predict_proba(rows)
    single_precision(fitted.estimator)
    after = fitted.estimator.predict_proba(rows)
    np.testing.assert_array_equal(before, after)
    for tree in fitted.estimator.estimators_:
        threshold = tree.tree_.threshold
        np.testing.assert_array_equal(threshold, threshold.astype(np.float32))


def test_patients_on_a_threshold_are_explained_too(fresh_study):
    """The values that shap's own single precision gets wrong (DESIGN.md, section 5)."""
    fitted, model = fresh_study.fitted, fresh_study.fitted.model
    ties = {
        float(t)
        for tree in fitted.estimator.estimators_
        for t, feature in zip(tree.tree_.threshold, tree.tree_.feature, strict=True)
        if feature == model.columns.index("temperature")
    }
    temperature = np.resize(sorted(ties), 200)
    patients = fresh_study.patients.take(np.arange(200)).with_columns(temperature=temperature)
    explained = explain(fitted, patients)
    own = fitted.estimator.predict_proba(patients.matrix(model.columns))[:, 1]
    total = explained.base + explained.contributions.sum(axis=1)
    np.testing.assert_allclose(total, own, rtol=0, atol=BOUND)


def test_rows_are_explained_alike_however_many_a_call_takes(small_study, monkeypatch):
    """Calls are short: shap's own progress bar would stand between the lines of a command."""
    rows = small_study.patients.matrix(small_study.fitted.model.columns)[:70]
    forest, reference = small_study.fitted.estimator, background(small_study.fitted)
    taken = []
    real = shap.TreeExplainer.shap_values

    def watched(self, part, *args, **more):
        taken.append(len(part))
        return real(self, part, *args, **more)

    monkeypatch.setattr(shap.TreeExplainer, "shap_values", watched)
    base, values = explaining.against(forest, reference, rows)
    assert sum(taken) == len(rows)
    assert max(taken) <= explaining.AT_ONCE
    monkeypatch.setattr(explaining, "AT_ONCE", len(rows))
    assert base == explaining.against(forest, reference, rows)[0]
    np.testing.assert_array_equal(values, explaining.against(forest, reference, rows)[1])
