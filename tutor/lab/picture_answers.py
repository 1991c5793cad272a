"""Whether a picture shows the answer by a column that is not on the page.

A picture is drawn from columns of the patient. Those on the page (findings, inputs, what
``visible=`` names) say what they say. Each other column is asked, on all held-out patients, whether
it tells the truth beyond the chart's own risk; so are the decimals that the page does not print.
Where one does, pictures are drawn again with the columns of a patient of the other truth. Outside
of the declared decisive region nothing may then change: no cell of the picture, no name in its
source, no text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.kit.drawing import Region
from tutor.kit.metrics import auroc
from tutor.kit.teaching import TeachingModel
from tutor.lab.chart_risk import seen
from tutor.lab.drawn_sample import DrawnSample, source_of
from tutor.lab.picture_raster import grid, outside
from tutor.lab.picture_source import Source
from tutor.lab.rated_cohort import RatedCohort

CELLS = 8  # of a column's values, by quantiles
LEVEL = 1e-6  # of a false alarm among the columns of an exercise
SETTLES = 0.99  # area under the ROC curve of a column that is the answer by another name
SMALLEST = 0.002  # variance of a truth that the chart all but settles
FEW = 8  # patients of each truth who are drawn again
CHANGED = 3.0  # of 255, the change of a cell that counts

Array = NDArray[np.float64]
Row = Mapping[str, float]


def telling_columns(rated: RatedCohort, read: frozenset[str]) -> list[str]:
    """The columns that ``read`` names and the page does not show that tell more than the chart."""
    held_out, model = rated.held_out, rated.held_out.fitted.model
    rows = np.flatnonzero(model.scope(held_out.patients))
    truth, risk = held_out.truth[rows], rated.risk.probability[rows]
    spread = np.maximum(risk * (1 - risk), SMALLEST)
    left = truth - risk
    left = left - spread * left.sum() / spread.sum()
    answers = {model.truth, model.label, model.exact}
    decimals = {finding.column: finding.decimals for finding in model.findings}
    told = []
    names = sorted(read & set(held_out.patients))
    for name in names:
        values = held_out.patients[name][rows].astype(float)
        if name in decimals:
            values = values - np.round(values, decimals[name])
        elif name in seen(model):
            continue
        usable = np.isfinite(values).all() and values.min() < values.max()
        if not usable and name not in answers:
            continue
        if (
            name in answers - {""}
            or _chance(values, left, spread) < LEVEL / len(names)
            or max(area := auroc(values, truth.astype(int)).value, 1 - area) >= SETTLES
        ):
            told.append(name)
    return told


def _chance(values: Array, left: Array, spread: Array) -> float:
    """How often chance alone would part the truth that is left so much by a column's values."""
    from scipy.stats import chi2

    edges = np.unique(np.quantile(values, np.linspace(0, 1, CELLS + 1)[1:-1]))
    code = np.searchsorted(edges, values, side="right")
    total, variance = np.bincount(code, left), np.bincount(code, spread)
    some = variance > 0
    if some.sum() < 2:
        return 1.0
    return float(chi2.sf((total[some] ** 2 / variance[some]).sum(), some.sum() - 1))


@dataclass(frozen=True)
class Change:
    """What changes in a picture with the answer, where it may not: ``what``, and how often."""

    what: str
    times: int
    of: int


def changes(model: TeachingModel, sample: DrawnSample, columns: Sequence[str]) -> Iterator[Change]:
    """What changes outside of the decisive region with ``columns`` of another truth's patient."""
    ill, well = np.flatnonzero(sample.present)[:FEW], np.flatnonzero(~sample.present)[:FEW]
    pairs = [*zip(ill, well, strict=False), *zip(well, ill, strict=False)]
    for at, _ in pairs[:1]:
        if source_of(model, sample.rows[at]) != sample.sources[at]:
            return  # it draws from a chance of its own, so nothing follows from a difference
    counted = {"names": 0, "texts": 0, "seen": 0}
    for at, other in pairs:
        was = sample.sources[at]
        now = source_of(model, _with(model, sample.rows[at], sample.rows[other], columns))
        counted["names"] += was.names != now.names
        counted["texts"] += was.texts != now.texts
        counted["seen"] += differ(was, now, model.decisive_region)
    said = {
        "texts": "texts in its source",
        "names": "elements or names in its source",
        "seen": "what is to be seen"
        + (" outside of the decisive region" if model.decisive_region else ""),
    }
    for key, times in counted.items():
        if times:
            yield Change(said[key], times, len(pairs))


def _with(model: TeachingModel, row: Row, other: Row, columns: Sequence[str]) -> dict[str, float]:
    """``row`` with the columns of ``other``; of what is printed only the decimals beyond."""
    decimals = {finding.column: finding.decimals for finding in model.findings}
    changed = dict(row)
    for name in columns:
        changed[name] = other[name]
        if name in decimals:
            printed = round(row[name], decimals[name])
            changed[name] = printed + other[name] - round(other[name], decimals[name])
    return changed


def differ(one: Source, other: Source, region: Region | None) -> bool:
    """Whether two pictures differ outside of ``region`` to somebody who looks."""
    if one.svg == other.svg:
        return False
    apart = np.abs(grid(one.svg) - grid(other.svg)).max(axis=2)
    return bool((apart[outside(region)] > CHANGED).any())
