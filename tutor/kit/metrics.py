"""Measures of an algorithm in use: AUROC, observed to expected, recalibration."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Z95, Estimate
from tutor.kit.cohorts import sigmoid
from tutor.kit.evidence import Mask

Chances = NDArray[np.float64]
Outcomes = NDArray[np.int_]
Z99 = 2.5758293035489004
A_YEAR = 12
NEWTON_STEPS = 8


def observed_to_expected(observed: float, expected: float, n: int) -> Estimate:
    """Observed over expected events among ``n``, with the interval of a Poisson count."""
    half = Z95 * sqrt(observed)
    return Estimate(
        observed / expected, (observed - half) / expected, (observed + half) / expected, n
    )


def watched(chance: Chances, outcome: Outcomes) -> Estimate:
    """Observed to expected of a model that is recalibrated whenever its count drifts.

    ``chance`` and ``outcome`` have shape ``(months, patients)``. After each month the events
    since the last update, of a year at most, are counted; if they lie outside the 99 % interval
    of what was expected, the intercept is moved for the months to come.
    """
    logit = np.log(chance / (1 - chance))
    shift, expected, updated = 0.0, 0.0, 0
    for month in range(len(logit)):
        expected += float(sigmoid(logit[month] + shift).sum())
        window = slice(max(updated, month + 1 - A_YEAR), month + 1)
        observed, now = int(outcome[window].sum()), sigmoid(logit[window] + shift)
        if abs(observed - now.sum()) > Z99 * np.sqrt((now * (1 - now)).sum()):
            shift, updated = recalibrated(logit[window], observed, shift), month + 1
    return observed_to_expected(float(outcome.sum()), expected, outcome.size)


def recalibrated(logit: Chances, observed: int, shift: float = 0.0) -> float:
    """The shift in log-odds that makes as many events expected as were observed (Newton)."""
    for _ in range(NEWTON_STEPS):
        now = sigmoid(logit + shift)
        shift += float((observed - now.sum()) / (now * (1 - now)).sum())
    return shift


def auroc(chance: Chances, outcome: Outcomes | Mask) -> Estimate:
    """Area under the ROC curve, ties counted half; ``outcome`` is 0 and 1, or a mask.

    The interval is that of Hanley and McNeil (Radiology 1982;143:29-36), cut at 0 and 1.
    """
    _, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ill, well = int((outcome == 1).sum()), int((outcome == 0).sum())
    area = float((rank[outcome == 1].sum() - ill * (ill + 1) / 2) / (ill * well))
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (ill - 1) * (q1 - area**2) + (well - 1) * (q2 - area**2)
    half = Z95 * sqrt(variance / (ill * well))
    return Estimate(area, max(0.0, area - half), min(1.0, area + half), ill + well)


def apart(first: Estimate, second: Estimate) -> Estimate:
    """How far two independent estimates lie apart, never below 0."""
    value = abs(first.value - second.value)
    half = hypot(first.high - first.value, second.high - second.value)
    return Estimate(value, max(0.0, value - half), value + half, first.n + second.n)


def mean(values: NDArray[np.float64]) -> Estimate:
    """The mean of independent values, shape ``(n,)`` with n >= 2, by the normal approximation."""
    value, half = float(np.mean(values)), Z95 * float(np.std(values, ddof=1)) / sqrt(len(values))
    return Estimate(value, value - half, value + half, len(values))
