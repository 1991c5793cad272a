"""A class's counted encounters as columns: whose, of which patient, under which failures."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tutor.core.reliance.encounters import Answers, Codes, Counts, Encounters, Flags
from tutor.core.reliance.signal_detection import trial
from tutor.core.set_plan import Guidance
from tutor.services.classes.assignment_terms import COUNTED
from tutor.store.connection import Connection
from tutor.store.outcome_columns import OutcomeColumns, outcome_columns

Key = TypeVar("Key", bound=Hashable)
Order = TypeVar("Order", str, tuple[str, str, str, str])


@dataclass(frozen=True)
class Patient:
    """A case of a bank, in the version that was played."""

    exercise: str
    fingerprint: str
    case: str


@dataclass(frozen=True)
class ClassColumns:
    """Columns of one length, in no particular order.

    ``person`` in ``rows`` numbers ``learners``, ``patient`` numbers ``patients``; both are sorted.
    ``acts`` numbers ``acting`` and ``suspected`` numbers ``suspicions``. ``listed``: a failure
    could be noticed, as the modes were listed and not marked for the patient; cases of luck are not
    among them. ``groups``: the group of each learner, "" for none.
    """

    rows: Encounters
    learners: tuple[str, ...]
    groups: tuple[str, ...]
    attempts: Sequence[str]
    patient: Codes
    patients: tuple[Patient, ...]
    acts: Codes
    acting: tuple[tuple[str, ...], ...]
    suspected: Codes
    suspicions: tuple[str | None, ...]
    listed: Flags

    @property
    def people(self) -> int:
        """How many learners have closed a patient."""
        return len(self.learners)

    def versions(self) -> Iterator[tuple[Patient, Flags]]:
        """Each version of an exercise, by one of its patients, with its rows as flags."""
        keys = [(p.exercise, p.fingerprint) for p in self.patients]
        known = list(dict.fromkeys(keys))
        of_patient = np.array([known.index(key) for key in keys], np.int32)
        for number, key in enumerate(known):
            yield self.patients[keys.index(key)], of_patient[self.patient] == number

    def acted(self, mode: str) -> Flags:
        """The encounters in whose patients this failure mode acted."""
        return np.array([mode in modes for modes in self.acting], bool)[self.acts]

    def named(self, mode: str) -> Flags:
        """The encounters in which this failure mode was named."""
        return np.array([one == mode for one in self.suspicions], bool)[self.suspected]

    def group_flags(self, group: str) -> Flags:
        """The encounters of the learners of one group."""
        return np.array([one == group for one in self.groups], bool)[self.rows.person]


def class_columns(
    connection: Connection, assignment: str, groups: Mapping[str, str | None]
) -> ClassColumns:
    """The counted encounters of an assignment, of those learners whose ``groups`` are given.

    Those of staff, and of people who have left, are so left out.
    """
    return of_columns(outcome_columns(connection, assignment, COUNTED), groups)


def of_columns(found: OutcomeColumns, groups: Mapping[str, str | None]) -> ClassColumns:
    """The same from what the store read."""
    counted = [learner in groups for learner in found.learner]
    if not all(counted):
        found = _some(found, counted)
    kind = np.array(found.kind, np.int32)
    kinds = found.kinds
    person, learners = sorted_codes(found.learner)
    version, patients = sorted_codes(
        [(one.pack, one.exercise, one.fingerprint, one.case) for one in kinds]
    )
    acted, acting = coded([one.touched if one.acting is None else one.acting for one in kinds])
    named, suspicions = coded([one.suspected for one in kinds])
    acts, suspected = acted[kind], named[kind]
    answers = Answers(
        _floats(found.threshold),
        _floats(found.initial),
        _floats(found.algorithm),
        _floats(found.final),
        np.array([one.present for one in kinds], bool)[kind],
        _floats(found.chart_risk),
        np.array([one.scored for one in kinds], bool)[kind],
    )
    at_listed = np.array([one.guidance == Guidance.LISTED for one in kinds], bool)[kind]
    listed = answers.scored & ~np.isnan(answers.advice) & at_listed
    trials = _trials(acts, acting, suspected, suspicions) * listed[:, None]
    certainty = np.array(found.certainty, np.int32)
    return ClassColumns(
        Encounters.of_answers(person, answers, certainty, trials),
        learners,
        tuple(groups[learner] or "" for learner in learners),
        found.attempt,
        version[kind],
        tuple(Patient(f"{pack}/{exercise}", *ids) for pack, exercise, *ids in patients),
        acts,
        acting,
        suspected,
        suspicions,
        listed,
    )


def _some(found: OutcomeColumns, counted: Sequence[bool]) -> OutcomeColumns:
    """Some of the rows; of the kinds only those that they are of."""
    kept = compress(found.kind, counted)
    kind, numbers = coded(tuple(kept))
    columns = {
        column.name: tuple(compress(getattr(found, column.name), counted))
        for column in fields(found)
        if column.name not in ("kinds", "kind")
    }
    kinds = tuple(found.kinds[number] for number in numbers)
    return OutcomeColumns(kinds, kind.tolist(), **columns)


def coded(values: Sequence[Key]) -> tuple[Codes, tuple[Key, ...]]:
    """Values as numbers, in the order in which each is first met; and the distinct values."""
    known: dict[Key, int] = {}
    codes = [known.setdefault(value, len(known)) for value in values]
    return np.array(codes, np.int32), tuple(known)


def sorted_codes(values: Sequence[Order]) -> tuple[Codes, tuple[Order, ...]]:
    """Values as numbers in their own order; and the distinct values, sorted."""
    distinct = tuple(sorted(set(values)))
    number = {value: at for at, value in enumerate(distinct)}
    return np.array([number[value] for value in values], np.int32), distinct


def _trials(
    acts: Codes,
    acting: Sequence[tuple[str, ...]],
    suspected: Codes,
    suspicions: Sequence[str | None],
) -> Counts:
    """What each encounter adds to hits, signals, false alarms and noises; shape ``(n, 4)``."""
    table = [[trial(modes, named) for named in suspicions] for modes in acting]
    shaped = np.array(table, np.int64).reshape(len(acting), len(suspicions), 4)
    found: Counts = shaped[acts, suspected]
    return found


def _floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    # numpy reads None as NaN when it is told the type.
    return np.array(values, np.float64)
