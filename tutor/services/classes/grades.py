"""Grades: what work has earned, what a person has given in its stead, and gradebooks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tutor.core import gradebook
from tutor.core.access import Action
from tutor.core.column_names import Role
from tutor.core.grade_rules import GradeState
from tutor.core.gradebook import Mark
from tutor.core.platform_gradebook import FilledGradebook, fill
from tutor.core.spreadsheet import PLAIN, CsvStyle
from tutor.errors import BadFile, BadInput, Changed, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.assignments import Assignments
from tutor.services.classes.grade_cells import GradeCell, Placed, grade_cells
from tutor.services.classes.grade_form import typed_grade, typed_note
from tutor.services.classes.grade_rows import GradeDetail, Row
from tutor.services.classes.roster_loading import person_of
from tutor.services.classes.uploads import uploaded
from tutor.services.classes.workbook import workbook
from tutor.services.clock import now
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import grades as store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.grades import Grade, GradeChange
from tutor.store.places import Member, find_member

Form = Mapping[str, Any]
_HIDDEN = (
    "This class hides names, so a gradebook that names learners cannot be filled in. Untick “Hide "
    "names while commenting and grading” under Settings first."
)
_CHANGED = "Grades have changed since this was shown. Fill in the file again and look at it."


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

    def see(self, caller: Caller, assignment: str) -> tuple[AssignmentDetail, tuple[Row, ...]]:
        """The grades of those the caller may see.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not staff of its class.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_ASSIGNMENT)
        with self._database.read() as connection:
            return seen, self._rows(connection, seen, seen.learners)

    def cell(self, caller: Caller, assignment: str, learner: str) -> GradeDetail:
        """One learner's grade, with who changed it, when, from what to what.

        Raises:
            NotFound: no such assignment or learner for the caller. Forbidden: not their learner.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_ASSIGNMENT)
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.SEE_GRADES, seen.classroom.id, learner)
            member = next((m for m in seen.learners if m.learner == learner), None)
            if member is None:
                raise NotFound("There is no such learner in this class.")
            (row,) = self._rows(connection, seen, (member,))
            changes = tuple(store.changes_of(connection, assignment, learner))
        return GradeDetail(seen, row, changes)

    def give(self, caller: Caller, assignment: str, learner: str, form: Form) -> None:
        """A grade by hand, from the rubric's marks or as points; nothing computed overwrites it.

        ``form`` may hold the ``version`` of the grade that it was filled in for.

        Raises:
            BadInput: not a number, or more than there is to earn; or somebody else has changed the
                grade since. Forbidden: not their learner. NotFound: the learner has left the class.
        """
        with self._database.write(alone=learner) as connection:
            work = self._may_grade(connection, caller, assignment, learner)
            _check_there(connection, work.classroom, learner)
            points, marks, note = typed_grade(work, form)
            self._check_version(connection, assignment, learner, form)
            made = Grade(assignment, learner, points, marks, note, caller.learner, self._now())
            self._replace(connection, work, learner, caller, made)

    def excuse(self, caller: Caller, assignment: str, learner: str, form: Form) -> None:
        """Excuse a learner: they have no grade in this assignment, and never a 0.

        Raises:
            BadInput: the note is too long, or somebody else has changed the grade since.
            Forbidden: not their learner. NotFound: the learner has left the class.
        """
        with self._database.write(alone=learner) as connection:
            work = self._may_grade(connection, caller, assignment, learner)
            _check_there(connection, work.classroom, learner)
            note = typed_note(form)
            self._check_version(connection, assignment, learner, form)
            made = Grade(assignment, learner, 0.0, {}, note, caller.learner, self._now(), True)
            self._replace(connection, work, learner, caller, made)

    def take_back(
        self, caller: Caller, assignment: str, learner: str, form: Form | None = None
    ) -> None:
        """Let the computed grade hold again.

        Raises:
            BadInput: somebody else has changed the grade since. Forbidden: not their learner.
        """
        with self._database.write(alone=learner) as connection:
            work = self._may_grade(connection, caller, assignment, learner)
            self._check_version(connection, assignment, learner, form or {})
            self._replace(connection, work, learner, caller, None)

    def mine(self, caller: Caller) -> Mapping[str, GradeCell]:
        """The caller's own grades by assignment; which of them they may see, each cell says."""
        self._access.own(caller, Action.SEE_GRADES, caller.learner)
        found: dict[str, GradeCell] = {}
        with self._database.read() as connection:
            by_class: dict[tuple[str | None, bool], list[assignment_store.Assignment]] = {}
            for work, place in assignment_store.published_for(connection, caller.learner):
                key = place.group_id, place.archived_at is not None
                by_class.setdefault(key, []).append(work)
            for (group, ended), works in by_class.items():
                people = [Placed(caller.learner, group)]
                cells = grade_cells(connection, works, people, ended, self._now())
                found |= {work: cell for (work, _), cell in cells.items()}
        return found

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

    def fill(self, caller: Caller, assignment: str, form: Form) -> FilledGradebook:
        """A gradebook that a learning platform exported, with our column put in.

        ``form`` holds the file (``export``), perhaps the ``column`` that is ours, and which columns
        say who a row is about (``role:email`` and so on). A ``digest`` is that of what was looked
        at: it must be the same still.

        Raises:
            BadInput: it is not such an export, or the class hides names. Forbidden: not the class's
                instructor. Changed: grades changed since they were looked at.
        """
        seen, marks = self._marks(caller, assignment)
        if seen.classroom.hide_names:
            raise BadInput("export", _HIDDEN)
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

    def _rows(
        self, connection: Connection, seen: AssignmentDetail, members: tuple[Member, ...]
    ) -> tuple[Row, ...]:
        people = [Placed(m.learner, m.group) for m in members]
        ended = seen.classroom.archived_at is not None
        work = seen.assignment
        cells = grade_cells(connection, [work], people, ended, self._now())
        return tuple(Row(member, cells[work.id, member.learner]) for member in members)

    def _marks(self, caller: Caller, assignment: str) -> tuple[AssignmentDetail, list[Mark]]:
        self._assignments.see(caller, assignment, Action.EXPORT)
        seen, rows = self.see(caller, assignment)
        names = dict(seen.groups)
        return seen, [
            Mark(
                person=person_of(row.member),
                group=names.get(row.member.group or "", ""),
                points=row.points,
                possible=seen.assignment.points,
                by_hand=row.cell.state is GradeState.BY_HAND,
                note=row.given.note if row.given else "",
                begun=row.closed > 0,
                status=row.cell.state.value,
                deducted=row.cell.deducted,
            )
            for row in rows
        ]

    def _may_grade(
        self, connection: Connection, caller: Caller, assignment: str, learner: str
    ) -> assignment_store.Assignment:
        found = self._assignments.found(connection, assignment)
        self._access.in_class(connection, caller, Action.GRADE, found.classroom, learner)
        return found

    def _check_version(
        self, connection: Connection, assignment: str, learner: str, form: Form
    ) -> None:
        """Refuse a form that was filled in for a grade that has changed since."""
        version = form.get("version")
        if version is None:
            return
        changes = store.changes_of(connection, assignment, learner)
        if str(version) != (changes[0].id if changes else ""):
            last = changes[0]
            who = last.author_name or "Somebody else"
            to = last.after_state if last.after_points is None else f"{last.after_points:g}"
            raise BadInput(
                "version",
                f"{who} changed this grade to “{to}” after you opened the form, so yours was not "
                "stored. What you typed is still here. Store it again if it should hold.",
            )

    def _replace(
        self,
        connection: Connection,
        work: assignment_store.Assignment,
        learner: str,
        caller: Caller,
        made: Grade | None,
    ) -> None:
        """Store or take back a grade by hand, and note who changed what."""
        before = self._one(connection, work, learner)
        if made is not None:
            store.set_grade(connection, made)
        elif before.given is not None:
            store.drop_grade(connection, work.id, learner)
        else:
            return
        after = self._one(connection, work, learner)
        change = GradeChange(
            id=secrets.token_urlsafe(12),
            assignment=work.id,
            learner=learner,
            author=caller.learner,
            before_state=before.state.value,
            before_points=before.points,
            after_state=after.state.value,
            after_points=after.points,
            note=made.note if made else "",
            at=self._now(),
        )
        store.add_change(connection, change)

    def _one(
        self, connection: Connection, work: assignment_store.Assignment, learner: str
    ) -> GradeCell:
        member = find_member(connection, work.classroom, learner)
        classroom = class_store.find_classroom(connection, work.classroom)
        people = [Placed(learner, member.group if member else None)]
        ended = classroom is not None and classroom.archived_at is not None
        return grade_cells(connection, [work], people, ended, self._now())[work.id, learner]


def _check_there(connection: Connection, classroom: str, learner: str) -> None:
    """Refuse a grade for somebody who was taken out, or left, after the form was opened."""
    member = find_member(connection, classroom, learner)
    if member is None or member.left_at is not None:
        raise NotFound(
            "This learner has left the class since you opened the form, so the grade was not "
            "stored. If they should be in the class, take that change back under “People” first."
        )
