"""Findings that travel together share the credit: take one away, and see who inherits its bar.

Dependent inputs split, or swap, Shapley values between them (Aas, Jullum & Løland 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.lab.alternative_model import sample
from tutor.lab.explain import against, background, by_paths
from tutor.lab.explanation import Explained, verify
from tutor.lab.training import Fitted

LARGE = 0.04
GROWS = 0.02
TAKES = 0.25
TOGETHER = 0.2
EXPLAINED = 30
DROPPED = 4
MOST_ROWS = 12_000
QUICK_TREES, QUICK_ROWS = 10, 3_000

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Inherited:
    """Without input ``dropped`` the bar of input ``heir`` goes from ``before`` to ``after``."""

    dropped: int
    share: float
    heir: int
    before: float
    after: float
    correlation: float


def inherited(fitted: Fitted, rows: Matrix, explained: Explained) -> dict[int, Inherited]:
    """For some of ``rows``, shape ``(n, k)``, who inherits the bar of an input left out.

    The input is chosen by quick small fits; then the model is trained anew without it and
    explained against the same background. Only rows on which another input, correlated with
    it, takes at least a quarter of its bar are told.
    """
    together = _correlation(fitted.inputs)
    dropped = _most_inherited(fitted, rows, together)
    share = explained.contributions[:, dropped]
    at = np.argsort(-np.abs(share), kind="stable")[:EXPLAINED]
    at = at[np.abs(share[at]) >= LARGE]
    if not len(at):
        return {}
    keep = np.delete(np.arange(rows.shape[1]), dropped)
    forest = _without(fitted, keep, sample(fitted, MOST_ROWS))
    base, bars = against(forest, background(fitted)[:, keep], rows[at][:, keep])
    chance = forest.predict_proba(rows[at][:, keep])[:, 1]
    name = f"{fitted.model.id} without {fitted.model.columns[dropped]}"
    verify(name, Explained(base, bars, chance))
    before = explained.contributions[at][:, keep]
    grown = _grown(before, bars, share[at], together[dropped, keep])
    found = {}
    for place, row in enumerate(at):
        heir = int(grown[place].argmax())
        if grown[place, heir] >= max(GROWS, TAKES * abs(share[row])):
            found[int(row)] = Inherited(
                dropped,
                float(share[row]),
                int(keep[heir]),
                float(before[place, heir]),
                float(bars[place, heir]),
                float(together[dropped, keep[heir]]),
            )
    return found


def _correlation(inputs: Matrix) -> Matrix:
    """Pearson's r between the inputs in training; 0 for one that never varied."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nan_to_num(np.corrcoef(inputs, rowvar=False)))


def _without(fitted: Fitted, keep: NDArray[np.int_], at: NDArray[np.int_], **params: Any) -> Any:
    from sklearn.base import clone

    forest = clone(fitted.estimator).set_params(**params)
    return forest.fit(fitted.inputs[np.ix_(at, keep)], fitted.labels[at])


def _most_inherited(fitted: Fitted, rows: Matrix, together: Matrix) -> int:
    """The input, among those with the largest bars, that is most often inherited from."""
    at = sample(fitted, QUICK_ROWS)
    every = np.arange(rows.shape[1])
    whole = by_paths(_without(fitted, every, at, n_estimators=QUICK_TREES), rows)
    best, most = -1, -1
    for dropped in np.argsort(-np.abs(whole).mean(axis=0))[:DROPPED]:
        keep = np.delete(every, dropped)
        bars = by_paths(_without(fitted, keep, at, n_estimators=QUICK_TREES), rows[:, keep])
        share = whole[:, dropped]
        grown = _grown(whole[:, keep], bars, share, together[dropped, keep]).max(axis=1)
        told = (np.abs(share) >= LARGE) & (grown >= np.maximum(GROWS, TAKES * np.abs(share)))
        if told.sum() > most:
            best, most = int(dropped), int(told.sum())
    return best


def _grown(before: Matrix, after: Matrix, share: Matrix, together: Matrix) -> Matrix:
    """How far each bar has grown in the direction of the one left out, shape ``(n, k - 1)``."""
    grown = (after - before) * np.sign(share)[:, None]
    return np.where(np.abs(together) >= TOGETHER, grown, 0.0)
