"""Every measure of reliance with its interval: for people together, and for each by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from tutor.core.intervals import Estimate, clustered_mean, proportion
from tutor.core.reliance.bootstrap import share_interval
from tutor.core.reliance.counts import MEASURES, Tally, tally
from tutor.core.reliance.encounters import Encounter, Encounters, Flags
from tutor.core.verdicts import Outcome

CHUNK = 10_000


@dataclass(frozen=True)
class Share:
    """A share with its counts and its 95 % interval.

    With nothing below the line neither exists: both are None, "not yet measurable".
    """

    numerator: int
    denominator: int
    interval: tuple[float, float] | None

    @property
    def value(self) -> float | None:
        """The share, or None where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Scores:
    """The measures by name (``counts.MEASURES``), over ``n`` encounters with the algorithm."""

    people: int
    n: int
    shares: Mapping[str, Share]

    def __getitem__(self, measure: str) -> Share:
        return self.shares[measure]


def pooled(counted: Tally, stream: np.random.Generator) -> Scores:
    """All people as one; intervals by bootstrap over people, as ``share_interval`` says."""
    shares = {}
    for at, measure in enumerate(MEASURES):
        above, below = counted.above[:, at], counted.below[:, at]
        interval = share_interval(above, below, stream)
        shares[measure] = Share(int(above.sum()), int(below.sum()), interval)
    return Scores(len(counted.below), shares[MEASURES[0]].denominator, shares)


def each(counted: Tally) -> Iterator[Scores]:
    """Person by person; one person cannot be resampled, so Wilson's intervals over encounters."""
    for start in range(0, len(counted.below), CHUNK):
        part = slice(start, start + CHUNK)
        for above, below in zip(
            counted.above[part].tolist(), counted.below[part].tolist(), strict=True
        ):
            yield Scores(1, below[0], dict(zip(MEASURES, map(_of_one, above, below), strict=True)))


@lru_cache(maxsize=100_000)
def _of_one(above: int, below: int) -> Share:
    """One person's share; many people have the same counts."""
    if not below:
        return Share(above, below, None)
    estimate = proportion(above, below)
    return Share(above, below, (estimate.low, estimate.high))


def of_one(outcomes: Iterable[Outcome]) -> Scores:
    """The scores of one person's encounters."""
    rows = Encounters.of(Encounter(0, outcome) for outcome in outcomes)
    return next(each(tally(rows, 1)))


def score(encounters: Encounters, stream: np.random.Generator) -> Scores:
    """The scores of all people in ``encounters`` together, whoever they are."""
    who, person = np.unique(encounters.person, return_inverse=True)
    return pooled(tally(replace(encounters, person=person.astype(np.int32)), len(who)), stream)


def share_of(
    encounters: Encounters, below: Flags, above: Flags, stream: np.random.Generator
) -> Share:
    """The share of the encounters ``below`` that are also ``above``, as ``share_interval`` says."""
    people = int(encounters.person.max(initial=-1)) + 1
    up = np.bincount(encounters.person[below & above], minlength=people)
    down = np.bincount(encounters.person[below], minlength=people)
    return Share(int(up.sum()), int(down.sum()), share_interval(up, down, stream))


def weight_of_advice(encounters: Encounters) -> Estimate | None:
    """The mean of (final − initial) / (advice − initial), each truncated to 0..1.

    Over scored encounters with the algorithm in which the two differ; None where there are none.
    0: the advice moved nothing; 1: its probability was taken over.
    """
    apart = encounters.aided & (encounters.algorithm != encounters.said_first)
    some = encounters.where(apart)
    moved = (some.said_last - some.said_first) / (some.algorithm - some.said_first)
    return clustered_mean(some.person, np.clip(moved, 0.0, 1.0), 0.0, 1.0)
