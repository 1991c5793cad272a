"""A learner's report: calibration, reliance and what was noticed, over sets and over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from tutor.core.access import Action
from tutor.core.intervals import Estimate
from tutor.core.reliance.advice_weight import mean_weight_of_advice
from tutor.core.reliance.calibration import Calibration, Forecasts, calibration
from tutor.core.reliance.counts import Answers, tally
from tutor.core.reliance.measures import Scores, Share, each
from tutor.core.reliance.signal_detection import Detection, detection
from tutor.core.scoring import Marks, Verdict, certainty_marks
from tutor.errors import NotFound
from tutor.services.access import Access, Caller
from tutor.services.library import Library
from tutor.services.noticing import Modes, counts_for_noticing, noticed
from tutor.services.practice import now
from tutor.services.terms import COUNTED, withheld
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import encounters as encounter_store
from tutor.store.database import Database
from tutor.store.outcomes import Closing, closings_of

# Resampling draws from this; the same encounters give the same report.
SEED = 1
_NOT_BEHIND = "There is no such figure here. Choose one from the report."


@dataclass(frozen=True)
class Entry:
    """An encounter behind a figure: its number in its set, counted from 1.

    ``kinds`` are the kinds of failure that could be named in it.
    """

    closing: Closing
    title: str
    number: int
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SetLine:
    """A set on the line of time; shares are over its cases with the algorithm, if any."""

    id: str
    title: str
    at: datetime
    n: int
    before: float | None
    algorithm: float | None
    after: float | None


@dataclass(frozen=True)
class KindNoticed:
    """A kind of failure, pooled over its modes: named when at work, and when it was not."""

    kind: str
    hits: Share
    alarms: Share


@dataclass(frozen=True)
class Choice:
    """What the report can be narrowed to."""

    key: str
    title: str


@dataclass(frozen=True)
class LearnerReport:
    """What a learner's encounters come to; encounters whose outcome waits are left out."""

    learner: str
    exercises: tuple[Choice, ...]
    assignments: tuple[Choice, ...]
    entries: tuple[Entry, ...]
    sets: tuple[SetLine, ...]
    before: Calibration
    after: Calibration
    scores: Scores
    verdicts: dict[Verdict, int]
    weight: Estimate | None
    marks: Marks
    kinds: tuple[KindNoticed, ...]
    detection: Detection
    waiting: int
    name: str = ""


def _aided(entry: Entry) -> bool:
    return entry.closing.outcome.aided


def _correctable(entry: Entry) -> bool:
    o = entry.closing.outcome
    return o.aided and o.advice_right and not o.initial_right


def _defensible(entry: Entry) -> bool:
    o = entry.closing.outcome
    return o.aided and not o.advice_right and o.initial_right


def _differed(entry: Entry) -> bool:
    o = entry.closing.outcome
    return o.aided and o.initial_right != o.advice_right


BEHIND: dict[str, Callable[[Entry], bool]] = {
    "all": lambda e: True,
    "aided": _aided,
    "alone": lambda e: not _aided(e),
    "rair": _correctable,
    "rsr": _defensible,
    "differed": _differed,
    "noticing": lambda e: counts_for_noticing(e.closing),
}


class LearnerReports:
    """The use case behind "My report", and behind a learner's report at the desk."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._now = clock

    def mine(self, caller: Caller, exercise: str = "", assignment: str = "") -> LearnerReport:
        """The caller's own report, narrowed to an exercise or an assignment if asked.

        Raises:
            Forbidden: nobody is asking.
        """
        self._access.own(caller, Action.SEE_REPORT, caller.learner)
        with self._database.read() as connection:
            closings = list(closings_of(connection, caller.learner))
            sets = encounter_store.latest_sets(connection, caller.learner)
            waiting = withheld(connection, sets, self._now())
            ids = {c.assignment for c in closings if c.assignment}
            titles = assignment_store.titles(connection, ids)
        shown = [c for c in closings if c.set_id not in waiting]
        return self._report(
            caller.learner, shown, titles, exercise, assignment, len(closings) - len(shown)
        )

    def of_learner(self, caller: Caller, classroom: str, learner: str) -> LearnerReport:
        """A learner's counted work in a class, as staff who look after them see it.

        Raises:
            NotFound: no such class or learner for the caller. Forbidden: not one of theirs.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.SEE_REPORT, classroom, learner)
            work = assignment_store.assignments_of_class(connection, classroom)
            titles = {one.id: one.title for one in work}
            closings = [
                c
                for c in closings_of(connection, learner)
                if c.assignment in titles and c.round == COUNTED
            ]
            member = class_store.find_member(connection, classroom, learner)
        found = self._report(learner, closings, titles, "", "", 0)
        return replace(found, name=member.name if member else "")

    def _report(
        self,
        learner: str,
        closings: Sequence[Closing],
        titles: dict[str, str],
        exercise: str,
        assignment: str,
        waiting: int,
    ) -> LearnerReport:
        modes = Modes(self._library)
        titled = {c.exercise: modes.title(c) for c in closings}
        entries = _numbered(closings, modes)
        if exercise:
            entries = [e for e in entries if e.closing.exercise == exercise]
        if assignment:
            entries = [e for e in entries if e.closing.assignment == assignment]
        chosen = [e.closing for e in entries]
        outcomes = [c.outcome for c in chosen]
        stream = np.random.default_rng(SEED)
        listed = [c for c in chosen if counts_for_noticing(c)]
        hits = np.array([noticed(c) for c in listed], np.int64).reshape(-1, 4)
        verdicts = dict.fromkeys(Verdict, 0)
        for outcome in outcomes:
            verdicts[outcome.verdict] += 1
        used = {c.assignment for c in closings}
        return LearnerReport(
            learner,
            tuple(Choice(key, titled[key]) for key in sorted(titled, key=titled.__getitem__)),
            tuple(Choice(id_, title) for id_, title in titles.items() if id_ in used),
            tuple(entries),
            _lines(entries),
            calibration(_forecasts((c.outcome.initial, c) for c in chosen), stream),
            calibration(
                _forecasts((c.outcome.final, c) for c in chosen if c.outcome.final is not None),
                stream,
            ),
            next(each(tally(Answers.of((0, o) for o in outcomes), 1))),
            verdicts,
            mean_weight_of_advice(outcomes),
            certainty_marks((c.outcome.initial_right, c.certainty) for c in chosen),
            _kinds(listed, modes),
            detection(hits.sum(axis=0, keepdims=True), stream),
            waiting,
        )


def behind(report: LearnerReport, figure: str) -> tuple[Entry, ...]:
    """The encounters that a figure was made from, newest first.

    ``figure`` is a name of ``BEHIND``, a verdict (``verdict:…``), a bin (``before:0.2``), a set
    (``set:…``) or a kind of failure (``kind:…``).

    Raises:
        NotFound: there is no such figure.
    """
    sort, _, which = figure.partition(":")
    tests: dict[str, Callable[[Entry], bool]] = {
        "verdict": lambda e: e.closing.verdict == which,
        "set": lambda e: e.closing.set_id == which,
        "kind": lambda e: counts_for_noticing(e.closing) and which in e.kinds,
    }
    if not which and sort in BEHIND:
        test = BEHIND[sort]
    elif sort in tests:
        test = tests[sort]
    elif sort in ("before", "after"):
        test = _in_bin(sort, which, report)
    else:
        raise NotFound(_NOT_BEHIND)
    return tuple(e for e in reversed(report.entries) if test(e))


def _in_bin(sort: str, which: str, report: LearnerReport) -> Callable[[Entry], bool]:
    bins = (report.before if sort == "before" else report.after).bins
    found = next((b for b in bins if f"{b.low:g}" == which), None)
    if found is None:
        raise NotFound(_NOT_BEHIND)

    def inside(entry: Entry) -> bool:
        o = entry.closing.outcome
        said = o.initial if sort == "before" else o.final
        if said is None:
            return False
        return found.low <= said and (said < found.high or found.high == 1)

    return inside


def _numbered(closings: Iterable[Closing], modes: Modes) -> list[Entry]:
    count: dict[str, int] = defaultdict(int)
    entries = []
    for closing in closings:
        count[closing.set_id] += 1
        kinds = frozenset(mode.kind for mode in modes.of(closing).values())
        entries.append(Entry(closing, modes.title(closing), count[closing.set_id], kinds))
    return entries


def _forecasts(said: Iterable[tuple[Any, Closing]]) -> Forecasts:
    rows = [(float(p), c.outcome.present) for p, c in said]
    return Forecasts(
        np.zeros(len(rows), np.int64),
        np.array([p for p, _ in rows], float),
        np.array([present for _, present in rows], bool),
    )


def _lines(entries: Sequence[Entry]) -> tuple[SetLine, ...]:
    by_set: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_set[entry.closing.set_id].append(entry)
    lines = []
    for set_id, rows in by_set.items():
        aided = [e.closing.outcome for e in rows if _aided(e)]
        shares = (
            [
                sum(o.initial_right for o in aided) / len(aided),
                sum(o.advice_right for o in aided) / len(aided),
                sum(o.final_right for o in aided) / len(aided),
            ]
            if aided
            else [None] * 3
        )
        lines.append(SetLine(set_id, rows[0].title, rows[-1].closing.at, len(rows), *shares))
    return tuple(sorted(lines, key=lambda line: line.at))


def _kinds(listed: Sequence[Closing], modes: Modes) -> tuple[KindNoticed, ...]:
    counts: dict[str, list[int]] = {}
    for closing in listed:
        known = modes.of(closing)
        there = {known[id_].kind for id_ in closing.touched if id_ in known}
        guess = known.get(closing.suspected or "")
        named = guess.kind if guess else ""
        for kind in {mode.kind for mode in known.values()}:
            at = 0 if kind in there else 2
            row = counts.setdefault(kind, [0, 0, 0, 0])
            row[at] += named == kind
            row[at + 1] += 1
    stream = np.random.default_rng(SEED)
    found = []
    for kind, row in sorted(counts.items()):
        seen = detection(np.array([row], np.int64), stream)
        found.append(KindNoticed(kind, seen.hits, seen.false_alarms))
    return tuple(found)
