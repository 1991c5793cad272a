"""Two scores on the same patients: is one better at telling who has the condition?"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Z95

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class PairedAuroc:
    """Two areas under the ROC curve, and the 95 % interval of ``second - first``."""

    first: float
    second: float
    low: float
    high: float

    @property
    def alike(self) -> bool:
        """Whether the difference is within chance."""
        return self.low <= 0 <= self.high


def paired_auroc(present: NDArray[np.bool_], first: Scores, second: Scores) -> PairedAuroc:
    """Compare two scores, each of shape ``(n,)``, by DeLong, DeLong & Clarke-Pearson (1988).

    Raises:
        ValueError: fewer than two patients with the condition, or without.
    """
    if min(int(present.sum()), int((~present).sum())) < 2:
        raise ValueError("Comparing areas needs two patients with the condition and two without.")
    with_first, without_first = _placements(present, first)
    with_second, without_second = _placements(present, second)
    variance = float(np.var(with_second - with_first, ddof=1)) / len(with_first)
    variance += float(np.var(without_second - without_first, ddof=1)) / len(without_first)
    one, other = float(with_first.mean()), float(with_second.mean())
    half = Z95 * sqrt(variance)
    return PairedAuroc(one, other, other - one - half, other - one + half)


def _placements(present: NDArray[np.bool_], scores: Scores) -> tuple[Scores, Scores]:
    """The share of the other class that each patient is ranked rightly against; ties half."""
    ill, well = scores[present], scores[~present]
    below = _share_below(np.sort(well), ill)
    return below, 1 - _share_below(np.sort(ill), well)


def _share_below(ascending: Scores, scores: Scores) -> Scores:
    left = np.searchsorted(ascending, scores, "left")
    right = np.searchsorted(ascending, scores, "right")
    return np.asarray((left + right) / (2 * len(ascending)))
