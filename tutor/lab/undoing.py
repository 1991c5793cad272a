"""What the algorithm would say if the cause of a failure were taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import BuildError
from tutor.kit.cohorts import Column, Patients
from tutor.kit.evidence import Change, FailureMode, Intervene, MatchComparison, Retrain
from tutor.lab.training import HELD_OUT_STEP, Fitted, HeldOut, learn

MOST_PATIENTS = 8_000  # to learn from anew

Array = NDArray[np.float64]
Rows = NDArray[np.int_]


@dataclass(frozen=True)
class Reading(Patients):
    """Patients that note which of their columns are read."""

    names: set[str]

    @classmethod
    def of(cls, patients: Patients) -> Reading:
        """The same patients, with nothing read yet."""
        return cls(patients.columns, set())

    def __getitem__(self, name: str) -> Column:
        self.names.add(name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        self.names.update(self.columns)
        return super().__iter__()


def columns_read(read: Callable[[Patients], Any], patients: Patients) -> frozenset[str]:
    """The columns that a predicate reads."""
    noted = Reading.of(patients)
    read(noted)
    return frozenset(noted.names)


class Undoing:
    """The algorithm's view of held-out patients with one cause undone; each is asked once."""

    def __init__(self, held_out: HeldOut) -> None:
        self._held_out = held_out
        self._worlds: dict[str, Patients] = {}
        self._retrained: dict[str, Fitted] = {}

    def changed(self, do: Change, rows: Rows) -> Patients:
        """The patients at ``rows`` of the held-out cohort under ``do``, measured."""
        held_out, model = self._held_out, self._held_out.fitted.model
        key = repr(sorted((name, value) for name, value in do.items()))
        if key not in self._worlds:
            values = {
                name: value(held_out.patients) if callable(value) else value
                for name, value in do.items()
            }
            self._worlds[key] = model.simulate(
                model.held_out_size,
                held_out.seed + HELD_OUT_STEP,
                **{**model.deployment, **values},
            )
        return model.measured(self._worlds[key].take(rows))

    def probability(self, mode: FailureMode, rows: Rows) -> Array:
        """What the algorithm says of the patients at ``rows`` once ``mode`` is undone.

        A mode that names no way to undo it moves nothing, so it is never said to act; `check`
        asks for one.

        Raises:
            BuildError: the way does not serve this model.
        """
        undo = mode.undo
        if undo is None and not self._held_out.fitted.model.structural:
            undo = MatchComparison()
        if isinstance(undo, Intervene):
            return self._intervened(mode, undo, rows)
        if isinstance(undo, Retrain):
            again = self._trained_anew(mode, undo)
            return again.predict(self._held_out.patients.take(rows))
        if isinstance(undo, MatchComparison):
            return self._matched(mode, undo, rows)
        return self._held_out.probability[rows]

    def _intervened(self, mode: FailureMode, undo: Intervene, rows: Rows) -> Array:
        if not self._held_out.fitted.model.structural:
            raise BuildError(
                f"The failure mode {mode.id!r} is undone by an intervention, but these patients "
                "are rows of a table. Leave undo out, or use MatchComparison().",
                of=f"failure mode {mode.id}",
            )
        return self._held_out.predict(self.changed(undo.do, rows))

    def _trained_anew(self, mode: FailureMode, undo: Retrain) -> Fitted:
        key = repr((undo.label, sorted((undo.training or {}).items()), undo.training is None))
        key += repr(undo.also_reads)
        if key not in self._retrained:
            model = self._held_out.fitted.model
            known = {f.column: f for f in (*model.features, *model.findings)}
            more = tuple(
                known.get(column) or replace(model.features[0], column=column, label=column)
                for column in undo.also_reads
                if column not in model.columns
            )
            fairer = replace(
                model, label=undo.label or model.label, features=(*model.features, *more)
            )
            self._retrained[key] = learn(fairer, self._cohort(undo))
        return self._retrained[key]

    def _cohort(self, undo: Retrain) -> Patients:
        """The patients to learn from: those of the first training, or of another mix."""
        model = self._held_out.fitted.model
        if undo.training is None:
            cohort = self._held_out.fitted.cohort
            every = np.linspace(0, cohort.n - 1, min(cohort.n, MOST_PATIENTS)).astype(int)
            return cohort.take(every)
        size = min(model.training_size, MOST_PATIENTS)
        return model.measured(model.simulate(size, self._held_out.seed, **undo.training))

    def _matched(self, mode: FailureMode, undo: MatchComparison, rows: Rows) -> Array:
        """The mean over the nearest comparison patients, by standardised distance."""
        patients, model = self._held_out.patients, self._held_out.fitted.model
        apart = set(undo.apart_from) or columns_read(mode.touches, patients)
        columns = tuple(name for name in model.columns if name not in apart) or model.columns
        told = patients.matrix(columns)
        told = told / np.where(told.std(axis=0) > 0, told.std(axis=0), 1.0)
        others = np.flatnonzero(mode.comparison(patients))
        if not len(others):
            raise BuildError(
                f"The failure mode {mode.id!r} is compared with nobody.",
                of=f"failure mode {mode.id}",
            )
        nearest = min(undo.nearest, len(others))
        found = np.empty(len(rows))
        for at, row in enumerate(rows):
            distance = ((told[others] - told[row]) ** 2).sum(axis=1)
            near = others[np.argpartition(distance, nearest - 1)[:nearest]]
            found[at] = self._held_out.probability[near].mean()
        return found
