"""Patients whom the chart leaves most in doubt, with their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.kit.teaching import TeachingModel
from tutor.lab.picture_source import Source
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.row_reads import NotedRow
from tutor.lab.text_bounds import bounded_picture

DRAWN = 48

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class DrawnSample:
    """Patients whom the chart leaves most in doubt, and their pictures.

    ``present`` and ``risk`` have shape ``(n,)``; ``reads`` are the columns that pictures read.
    """

    rows: tuple[dict[str, float], ...]
    present: Mask
    risk: Array
    sources: tuple[Source, ...]
    reads: frozenset[str]

    @classmethod
    def of(cls, rated: RatedCohort) -> DrawnSample:
        """Draw those in scope whose risk is nearest to one half."""
        held_out = rated.held_out
        model = held_out.fitted.model
        scope = np.flatnonzero(model.scope(held_out.patients))
        doubt = np.abs(rated.risk.probability[scope] - 0.5)
        at = scope[np.argsort(doubt, kind="stable")[:DRAWN]]
        rows = tuple(held_out.patients.row(int(place)) for place in at)
        reads: set[str] = set()
        sources = tuple(source_of(model, NotedRow(row, reads)) for row in rows)
        risk = rated.risk.probability[at]
        return cls(rows, held_out.truth[at], risk, sources, frozenset(reads))

    @property
    def left(self) -> Array:
        """The truth that the chart leaves open, shape ``(n,)``."""
        return self.present - self.risk


def source_of(model: TeachingModel, row: Mapping[str, float]) -> Source:
    """The picture of one patient, as the model draws it; it must draw one."""
    assert model.picture is not None
    drawn = bounded_picture(model.picture(row))
    return Source(drawn.svg, drawn.alt)
