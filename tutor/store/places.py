"""People's places in classes: who has one, in which role, and by what they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tutor.store import class_tables as c


@dataclass(frozen=True)
class Member:
    """A person's place in a class. Unclaimed: a roster keeps it for someone who has not come.

    ``login`` is the one by which a learning platform knows them. ``listed``: staff vouch for them,
    by a class list or by what they typed; others have joined by themselves.
    """

    classroom: str
    learner: str
    role: str
    group: str | None
    name: str
    email: str
    number: str
    login: str
    claimed: bool
    left_at: datetime | None
    at: datetime
    listed: bool = False


def member_of(row: Row[Any], prefix: str = "") -> Member:
    """A place, read from a row whose columns carry ``prefix``."""
    value = row._mapping
    return Member(
        classroom=value[f"{prefix}classroom_id"],
        learner=value[f"{prefix}learner_id"],
        role=value[f"{prefix}role"],
        group=value[f"{prefix}group_id"],
        name=value[f"{prefix}name"],
        email=value[f"{prefix}email"],
        number=value[f"{prefix}number"],
        login=value[f"{prefix}login"],
        claimed=value[f"{prefix}claimed"],
        left_at=value[f"{prefix}left_at"],
        at=value[f"{prefix}at"],
        listed=value[f"{prefix}listed"],
    )


def add_member(connection: Connection, member: Member) -> None:
    """Give somebody a place in a class; a second place is refused."""
    add_members(connection, [member])


def add_members(connection: Connection, members: Sequence[Member]) -> None:
    """Give each of them, one or more, a place in a class; a second place is refused."""
    connection.execute(
        insert(c.membership),
        [
            {
                "classroom_id": member.classroom,
                "learner_id": member.learner,
                "role": member.role,
                "group_id": member.group,
                "name": member.name,
                "email": member.email,
                "number": member.number,
                "login": member.login,
                "claimed": member.claimed,
                "listed": member.listed,
                "left_at": member.left_at,
                "at": member.at,
            }
            for member in members
        ],
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
    return None if row is None else member_of(row)


def places_of(connection: Connection, learner: str) -> dict[str, Member]:
    """Somebody's places by class; also in classes they have left."""
    rows = connection.execute(select(c.membership).where(c.membership.c.learner_id == learner))
    return {row.classroom_id: member_of(row) for row in rows}


def members(connection: Connection, classroom: str, role: str | None = None) -> list[Member]:
    """The people of a class who have not left, by name."""
    query = select(c.membership).where(
        c.membership.c.classroom_id == classroom, c.membership.c.left_at.is_(None)
    )
    if role is not None:
        query = query.where(c.membership.c.role == role)
    rows = connection.execute(query.order_by(func.lower(c.membership.c.name)))
    return [member_of(row) for row in rows]


def all_places(connection: Connection, classroom: str) -> list[Member]:
    """Every place of a class, also of those who have left."""
    rows = connection.execute(select(c.membership).where(c.membership.c.classroom_id == classroom))
    return [member_of(row) for row in rows]


def last_closings(connection: Connection, classroom: str) -> dict[str, datetime]:
    """When each of a class's people closed their last patient, in this class or elsewhere."""
    rows = connection.execute(
        select(c.membership.c.learner_id, func.max(c.outcome.c.at).label("at"))
        .join(c.outcome, c.outcome.c.learner_id == c.membership.c.learner_id)
        .where(c.membership.c.classroom_id == classroom, c.membership.c.left_at.is_(None))
        .group_by(c.membership.c.learner_id)
    )
    return {row.learner_id: row.at for row in rows}


def change_member(connection: Connection, member: Member) -> None:
    """Store somebody's place anew."""
    m = c.membership.c
    connection.execute(
        update(c.membership)
        .where(m.classroom_id == member.classroom, m.learner_id == member.learner)
        .values(
            role=member.role,
            group_id=member.group,
            name=member.name,
            email=member.email,
            number=member.number,
            login=member.login,
            claimed=member.claimed,
            listed=member.listed,
            left_at=member.left_at,
        )
    )


def set_group(
    connection: Connection, classroom: str, learners: Sequence[str], group: str | None
) -> None:
    """Put people in a group, or in none."""
    m = c.membership.c
    connection.execute(
        update(c.membership)
        .where(m.classroom_id == classroom, m.learner_id.in_(learners))
        .values(group_id=group)
    )


def leave(connection: Connection, classroom: str, learners: Sequence[str], at: datetime) -> None:
    """Note that people have left a class."""
    m = c.membership.c
    connection.execute(
        update(c.membership)
        .where(m.classroom_id == classroom, m.learner_id.in_(learners))
        .values(left_at=at)
    )
