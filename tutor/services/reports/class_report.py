"""A class's report in an assignment: pooled over people, and silent where one could be guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

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
from tutor.services.classes.assignment_terms import COUNTED
from tutor.services.classes.assignments import Assignments, Seen
from tutor.services.encounters.library import Library
from tutor.services.reports.failure_recognition import (
    Mode,
    Modes,
    by_person,
    columns,
    counts_for_noticing,
)
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.outcomes import Closing, closings_of
from tutor.store.reasons import reasons_of

SEED = 1
MOST_CASES = 8


@dataclass(frozen=True)
class ModeSeen:
    """A failure mode: how many named it when it was there, and when it was not."""

    mode: Mode
    hits: Share
    alarms: Share


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

    ``luck`` of the ``n`` encounters are cases of luck: they count in calibration alone.
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


class ClassReports:
    """The use case behind the desk's report."""

    def __init__(
        self, database: Database, library: Library, access: Access, assignments: Assignments
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._assignments = assignments

    def see(self, caller: Caller, assignment: str) -> tuple[Seen, ClassReport | None, int]:
        """The report, or None with fewer than five people in it; and how many there are.

        Counted rounds of learners who are in the class; staff's own rounds are left out.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not the class's instructor.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_CLASS_REPORT)
        members = {member.learner for member in seen.learners}
        with self._database.read() as connection:
            closings = [
                c
                for c in closings_of(connection, assignment=assignment)
                if c.round == COUNTED and c.learner in members
            ]
            people = len({c.learner for c in closings})
            if people < FEWEST:
                return seen, None, people
            return seen, self._report(connection, seen, closings, people), people

    def _report(
        self, connection: Connection, seen: Seen, closings: Sequence[Closing], people: int
    ) -> ClassReport:
        stream = np.random.default_rng(SEED)
        _, rows = columns(closings)
        modes = Modes(self._library)
        verdict = np.array([c.verdict for c in closings])

        def share(above: Flags, below: Flags) -> Share:
            return share_of_enough(rows, above, below, stream)

        return ClassReport(
            people=people,
            n=len(closings),
            luck=int((~rows.scored).sum()),
            before=_told(calibration(rows.person, rows.said_first, rows.chart_risk)),
            after=_told(calibration(rows.person, rows.said_last, rows.chart_risk)),
            nearness=_nearness(rows),
            scores=pooled(_by_enough(tally(rows, people)), stream),
            verdicts={v: share(verdict == v.value, rows.aided) for v in Verdict},
            right_when_right=share(rows.right_last, rows.aided & rows.right_advice),
            right_when_wrong=share(rows.right_last, rows.aided & ~rows.right_advice),
            agreed_with_wrong=share(rows.agreed, rows.aided & ~rows.right_advice),
            noticing=detection(by_person(rows, people), stream),
            modes=_modes(rows, closings, modes, people, stream),
            misleading=_misleading(connection, rows, closings, modes),
            items=_items(rows, closings, modes),
            cases=len({(c.fingerprint, c.case) for c in closings}),
            benchmarks=self._benchmarks(seen),
        )

    def _benchmarks(self, seen: Seen) -> tuple[tuple[str, Benchmark, Citation], ...]:
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
    if len(np.unique(rows.person[below])) < FEWEST:
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
    return nearness(rows) if len(np.unique(rows.person[known])) >= FEWEST else None


def _modes(
    rows: Encounters,
    closings: Sequence[Closing],
    modes: Modes,
    people: int,
    stream: np.random.Generator,
) -> tuple[ModeSeen, ...]:
    counts: dict[Mode, NDArray[np.int64]] = {}
    for who, closing in zip(rows.person, closings, strict=True):
        if not counts_for_noticing(closing):
            continue
        for id_, mode in modes.of(closing).items():
            if mode not in counts:
                counts[mode] = np.zeros((people, 4), np.int64)
            at = 0 if id_ in closing.acting else 2
            counts[mode][who, at] += closing.suspected == id_
            counts[mode][who, at + 1] += 1
    found = []
    for mode, of_mode in counts.items():
        if ((of_mode[:, 1] > 0).sum() >= FEWEST) and ((of_mode[:, 3] > 0).sum() >= FEWEST):
            seen = detection(of_mode, stream)
            found.append(ModeSeen(mode, seen.hits, seen.false_alarms))
    return tuple(found)


def _misleading(
    connection: Connection, encounters: Encounters, closings: Sequence[Closing], modes: Modes
) -> tuple[Misleading, ...]:
    tempted: dict[tuple[str, str], list[Closing]] = defaultdict(list)
    for at in np.flatnonzero(encounters.defensible).tolist():
        tempted[closings[at].fingerprint, closings[at].case].append(closings[at])
    found = []
    for rows in tempted.values():
        misled = [c.attempt for c in rows if c.verdict == Verdict.MISLED]
        if len(rows) < FEWEST or not misled:
            continue
        said = reasons_of(connection, misled) if len(misled) >= FEWEST else {}
        reasons = [said[a] for a in sorted(said, key=lambda a: blake2b(a.encode()).digest())]
        shown = tuple(reasons) if len(reasons) >= FEWEST else ()
        share = proportion(len(misled), len(rows))
        found.append(Misleading(modes.title(rows[0]), modes.story(rows[0]), share, shown))
    found.sort(key=lambda one: (-one.misled.low, one.case))
    return tuple(found[:MOST_CASES])


def _items(rows: Encounters, closings: Sequence[Closing], modes: Modes) -> tuple[CaseItem, ...]:
    scored = [closings[at] for at in np.flatnonzero(rows.scored).tolist()]
    keys = [(c.fingerprint, c.case) for c in scored]
    known = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    code = np.array([known[key] for key in keys], np.int64)
    met = dict(zip(code.tolist(), scored, strict=True))
    return tuple(
        CaseItem(modes.title(met[one.code]), modes.story(met[one.code]), one)
        for one in items(rows.person[rows.scored], code, rows.right_first[rows.scored])
    )
