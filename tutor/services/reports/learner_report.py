"""A learner's report: calibration, reliance and what was noticed, over sets and over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from tutor.core.access import Action
from tutor.core.encounter import CERTAINTIES
from tutor.core.intervals import Estimate
from tutor.core.reliance.calibration import Calibration, Nearness, calibration, nearness
from tutor.core.reliance.counts import tally
from tutor.core.reliance.encounters import Encounters, Flags
from tutor.core.reliance.measures import Scores, Share, each, share_of, weight_of_advice
from tutor.core.reliance.signal_detection import Detection, detection
from tutor.core.reliance.tendencies import Habits, habits
from tutor.core.verdicts import Marks, Verdict, certainty_marks
from tutor.errors import NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import COUNTED, withheld
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.reports.failure_recognition import (
    Modes,
    by_person,
    columns,
    counts_for_noticing,
)
from tutor.store import assignments as assignment_store
from tutor.store import places as place_store
from tutor.store import practice_sets as set_store
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
    """A set on the line of time; shares are over its scored cases with the algorithm, if any."""

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


@dataclass(frozen=True, kw_only=True)
class LearnerReport:
    """What a learner's encounters come to; encounters whose outcome waits are left out.

    ``encounters`` are the columns of ``entries``. Cases of luck (``luck`` of them) are among both
    and count in no figure but calibration. ``certain``: of the first answers given as certain,
    those that were right.
    """

    learner: str
    exercises: tuple[Choice, ...]
    assignments: tuple[Choice, ...]
    entries: tuple[Entry, ...]
    encounters: Encounters = field(compare=False)  # made of the entries
    sets: tuple[SetLine, ...]
    before: Calibration
    after: Calibration
    nearness: Nearness | None
    scores: Scores
    verdicts: Mapping[Verdict, int]
    weight: Estimate | None
    marks: Marks
    habits: Habits
    certain: Share
    kinds: tuple[KindNoticed, ...]
    detection: Detection
    waiting: int
    name: str = ""

    @property
    def luck(self) -> int:
        """How many encounters are cases of luck."""
        return int((~self.encounters.scored).sum())


# What a figure's encounters are, as flags over the report's.
FIGURES: Mapping[str, Callable[[Encounters], Flags]] = {
    "all": lambda e: np.ones(len(e), bool),
    "scored": lambda e: e.scored,
    "luck": lambda e: ~e.scored,
    "aided": lambda e: e.aided,
    "alone": lambda e: e.alone,
    "rair": lambda e: e.correctable,
    "rsr": lambda e: e.defensible,
    "supported": lambda e: e.supported,
    "differed": lambda e: e.differed,
    "noticing": lambda e: e.trials.sum(axis=1) > 0,
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

    def mine(self, caller: Caller, *, exercise: str = "", assignment: str = "") -> LearnerReport:
        """The caller's own report, narrowed to an exercise or an assignment if asked.

        Raises:
            Forbidden: nobody is asking.
        """
        self._access.own(caller, Action.SEE_REPORT, caller.learner)
        with self._database.read() as connection:
            closings = list(closings_of(connection, caller.learner))
            sets = set_store.latest_sets(connection, caller.learner)
            waiting = withheld(connection, sets, self._now())
            ids = {c.assignment for c in closings if c.assignment}
            titles = assignment_store.titles(connection, ids)
        shown = [c for c in closings if c.set_id not in waiting]
        return self._report(
            caller.learner,
            shown,
            titles,
            exercise=exercise,
            assignment=assignment,
            waiting=len(closings) - len(shown),
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
            member = place_store.find_member(connection, classroom, learner)
        found = self._report(learner, closings, titles)
        return replace(found, name=member.name if member else "")

    def _report(
        self,
        learner: str,
        closings: Sequence[Closing],
        titles: Mapping[str, str],
        *,
        exercise: str = "",
        assignment: str = "",
        waiting: int = 0,
    ) -> LearnerReport:
        modes = Modes(self._library)
        titled = {c.exercise: modes.title(c) for c in closings}
        entries = _numbered(closings, modes)
        if exercise:
            entries = [e for e in entries if e.closing.exercise == exercise]
        if assignment:
            entries = [e for e in entries if e.closing.assignment == assignment]
        chosen = [e.closing for e in entries]
        learners, rows = columns(chosen)
        stream = np.random.default_rng(SEED)
        scored = [c for c in chosen if c.outcome.scored]
        verdicts = dict.fromkeys(Verdict, 0)
        for closing in scored:
            verdicts[Verdict(closing.verdict)] += 1
        used = {c.assignment for c in closings}
        risk = rows.chart_risk
        before = calibration(rows.person, rows.said_first, risk)

        return LearnerReport(
            learner=learner,
            exercises=tuple(
                Choice(key, titled[key]) for key in sorted(titled, key=titled.__getitem__)
            ),
            assignments=tuple(Choice(id_, title) for id_, title in titles.items() if id_ in used),
            entries=tuple(entries),
            encounters=rows,
            sets=_lines(entries, rows),
            before=before,
            after=calibration(rows.person, rows.said_last, risk),
            nearness=nearness(rows),
            scores=next(each(tally(rows, 1))),
            verdicts=verdicts,
            weight=weight_of_advice(rows),
            marks=certainty_marks((c.outcome.initial_right, c.certainty) for c in scored),
            habits=habits(rows, before.lean, stream),
            certain=share_of(
                rows,
                rows.scored & (rows.certainty == max(CERTAINTIES)),
                rows.right_first,
                stream,
            ),
            kinds=_kinds([c for c in chosen if counts_for_noticing(c)], modes),
            detection=detection(by_person(rows, len(learners)), stream),
            waiting=waiting,
        )


def behind(report: LearnerReport, figure: str) -> tuple[Entry, ...]:
    """The encounters that a figure was made from, newest first.

    ``figure`` is a name of ``FIGURES``, a verdict (``verdict:…``), a bin (``before:0.2``), a set
    (``set:…``) or a kind of failure (``kind:…``).

    Raises:
        NotFound: there is no such figure.
    """
    sort, _, which = figure.partition(":")
    entries, rows = report.entries, report.encounters
    if not which and sort in FIGURES:
        chosen = FIGURES[sort](rows)
    elif sort == "verdict":
        chosen = rows.scored & np.array([e.closing.verdict == which for e in entries], bool)
    elif sort == "set":
        chosen = np.array([e.closing.set_id == which for e in entries], bool)
    elif sort == "kind":
        chosen = FIGURES["noticing"](rows) & np.array([which in e.kinds for e in entries], bool)
    elif sort in ("before", "after"):
        chosen = _in_bin(sort, which, report)
    else:
        raise NotFound(_NOT_BEHIND)
    return tuple(entries[at] for at in reversed(np.flatnonzero(chosen).tolist()))


def _in_bin(sort: str, which: str, report: LearnerReport) -> Flags:
    bins = (report.before if sort == "before" else report.after).bins
    found = next((b for b in bins if f"{b.low:g}" == which), None)
    if found is None:
        raise NotFound(_NOT_BEHIND)
    rows = report.encounters
    said = rows.said_first if sort == "before" else rows.said_last
    below = (said < found.high) | (found.high == 1)
    return ~np.isnan(rows.chart_risk) & (said >= found.low) & below


def _numbered(closings: Iterable[Closing], modes: Modes) -> list[Entry]:
    count: dict[str, int] = defaultdict(int)
    entries = []
    for closing in closings:
        count[closing.set_id] += 1
        kinds = frozenset(mode.kind for mode in modes.of(closing).values())
        entries.append(Entry(closing, modes.title(closing), count[closing.set_id], kinds))
    return entries


def _lines(entries: Sequence[Entry], encounters: Encounters) -> tuple[SetLine, ...]:
    by_set: dict[str, list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        by_set[entry.closing.set_id].append(at)
    lines = []
    for set_id, places in by_set.items():
        rows, last = encounters.where(np.array(places, np.intp)), entries[places[-1]]
        shares = (
            _mean(rows.right_first[rows.aided]),
            _mean(rows.right_advice[rows.aided]),
            _mean(rows.right_last[rows.aided]),
        )
        lines.append(SetLine(set_id, last.title, last.closing.at, len(rows), *shares))
    return tuple(sorted(lines, key=lambda line: line.at))


def _mean(flags: Flags) -> float | None:
    return float(flags.mean()) if len(flags) else None


def _kinds(listed: Sequence[Closing], modes: Modes) -> tuple[KindNoticed, ...]:
    counts: dict[str, list[int]] = {}
    for closing in listed:
        known = modes.of(closing)
        there = {known[id_].kind for id_ in closing.acting if id_ in known}
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
