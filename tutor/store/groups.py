"""The groups of a class, and the assistants who look after them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select, update

from tutor.core.class_change import OwnDates
from tutor.store import class_tables as c


def groups_of_assistant(connection: Connection, classroom: str, learner: str) -> frozenset[str]:
    """The groups that a teaching assistant looks after."""
    rows = connection.execute(
        select(c.assistant_group.c.group_id).where(
            c.assistant_group.c.classroom_id == classroom,
            c.assistant_group.c.learner_id == learner,
        )
    )
    return frozenset(rows.scalars())


def looked_after(connection: Connection, classroom: str) -> dict[str, frozenset[str]]:
    """By assistant, the groups that each looks after."""
    a = c.assistant_group.c
    rows = connection.execute(select(a.learner_id, a.group_id).where(a.classroom_id == classroom))
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.learner_id, set()).add(row.group_id)
    return {learner: frozenset(groups) for learner, groups in found.items()}


def dates_of_group(connection: Connection, group: str) -> list[OwnDates]:
    """The dates that a group has of its own."""
    o = c.assignment_override.c
    rows = connection.execute(select(c.assignment_override).where(o.group_id == group))
    return [OwnDates(r.assignment_id, r.opens, r.due, r.grace_minutes) for r in rows]


def is_group_used(connection: Connection, group: str) -> bool:
    """Whether anybody is in a group or looks after it, or it has dates of its own."""
    columns = (
        c.membership.c.group_id,
        c.assistant_group.c.group_id,
        c.assignment_override.c.group_id,
    )
    return any(
        connection.execute(select(column).where(column == group).limit(1)).first() is not None
        for column in columns
    )


def groups(connection: Connection, classroom: str) -> list[tuple[str, str]]:
    """The groups of a class as ``(id, name)``, by name."""
    rows = connection.execute(
        select(c.class_group.c.id, c.class_group.c.name)
        .where(c.class_group.c.classroom_id == classroom)
        .order_by(func.lower(c.class_group.c.name))
    )
    return [(row.id, row.name) for row in rows]


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
