"""Classes in the database: their names, people, groups, and who may see whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutor.store import class_tables as c
from tutor.store import tables as t


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


def _member(row: Row[Any]) -> Member:
    return Member(
        row.classroom_id,
        row.learner_id,
        row.role,
        row.group_id,
        row.name,
        row.email,
        row.number,
        row.login,
        row.claimed,
        row.left_at,
        row.at,
        row.listed,
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
        row.m_login,
        row.m_claimed,
        row.m_left_at,
        row.m_at,
        row.m_listed,
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
    return None if row is None else _member(row)


def places_of(connection: Connection, learner: str) -> dict[str, Member]:
    """Somebody's places by class; also in classes they have left."""
    rows = connection.execute(select(c.membership).where(c.membership.c.learner_id == learner))
    return {row.classroom_id: _member(row) for row in rows}


def members(connection: Connection, classroom: str, role: str | None = None) -> list[Member]:
    """The people of a class who have not left, by name."""
    query = select(c.membership).where(
        c.membership.c.classroom_id == classroom, c.membership.c.left_at.is_(None)
    )
    if role is not None:
        query = query.where(c.membership.c.role == role)
    rows = connection.execute(query.order_by(func.lower(c.membership.c.name)))
    return [_member(row) for row in rows]


def last_closings(connection: Connection, classroom: str) -> dict[str, datetime]:
    """When each of a class's people closed their last patient, in this class or elsewhere."""
    rows = connection.execute(
        select(c.membership.c.learner_id, func.max(c.outcome.c.at).label("at"))
        .join(c.outcome, c.outcome.c.learner_id == c.membership.c.learner_id)
        .where(c.membership.c.classroom_id == classroom, c.membership.c.left_at.is_(None))
        .group_by(c.membership.c.learner_id)
    )
    return {row.learner_id: row.at for row in rows}


def groups_of_assistant(connection: Connection, classroom: str, learner: str) -> frozenset[str]:
    """The groups that a teaching assistant looks after."""
    rows = connection.execute(
        select(c.assistant_group.c.group_id).where(
            c.assistant_group.c.classroom_id == classroom,
            c.assistant_group.c.learner_id == learner,
        )
    )
    return frozenset(rows.scalars())


def groups(connection: Connection, classroom: str) -> list[tuple[str, str]]:
    """The groups of a class as ``(id, name)``, by name."""
    rows = connection.execute(
        select(c.class_group.c.id, c.class_group.c.name)
        .where(c.class_group.c.classroom_id == classroom)
        .order_by(func.lower(c.class_group.c.name))
    )
    return [(row.id, row.name) for row in rows]


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


def claim_place(connection: Connection, place: Member, learner: str) -> bool:
    """Give a place that a roster has kept to ``learner``; False if somebody was first."""
    m = c.membership.c
    changed = connection.execute(
        update(c.membership)
        .where(
            m.classroom_id == place.classroom,
            m.learner_id == place.learner,
            m.claimed.is_(False),
        )
        .values(learner_id=learner, claimed=True)
    )
    if changed.rowcount == 1:
        _move_work(connection, place, learner)
        return True
    return False


def _move_work(connection: Connection, place: Member, learner: str) -> None:
    """Make what the class says of a place's learner another's."""
    mine = select(c.assignment.c.id).where(c.assignment.c.classroom_id == place.classroom)
    for table in (c.assignment_override, c.grade, c.comment):
        connection.execute(
            update(table)
            .where(table.c.learner_id == place.learner, table.c.assignment_id.in_(mine))
            .values(learner_id=learner)
        )


def both_have(connection: Connection, one: Member, other: Member) -> list[str]:
    """The titles of the class's assignments in which both have a grade by hand or own dates."""
    titles: set[str] = set()
    for table in (c.grade, c.assignment_override):
        rows = connection.execute(
            select(c.assignment.c.title)
            .join(table, table.c.assignment_id == c.assignment.c.id)
            .where(
                c.assignment.c.classroom_id == one.classroom,
                table.c.learner_id.in_([one.learner, other.learner]),
            )
            .group_by(c.assignment.c.id, c.assignment.c.title)
            .having(func.count() > 1)
        )
        titles |= set(rows.scalars())
    return sorted(titles)


def absorb_place(connection: Connection, kept: Member, into: Member) -> None:
    """Take a place that nobody has claimed away, and give what it holds to ``into``."""
    _move_work(connection, kept, into.learner)
    m = c.membership.c
    connection.execute(
        delete(c.membership).where(
            m.classroom_id == kept.classroom, m.learner_id == kept.learner, m.claimed.is_(False)
        )
    )
    change_member(connection, into)


def add_group(connection: Connection, id_: str, classroom: str, name: str) -> None:
    """Make a group; a taken name is refused."""
    connection.execute(insert(c.class_group), {"id": id_, "classroom_id": classroom, "name": name})


def drop_group(connection: Connection, classroom: str, id_: str) -> None:
    """Remove a group; its people stay in the class, in no group."""
    found = connection.execute(
        select(c.class_group.c.id).where(
            c.class_group.c.id == id_, c.class_group.c.classroom_id == classroom
        )
    ).first()
    if found is None:
        return
    connection.execute(
        update(c.membership).where(c.membership.c.group_id == id_).values(group_id=None)
    )
    for table in (c.assistant_group, c.assignment_override):
        connection.execute(delete(table).where(table.c.group_id == id_))
    connection.execute(delete(c.class_group).where(c.class_group.c.id == id_))


def set_assistant_groups(
    connection: Connection, classroom: str, learner: str, chosen: Iterable[str]
) -> None:
    """The groups that an assistant looks after, in the place of those before."""
    a = c.assistant_group.c
    connection.execute(
        delete(c.assistant_group).where(a.classroom_id == classroom, a.learner_id == learner)
    )
    rows = [
        {"classroom_id": classroom, "learner_id": learner, "group_id": group} for group in chosen
    ]
    if rows:
        connection.execute(insert(c.assistant_group), rows)


def delete_classroom(connection: Connection, id_: str) -> None:
    """Remove a class with its assignments, comments and grades.

    What its people did stays theirs, as practice of their own.
    """
    work = select(c.assignment.c.id).where(c.assignment.c.classroom_id == id_)
    for table in (t.practice_set, c.outcome):
        connection.execute(
            update(table).where(table.c.assignment_id.in_(work)).values(assignment_id=None)
        )
    for table in (c.comment, c.grade, c.assignment_override, c.assignment_part):
        connection.execute(delete(table).where(table.c.assignment_id.in_(work)))
    connection.execute(delete(c.assignment).where(c.assignment.c.classroom_id == id_))
    for table in (c.assistant_group, c.membership, c.class_group):
        connection.execute(delete(table).where(table.c.classroom_id == id_))
    connection.execute(delete(c.classroom).where(c.classroom.c.id == id_))
