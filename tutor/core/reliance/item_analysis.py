"""Item analysis: how hard each case was, and whether those who do well got it right."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Z95, Estimate, proportion

FEWEST = 5


@dataclass(frozen=True)
class Item:
    """``right``: the share of first answers that were right, the item's difficulty.

    ``discrimination`` is the corrected item-total correlation; None where everybody or nobody was
    right here, or all did equally well elsewhere.
    """

    code: int
    right: Estimate
    discrimination: Estimate | None


def items(
    person: NDArray[np.int32], code: NDArray[np.int32] | NDArray[np.int64], right: NDArray[np.bool_]
) -> tuple[Item, ...]:
    """The items that at least ``FEWEST`` people answered, hardest first; a person answers one once.

    The total is corrected: a person's share right over the *other* items, so that an item does not
    correlate with itself (point-biserial). Fisher's interval.
    """
    if not len(person):
        return ()
    answered = np.bincount(person)
    correct = np.bincount(person, weights=right)
    found = []
    for item in np.unique(code):
        here = code == item
        n = int(here.sum())
        if n < FEWEST:
            continue
        others = answered[person[here]] - 1
        rest = (correct[person[here]] - right[here])[others > 0] / others[others > 0]
        share = proportion(int(right[here].sum()), n)
        found.append(Item(int(item), share, correlation(right[here][others > 0], rest)))
    return tuple(sorted(found, key=lambda one: one.right.value))


def correlation(first: NDArray[np.bool_], second: NDArray[np.float64]) -> Estimate | None:
    """Pearson's r with Fisher's interval; None below five pairs or where either does not vary."""
    n = len(first)
    if n < FEWEST or first.all() or not first.any() or np.ptp(second) == 0:
        return None
    r = float(np.corrcoef(first.astype(float), second)[0, 1])
    bounded = max(-0.999999, min(0.999999, r))
    half = Z95 / sqrt(n - 3)
    low, high = tanh(atanh(bounded) - half), tanh(atanh(bounded) + half)
    return Estimate(r, min(low, r), max(high, r), n)
