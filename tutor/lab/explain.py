"""Explain a fitted forest: exact interventional Shapley values, the only home of shap."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import shap
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.lab.explanation import Explained, verify
from tutor.lab.training import Fitted

AT_ONCE = 32  # rows of a call


def background(fitted: Fitted) -> NDArray[np.float64]:
    """The stated background: training rows at equal steps, ``(background_size, features)``."""
    size = min(fitted.model.background_size, len(fitted.inputs))
    at = np.linspace(0, len(fitted.inputs) - 1, size).astype(int)
    return np.asarray(fitted.inputs[at])


def explain(fitted: Fitted, patients: Patients) -> Explained:
    """Explain each patient, in probability, and prove that the parts sum to the whole.

    Raises:
        BuildError: a row's sum differs from the model's own probability by more than 1e-6.
    """
    rows = patients.matrix(fitted.model.columns)
    base, contributions = against(fitted.estimator, background(fitted), rows)
    explained = Explained(base, contributions, fitted.predict(patients))
    verify(fitted.model.id, explained)
    return explained


def against(
    forest: Any, reference: NDArray[np.float64], rows: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Base and interventional contributions, shape ``(n, features)``, against ``reference``.

    Whoever shows them holds them against the model's own probability first.
    """
    single_precision(forest)
    explainer = shap.TreeExplainer(
        forest,
        data=shap.maskers.Independent(reference.astype(np.float32), max_samples=len(reference)),
        feature_perturbation="interventional",
        model_output="probability",
    )
    return float(np.ravel(explainer.expected_value)[-1]), _values(explainer, rows)


def by_paths(forest: Any, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Path-dependent contributions, shape ``(n, features)``: quick, for searching only."""
    explainer = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
    return _values(explainer, rows)


def _values(explainer: Any, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The contributions to the condition, a few rows at a time.

    A call that takes longer than ten seconds draws a progress bar on the error channel, which
    nothing but short calls prevents.
    """
    parts = [rows[start : start + AT_ONCE] for start in range(0, max(len(rows), 1), AT_ONCE)]
    values = np.concatenate(
        [explainer.shap_values(part.astype(np.float32), check_additivity=False) for part in parts]
    )
    return np.asarray(values[..., 1] if values.ndim == 3 else values)


def single_precision(forest: Any) -> None:
    """Lower each split's threshold to the nearest float32 below it.

    shap stores thresholds as float32, and scikit-learn compares float32 inputs with float64
    thresholds; where the two round apart, a value that ties with a threshold goes the other
    way. For float32 inputs ``x <= t`` and ``x <= floor32(t)`` are the same, so predictions do
    not change, and shap then sees the very same trees.
    """
    for tree in forest.estimators_:
        threshold = tree.tree_.threshold
        rounded = threshold.astype(np.float32)
        above = rounded.astype(np.float64) > threshold
        rounded[above] = np.nextafter(rounded[above], np.float32(-np.inf))
        threshold[:] = rounded


def brute_force(fitted: Fitted, row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shapley values of the fitted model for one row, by their definition, shape ``(k,)``."""

    def predict(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(fitted.estimator.predict_proba(rows)[:, 1])

    return by_definition(predict, background(fitted), row)


def by_definition(
    predict: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    reference: NDArray[np.float64],
    row: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Shapley values of any ``predict`` for one row, over all 2^k coalitions, shape ``(k,)``.

    ``predict`` takes rows ``(n, k)`` to probabilities ``(n,)``. The value of a coalition is the
    mean prediction over ``reference`` with the coalition's features set to the row's (Shapley
    1953; the interventional game of Janzing 2020).
    """
    k = len(row)
    value = np.empty(2**k)
    masks = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    for start in range(0, 2**k, 512):
        part = masks[start : start + 512].astype(bool)
        mixed = np.where(part[:, None, :], row, reference[None, :, :])
        value[start : start + 512] = predict(mixed.reshape(-1, k)).reshape(len(part), -1).mean(1)
    shares = np.zeros(k)
    weight = [factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)]
    for feature in range(k):
        others = [other for other in range(k) if other != feature]
        for size in range(k):
            for coalition in combinations(others, size):
                code = sum(1 << member for member in coalition)
                shares[feature] += weight[size] * (value[code | 1 << feature] - value[code])
    return shares
