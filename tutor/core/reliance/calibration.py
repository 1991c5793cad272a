"""Calibration: of what was called 70 in a hundred, how much came true, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Estimate, mean
from tutor.core.reliance.bootstrap import share_interval

EDGES = (0.2, 0.4, 0.6, 0.8)
FEW = 10


@dataclass(frozen=True)
class Forecasts:
    """Columns of one length: whose, the probability said (0..1), and whether it was present."""

    person: NDArray[np.int64]
    said: NDArray[np.float64]
    present: NDArray[np.bool_]

    @property
    def people(self) -> int:
        """How many people forecast anything."""
        return len(np.unique(self.person))


@dataclass(frozen=True)
class Bin:
    """Forecasts of ``low``..``high``: their mean, and the share in which it came true.

    ``came_true.n`` is how many there were; fewer than ``FEW`` say little.
    """

    low: float
    high: float
    said: float
    came_true: Estimate
    people: int

    @property
    def few(self) -> bool:
        """Whether there are too few to be read by themselves."""
        return self.came_true.n < FEW


@dataclass(frozen=True)
class Calibration:
    """The bins that hold anything, in order; the mean Brier score, None without a forecast."""

    bins: tuple[Bin, ...]
    brier: Estimate | None

    @property
    def lean(self) -> float | None:
        """Mean forecast minus the share that came true; above 0, too much was called present."""
        n = sum(one.came_true.n for one in self.bins)
        if not n:
            return None
        return sum((one.said - one.came_true.value) * one.came_true.n for one in self.bins) / n


def calibration(forecasts: Forecasts, stream: np.random.Generator) -> Calibration:
    """Five bins of equal width with their intervals, and the Brier score.

    A forecast on an edge falls into the upper bin. Intervals are those of ``share_interval``: over
    people where there are several, over encounters for one. The Brier score's interval is
    Student's, over each person's mean where there are several.
    """
    place = np.digitize(forecasts.said, EDGES)
    who, person = np.unique(forecasts.person, return_inverse=True)
    bins = []
    for at, (low, high) in enumerate(zip((0.0, *EDGES), (*EDGES, 1.0), strict=True)):
        inside = place == at
        if not inside.any():
            continue
        below = np.bincount(person[inside], minlength=len(who))
        above = np.bincount(person[inside & forecasts.present], minlength=len(who))
        interval = share_interval(above, below, stream)
        assert interval is not None  # somebody is inside
        n = int(below.sum())
        share = Estimate(int(above.sum()) / n, *interval, n)
        bins.append(
            Bin(low, high, float(forecasts.said[inside].mean()), share, int((below > 0).sum()))
        )
    errors = (forecasts.said - forecasts.present) ** 2
    if len(who) > 1:
        errors = np.bincount(person, weights=errors) / np.bincount(person)
    return Calibration(tuple(bins), mean(errors.tolist(), 0.0, 1.0))
