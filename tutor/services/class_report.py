"""A class's report in an assignment: pooled over people, and silent where one could be guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from tutor.content.manifest import Benchmark, Citation
from tutor.core.access import Action
from tutor.core.intervals import Estimate, proportion
from tutor.core.reliance.bootstrap import share_interval
from tutor.core.reliance.calibration import Calibration, Forecasts, calibration
from tutor.core.reliance.counts import Answers, Tally, tally
from tutor.core.reliance.item_analysis import FEWEST, Item, items
from tutor.core.reliance.measures import Scores, Share, together
from tutor.core.reliance.signal_detection import Detection, detection
from tutor.core.scoring import Verdict
from tutor.errors import EquipoiseError
from tutor.services.access import Access, Caller
from tutor.services.assignments import Assignments, Seen
from tutor.services.library import Library
from tutor.services.noticing import Mode, Modes, counts_for_noticing, noticed
from tutor.services.terms import COUNTED
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


@dataclass(frozen=True)
class ClassReport:
    """What a class's counted encounters come to; None of it with fewer than five people."""

    people: int
    n: int
    before: Calibration
    after: Calibration
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
        self, connection: Any, seen: Seen, closings: Sequence[Closing], people: int
    ) -> ClassReport:
        stream = np.random.default_rng(SEED)
        known = {who: n for n, who in enumerate(sorted({c.learner for c in closings}))}
        person = np.array([known[c.learner] for c in closings], np.int64)
        modes = Modes(self._library)
        outcomes = [c.outcome for c in closings]
        aided = np.array([o.aided for o in outcomes], bool)
        right = np.array([o.final_right for o in outcomes], bool)
        advice = np.array([o.advice_right for o in outcomes], bool)
        verdict = np.array([c.verdict for c in closings])

        def share(above: Any, below: Any) -> Share:
            return pooled(person, above, below, stream)

        return ClassReport(
            people,
            len(closings),
            calibration(self._forecasts(person, closings, "initial"), stream),
            calibration(self._forecasts(person, closings, "final"), stream),
            together(
                _told(tally(Answers.of(zip(person.tolist(), outcomes, strict=True)), people)),
                stream,
            ),
            {v: share(verdict == v.value, aided) for v in Verdict},
            share(right, aided & advice),
            share(right, aided & ~advice),
            share(~right, aided & ~advice),
            _noticing(person, closings, people, stream),
            _modes(person, closings, modes, people, stream),
            _misleading(connection, closings, modes),
            _items(person, closings, modes),
            len({(c.fingerprint, c.case) for c in closings}),
            self._benchmarks(seen),
        )

    def _forecasts(
        self, person: np.ndarray[Any, Any], closings: Sequence[Closing], when: str
    ) -> Forecasts:
        said = [getattr(c.outcome, when) for c in closings]
        kept = np.array([one is not None for one in said], bool)
        return Forecasts(
            person[kept],
            np.array([one for one in said if one is not None], float),
            np.array([c.outcome.present for c in closings], bool)[kept],
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


def pooled(person: Any, above: Any, below: Any, stream: np.random.Generator) -> Share:
    """A share of the encounters ``below`` that are ``above``, its interval over people.

    Nothing, where fewer than five people have any.
    """
    people = int(person.max()) + 1
    up = np.bincount(person[above & below], minlength=people)
    down = np.bincount(person[below], minlength=people)
    if (down > 0).sum() < FEWEST:
        return Share(0, 0, None)
    return Share(int(up.sum()), int(down.sum()), share_interval(up, down, stream))


def _told(counted: Tally) -> Tally:
    """The measures that at least five people have something in; the others as if never met."""
    told = (counted.below > 0).sum(axis=0) >= FEWEST
    return Tally(counted.above * told, counted.below * told)


def _noticing(
    person: Any, closings: Sequence[Closing], people: int, stream: np.random.Generator
) -> Detection:
    counts = np.zeros((people, 4), np.int64)
    for who, closing in zip(person, closings, strict=True):
        if counts_for_noticing(closing):
            counts[who] += noticed(closing)
    return detection(counts, stream)


def _modes(
    person: Any,
    closings: Sequence[Closing],
    modes: Modes,
    people: int,
    stream: np.random.Generator,
) -> tuple[ModeSeen, ...]:
    counts: dict[Mode, Any] = {}
    for who, closing in zip(person, closings, strict=True):
        if not counts_for_noticing(closing):
            continue
        for id_, mode in modes.of(closing).items():
            if mode not in counts:
                counts[mode] = np.zeros((people, 4), np.int64)
            at = 0 if id_ in closing.touched else 2
            counts[mode][who, at] += closing.suspected == id_
            counts[mode][who, at + 1] += 1
    found = []
    for mode, rows in counts.items():
        if ((rows[:, 1] > 0).sum() >= FEWEST) and ((rows[:, 3] > 0).sum() >= FEWEST):
            seen = detection(rows, stream)
            found.append(ModeSeen(mode, seen.hits, seen.false_alarms))
    return tuple(found)


def _misleading(
    connection: Any, closings: Sequence[Closing], modes: Modes
) -> tuple[Misleading, ...]:
    tempted: dict[tuple[str, str], list[Closing]] = defaultdict(list)
    for closing in closings:
        o = closing.outcome
        if o.aided and o.initial_right and not o.advice_right:
            tempted[closing.fingerprint, closing.case].append(closing)
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


def _items(person: Any, closings: Sequence[Closing], modes: Modes) -> tuple[CaseItem, ...]:
    keys = [(c.fingerprint, c.case) for c in closings]
    known = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    code = np.array([known[key] for key in keys], np.int64)
    right = np.array([c.outcome.initial_right for c in closings], bool)
    met = dict(zip(code.tolist(), closings, strict=True))
    return tuple(
        CaseItem(modes.title(met[one.code]), modes.story(met[one.code]), one)
        for one in items(person, code, right)
    )
