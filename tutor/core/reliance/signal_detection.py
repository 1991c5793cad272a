"""Noticing a failure: hits and false alarms, d′ and criterion, never without an interval.

Hits are the encounters in which something was there and was named; false alarms those in which it
was named and was not there. A dozen encounters make d′ noise: with hit rate 0.6 and false-alarm
rate 0.2 over six of each, its standard error is 0.78. Report it pooled, or with its interval.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tutor.core.encounter import NO_MODE, NOT_ASKED
from tutor.core.intervals import Z95, Estimate
from tutor.core.reliance.bootstrap import half_width, resampled, share_interval
from tutor.core.reliance.measures import Share

NORMAL = NormalDist()
_z = np.vectorize(NORMAL.inv_cdf, otypes=[float])


@dataclass(frozen=True)
class Detection:
    """How well it was noticed; ``d_prime`` and ``criterion`` are None unless both rates exist."""

    hits: Share
    false_alarms: Share
    d_prime: Estimate | None
    criterion: Estimate | None


def trial(acting: Collection[str], suspected: str | None) -> tuple[int, int, int, int]:
    """What one encounter adds to hits, signals, false alarms and noises.

    ``acting`` are the failure modes that act in this patient. A mode that could touch such patients
    and did no harm here is not among them: where none acts, "none" is right. Where the question
    was not asked, nothing is added.
    """
    if suspected == NOT_ASKED:
        return 0, 0, 0, 0
    there, named = bool(acting), suspected not in (None, NO_MODE)
    return int(suspected in acting), int(there), int(named and not there), int(not there)


def loglinear(events: float, n: float) -> float:
    """A rate that is never 0 or 1: ½ added to the events, 1 to the trials (Hautus 1995)."""
    return (events + 0.5) / (n + 1)


def d_prime(hit: float, false_alarm: float) -> float:
    """z(hit rate) − z(false-alarm rate); both rates strictly between 0 and 1."""
    return NORMAL.inv_cdf(hit) - NORMAL.inv_cdf(false_alarm)


def criterion(hit: float, false_alarm: float) -> float:
    """−½ (z(hit rate) + z(false-alarm rate)); above 0, one is slow to name it."""
    return -(NORMAL.inv_cdf(hit) + NORMAL.inv_cdf(false_alarm)) / 2


def d_prime_error(hit: float, signals: int, false_alarm: float, noises: int) -> float:
    """The standard error of d′ over independent trials (Gourevitch and Galanter 1967).

    That of the criterion is half of it.
    """

    def variance(rate: float, n: int) -> float:
        return rate * (1 - rate) / (n * NORMAL.pdf(NORMAL.inv_cdf(rate)) ** 2)

    return sqrt(variance(hit, signals) + variance(false_alarm, noises))


def detection(counts: NDArray[np.int64], stream: np.random.Generator) -> Detection:
    """Hits, signals, false alarms and noises by person, shape ``(people, 4)``, pooled.

    Intervals by bootstrap over people; for one person over encounters.
    """
    counts = counts[(counts[:, 1] + counts[:, 3]) > 0]
    hits, signals, alarms, noises = (int(n) for n in counts.sum(axis=0))
    rates = (
        Share(hits, signals, share_interval(counts[:, 0], counts[:, 1], stream)),
        Share(alarms, noises, share_interval(counts[:, 2], counts[:, 3], stream)),
    )
    if not signals or not noises:
        return Detection(*rates, None, None)
    hit, alarm = loglinear(hits, signals), loglinear(alarms, noises)
    error = d_prime_error(hit, signals, alarm, noises)
    halves = Z95 * error, Z95 * error / 2
    if len(counts) > 1:
        sums = resampled(counts, stream).T
        z_hit = _z((sums[0] + 0.5) / (sums[1] + 1))
        z_alarm = _z((sums[2] + 0.5) / (sums[3] + 1))
        halves = (
            half_width(z_hit - z_alarm, error, len(counts)),
            half_width((z_hit + z_alarm) / 2, error / 2, len(counts)),
        )
    n = signals + noises
    found = d_prime(hit, alarm), criterion(hit, alarm)
    d, c = (Estimate(v, v - half, v + half, n) for v, half in zip(found, halves, strict=True))
    return Detection(*rates, d, c)
