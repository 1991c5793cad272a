"""The twin of a case: the intervention that moves the algorithm most, among those that teach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.evidence import Intervene, Twin
from tutor.lab.acting_modes import LEAST, ActingModes
from tutor.lab.rated_cohort import RatedCohort


@dataclass(frozen=True)
class Changed:
    """A twin as it came out: which one, the patient under it, and what the algorithm says."""

    twin: Twin
    row: dict[str, float]
    probability: float


@dataclass(frozen=True)
class _Tried:
    """One twin tried on those it applies to: ``place`` leads from a case to a row of these."""

    twin: Twin
    applies: NDArray[np.bool_]
    patients: Patients
    probability: NDArray[np.float64]
    effect: NDArray[np.float64]

    def place(self, at: int) -> int:
        return int(self.applies[:at].sum())


class Twins:
    """The twins of a bank's cases, by the place of a case in it."""

    def __init__(self, rated: RatedCohort, rows: NDArray[np.int_], modes: ActingModes) -> None:
        model = rated.held_out.fitted.model
        now, chance = rated.held_out.patients.take(rows), rated.held_out.probability[rows]
        self._tried: list[_Tried] = []
        self._unmoved: list[str] = []
        for twin in model.twins if model.structural else ():
            applies = np.asarray(twin.applies(now), dtype=bool)
            if not applies.any():
                self._unmoved.append(twin.id)
                continue
            patients = rated.undoing.changed(twin.do, rows[applies])
            said = rated.held_out.predict(patients)
            effect = np.zeros(len(rows))
            effect[applies] = np.abs(said - chance[applies])
            if effect.max() < LEAST:
                self._unmoved.append(twin.id)
                continue
            self._tried.append(_Tried(twin, applies, patients, said, effect))
        undone = {
            mode.id: dict(mode.undo.do)
            for mode in model.failure_modes
            if isinstance(mode.undo, Intervene)
        }
        self._chosen = [self._choose(at, modes.acting(at), undone) for at in range(len(rows))]

    def of(self, at: int) -> Changed | None:
        """The twin of the case at place ``at``; None where none moves the algorithm."""
        tried = self._chosen[at]
        if tried is None:
            return None
        place = tried.place(at)
        return Changed(tried.twin, tried.patients.row(place), float(tried.probability[place]))

    def unmoved(self) -> list[str]:
        """The twins that move the algorithm by two points in no case that they apply to."""
        return self._unmoved

    def _choose(
        self, at: int, acting: list[str], undone: Mapping[str, Mapping[str, Any]]
    ) -> _Tried | None:
        moving = [tried for tried in self._tried if tried.effect[at] >= LEAST]
        causes = [undone[mode] for mode in acting if mode in undone]
        return max(
            moving,
            key=lambda t: (dict(t.twin.do) in causes, not t.twin.plain, t.effect[at]),
            default=None,
        )
