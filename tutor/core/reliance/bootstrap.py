"""How sure a share over many people is: the people are drawn again, not the encounters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import NARROWEST, Z95, student, wilson

RESAMPLES = 2000
# Drawing counts of like people costs some fifty times what drawing one person costs.
ALIKE = 50
CHUNK = 4_000_000
MOST_PACKED = 2**62
# Classes of this size share one set of draws for all their measures: to draw anew costs more.
SHARED = range(500, 4_001)
KEPT = 4  # sets of draws, of RESAMPLES bytes a person

Counts = NDArray[np.int64]


def resampled(rows: Counts, stream: np.random.Generator) -> NDArray[np.float64]:
    """Sums over people drawn with replacement: ``(people, columns)`` → ``(RESAMPLES, columns)``.

    Of ``SHARED`` numbers of people the draws do not depend on ``stream``.
    """
    alike, times = _alike(rows)
    if len(alike) * ALIKE < len(rows):
        shares = times / len(rows)
        drawn = [stream.multinomial(len(rows), shares, n) @ alike for n in _chunks(len(alike))]
    elif len(rows) in SHARED:
        # Sums of counts are whole numbers, which single precision holds up to 2^24.
        sums = times_drawn(len(rows)).astype(np.float32) @ rows.astype(np.float32)
        return np.asarray(sums, float)
    else:
        columns, drawn = _Columns.of(rows), []
        for n in _chunks(len(rows)):
            who = stream.integers(0, len(rows), (n, len(rows)), dtype=np.int32)
            drawn.append(columns.sums(who))
    return np.concatenate(drawn).astype(float)


@dataclass(frozen=True)
class _Columns:
    """Columns of counts in as few whole numbers of 64 bits as hold their sums side by side.

    To look each person up costs most of a resample: so it is done once for several columns.
    """

    packed: list[tuple[Counts, list[int]]]  # a number for each person, and how many sums there are

    @classmethod
    def of(cls, rows: Counts) -> _Columns:
        """Pack columns from the first on, as long as there is room."""
        packed: list[tuple[Counts, list[int]]] = []
        room = 0
        for column, most in zip(rows.T, rows.max(axis=0).tolist(), strict=True):
            sums = int(most) * len(rows) + 1
            if packed and room * sums < MOST_PACKED:
                before, bases = packed[-1]
                packed[-1] = (before + room * column, [*bases, sums])
                room *= sums
            else:
                packed.append((column, [sums]))
                room = sums
        return cls(packed)

    def sums(self, who: NDArray[np.int32]) -> Counts:
        """The sums over the people ``who``, shape ``(resamples, people)``, of each column."""
        found = []
        for numbers, bases in self.packed:
            left = numbers.take(who).sum(axis=1)
            for base in bases[:-1]:
                left, one = np.divmod(left, base)
                found.append(one)
            found.append(left)
        return np.stack(found, axis=1)


@lru_cache(maxsize=KEPT)
def times_drawn(people: int) -> NDArray[np.int8]:
    """How often each of so many people is drawn, shape ``(RESAMPLES, people)``; always the same."""
    stream = np.random.default_rng(people)
    found = np.empty((RESAMPLES, people), np.int8)
    for at in range(RESAMPLES):
        found[at] = np.bincount(stream.integers(0, people, people), minlength=people)
    return found


def _alike(rows: Counts) -> tuple[Counts, NDArray[np.intp]]:
    """The distinct rows, and how many people have each."""
    strides = np.cumprod([1, *(rows.max(axis=0) + 1)[:-1]])
    _, first, times = np.unique(rows @ strides, return_index=True, return_counts=True)
    return rows[first], times


def _chunks(width: int) -> Iterator[int]:
    """How many resamples to draw at a time, so that memory stays bounded."""
    left, most = RESAMPLES, max(1, CHUNK // width)
    while left:
        yield (now := min(left, most))
        left -= now


def share_interval(
    above: Counts, below: Counts, stream: np.random.Generator
) -> tuple[float, float] | None:
    """The 95 % interval of Σ above ÷ Σ below; counts by person, shape ``(people,)``.

    Only people with something below count; in a large class the others may be drawn too, which
    changes neither share nor spread. None of them: None. One: Wilson's interval over the
    encounters. More: the spread of the share over resampled people gives the design effect, hence
    how many independent encounters these are worth, and Wilson's interval is taken on that number
    (as Korn and Graubard 1998 and Franco et al. 2019, PMC6690503, do for surveys), widened by
    Student's t for few people. Where all or none are right there is no spread to see: the
    encounters are then taken as independent, still with Student's t. A plain percentile bootstrap
    under-covers below about fifty people (docs/reliance.md).
    """
    counted, everybody = below > 0, np.stack([above, below], axis=1)
    above, below = above[counted], below[counted]
    people, n = len(below), int(below.sum())
    if not people:
        return None
    share, widening = above.sum() / n, 1.0
    if people > 1:
        effect = 1.0
        if 0 < share < 1:
            drawn = len(everybody) in SHARED and 2 * people >= len(everybody)
            sums = resampled(everybody if drawn else everybody[counted], stream)
            variance = np.var(sums[:, 0] / sums[:, 1]) * people / (people - 1)
            effect = variance * n / (share * (1 - share))
        widening = max(NARROWEST, effect * (student(people - 1) / Z95) ** 2)
    low, high = wilson(np.array(share), np.array(n / widening))
    return float(low), float(high)


def half_width(values: NDArray[np.float64], known: float, people: int) -> float:
    """Half a 95 % interval from a statistic's ``values`` over resamples of ``people`` (2 or more).

    ``known`` is its standard error were the encounters independent, which bounds it from below
    as in ``share_interval``.
    """
    clustered = np.var(values) * people / (people - 1) * student(people - 1) ** 2
    return sqrt(max(NARROWEST * (Z95 * known) ** 2, float(clustered)))
