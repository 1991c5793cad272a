"""A rank test within strata."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def goes_with(carrier: Array, left: Array, stratum: NDArray[np.int_] | None = None) -> float:
    """Standard errors by which ``carrier`` goes with the truth that is ``left``, within strata.

    The sum of products of ranks over the strata against its variance under permutation. Arrays
    have shape ``(n,)``; without ``stratum`` all are in one.
    """
    strata = np.zeros(len(left), dtype=int) if stratum is None else stratum
    total = variance = 0.0
    for number in np.unique(strata):
        inside = strata == number
        n = int(inside.sum())
        if n < 2:
            continue
        _, place, count = np.unique(carrier[inside], return_inverse=True, return_counts=True)
        rank = (np.cumsum(count) - (count - 1) / 2)[place]
        x, y = rank - rank.mean(), left[inside] - left[inside].mean()
        scale = float(x @ x) ** 0.5
        if scale:
            total += float(x @ y) / scale
            variance += float(y @ y) / (n - 1)
    return total / variance**0.5 if variance else 0.0
