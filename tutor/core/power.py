"""How many cases it takes to see over-reliance: power by simulation, and where it reaches 80 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Estimate, proportion, wilson
from tutor.core.reliance.bootstrap import share_interval

TARGET = 0.8


@dataclass(frozen=True)
class Leaners:
    """People who are right at first with chance ``right`` and hold their ground with ``keeps``.

    ``cases`` are counts of cases with the algorithm wrong, of shape ``(sequences, kinds)``; the
    chance of ``keeps`` differs by kind.
    """

    cases: NDArray[np.int64]
    right: float
    keeps: NDArray[np.float64]


def power(
    leaners: Leaners, reference: float, people: int, runs: int, stream: np.random.Generator
) -> Estimate:
    """The share of ``runs`` in which ``people`` together are seen to hold their ground too seldom.

    Seen: the 95 % interval of their RSR, as the reports give it, lies below ``reference``. Each
    person meets one of the sequences of cases.
    """
    who = stream.integers(0, len(leaners.cases), (runs, people))
    defensible = stream.binomial(leaners.cases[who], leaners.right)
    kept = stream.binomial(defensible, leaners.keeps).sum(axis=2)
    below = defensible.sum(axis=2)
    if people == 1:
        counted = below[:, 0] > 0
        n = below[counted, 0]
        highs = wilson(kept[counted, 0] / n, n)[1]
        seen = int((highs < reference).sum())
    else:
        intervals = (share_interval(a, b, stream) for a, b in zip(kept, below, strict=True))
        seen = sum(one is not None and one[1] < reference for one in intervals)
    return proportion(seen, runs)


def cases_needed(sizes: Sequence[int], powers: Sequence[float]) -> float | None:
    """The number of cases at which power first reaches ``TARGET``; None if it does not.

    Between two sizes a straight line in the logarithm of the size; at the first size, that size.
    """
    for at, reached in enumerate(powers):
        if reached < TARGET:
            continue
        if not at:
            return float(sizes[0])
        below, few, many = powers[at - 1], log2(sizes[at - 1]), log2(sizes[at])
        return float(2 ** (few + (many - few) * (TARGET - below) / (reached - below)))
    return None
