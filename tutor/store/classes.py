"""Classes in the database: their names, people, groups, and who may see whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from tutor.store import class_tables as c


@dataclass(frozen=True)
class Classroom:
    """A class. ``revision`` rises with every change, so that nobody overwrites another's."""

    id: str
    name: str
    time_zone: str
    join_code: str | None
    join_open: bool
    hide_names: bool
    revision: int
    archived_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class Member:
    """A person's place in a class. Unclaimed: a roster keeps it for someone who has not come."""

    classroom: str
    learner: str
    role: str
    group: str | None
    name: str
    email: str
    number: str
    claimed: bool
    left_at: datetime | None
    at: datetime


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
    )


def _member(row: Row[Any]) -> Member:
    return Member(
        row.classroom_id,
        row.learner_id,
        row.role,
        row.group_id,
        row.name,
        row.email,
        row.number,
        row.claimed,
        row.left_at,
        row.at,
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


def classrooms_of(connection: Connection, learner: str) -> list[tuple[Classroom, Member]]:
    """The classes that somebody is in, newest first, each with their place in it."""
    member = c.membership.alias("m")
    rows = connection.execute(
        select(c.classroom, *(col.label(f"m_{col.name}") for col in member.c))
        .join(member, member.c.classroom_id == c.classroom.c.id)
        .where(member.c.learner_id == learner, member.c.left_at.is_(None))
        .order_by(c.classroom.c.at.desc())
    )
    return [(_classroom(row), _member_of(row)) for row in rows]


def _member_of(row: Row[Any]) -> Member:
    return Member(
        row.m_classroom_id,
        row.m_learner_id,
        row.m_role,
        row.m_group_id,
        row.m_name,
        row.m_email,
        row.m_number,
        row.m_claimed,
        row.m_left_at,
        row.m_at,
    )


def add_member(connection: Connection, member: Member) -> None:
    """Give somebody a place in a class; a second place is refused."""
    connection.execute(
        insert(c.membership),
        {
            "classroom_id": member.classroom,
            "learner_id": member.learner,
            "role": member.role,
            "group_id": member.group,
            "name": member.name,
            "email": member.email,
            "number": member.number,
            "claimed": member.claimed,
            "left_at": member.left_at,
            "at": member.at,
        },
    )


def find_member(connection: Connection, classroom: str, learner: str) -> Member | None:
    """Somebody's place in a class, or None; also of those who have left."""
    if not (classroom.isascii() and learner.isascii()):
        return None
    row = connection.execute(
        select(c.membership).where(
            c.membership.c.classroom_id == classroom, c.membership.c.learner_id == learner
        )
    ).first()
    return None if row is None else _member(row)


def members(connection: Connection, classroom: str, role: str | None = None) -> list[Member]:
    """The people of a class who have not left, by name."""
    query = select(c.membership).where(
        c.membership.c.classroom_id == classroom, c.membership.c.left_at.is_(None)
    )
    if role is not None:
        query = query.where(c.membership.c.role == role)
    rows = connection.execute(query.order_by(func.lower(c.membership.c.name)))
    return [_member(row) for row in rows]


def groups_of_assistant(connection: Connection, classroom: str, learner: str) -> frozenset[str]:
    """The groups that a teaching assistant looks after."""
    rows = connection.execute(
        select(c.assistant_group.c.group_id).where(
            c.assistant_group.c.classroom_id == classroom,
            c.assistant_group.c.learner_id == learner,
        )
    )
    return frozenset(rows.scalars())
