"""Grades that a person has given; those that are computed are not stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from tutor.store import class_tables as c


@dataclass(frozen=True)
class Grade:
    """A grade by hand: points, the marks by criterion they came from, and a note."""

    assignment: str
    learner: str
    points: float
    marks: Mapping[str, float]
    note: str
    author: str
    at: datetime


def grades_of(connection: Connection, assignment: str) -> dict[str, Grade]:
    """By learner, the grades given by hand."""
    rows = connection.execute(select(c.grade).where(c.grade.c.assignment_id == assignment))
    return {
        row.learner_id: Grade(
            row.assignment_id,
            row.learner_id,
            row.points,
            row.marks,
            row.note,
            row.author_id,
            row.at,
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
        },
    )


def drop_grade(connection: Connection, assignment: str, learner: str) -> None:
    """Take a grade by hand back; the computed one holds again."""
    g = c.grade.c
    connection.execute(
        delete(c.grade).where(g.assignment_id == assignment, g.learner_id == learner)
    )
