"""Other dates of an assignment, for one learner or one group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select

from tutor.core.assignment import Override
from tutor.store import class_tables as c


@dataclass(frozen=True)
class StoredOverride:
    """Other dates for one learner or one group."""

    id: str
    learner: str | None
    group: str | None
    override: Override


def overrides_of(connection: Connection, assignment: str) -> list[StoredOverride]:
    """Every other date of an assignment."""
    return overrides_by_assignment(connection, [assignment]).get(assignment, [])


def overrides_by_assignment(
    connection: Connection, assignments: Iterable[str]
) -> dict[str, list[StoredOverride]]:
    """Every other date of some assignments, by the assignment's id."""
    o = c.assignment_override.c
    rows = connection.execute(
        select(c.assignment_override).where(o.assignment_id.in_(list(assignments)))
    )
    found: dict[str, list[StoredOverride]] = {}
    for row in rows:
        found.setdefault(row.assignment_id, []).append(_override(row))
    return found


def overrides_for(
    connection: Connection, assignments: Iterable[str], learner: str, groups: Iterable[str]
) -> dict[str, tuple[Override | None, Override | None]]:
    """For each assignment the override of a learner's group and the learner's own."""
    o = c.assignment_override.c
    rows = connection.execute(
        select(c.assignment_override).where(
            o.assignment_id.in_(list(assignments)),
            or_(o.learner_id == learner, o.group_id.in_(list(groups))),
        )
    )
    found: dict[str, list[Override | None]] = {}
    for row in rows:
        pair = found.setdefault(row.assignment_id, [None, None])
        pair[0 if row.group_id else 1] = _override(row).override
    return {id_: (pair[0], pair[1]) for id_, pair in found.items()}


def _override(row: Row[Any]) -> StoredOverride:
    grace = None if row.grace_minutes is None else timedelta(minutes=row.grace_minutes)
    return StoredOverride(row.id, row.learner_id, row.group_id, Override(row.opens, row.due, grace))


def set_override(connection: Connection, assignment: str, made: StoredOverride) -> None:
    """Store other dates for a learner or group, in the place of those they had."""
    o = c.assignment_override.c
    mine = o.learner_id == made.learner if made.learner else o.group_id == made.group
    connection.execute(delete(c.assignment_override).where(o.assignment_id == assignment, mine))
    grace = made.override.grace
    connection.execute(
        insert(c.assignment_override),
        {
            "id": made.id,
            "assignment_id": assignment,
            "learner_id": made.learner,
            "group_id": made.group,
            "opens": made.override.opens,
            "due": made.override.due,
            "grace_minutes": None if grace is None else int(grace.total_seconds() // 60),
        },
    )


def drop_override(connection: Connection, assignment: str, id_: str) -> None:
    """Take other dates back."""
    o = c.assignment_override.c
    connection.execute(
        delete(c.assignment_override).where(o.assignment_id == assignment, o.id == id_)
    )
