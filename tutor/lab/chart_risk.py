"""The chart's own risk: how likely the condition is, given everything that a learner can see.

Where the exact probability is known (a network's posterior) it is taken, and boosted trees and a
forest are asked as well whether they see the same side of the line. Elsewhere two observers
of different kinds learn it from the held-out patients: boosted trees, and an additive logistic
regression on splines. Both are cross-fitted, so that no patient is judged by a model that has seen
them, and the risk is the mean of their log-odds, calibrated across the folds unless that takes it
further from the truth. Two coarser observers, a random forest and a plain logistic regression, are
not averaged in: where one of the four does not fall clearly on the same side of the decision line,
the chart leaves room for doubt, and the patient is not scored.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Z95
from tutor.core.soundness import acts, in_grey_zone, log_odds
from tutor.kit.cohorts import Patients, sigmoid
from tutor.kit.teaching import TeachingModel
from tutor.lab.training import HeldOut

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDS = 2
FEW_VALUES = 8  # a column with so many values at the most is taken as categories
FOREST_ROWS = 16_000  # patients that a fold of the forest learns from, at the most
SLOPES = (0.5, 3.0)  # within which the mean of two log-odds is recalibrated
MOST_HARM = 1.1  # ratio of Brier scores up to which calibrating is worth it
FIRM = 1.4  # factor of odds by which each observer must lie off the line
NEWTON_STEPS = 25


@dataclass(frozen=True)
class RiskCalibration:
    """How well the chart's risk is calibrated on the held-out patients.

    ``brier`` is the mean squared distance to what was true, ``slope`` that of the truth's log-odds
    on the risk's (1 is ideal; Cox 1958), with its 95 % interval.
    """

    brier: float
    slope: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class ChartRisk:
    """The risk of each held-out patient, shape ``(n,)``.

    ``undisputed`` says for whom every observer falls clearly on the same side of the line.
    ``source`` is "exact" or "cross-fitted".
    """

    probability: Array
    undisputed: Mask
    line: float
    calibration: RiskCalibration
    source: str

    @property
    def act(self) -> Mask:
        """For whom acting is the sound decision."""
        return acts(self.probability, self.line)

    def clear(self, grey_zone: float) -> Mask:
        """Who lies outside the grey zone, with all observers of one mind."""
        return self.undisputed & ~in_grey_zone(self.probability, self.line, grey_zone)


def seen(model: TeachingModel) -> tuple[str, ...]:
    """The columns that a learner can see: findings, inputs, and what picture and story show."""
    named = [feature.column for feature in (*model.findings, *model.features)]
    return tuple(dict.fromkeys([*named, *model.visible]))


def as_printed(model: TeachingModel, patients: Patients) -> Array:
    """The columns that a learner can see, shape ``(n, columns)``; findings rounded as printed.

    Decimals that no page shows are nobody's finding, though an algorithm may read them.
    """
    decimals = {finding.column: finding.decimals for finding in model.findings}
    columns = {name: patients[name].astype(float) for name in seen(model)}
    return np.column_stack(
        [np.round(v, decimals[c]) if c in decimals else v for c, v in columns.items()]
    )


def chart_risk(held_out: HeldOut) -> ChartRisk:
    """The chart's own risk for each held-out patient."""
    model, truth = held_out.fitted.model, held_out.truth
    told = as_printed(model, held_out.patients)
    boosted = _cross_fitted(_boosted, told, truth)
    forest = _cross_fitted(_forest, told, truth, FOREST_ROWS)
    if model.exact:
        risk, source = held_out.patients[model.exact].astype(float), "exact"
        views = [boosted, forest]
    else:
        additive = _cross_fitted(lambda: _additive(told), told, truth)
        risk = _calibrated((log_odds(boosted) + log_odds(additive)) / 2, truth)
        views, source = (
            [boosted, additive, forest, _cross_fitted(_linear, told, truth)],
            "cross-fitted",
        )
    side = acts(risk, model.threshold)
    firm = [
        (acts(view, model.threshold) == side) & ~in_grey_zone(view, model.threshold, FIRM)
        for view in views
    ]
    undisputed = np.all(firm, axis=0)
    return ChartRisk(risk, undisputed, model.threshold, calibrate(risk, truth), source)


def observed(model: TeachingModel, patients: Patients, truth: Mask) -> Array:
    """What boosted trees, cross-fitted, make of all that is on the page, shape ``(n,)``."""
    return _cross_fitted(_boosted, as_printed(model, patients), truth)


def calibrate(risk: Array, truth: Mask) -> RiskCalibration:
    """Brier score and calibration slope of ``risk``, both arrays of shape ``(n,)``.

    The slope is that of a logistic regression of the truth on the log-odds, with Wald's interval.
    """
    (_, slope), information = _regression(log_odds(risk), truth)
    error = float(np.linalg.inv(information)[1, 1] ** 0.5)
    brier = float(np.mean((risk - truth) ** 2))
    return RiskCalibration(brier, slope, (slope - Z95 * error, slope + Z95 * error))


def _regression(logit: Array, truth: Mask) -> tuple[tuple[float, float], Array]:
    """Intercept and slope of the truth on ``logit``, and their information, by Newton's method."""
    design = np.column_stack([np.ones(len(logit)), np.clip(logit, -12, 12)])
    weights = np.array([0.0, 1.0])
    information = np.eye(2)
    for _ in range(NEWTON_STEPS):
        expected = sigmoid(design @ weights)
        spread = np.maximum(expected * (1 - expected), 1e-12)
        information = design.T @ (design * spread[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (truth - expected))
        weights += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return (float(weights[0]), float(weights[1])), information


def _calibrated(logit: Array, truth: Mask) -> Array:
    """The risk that ``logit`` means: each fold by what the other fold's truth made of it.

    Two models that agree are surer together than their mean says (Platt 1999, cross-fitted). Where
    the chart all but settles the matter this can do harm, and the mean is taken as it is.
    """
    fold, risk = _folds(truth), np.empty(len(truth))
    for number in range(FOLDS):
        learned, judged = fold != number, fold == number
        (intercept, slope), _ = _regression(logit[learned], truth[learned])
        slope = float(np.clip(slope, *SLOPES))
        risk[judged] = sigmoid(intercept + slope * np.clip(logit[judged], -12, 12))
    plain = sigmoid(logit)
    harm = np.mean((risk - truth) ** 2) / np.mean((plain - truth) ** 2)
    return risk if harm <= MOST_HARM else plain


def _folds(truth: Mask) -> NDArray[np.int_]:
    """For each patient a fold, with as many of each class in every fold as may be."""
    order = np.random.default_rng(0).permutation(len(truth))
    order = order[np.argsort(truth[order], kind="stable")]
    fold = np.empty(len(truth), dtype=int)
    fold[order] = np.arange(len(truth)) % FOLDS
    return fold


def _cross_fitted(
    make: Callable[[], Any], told: Array, truth: Mask, most: int | None = None
) -> Array:
    """Each patient's probability from a model that has not seen them, shape ``(n,)``."""
    fold = _folds(truth)
    chance = np.empty(len(truth))
    for number in range(FOLDS):
        learned, judged = np.flatnonzero(fold != number), fold == number
        if most is not None and len(learned) > most:
            learned = learned[np.linspace(0, len(learned) - 1, most).astype(int)]
        # What a solver that stops early or a value met in one fold alone comes to is measured.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = make().fit(told[learned], truth[learned])
            chance[judged] = fitted.predict_proba(told[judged])[:, 1]
    return chance


def _boosted() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=80,
        max_leaf_nodes=12,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )


def _additive(told: Array) -> Any:
    """Logistic regression: columns of few values as categories, the others as splines."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

    values = [len(np.unique(column)) for column in told.T]
    few = [at for at, count in enumerate(values) if count <= FEW_VALUES]
    many = [at for at, count in enumerate(values) if count > FEW_VALUES]
    categories = OneHotEncoder(handle_unknown="ignore", drop="first", sparse_output=False)
    splines = SplineTransformer(5, degree=2, knots="quantile", extrapolation="linear")
    columns = [("few", categories, few), ("many", make_pipeline(StandardScaler(), splines), many)]
    return make_pipeline(ColumnTransformer(columns), LogisticRegression(max_iter=200))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    from tutor.kit.quick_forest import quick

    forest = RandomForestClassifier(n_estimators=40, min_samples_leaf=10, random_state=0, n_jobs=1)
    return quick(forest)


def _linear() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
