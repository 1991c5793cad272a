"""Looking back: the library with what was done, a learner's record, and a set's summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tutor.content.pack import Exercise
from tutor.core.case import Chart, Evidence
from tutor.core.encounter import Advice, Closed
from tutor.core.reliance.measures import Scores, of_one
from tutor.core.verdicts import Outcome, certainty_mark
from tutor.errors import NotFound, NotYours
from tutor.services.classes.assignment_terms import withheld
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.encounters import StoredAttempt
from tutor.store.kept import kept_patients
from tutor.store.practice_sets import PracticeSet


@dataclass(frozen=True)
class Card:
    """An exercise in the library: where the learner stands in its newest set.

    ``met`` are the kinds of failure it holds, told only once a set is finished. ``written``: how
    many patients it has, where they were written by hand; else 0.
    """

    exercise: Exercise
    done: int
    size: int
    finished_sets: int
    met: tuple[str, ...] = ()
    written: int = 0

    @property
    def open(self) -> bool:
        """Whether there is a set to go on with."""
        return self.size > 0 and self.done < self.size


@dataclass(frozen=True)
class Encounter:
    """One closed encounter, as a row of the record; ``mark`` is None where it is not scored.

    ``finding`` and ``diagnosis`` are what the patient is recognised by; "" where the version of
    the exercise can no longer be read.
    """

    attempt: str
    set_id: str
    title: str
    question: str
    position: int
    at: datetime
    certainty: int
    mark: int | None
    advice: Advice | None
    outcome: Outcome
    suspected: str
    touched: tuple[str, ...]
    finding: str = ""
    diagnosis: str = ""
    pictured: bool = False
    kept: bool = False


@dataclass(frozen=True)
class Summary:
    """A finished set; ``again`` is whether another set of its exercise can be begun.

    ``following`` is the next exercise of its pack; None after the last.
    """

    set: PracticeSet
    exercise: Exercise
    encounters: tuple[Encounter, ...]
    reliance: Scores
    evidence: Mapping[str, Any]
    measured: Evidence
    again: bool = True
    following: Exercise | None = None


class History:
    """Read-only use cases over what a learner has done."""

    def __init__(
        self, database: Database, library: Library, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._library = library
        self._now = clock

    def cards(self, learner: str | None) -> tuple[Card, ...]:
        """The library, for a learner or for nobody yet."""
        sets: list[tuple[PracticeSet, int]] = []
        if learner is not None:
            with self._database.read() as connection:
                sets = [
                    (s, n)
                    for s, n in set_store.latest_sets(connection, learner)
                    if s.assignment is None
                ]
        cards = []
        for exercise in self._library.exercises:
            mine = [(s, n) for s, n in sets if s.key == exercise.key]
            finished = [s for s, n in mine if n >= s.size]
            newest = mine[0] if mine else None
            cards.append(
                Card(
                    exercise,
                    done=newest[1] if newest else 0,
                    size=newest[0].size if newest else 0,
                    finished_sets=len(finished),
                    met=self._kinds(finished),
                    written=self._written(exercise),
                )
            )
        return tuple(cards)

    def _written(self, exercise: Exercise) -> int:
        if not exercise.written:
            return 0
        return len(self._library.bundle(exercise.fingerprint).cards)

    def _kinds(self, finished: Iterable[PracticeSet]) -> tuple[str, ...]:
        """The kinds of failure in the versions that were played to the end."""
        kinds: dict[str, None] = {}
        for fingerprint in dict.fromkeys(s.fingerprint for s in finished):
            try:
                modes = self._library.bundle(fingerprint).measured.modes
            except NotFound:
                continue
            kinds |= dict.fromkeys(mode.kind for mode in modes)
        return tuple(kinds)

    def encounters(self, learner: str) -> tuple[Encounter, ...]:
        """A learner's closed encounters, oldest first; those whose outcome waits are left out."""
        with self._database.read() as connection:
            stored = store.attempts_of_learner(connection, learner)
            waiting = self._waiting(connection, learner)
            kept = kept_patients(connection, learner)
        return tuple(
            self._recognised(s, self._row(s, s.stage), s.shown.id in kept)
            for s in stored
            if isinstance(s.stage, Closed) and s.set.id not in waiting
        )

    def _waiting(self, connection: Connection, learner: str) -> frozenset[str]:
        return withheld(connection, set_store.latest_sets(connection, learner), self._now())

    def finished(self, learner: str) -> frozenset[str]:
        """The ids of the sets a learner has finished."""
        with self._database.read() as connection:
            sets = set_store.latest_sets(connection, learner)
            waiting = self._waiting(connection, learner)
        return frozenset(f.id for f, closed in sets if closed >= f.size and f.id not in waiting)

    def waits(self, learner: str, set_id: str) -> bool:
        """Whether a finished set of an assignment may not show yet what was true."""
        with self._database.read() as connection:
            return set_id in self._waiting(connection, learner)

    def summary(self, learner: str, set_id: str) -> Summary:
        """A finished set in full.

        Raises:
            NotFound: there is no such set, or it is not finished. NotYours: another's.
        """
        with self._database.read() as connection:
            found = set_store.find_set(connection, set_id)
            stored = store.attempts_of_set(connection, set_id)
            waiting = self._waiting(connection, learner)
            kept = kept_patients(connection, learner)
        if found is None:
            raise NotFound("There is no such set here. Your record lists what you have done.")
        if found.learner != learner:
            raise NotYours("This set belongs to another learner.")
        if found.id in waiting:
            raise NotFound("What was true in this set is shown once your class's date has passed.")
        rows = tuple(
            self._recognised(s, self._row(s, s.stage), s.shown.id in kept)
            for s in stored
            if isinstance(s.stage, Closed)
        )
        if len(rows) < found.size:
            raise NotFound("This set is not finished yet. Go on with it from the exercises.")
        exercise = self._library.exercise_at(found.key, found.fingerprint)
        bundle = self._library.bundle(found.fingerprint)
        pack = [one for one in self._library.exercises if one.pack == found.pack]
        keys = [one.key for one in pack]
        at = keys.index(found.key) if found.key in keys else None
        return Summary(
            found,
            exercise,
            rows,
            of_one(row.outcome for row in rows),
            bundle.evidence,
            bundle.measured,
            at is not None,
            pack[at + 1] if at is not None and at + 1 < len(pack) else None,
        )

    def _row(self, stored: StoredAttempt, closed: Closed) -> Encounter:
        given, final = closed.commitment.judgment, closed.decision
        return Encounter(
            attempt=stored.shown.id,
            set_id=stored.set.id,
            title=stored.set.title,
            question=self._question(stored.set),
            position=stored.shown.position,
            at=closed.at,
            certainty=given.certainty,
            mark=certainty_mark(closed.outcome.initial_right, given.certainty)
            if closed.outcome.scored
            else None,
            advice=final.advice if final else None,
            outcome=closed.outcome,
            suspected=final.suspected if final else "",
            touched=closed.touched,
        )

    def _recognised(self, stored: StoredAttempt, row: Encounter, kept: bool) -> Encounter:
        """The row with what its patient is recognised by."""
        row = replace(row, kept=kept)
        try:
            bundle = self._library.bundle(stored.set.fingerprint)
        except NotFound:
            return row
        case = stored.shown.ref.case
        chart = bundle.chart(case)
        return replace(
            row,
            finding=leading_finding(chart),
            diagnosis=bundle.closed_case(case).sentence,
            pictured=chart.picture is not None,
        )

    def _question(self, practice_set: PracticeSet) -> str:
        try:
            exercise = self._library.exercise_at(practice_set.key, practice_set.fingerprint)
        except NotFound:
            return practice_set.title
        return exercise.manifest.question


def leading_finding(chart: Chart) -> str:
    """The finding that a patient is recognised by: the first out of range, else the first."""
    read = [f for f in chart.findings if not f.in_picture]
    found = next((f for f in read if f.flag), read[0] if read else None)
    return "" if found is None else f"{found.short} {found.said} {found.unit}".strip()
