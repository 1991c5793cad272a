"""Every measure of reliance with its interval: for people together, and for each by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tutor.core.intervals import proportion
from tutor.core.reliance.advice_weight import Ratio
from tutor.core.reliance.bootstrap import share_interval
from tutor.core.reliance.counts import MEASURES, Answers, Tally, tally

CHUNK = 10_000


@dataclass(frozen=True)
class Share(Ratio):
    """A ratio with its 95 % interval; None, like the value, with nothing below."""

    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Scores:
    """The measures by name (``tally.MEASURES``), over ``n`` encounters with the algorithm."""

    people: int
    n: int
    shares: Mapping[str, Share]

    def __getitem__(self, measure: str) -> Share:
        return self.shares[measure]


def together(counted: Tally, stream: np.random.Generator) -> Scores:
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


def score(answers: Answers, stream: np.random.Generator) -> Scores:
    """The scores of all people in ``answers`` together, whoever they are."""
    who, person = np.unique(answers.person, return_inverse=True)
    renumbered = Answers(
        person.astype(np.int32), answers.initial, answers.advice, answers.final, answers.truth
    )
    return together(tally(renumbered, len(who)), stream)
