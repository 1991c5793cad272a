"""Explain a fitted forest: exact interventional Shapley values, the only home of shap."""

from __future__ import annotations

from collections.abc import Callable
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
        _of_the_condition(forest),
        data=shap.maskers.Independent(reference.astype(np.float32), max_samples=len(reference)),
        feature_perturbation="interventional",
        model_output="probability",
    )
    of_each = explainer.model.predict(explainer.data)
    base = np.add.accumulate(of_each)[-1] / len(of_each)  # one by one: every bit is kept
    return float(base), _values(explainer, rows)


def by_paths(forest: Any, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Path-dependent contributions, shape ``(n, features)``: quick, for searching only."""
    explainer = shap.TreeExplainer(
        _of_the_condition(forest), feature_perturbation="tree_path_dependent"
    )
    return _values(explainer, rows)


def _of_the_condition(forest: Any) -> dict[str, Any]:
    """The forest as shap reads it, with the condition's probability as its one output.

    shap explains each output by itself, and the absence's contributions are the same with another
    sign: to leave it out halves the work. Leaves are scaled as shap scales a classifier's.
    """
    share = 1.0 / len(forest.estimators_)
    return {
        "trees": [_tree(one.tree_, share) for one in forest.estimators_],
        "internal_dtype": np.float64,
        "input_dtype": np.float32,
        "objective": "binary_crossentropy",
        "tree_output": "probability",
    }


def _tree(tree: Any, share: float) -> dict[str, Any]:
    values = tree.value[:, 0, :]
    values = (values.T / values.sum(1)).T * share
    left, right = tree.children_left, tree.children_right
    return {
        "children_left": left,
        "children_right": right,
        "children_default": np.where(tree.missing_go_to_left, left, right),
        "features": tree.feature,
        "thresholds": tree.threshold.astype(np.float64),
        "values": np.ascontiguousarray(values[:, 1:]),
        "node_sample_weight": tree.weighted_n_node_samples.astype(np.float64),
    }


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
    codes = np.arange(2**k)
    inside = (codes[:, None] >> np.arange(k)) & 1
    value = np.zeros(2**k)
    for other in reference:
        # A feature on which both agree changes nothing: only the others make different rows.
        apart = np.flatnonzero(row != other)
        few = (np.arange(2 ** len(apart))[:, None] >> np.arange(len(apart))) & 1
        mixed = np.tile(other, (len(few), 1))
        mixed[:, apart] = np.where(few, row[apart], other[apart])
        value += predict(mixed)[inside[:, apart] @ (1 << np.arange(len(apart)))]
    value /= len(reference)
    size = inside.sum(axis=1)
    weight = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)])
    shares = np.zeros(k)
    for feature in range(k):
        without = codes[inside[:, feature] == 0]
        gain = value[without | 1 << feature] - value[without]
        shares[feature] = (weight[size[without]] * gain).sum()
    return shares
