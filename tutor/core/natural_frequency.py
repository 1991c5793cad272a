"""What a score has meant: how many of the patients scored like this had the condition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import proportion


@dataclass(frozen=True)
class NaturalFrequency:
    """Of ``n`` patients scored like this, ``events`` had it; ``low``–``high`` is the share."""

    events: int
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class ScoreHistory:
    """Held-out scores in ascending order and, at the same places, the outcome (0/1)."""

    scores: NDArray[np.float64]
    cumulative: NDArray[np.int_]

    @classmethod
    def of(cls, scores: NDArray[np.float64], present: NDArray[np.bool_]) -> ScoreHistory:
        """Order held-out ``scores``, shape ``(n,)``, with their outcomes."""
        order = np.argsort(scores, kind="stable")
        counted = np.concatenate([[0], np.cumsum(present[order].astype(int))])
        return cls(scores[order], counted)

    def like(self, score: float, n: int = 200) -> NaturalFrequency:
        """The ``n`` held-out patients nearest in rank to ``score``."""
        size = min(n, len(self.scores))
        middle = (
            np.searchsorted(self.scores, score, "left")
            + np.searchsorted(self.scores, score, "right")
        ) // 2
        start = int(np.clip(middle - size // 2, 0, len(self.scores) - size))
        events = int(self.cumulative[start + size] - self.cumulative[start])
        share = proportion(events, size)
        return NaturalFrequency(events, size, share.low, share.high)
