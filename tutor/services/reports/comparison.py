"""Groups against each other, assignment against assignment, term against term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.core.access import Action, Role
from tutor.core.reliance.encounters import Flags
from tutor.core.reliance.item_analysis import FEWEST
from tutor.core.reliance.measures import Share
from tutor.errors import EquipoiseError
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.assignments import Assignments
from tutor.services.reports.class_columns import ClassColumns, class_columns
from tutor.services.reports.class_report import SEED, share_of_enough
from tutor.store import assignments as store
from tutor.store import classes as class_store
from tutor.store import places as place_store
from tutor.store.connection import Connection
from tutor.store.database import Database


@dataclass(frozen=True)
class ComparisonLine:
    """One group, assignment or term: ``people`` learners and their shares with intervals.

    ``before`` and ``after``: answers that were right. ``left``: right answers left for wrong
    advice. ``corrected``: wrong answers corrected by right advice. ``noticed`` and ``alarms``:
    failures named where they acted, and where none did. A share of fewer than five learners is
    empty.
    """

    name: str
    people: int
    before: Share
    after: Share
    left: Share
    corrected: Share
    noticed: Share
    alarms: Share


@dataclass(frozen=True)
class Comparison:
    """What an assignment is compared with: lines of the same measures.

    ``terms`` are assignments of this title in the caller's other classes. Fewer than two lines
    compare nothing.
    """

    seen: AssignmentDetail
    groups: tuple[ComparisonLine, ...]
    assignments: tuple[ComparisonLine, ...]
    terms: tuple[ComparisonLine, ...]


class Comparisons:
    """The use case of comparing what a class did."""

    def __init__(self, database: Database, access: Access, assignments: Assignments) -> None:
        self._database = database
        self._access = access
        self._assignments = assignments

    def see(self, caller: Caller, assignment: str) -> Comparison:
        """An assignment beside others, each with at least five learners.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not the class's instructor.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_CLASS_REPORT)
        with self._database.read() as connection:
            classroom = seen.classroom
            own = [
                line
                for one in reversed(store.assignments_of_class(connection, classroom.id))
                if one.published_at is not None
                for line in _whole(connection, one.title, one.id, classroom.id)
            ]
            return Comparison(
                seen,
                _groups(_columns(connection, assignment, classroom.id), seen.groups),
                tuple(own),
                tuple(self._terms(connection, caller, seen)),
            )

    def _terms(
        self, connection: Connection, caller: Caller, seen: AssignmentDetail
    ) -> list[ComparisonLine]:
        title, lines = seen.assignment.title.casefold(), []
        for classroom in place_store.places_of(connection, caller.learner):
            try:
                self._access.in_class(connection, caller, Action.SEE_CLASS_REPORT, classroom)
            except EquipoiseError:
                continue
            room = class_store.find_classroom(connection, classroom)
            for one in store.assignments_of_class(connection, classroom):
                if room and one.published_at is not None and one.title.casefold() == title:
                    lines += _whole(connection, room.name, one.id, classroom)
        return lines


def _columns(connection: Connection, assignment: str, classroom: str) -> ClassColumns:
    learners = place_store.members(connection, classroom, Role.LEARNER)
    return class_columns(connection, assignment, {one.learner: one.group for one in learners})


def _whole(
    connection: Connection, name: str, assignment: str, classroom: str
) -> list[ComparisonLine]:
    found = _columns(connection, assignment, classroom)
    return [_line(name, found, None)] if found.people >= FEWEST else []


def _groups(found: ClassColumns, groups: Sequence[tuple[str, str]]) -> tuple[ComparisonLine, ...]:
    """The groups of at least five, but none from which a smaller rest could be worked out."""
    sizes = {id_: found.groups.count(id_) for id_, _ in groups}
    shown = sorted((id_ for id_ in sizes if sizes[id_] >= FEWEST), key=sizes.__getitem__)
    while shown and 0 < found.people - sum(sizes[id_] for id_ in shown) < FEWEST:
        shown.pop(0)
    return tuple(_line(name, found, found.group_flags(id_)) for id_, name in groups if id_ in shown)


def _line(name: str, found: ClassColumns, chosen: Flags | None) -> ComparisonLine:
    stream = np.random.default_rng(SEED)
    rows = found.rows if chosen is None else found.rows.where(chosen)
    hits, signals, alarms, noises = (rows.trials[:, at] > 0 for at in range(4))

    def share(above: Flags, below: Flags) -> Share:
        return share_of_enough(rows, above, below, stream)

    return ComparisonLine(
        name,
        len(np.unique(rows.person)),
        share(rows.right_first, rows.aided),
        share(rows.right_last, rows.aided),
        share(~rows.right_last, rows.defensible),
        share(rows.right_last, rows.correctable),
        share(hits, signals),
        share(alarms, noises),
    )
