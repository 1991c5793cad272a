"""Classes in the database: name, code, settings, and the classes that somebody is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tutor.store import class_tables as c
from tutor.store import message_tables as q
from tutor.store import tables as t
from tutor.store.class_changes import drop_changes
from tutor.store.places import Member, member_of
from tutor.store.platform_people import drop_courses_of


@dataclass(frozen=True)
class Classroom:
    """A class. ``revision`` rises with every change, so that nobody overwrites another's.

    ``list_only``: its code lets in only people whom a class list names.
    """

    id: str
    name: str
    time_zone: str
    join_code: str | None
    join_open: bool
    hide_names: bool
    revision: int
    archived_at: datetime | None
    at: datetime
    list_only: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its code lets people in now."""
        return self.join_open and self.archived_at is None and bool(self.join_code)


def _classroom(row: Row[Any]) -> Classroom:
    return Classroom(
        row.id,
        row.name,
        row.time_zone,
        row.join_code,
        row.join_open,
        row.hide_names,
        row.revision,
        row.archived_at,
        row.at,
        row.list_only,
    )


def add_classroom(connection: Connection, made: Classroom) -> None:
    """Store a new class."""
    connection.execute(
        insert(c.classroom),
        {
            "id": made.id,
            "name": made.name,
            "time_zone": made.time_zone,
            "join_code": made.join_code,
            "join_open": made.join_open,
            "hide_names": made.hide_names,
            "list_only": made.list_only,
            "archived_at": made.archived_at,
            "at": made.at,
        },
    )


def find_classroom(connection: Connection, id_: str) -> Classroom | None:
    """A class by its id, or None."""
    if not id_.isascii():
        return None
    row = connection.execute(select(c.classroom).where(c.classroom.c.id == id_)).first()
    return None if row is None else _classroom(row)


def change_classroom(connection: Connection, made: Classroom) -> bool:
    """Store a change made from ``made.revision``; False if somebody changed it meanwhile."""
    changed = connection.execute(
        update(c.classroom)
        .where(c.classroom.c.id == made.id, c.classroom.c.revision == made.revision)
        .values(
            name=made.name,
            time_zone=made.time_zone,
            join_code=made.join_code,
            join_open=made.join_open,
            hide_names=made.hide_names,
            list_only=made.list_only,
            archived_at=made.archived_at,
            revision=made.revision + 1,
        )
    )
    return changed.rowcount == 1


def classroom_of_code(connection: Connection, code: str) -> Classroom | None:
    """The class that a code lets people into, or None."""
    row = connection.execute(select(c.classroom).where(c.classroom.c.join_code == code)).first()
    return None if row is None else _classroom(row)


def classrooms_of(connection: Connection, learner: str) -> list[tuple[Classroom, Member]]:
    """The classes that somebody is in, newest first, each with their place in it."""
    member = c.membership.alias("m")
    rows = connection.execute(
        select(c.classroom, *(col.label(f"m_{col.name}") for col in member.c))
        .join(member, member.c.classroom_id == c.classroom.c.id)
        .where(member.c.learner_id == learner, member.c.left_at.is_(None))
        .order_by(c.classroom.c.at.desc())
    )
    return [(_classroom(row), member_of(row, "m_")) for row in rows]


def delete_classroom(connection: Connection, id_: str) -> None:
    """Remove a class with its assignments, comments, questions, announcements and grades.

    What its people did stays theirs, as practice of their own.
    """
    work = select(c.assignment.c.id).where(c.assignment.c.classroom_id == id_)
    for table in (t.practice_set, c.outcome):
        connection.execute(
            update(table).where(table.c.assignment_id.in_(work)).values(assignment_id=None)
        )
    asked = select(q.question.c.id).where(q.question.c.classroom_id == id_)
    connection.execute(delete(c.comment).where(c.comment.c.question_id.in_(asked)))
    told = select(q.announcement.c.id).where(q.announcement.c.classroom_id == id_)
    connection.execute(
        delete(q.announcement_read).where(q.announcement_read.c.announcement_id.in_(told))
    )
    for table in (
        c.comment,
        c.grade,
        c.grade_change,
        c.assignment_override,
        c.assignment_part,
        c.fresh_preparation,
    ):
        connection.execute(delete(table).where(table.c.assignment_id.in_(work)))
    for table in (q.question, q.announcement, q.outbox, c.assignment):
        connection.execute(delete(table).where(table.c.classroom_id == id_))
    drop_changes(connection, id_)
    drop_courses_of(connection, id_)
    for table in (c.assistant_group, c.membership, c.class_group):
        connection.execute(delete(table).where(table.c.classroom_id == id_))
    connection.execute(delete(c.classroom).where(c.classroom.c.id == id_))
