"""Calibration: probabilities that were said, beside the chart's own risk of the same cases.

Not beside outcomes: a bank drawn over four cells has another prevalence than the ward that the page
speaks of. Whoever says the chart's own risk is calibrated by definition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.core.intervals import Estimate, clustered_mean
from tutor.core.reliance.encounters import Codes, Encounters, Floats

EDGES = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class Bin:
    """Probabilities of ``low``..``high``: their mean, and the mean chart risk of their cases.

    ``risk.n`` is how many cases there are.
    """

    low: float
    high: float
    said: float
    risk: Estimate
    people: int


@dataclass(frozen=True)
class Calibration:
    """The bins that hold anything, in order.

    ``lean``: the mean of what was said minus the chart's risk; above 0, it was said too high.
    ``distance``: the mean squared distance between the two, 0..1, the part of a Brier score that
    skill can change. Both are None where nothing was said. ``left_out``: cases whose chart risk is
    not known.
    """

    people: int
    bins: tuple[Bin, ...]
    lean: Estimate | None
    distance: Estimate | None
    left_out: int


@dataclass(frozen=True)
class Nearness:
    """Mean squared distances to the chart's risk, on the same cases: those with the algorithm.

    ``change``: after minus before; below 0, the second answers were nearer.
    """

    before: Estimate
    after: Estimate
    algorithm: Estimate
    change: Estimate


def calibration(person: Codes, said: Floats, chart_risk: Floats) -> Calibration:
    """Five bins of equal width, the lean and the distance; columns of one length.

    NaN in ``said``: nothing was said, and the case is passed over. NaN in ``chart_risk``: it is not
    known, and the case is counted as left out. A probability on an edge falls into the upper bin.
    Intervals are those of ``clustered_mean``: over people, or over the cases of one person.
    """
    spoken = ~np.isnan(said)
    known = spoken & ~np.isnan(chart_risk)
    person, said, risk = person[known], said[known], chart_risk[known]
    return Calibration(
        len(np.unique(person)),
        tuple(_bins(person, said, risk)),
        clustered_mean(person, said - risk, -1.0, 1.0),
        clustered_mean(person, (said - risk) ** 2, 0.0, 1.0),
        int(spoken.sum() - known.sum()),
    )


def nearness(encounters: Encounters) -> Nearness | None:
    """How near to the chart's risk the learner was before and after, and the algorithm was.

    None without a case that has the algorithm and whose chart risk is known.
    """
    some = encounters.where(~np.isnan(encounters.said_last) & ~np.isnan(encounters.chart_risk))
    first, advice, last = (
        (said - some.chart_risk) ** 2 for said in (some.said_first, some.algorithm, some.said_last)
    )
    before = clustered_mean(some.person, first, 0.0, 1.0)
    after = clustered_mean(some.person, last, 0.0, 1.0)
    algorithm = clustered_mean(some.person, advice, 0.0, 1.0)
    change = clustered_mean(some.person, last - first, -1.0, 1.0)
    if before is None or after is None or algorithm is None or change is None:
        return None
    return Nearness(before, after, algorithm, change)


def _bins(person: Codes, said: Floats, risk: Floats) -> list[Bin]:
    place = np.digitize(said, EDGES)
    bins = []
    for at, (low, high) in enumerate(zip((0.0, *EDGES), (*EDGES, 1.0), strict=True)):
        inside = place == at
        mean_risk = clustered_mean(person[inside], risk[inside], 0.0, 1.0)
        if mean_risk is None:
            continue
        people = len(np.unique(person[inside]))
        bins.append(Bin(low, high, float(said[inside].mean()), mean_risk, people))
    return bins
