"""Grades that a person has given, and who changed them; those that are computed are not stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from tutor.store import class_tables as c
from tutor.store import tables as t

Cell = tuple[str, str]


@dataclass(frozen=True)
class Grade:
    """A grade by hand: points, the marks by criterion they came from, and a note.

    ``excused``: the learner need not do the assignment, and the points say nothing.
    """

    assignment: str
    learner: str
    points: float
    marks: Mapping[str, float]
    note: str
    author: str
    at: datetime
    excused: bool = False


@dataclass(frozen=True)
class GradeChange:
    """A change of a grade by a person. A state is empty where it is not known any more.

    ``author_name`` is the name of the author's place in the class, else of their account; it is
    read and not stored.
    """

    id: str
    assignment: str
    learner: str
    author: str
    before_state: str
    before_points: float | None
    after_state: str
    after_points: float | None
    note: str
    at: datetime
    author_name: str = ""


def grades_of(connection: Connection, assignment: str) -> dict[str, Grade]:
    """By learner, the grades given by hand."""
    found = grades_by_cell(connection, [assignment])
    return {learner: grade for (_, learner), grade in found.items()}


def grades_by_cell(
    connection: Connection, assignments: Iterable[str], learners: Collection[str] | None = None
) -> dict[Cell, Grade]:
    """The grades given by hand in some assignments, by (assignment, learner)."""
    query = select(c.grade).where(c.grade.c.assignment_id.in_(list(assignments)))
    if learners is not None:
        query = query.where(c.grade.c.learner_id.in_(learners))
    rows = connection.execute(query)
    return {
        (row.assignment_id, row.learner_id): Grade(
            row.assignment_id,
            row.learner_id,
            row.points,
            row.marks,
            row.note,
            row.author_id,
            row.at,
            row.excused,
        )
        for row in rows
    }


def set_grade(connection: Connection, made: Grade) -> None:
    """Store a grade in the place of one before."""
    drop_grade(connection, made.assignment, made.learner)
    connection.execute(
        insert(c.grade),
        {
            "assignment_id": made.assignment,
            "learner_id": made.learner,
            "points": made.points,
            "marks": dict(made.marks),
            "note": made.note,
            "author_id": made.author,
            "at": made.at,
            "excused": made.excused,
        },
    )


def drop_grade(connection: Connection, assignment: str, learner: str) -> None:
    """Take a grade by hand back; the computed one holds again."""
    g = c.grade.c
    connection.execute(
        delete(c.grade).where(g.assignment_id == assignment, g.learner_id == learner)
    )


def add_change(connection: Connection, made: GradeChange) -> None:
    """Store a change of a grade."""
    connection.execute(
        insert(c.grade_change),
        {
            "id": made.id,
            "assignment_id": made.assignment,
            "learner_id": made.learner,
            "author_id": made.author,
            "before_state": made.before_state,
            "before_points": made.before_points,
            "after_state": made.after_state,
            "after_points": made.after_points,
            "note": made.note,
            "at": made.at,
        },
    )


def changes_of(connection: Connection, assignment: str, learner: str) -> list[GradeChange]:
    """The changes of a learner's grade, newest first."""
    g, m = c.grade_change.c, c.membership.c
    rows = connection.execute(
        select(c.grade_change, m.name.label("place_name"), t.learner.c.name.label("account_name"))
        .join(c.assignment, c.assignment.c.id == g.assignment_id)
        .join(t.learner, t.learner.c.id == g.author_id)
        .outerjoin(
            c.membership,
            (m.classroom_id == c.assignment.c.classroom_id) & (m.learner_id == g.author_id),
        )
        .where(g.assignment_id == assignment, g.learner_id == learner)
        .order_by(g.at.desc(), g.id.desc())
    )
    return [
        GradeChange(
            row.id,
            row.assignment_id,
            row.learner_id,
            row.author_id,
            row.before_state,
            row.before_points,
            row.after_state,
            row.after_points,
            row.note,
            row.at,
            row.place_name or row.account_name or "",
        )
        for row in rows
    ]
