"""Grades: what work has earned, what a person has given in its stead, and gradebooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutor.core import gradebook
from tutor.core.access import Action
from tutor.core.assignment import Grading
from tutor.core.column_names import Role
from tutor.core.grade_rules import Answered, computed
from tutor.core.gradebook import Mark
from tutor.core.platform_gradebook import FilledGradebook, fill
from tutor.core.spreadsheet import PLAIN, CsvStyle
from tutor.errors import BadFile, BadInput, Changed
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import COUNTED
from tutor.services.classes.assignments import Assignments, Seen
from tutor.services.classes.roster_loading import person_of
from tutor.services.classes.uploads import uploaded
from tutor.services.classes.workbook import workbook
from tutor.services.clock import now
from tutor.store import assignments as assignment_store
from tutor.store import grades as store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.grades import Grade
from tutor.store.outcomes import closings_of
from tutor.store.places import Member

LONGEST_NOTE = 2_000
_CHANGED = "Grades have changed since this was shown. Fill in the file again and look at it."


@dataclass(frozen=True)
class Row:
    """A learner's grade: earned by work, given by hand, and the one that holds."""

    member: Member
    closed: int
    earned: float | None
    given: Grade | None

    @property
    def points(self) -> float | None:
        """The grade that holds: one by hand before any that is computed."""
        return self.given.points if self.given else self.earned


class Grades:
    """Use cases of grading."""

    def __init__(
        self,
        database: Database,
        access: Access,
        assignments: Assignments,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._access = access
        self._assignments = assignments
        self._now = clock

    def see(self, caller: Caller, assignment: str) -> tuple[Seen, tuple[Row, ...]]:
        """The grades of those the caller may see.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not staff of its class.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_ASSIGNMENT)
        work = seen.assignment
        answered: dict[str, list[Answered]] = defaultdict(list)
        with self._database.read() as connection:
            given = store.grades_of(connection, assignment)
            for closing in closings_of(connection, assignment=assignment):
                if closing.round == COUNTED:
                    o = closing.outcome
                    answer = Answered(o.initial_right, closing.certainty, o.scored)
                    answered[closing.learner].append(answer)
        rows = tuple(
            Row(
                member,
                len(answered[member.learner]),
                computed(work.grading, work.points, work.cases, answered[member.learner]),
                given.get(member.learner),
            )
            for member in seen.learners
        )
        return seen, rows

    def give(self, caller: Caller, assignment: str, learner: str, form: Mapping[str, Any]) -> None:
        """A grade by hand, from the rubric's marks or as points; nothing computed overwrites it.

        Raises:
            BadInput: not a number, or more than there is to earn. Forbidden: not their learner.
        """
        with self._database.write() as connection:
            work = self._may_grade(connection, caller, assignment, learner)
            note = str(form.get("note") or "").replace("\x00", "").strip()
            if len(note) > LONGEST_NOTE:
                raise BadInput("note", f"Use at most {LONGEST_NOTE:,} characters.")
            points, marks = _points(work, form)
            made = Grade(assignment, learner, points, marks, note, caller.learner, self._now())
            store.set_grade(connection, made)

    def take_back(self, caller: Caller, assignment: str, learner: str) -> None:
        """Let the computed grade hold again."""
        with self._database.write() as connection:
            self._may_grade(connection, caller, assignment, learner)
            store.drop_grade(connection, assignment, learner)

    def own(self, caller: Caller, assignment: str) -> Grade | None:
        """The grade by hand that the caller has been given."""
        self._access.own(caller, Action.SEE_GRADES, caller.learner)
        with self._database.read() as connection:
            return store.grades_of(connection, assignment).get(caller.learner)

    def export(self, caller: Caller, assignment: str, style: CsvStyle = PLAIN) -> tuple[str, str]:
        """A gradebook of our own, as ``(title, text)``.

        Raises:
            Forbidden: not the class's instructor.
        """
        seen, marks = self._marks(caller, assignment)
        return seen.assignment.title, gradebook.plain(seen.assignment.title, marks, style)

    def workbook(self, caller: Caller, assignment: str) -> tuple[str, bytes]:
        """A gradebook of our own as an Excel workbook, as ``(title, bytes)``.

        Raises:
            Forbidden: not the class's instructor.
        """
        seen, marks = self._marks(caller, assignment)
        title = seen.assignment.title
        return title, workbook("Grades", *gradebook.own_rows(title, marks))

    def fill(self, caller: Caller, assignment: str, form: Mapping[str, Any]) -> FilledGradebook:
        """A gradebook that a learning platform exported, with our column put in.

        ``form`` holds the file (``export``), perhaps the ``column`` that is ours, and which columns
        say who a row is about (``role:email`` and so on). A ``digest`` is that of what was looked
        at: it must be the same still.

        Raises:
            BadInput: it is not such an export. Changed: grades changed since they were looked at.
            Forbidden: not the class's instructor.
        """
        seen, marks = self._marks(caller, assignment)
        upload = uploaded("export", form)
        told = {role: str(form.get(f"role:{role}") or "") for role in Role}
        column = str(form.get("column") or "")
        try:
            filled = fill(upload.data, upload.name, seen.assignment.title, marks, column, told)
        except BadFile as error:
            raise BadInput("export", str(error)) from None
        digest = form.get("digest")
        if digest and digest != filled.digest:
            raise Changed(_CHANGED)
        return filled

    def _marks(self, caller: Caller, assignment: str) -> tuple[Seen, list[Mark]]:
        self._assignments.see(caller, assignment, Action.EXPORT)
        seen, rows = self.see(caller, assignment)
        names = dict(seen.groups)
        return seen, [
            Mark(
                person=person_of(row.member),
                group=names.get(row.member.group or "", ""),
                points=row.points,
                possible=seen.assignment.points,
                by_hand=row.given is not None,
                note=row.given.note if row.given else "",
                begun=row.closed > 0,
            )
            for row in rows
        ]

    def _may_grade(
        self, connection: Connection, caller: Caller, assignment: str, learner: str
    ) -> assignment_store.Assignment:
        found = self._assignments.found(connection, assignment)
        self._access.in_class(connection, caller, Action.GRADE, found.classroom, learner)
        return found


def _points(
    work: assignment_store.Assignment, form: Mapping[str, Any]
) -> tuple[float, dict[str, float]]:
    if work.grading is not Grading.RUBRIC or not work.rubric:
        return _number("points", form.get("points"), work.points), {}
    marks = {
        str(row["name"]): _number(f"mark:{n}", form.get(f"mark:{n}"), float(row["points"]))
        for n, row in enumerate(work.rubric)
    }
    most = sum(float(row["points"]) for row in work.rubric)
    return round(work.points * sum(marks.values()) / most, 2), marks


def _number(field: str, typed: Any, most: float) -> float:
    text = str(typed if typed is not None else "").strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise BadInput(field, f"Type a number from 0 to {most:g}.")
    return round(value, 2)
