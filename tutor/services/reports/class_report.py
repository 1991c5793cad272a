"""A class's report in an assignment: pooled over people, and silent where one could be guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

import numpy as np

from tutor.content.manifest import Benchmark, Citation
from tutor.core.access import Action
from tutor.core.intervals import Estimate, proportion
from tutor.core.reliance.calibration import Calibration, Nearness, calibration, nearness
from tutor.core.reliance.counts import Tally, tally
from tutor.core.reliance.encounters import Encounters, Flags
from tutor.core.reliance.item_analysis import FEWEST, Item, items
from tutor.core.reliance.measures import Scores, Share, pooled, share_of
from tutor.core.reliance.signal_detection import Detection, detection
from tutor.core.verdicts import Verdict
from tutor.errors import EquipoiseError
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.assignments import Assignments
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.reports.class_columns import ClassColumns, class_columns
from tutor.services.reports.failure_recognition import Mode, Modes, by_person
from tutor.services.reports.seminar_topics import TopicLine, topic_lines
from tutor.services.reports.seminars import outcomes_wait
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.reasons import reasons_of

SEED = 1
MOST_CASES = 8
MOST_TRAINERS = 3


@dataclass(frozen=True)
class ModeSeen:
    """A failure mode: how many named it when it was there, and when it was not.

    ``trained_by``: the exercises of today in which failures of this kind act, key and title, its
    own first.
    """

    mode: Mode
    hits: Share
    alarms: Share
    trained_by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Misleading:
    """A case: of those who were right at first, the share whom the algorithm talked out of it.

    ``case`` is its first line. ``reasons`` are those of the misled, in an order that says nothing
    of who they are; none where fewer than five were misled.
    """

    exercise: str
    case: str
    misled: Estimate
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CaseItem:
    """A case of the item analysis, ``case`` being its first line."""

    exercise: str
    case: str
    item: Item


@dataclass(frozen=True, kw_only=True)
class ClassReport:
    """What a class's counted encounters come to; None of it with fewer than five people.

    ``luck`` of the ``n`` encounters are cases of luck: they count in calibration alone. ``early``:
    learners may not see outcomes yet. ``guides``: the keys of the exercises whose guide is here.
    """

    people: int
    n: int
    luck: int
    before: Calibration
    after: Calibration
    nearness: Nearness | None
    scores: Scores
    verdicts: Mapping[Verdict, Share]
    right_when_right: Share
    right_when_wrong: Share
    agreed_with_wrong: Share
    noticing: Detection
    modes: tuple[ModeSeen, ...]
    misleading: tuple[Misleading, ...]
    items: tuple[CaseItem, ...]
    cases: int
    benchmarks: tuple[tuple[str, Benchmark, Citation], ...]
    topics: tuple[TopicLine, ...]
    early: bool
    guides: frozenset[str]


class ClassReports:
    """The use case behind the desk's report."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        assignments: Assignments,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._assignments = assignments
        self._now = clock

    def see(
        self, caller: Caller, assignment: str
    ) -> tuple[AssignmentDetail, ClassReport | None, int]:
        """The report, or None with fewer than five people in it; and how many there are.

        Counted rounds of learners who are in the class; staff's own rounds are left out.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not the class's instructor.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_CLASS_REPORT)
        groups = {member.learner: member.group for member in seen.learners}
        with self._database.read() as connection:
            found = class_columns(connection, assignment, groups)
            if found.people < FEWEST:
                return seen, None, found.people
            return seen, self._report(connection, seen, found), found.people

    def _report(
        self, connection: Connection, seen: AssignmentDetail, found: ClassColumns
    ) -> ClassReport:
        stream = np.random.default_rng(SEED)
        rows, people = found.rows, found.people
        modes = Modes(self._library)

        def share(above: Flags, below: Flags) -> Share:
            return share_of_enough(rows, above, below, stream)

        return ClassReport(
            people=people,
            n=len(rows),
            luck=int((~rows.scored).sum()),
            before=_told(calibration(rows.person, rows.said_first, rows.chart_risk)),
            after=_told(calibration(rows.person, rows.said_last, rows.chart_risk)),
            nearness=_nearness(rows),
            scores=pooled(_by_enough(tally(rows, people)), stream),
            verdicts={v: share(rows.came_to(v), rows.aided) for v in Verdict},
            right_when_right=share(rows.right_last, rows.aided & rows.right_advice),
            right_when_wrong=share(rows.right_last, rows.aided & ~rows.right_advice),
            agreed_with_wrong=share(rows.agreed, rows.aided & ~rows.right_advice),
            noticing=detection(by_person(rows, people), stream),
            modes=tuple(self._trained(one) for one in modes_seen(found, modes, stream)),
            misleading=_misleading(connection, found, modes),
            items=_items(found, modes),
            cases=len(found.patients),
            benchmarks=self._benchmarks(seen),
            topics=topic_lines(found, modes),
            early=outcomes_wait(seen, self._now()),
            guides=frozenset(exercise.key for exercise in self._library.exercises),
        )

    def _trained(self, seen: ModeSeen) -> ModeSeen:
        """The same with the exercises that train it: its own, then others with its kind."""
        own, others = [], []
        for exercise in self._library.exercises:
            line = (exercise.key, exercise.manifest.title)
            kinds = {m.kind for m in self._library.bundle(exercise.fingerprint).measured.modes}
            if exercise.key == seen.mode.exercise:
                own.append(line)
            elif seen.mode.kind in kinds:
                others.append(line)
        return replace(seen, trained_by=tuple([*own, *others][:MOST_TRAINERS]))

    def _benchmarks(self, seen: AssignmentDetail) -> tuple[tuple[str, Benchmark, Citation], ...]:
        found = []
        for part in seen.assignment.parts:
            try:
                exercise = self._library.exercise_at(part.key, part.fingerprint or "")
            except EquipoiseError:
                continue
            manifest = exercise.manifest
            citations = {c.id: c for c in manifest.citations}
            found += [(manifest.title, b, citations[b.citation]) for b in manifest.benchmarks]
        return tuple(found)


def share_of_enough(
    rows: Encounters, above: Flags, below: Flags, stream: np.random.Generator
) -> Share:
    """The share of the encounters ``below`` that are ``above``, its interval over people.

    Nothing, where fewer than five people have any.
    """
    if rows.people_in(below) < FEWEST:
        return Share(0, 0, None)
    return share_of(rows, below, above, stream)


def _by_enough(counted: Tally) -> Tally:
    """The measures that at least five people have something in; the others as if never met."""
    enough = (counted.below > 0).sum(axis=0) >= FEWEST
    return Tally(counted.above * enough, counted.below * enough)


def _told(found: Calibration) -> Calibration:
    """A calibration that at least five people make up; of fewer, only how many were left out."""
    if found.people >= FEWEST:
        return found
    return replace(found, bins=(), lean=None, distance=None)


def _nearness(rows: Encounters) -> Nearness | None:
    known = ~np.isnan(rows.said_last) & ~np.isnan(rows.chart_risk)
    return nearness(rows) if rows.people_in(known) >= FEWEST else None


def modes_seen(
    found: ClassColumns, modes: Modes, stream: np.random.Generator
) -> tuple[ModeSeen, ...]:
    """The failures that five learners could notice, and that five could name where none acted."""
    seen = []
    for patient, version in found.versions():
        within = found.listed & version
        for id_, mode in modes.of(patient).items():
            acted, named = found.acted(id_), found.named(id_)
            counts = np.stack(
                [
                    np.bincount(found.rows.person[within & flags], minlength=found.people)
                    for flags in (acted & named, acted, ~acted & named, ~acted)
                ],
                axis=1,
            )
            if ((counts[:, 1] > 0).sum() >= FEWEST) and ((counts[:, 3] > 0).sum() >= FEWEST):
                noticed = detection(counts, stream)
                seen.append(ModeSeen(mode, noticed.hits, noticed.false_alarms))
    return tuple(seen)


def _misleading(
    connection: Connection, found: ClassColumns, modes: Modes
) -> tuple[Misleading, ...]:
    tempted = found.rows.defensible
    misled = tempted & found.rows.came_to(Verdict.MISLED)
    width = len(found.patients)
    n = np.bincount(found.patient[tempted], minlength=width)
    left = np.bincount(found.patient[misled], minlength=width)
    shares = [
        (proportion(int(left[at]), int(n[at])), modes.story(found.patients[at]), at)
        for at in np.flatnonzero((n >= FEWEST) & (left > 0)).tolist()
    ]
    shares.sort(key=lambda one: (-one[0].low, one[1]))
    return tuple(
        Misleading(
            modes.title(found.patients[at]),
            story,
            share,
            reasons_told(connection, found, misled & (found.patient == at)),
        )
        for share, story, at in shares[:MOST_CASES]
    )


def reasons_told(connection: Connection, found: ClassColumns, chosen: Flags) -> tuple[str, ...]:
    """The reasons typed in some encounters, in an order that says nothing of who gave them.

    None where fewer than five learners gave one.
    """
    if chosen.sum() < FEWEST:
        return ()
    said = reasons_of(connection, [found.attempts[at] for at in np.flatnonzero(chosen).tolist()])
    reasons = [said[a] for a in sorted(said, key=lambda a: blake2b(a.encode()).digest())]
    return tuple(reasons) if len(reasons) >= FEWEST else ()


def _items(found: ClassColumns, modes: Modes) -> tuple[CaseItem, ...]:
    rows, scored = found.rows, found.rows.scored
    return tuple(
        CaseItem(modes.title(patient), modes.story(patient), one)
        for one in items(rows.person[scored], found.patient[scored], rows.right_first[scored])
        for patient in [found.patients[one.code]]
    )
