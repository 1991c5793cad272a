"""Assignments in the database: what is set, and the sets begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutor.core.assignment import Dates, Grading, OutcomesShown
from tutor.core.grade_rules import GradeRule
from tutor.core.set_plan import Guidance
from tutor.store import class_tables as c
from tutor.store import message_tables as q
from tutor.store import tables as t


@dataclass(frozen=True)
class Part:
    """One exercise of an assignment; ``version`` and ``fingerprint`` are pinned on publishing.

    ``fresh`` names the bundle of patients that are this assignment's alone, if it has some.
    """

    pack: str
    exercise: str
    title: str
    cases: int
    version: str | None = None
    fingerprint: str | None = None
    fresh: str | None = None

    @property
    def key(self) -> str:
        """``pack/exercise``."""
        return f"{self.pack}/{self.exercise}"


@dataclass(frozen=True)
class Assignment:
    """What an instructor has set. ``revision`` rises with every change."""

    id: str
    classroom: str
    title: str
    instructions: str
    guidance: Guidance
    unaided_share: float
    same_cases: bool
    seed: int
    reasons_required: bool
    outcomes: OutcomesShown
    dates: Dates
    grading: Grading
    points: float
    rubric: tuple[Mapping[str, Any], ...]
    published_at: datetime | None
    revision: int
    at: datetime
    parts: tuple[Part, ...] = ()
    fresh: bool = False
    late_percent: int = 0

    @property
    def rule(self) -> GradeRule:
        """How it is graded."""
        rows = self.rubric if self.grading is Grading.RUBRIC else ()
        rubric = tuple((str(row["name"]), float(row["points"])) for row in rows)
        return GradeRule(self.grading, self.points, self.cases, self.late_percent, rubric)

    @property
    def cases(self) -> int:
        """How many encounters it holds."""
        return sum(part.cases for part in self.parts)


def _assignment(row: Row[Any], parts: tuple[Part, ...]) -> Assignment:
    return Assignment(
        id=row.id,
        classroom=row.classroom_id,
        title=row.title,
        instructions=row.instructions,
        guidance=Guidance(row.guidance),
        unaided_share=row.unaided_share,
        same_cases=row.same_cases,
        seed=row.seed,
        reasons_required=row.reasons_required,
        outcomes=OutcomesShown(row.outcomes),
        dates=Dates(row.opens, row.due, timedelta(minutes=row.grace_minutes)),
        grading=Grading(row.grading),
        points=row.points,
        rubric=tuple(row.rubric),
        published_at=row.published_at,
        revision=row.revision,
        at=row.at,
        parts=parts,
        fresh=row.fresh,
        late_percent=row.late_percent,
    )


def _values(made: Assignment) -> dict[str, Any]:
    return {
        "title": made.title,
        "instructions": made.instructions,
        "guidance": made.guidance.value,
        "unaided_share": made.unaided_share,
        "same_cases": made.same_cases,
        "seed": made.seed,
        "reasons_required": made.reasons_required,
        "outcomes": made.outcomes.value,
        "opens": made.dates.opens,
        "due": made.dates.due,
        "grace_minutes": int(made.dates.grace.total_seconds() // 60),
        "grading": made.grading.value,
        "points": made.points,
        "rubric": [dict(row) for row in made.rubric],
        "published_at": made.published_at,
        "fresh": made.fresh,
        "late_percent": made.late_percent,
    }


def add_assignment(connection: Connection, made: Assignment) -> None:
    """Store a new assignment with its parts."""
    connection.execute(
        insert(c.assignment),
        {"id": made.id, "classroom_id": made.classroom, "at": made.at, **_values(made)},
    )
    _set_parts(connection, made)


def change_assignment(connection: Connection, made: Assignment) -> bool:
    """Store a change made from ``made.revision``; False if somebody changed it meanwhile."""
    changed = connection.execute(
        update(c.assignment)
        .where(c.assignment.c.id == made.id, c.assignment.c.revision == made.revision)
        .values(revision=made.revision + 1, **_values(made))
    )
    if changed.rowcount != 1:
        return False
    connection.execute(
        delete(c.assignment_part).where(c.assignment_part.c.assignment_id == made.id)
    )
    _set_parts(connection, made)
    return True


def set_dates(connection: Connection, id_: str, dates: Dates) -> None:
    """Store other dates of an assignment; whoever edits it meanwhile is told."""
    connection.execute(
        update(c.assignment)
        .where(c.assignment.c.id == id_)
        .values(opens=dates.opens, due=dates.due, revision=c.assignment.c.revision + 1)
    )


def _set_parts(connection: Connection, made: Assignment) -> None:
    rows = [
        {
            "assignment_id": made.id,
            "position": at,
            "pack": part.pack,
            "exercise": part.exercise,
            "title": part.title,
            "cases": part.cases,
            "version": part.version,
            "fingerprint": part.fingerprint,
            "fresh": part.fresh,
        }
        for at, part in enumerate(made.parts)
    ]
    if rows:
        connection.execute(insert(c.assignment_part), rows)


def _parts(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Part, ...]]:
    p = c.assignment_part.c
    rows = connection.execute(
        select(c.assignment_part)
        .where(p.assignment_id.in_(list(ids)))
        .order_by(p.assignment_id, p.position)
    )
    found: dict[str, list[Part]] = {}
    for row in rows:
        found.setdefault(row.assignment_id, []).append(
            Part(
                row.pack,
                row.exercise,
                row.title,
                row.cases,
                row.version,
                row.fingerprint,
                row.fresh,
            )
        )
    return {id_: tuple(parts) for id_, parts in found.items()}


def find_assignment(connection: Connection, id_: str) -> Assignment | None:
    """An assignment with its parts, or None."""
    return find_assignments(connection, [id_]).get(id_)


def find_assignments(connection: Connection, ids: Iterable[str]) -> dict[str, Assignment]:
    """Those of these assignments that there are, by id, with their parts."""
    wanted = [id_ for id_ in ids if id_.isascii()]
    rows = connection.execute(select(c.assignment).where(c.assignment.c.id.in_(wanted))).all()
    parts = _parts(connection, [row.id for row in rows])
    return {row.id: _assignment(row, parts.get(row.id, ())) for row in rows}


def assignments_of_class(connection: Connection, classroom: str) -> list[Assignment]:
    """A class's assignments, newest first."""
    rows = connection.execute(
        select(c.assignment)
        .where(c.assignment.c.classroom_id == classroom)
        .order_by(c.assignment.c.at.desc())
    ).all()
    parts = _parts(connection, [row.id for row in rows])
    return [_assignment(row, parts.get(row.id, ())) for row in rows]


def titles(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The titles of assignments by id, newest first."""
    a = c.assignment.c
    rows = connection.execute(
        select(a.id, a.title).where(a.id.in_(list(ids))).order_by(a.at.desc())
    )
    return {row.id: row.title for row in rows}


def published_for(connection: Connection, learner: str) -> list[tuple[Assignment, Any]]:
    """The published assignments of the classes a learner is in, with each class's row."""
    rows = connection.execute(
        select(
            c.assignment,
            c.classroom.c.name.label("class_name"),
            c.classroom.c.time_zone,
            c.classroom.c.archived_at,
            c.membership.c.group_id,
        )
        .join(c.classroom, c.classroom.c.id == c.assignment.c.classroom_id)
        .join(c.membership, c.membership.c.classroom_id == c.classroom.c.id)
        .where(
            c.membership.c.learner_id == learner,
            c.membership.c.role == "learner",
            c.membership.c.left_at.is_(None),
            c.assignment.c.published_at.is_not(None),
        )
        .order_by(c.assignment.c.due, c.assignment.c.at)
    ).all()
    parts = _parts(connection, [row.id for row in rows])
    return [(_assignment(row, parts.get(row.id, ())), row) for row in rows]


def delete_assignment(connection: Connection, id_: str) -> None:
    """Remove an assignment that no learner has begun, with its parts and other dates.

    Sets that staff began to preview it stay in their own record, as practice. What has been asked
    about it stays a question to the class. Grades of learners who have left go with it, and so does
    the history of grades that were taken back.
    """
    connection.execute(
        update(t.practice_set)
        .where(t.practice_set.c.assignment_id == id_)
        .values(assignment_id=None, part=None, round=None)
    )
    said = c.comment.c
    connection.execute(
        delete(c.comment).where(said.assignment_id == id_, said.question_id.is_(None))
    )
    for asked in (q.question, c.comment):
        connection.execute(
            update(asked).where(asked.c.assignment_id == id_).values(assignment_id=None)
        )
    for table in (
        c.grade,
        c.grade_change,
        c.assignment_override,
        c.assignment_part,
        c.fresh_preparation,
    ):
        connection.execute(delete(table).where(table.c.assignment_id == id_))
    connection.execute(delete(c.assignment).where(c.assignment.c.id == id_))


@dataclass(frozen=True)
class Begun:
    """A set that a learner has begun for a part of an assignment."""

    set_id: str
    assignment: str
    learner: str
    part: int
    round: int
    size: int
    closed: int
    shown: int
    last_at: datetime


def begun(
    connection: Connection, assignments: Iterable[str], learner: str | None = None
) -> list[Begun]:
    """The sets begun for assignments, with how many of their cases were shown and closed."""
    # Set by set: joined, all attempts there are would be read. A closed encounter has its outcome,
    # and a set's cases close in their order.
    p, a, o = t.practice_set.c, t.attempt.c, c.outcome.c
    newest = select(a.at).where(a.set_id == p.id).order_by(a.position.desc()).limit(1)
    closed = (
        select(o.at)
        .join(t.attempt, a.id == o.attempt_id)
        .where(a.set_id == p.id)
        .order_by(a.position.desc())
        .limit(1)
    )
    query = (
        select(
            p.id,
            p.assignment_id,
            p.learner_id,
            p.part,
            p.round,
            p.size,
            select(func.count()).where(a.set_id == p.id).scalar_subquery().label("shown"),
            select(func.count()).where(o.set_id == p.id).scalar_subquery().label("closed"),
            func.coalesce(closed.scalar_subquery(), newest.scalar_subquery(), p.at).label(
                "last_at"
            ),
        )
        .where(p.assignment_id.in_(list(assignments)))
        .order_by(p.part, p.round)
    )
    if learner is not None:
        query = query.where(p.learner_id == learner)
    return [
        Begun(
            row.id,
            row.assignment_id,
            row.learner_id,
            row.part,
            row.round,
            row.size,
            row.closed,
            row.shown,
            row.last_at,
        )
        for row in connection.execute(query)
    ]
