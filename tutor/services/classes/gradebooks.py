"""The gradebook of a class: its learners and all its published assignments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tutor.core.access import Action, Role
from tutor.core.csv_table import key
from tutor.core.grade_rules import GradeState
from tutor.core.spreadsheet import PLAIN, CsvStyle, Value, table
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.grade_cells import Placed, grade_cells
from tutor.services.classes.gradebook_rows import (
    BY_GROUP,
    BY_NAME,
    BY_NUMBER,
    EVERYBODY,
    PAGE,
    GradebookFilter,
    GradebookPage,
    GradebookRow,
    exported,
)
from tutor.services.classes.hidden_names import as_shown
from tutor.services.classes.workbook import workbook
from tutor.services.clock import now
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.assignments import Assignment
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member

_One = TypeVar("_One")


@dataclass(frozen=True)
class _Class:
    """A class with those of its learners whom the caller may see, by name."""

    classroom: Classroom
    place: Member
    works: tuple[Assignment, ...]
    groups: tuple[tuple[str, str], ...]
    learners: tuple[Member, ...]


class Gradebooks:
    """Use cases of a class's whole gradebook."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock

    def see(
        self, caller: Caller, classroom: str, wanted: GradebookFilter = EVERYBODY
    ) -> GradebookPage:
        """A page of the gradebook, of those the caller may see.

        Sorted by what stands in a class list, only the page's own grades are read.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            found = self._class(connection, caller, classroom, Action.SEE_ASSIGNMENT)
            names = dict(found.groups)
            people = _matching(found.learners, names, wanted)
            listed = wanted.sort in (BY_NAME, BY_GROUP, BY_NUMBER) and not wanted.ungraded
            if listed:
                people = _listed(people, names, wanted)
                page, shown = _page_of(people, wanted.page)
                rows, count = self._rows(connection, found, shown), len(people)
            else:
                every = _graded(self._rows(connection, found, people), found.works, wanted)
                page, rows = _page_of(every, wanted.page)
                count = len(every)
        return GradebookPage(
            found.classroom,
            found.place,
            found.works,
            found.groups,
            tuple(rows),
            count,
            len(found.learners),
            page,
        )

    def next_ungraded(
        self, caller: Caller, classroom: str, assignment: str = "", learner: str = ""
    ) -> tuple[str, str] | None:
        """The next (assignment, learner) after this one for whom a grade is still to be given.

        The order is that of the columns, then of the names; after the last comes the first.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            found = self._class(connection, caller, classroom, Action.SEE_ASSIGNMENT)
            rows = self._rows(connection, found, found.learners)
        order = [
            (work.id, row.member.learner, row.cells[at].state)
            for at, work in enumerate(found.works)
            for row in rows
        ]
        here = next((n for n, one in enumerate(order) if one[:2] == (assignment, learner)), -1)
        waiting = (one for one in (*order[here + 1 :], *order[: max(here, 0)]))
        return next(
            ((work, who) for work, who, state in waiting if state is GradeState.UNGRADED), None
        )

    def export(self, caller: Caller, classroom: str, style: CsvStyle = PLAIN) -> tuple[str, str]:
        """The whole gradebook as ``(name of the class, text)``.

        Raises:
            NotFound: no such class for the caller. Forbidden: not its instructor.
        """
        name, header, rows = self._table(caller, classroom)
        return name, table(header, rows, style)

    def workbook(self, caller: Caller, classroom: str) -> tuple[str, bytes]:
        """The whole gradebook as an Excel workbook, as ``(name of the class, bytes)``.

        Raises:
            NotFound: no such class for the caller. Forbidden: not its instructor.
        """
        name, header, rows = self._table(caller, classroom)
        return name, workbook("Gradebook", header, rows)

    def _table(self, caller: Caller, classroom: str) -> tuple[str, list[str], list[list[Value]]]:
        with self._database.read() as connection:
            found = self._class(connection, caller, classroom, Action.EXPORT)
            rows = self._rows(connection, found, found.learners)
        header = ["name", "email", "number", "login", "group"]
        header += [f"{work.title} (of {work.points:g})" for work in found.works]
        header += ["total", "of", "late deduction"]
        return found.classroom.name, header, [exported(row) for row in rows]

    def _class(
        self, connection: Connection, caller: Caller, classroom: str, action: Action
    ) -> _Class:
        place = self._access.in_class(connection, caller, action, classroom)
        found = class_store.find_classroom(connection, classroom)
        assert found is not None
        learners = as_shown(found, place_store.members(connection, classroom, Role.LEARNER))
        groups = group_store.groups(connection, classroom)
        if place.role == Role.ASSISTANT:
            mine = group_store.groups_of_assistant(connection, classroom, place.learner)
            learners = [m for m in learners if m.group in mine]
            groups = [(id_, name) for id_, name in groups if id_ in mine]
        works = assignment_store.assignments_of_class(connection, classroom)
        return _Class(found, place, _columns(works), tuple(groups), tuple(learners))

    def _rows(
        self, connection: Connection, found: _Class, people: Sequence[Member]
    ) -> list[GradebookRow]:
        placed = [Placed(m.learner, m.group) for m in people]
        ended = found.classroom.archived_at is not None
        cells = grade_cells(connection, found.works, placed, ended, self._now())
        names = dict(found.groups)
        return [
            GradebookRow(
                m,
                names.get(m.group or "", ""),
                tuple(cells[work.id, m.learner] for work in found.works),
            )
            for m in people
        ]


def _columns(works: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """The published assignments, the first due first; what has no due date last."""
    published = [work for work in works if work.published_at is not None]
    return tuple(
        sorted(
            published,
            key=lambda w: (w.dates.due is None, w.dates.due or w.at, w.at),
        )
    )


def _matching(
    people: Sequence[Member], groups: Mapping[str, str], wanted: GradebookFilter
) -> list[Member]:
    sought = key(wanted.find)

    def texts(member: Member) -> str:
        group = groups.get(member.group or "", "")
        return key(" ".join((member.name, member.email, member.number, member.login, group)))

    return [
        m for m in people if sought in texts(m) and (not wanted.group or m.group == wanted.group)
    ]


def _listed(
    people: list[Member], groups: Mapping[str, str], wanted: GradebookFilter
) -> list[Member]:
    def order(member: Member) -> tuple[str, str]:
        first = {BY_GROUP: groups.get(member.group or "", ""), BY_NUMBER: member.number}
        return key(first.get(wanted.sort, "")), key(member.name)

    return sorted(people, key=order, reverse=wanted.descending)


def _graded(
    rows: list[GradebookRow], works: Sequence[Assignment], wanted: GradebookFilter
) -> list[GradebookRow]:
    """The rows by what stands in the table; whoever has no grade comes last."""
    at = next((n for n, work in enumerate(works) if work.id == wanted.sort), None)

    def order(row: GradebookRow) -> tuple[bool, float]:
        if at is None:
            summed = row.total
            value = summed.share if summed.possible else None
        else:
            value = row.cells[at].points
        sign = -1 if wanted.descending else 1
        return value is None, sign * (value or 0.0)

    if wanted.ungraded:
        rows = [row for row in rows if any(cell.state is GradeState.UNGRADED for cell in row.cells)]
    if wanted.sort in (BY_NAME, BY_GROUP, BY_NUMBER):
        return rows
    return sorted(rows, key=order)


def _page_of(found: Sequence[_One], page: int) -> tuple[int, list[_One]]:
    """The number of the page that there is, and what stands on it."""
    last = max(1, -(-len(found) // PAGE))
    number = min(max(1, page), last)
    return number, list(found[(number - 1) * PAGE : number * PAGE])
