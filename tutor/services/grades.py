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
from tutor.core.grade_rules import Answered, computed
from tutor.errors import BadInput
from tutor.services.access import Access, Caller
from tutor.services.assignment_terms import COUNTED
from tutor.services.assignments import Assignments, Seen
from tutor.services.practice import now
from tutor.store import assignments as assignment_store
from tutor.store import grades as store
from tutor.store.classes import Member
from tutor.store.database import Database
from tutor.store.grades import Grade
from tutor.store.outcomes import closings_of

LONGEST_NOTE = 2_000
LONGEST_EXPORT = 5_000_000


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

    def export(self, caller: Caller, assignment: str) -> tuple[str, str]:
        """A gradebook of our own, as ``(title, text)``.

        Raises:
            Forbidden: not the class's instructor.
        """
        seen, marks = self._marks(caller, assignment)
        return seen.assignment.title, gradebook.plain(seen.assignment.title, marks)

    def fill(self, caller: Caller, assignment: str, shape: str, text: str) -> gradebook.Filled:
        """A gradebook that Canvas or Moodle exported, with our column put in.

        Raises:
            BadInput: it is not such an export. Forbidden: not the class's instructor.
        """
        seen, marks = self._marks(caller, assignment)
        if len(text) > LONGEST_EXPORT:
            raise BadInput("export", "The file is longer than five million characters.")
        shapes = {"canvas": gradebook.canvas, "moodle": gradebook.moodle}
        if shape not in shapes:
            raise BadInput("shape", "Choose Canvas or Moodle.")
        try:
            return shapes[shape](text, seen.assignment.title, marks)
        except ValueError as error:
            raise BadInput("export", str(error)) from None

    def _marks(self, caller: Caller, assignment: str) -> tuple[Seen, list[gradebook.Mark]]:
        self._assignments.see(caller, assignment, Action.EXPORT)
        seen, rows = self.see(caller, assignment)
        names = dict(seen.groups)
        return seen, [
            gradebook.Mark(
                row.member.name,
                row.member.email,
                row.member.number,
                names.get(row.member.group or "", ""),
                row.points,
                seen.assignment.points,
                row.given is not None,
                row.given.note if row.given else "",
            )
            for row in rows
        ]

    def _may_grade(
        self, connection: Any, caller: Caller, assignment: str, learner: str
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
