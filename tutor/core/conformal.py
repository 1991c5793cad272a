"""Which answers a score cannot rule out: class-conditional conformal prediction.

Mondrian conformal prediction (Vovk, Gammerman & Shafer, *Algorithmic Learning in a Random World*,
2005; Vovk 2012, PMLR 25:475-90): each answer is held against earlier
patients of whom that answer was true, so that the promise holds for the rare class too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutor.core.intervals import Estimate, proportion

LEVEL = 0.90


@dataclass(frozen=True)
class Answers:
    """The answers that stay possible; both, one or neither."""

    present: bool
    absent: bool


@dataclass(frozen=True)
class ClassConditional:
    """Scores of earlier patients, ascending: of those with the condition, of those without.

    An answer stays possible unless a share of at most ``1 - level`` of the patients of whom it
    was true had a score as strange for it. Among exchangeable patients of either class it then
    holds the true answer with a probability of at least ``level``.
    """

    with_it: NDArray[np.float64]
    without: NDArray[np.float64]
    level: float = LEVEL

    @classmethod
    def of(
        cls, scores: NDArray[np.float64], present: NDArray[np.bool_], level: float = LEVEL
    ) -> ClassConditional:
        """Calibrate on ``scores``, shape ``(n,)``, and their outcomes.

        Raises:
            ValueError: one of the two classes is empty.
        """
        if present.all() or not present.any():
            raise ValueError("Calibration needs patients with the condition and without.")
        return cls(np.sort(scores[present]), np.sort(scores[~present]), level)

    def possible(self, scores: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each score whether "present" and whether "absent" stays possible."""
        asked = np.asarray(scores, dtype=float)
        # As strange for "present": as low or lower. As strange for "absent": as high or higher.
        low = np.searchsorted(self.with_it, asked, "right")
        high = len(self.without) - np.searchsorted(self.without, asked, "left")
        share = 1 - self.level
        return (
            (low + 1) > share * (len(self.with_it) + 1),
            (high + 1) > share * (len(self.without) + 1),
        )

    def answers(self, score: float) -> Answers:
        """What one score cannot rule out."""
        present, absent = self.possible([score])
        return Answers(bool(present[0]), bool(absent[0]))

    def coverage(
        self, scores: NDArray[np.float64], present: NDArray[np.bool_]
    ) -> tuple[Estimate, Estimate]:
        """How often the true answer stayed possible: of those with the condition, of those without.

        Raises:
            ValueError: one of the two classes is empty.
        """
        with_it, without = self.possible(scores)
        return (
            proportion(int(with_it[present].sum()), int(present.sum())),
            proportion(int(without[~present].sum()), int((~present).sum())),
        )
