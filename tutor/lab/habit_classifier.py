"""Whether a learner's report tells habits apart: a plain classifier reads its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tutor.core.intervals import Estimate, proportion
from tutor.kit.metrics import auroc

FOLDS = 5
# With fewer robots of a habit the classifier has too little to learn from.
FEWEST = 20
TELLS, OFTEN = 0.9, 0.75


@dataclass(frozen=True)
class Pair:
    """Two habits: the area under the ROC curve of one against the other, and the best figure.

    ``figure`` lies furthest apart, by standard deviations, of those that both have.
    """

    first: str
    second: str
    auc: Estimate
    figure: str

    @property
    def verdict(self) -> str:
        """From ``TELLS`` on "told apart", from ``OFTEN`` on "often", else "not told apart"."""
        if self.auc.value >= TELLS:
            return "told apart"
        return "often" if self.auc.value >= OFTEN else "not told apart"


@dataclass(frozen=True)
class Separation:
    """``confusion[i][j]``: robots of habit i that were taken for habit j."""

    names: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    right: Estimate
    pairs: tuple[Pair, ...]


def separation(
    figures: Sequence[NDArray[np.float64]], names: Sequence[str], columns: Sequence[str], seed: int
) -> Separation | None:
    """Tell habits apart by their robots' figures, each robot judged by what others taught.

    ``figures`` holds, by habit, an array ``(robots, columns)``; NaN is "not yet measurable". A
    logistic regression, cross-validated. None with fewer than ``FEWEST`` robots of a habit.
    """
    if min(map(len, figures)) < FEWEST:
        return None
    rows = np.concatenate(figures)
    habit = np.repeat(np.arange(len(figures)), [len(one) for one in figures])
    taken = cross_val_predict(_reader(), rows, habit, cv=_folds(seed))
    confusion = np.zeros((len(names), len(names)), int)
    np.add.at(confusion, (habit, taken), 1)
    return Separation(
        tuple(names),
        tuple(tuple(row) for row in confusion.tolist()),
        proportion(int(np.trace(confusion)), len(rows)),
        tuple(
            Pair(
                names[a],
                names[b],
                _auc(figures[a], figures[b], seed),
                _furthest(figures[a], figures[b], columns),
            )
            for a, b in combinations(range(len(names)), 2)
        ),
    )


def _reader() -> Pipeline:
    return make_pipeline(
        SimpleImputer(add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=500),
    )


def _folds(seed: int) -> StratifiedKFold:
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed)


def _auc(one: NDArray[np.float64], other: NDArray[np.float64], seed: int) -> Estimate:
    rows = np.concatenate([one, other])
    which = np.repeat([0, 1], [len(one), len(other)])
    chance = cross_val_predict(_reader(), rows, which, cv=_folds(seed), method="predict_proba")
    found = auroc(chance[:, 1], which)
    return Estimate(found.value, max(0.0, found.low), min(1.0, found.high), found.n)


def _furthest(one: NDArray[np.float64], other: NDArray[np.float64], columns: Sequence[str]) -> str:
    """The column whose means lie furthest apart; "" if none can be measured in both."""
    gaps = {}
    for at, name in enumerate(columns):
        a, b = (side[~np.isnan(side[:, at]), at] for side in (one, other))
        if len(a) > 1 and len(b) > 1:
            spread = np.sqrt((a.var() + b.var()) / 2)
            gap = abs(a.mean() - b.mean())
            gaps[name] = gap / spread if spread else (np.inf if gap else 0.0)
    return max(gaps, key=lambda name: gaps[name]) if gaps and max(gaps.values()) else ""
