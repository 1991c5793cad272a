"""What learners answered to the question of ethics after a set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from tutor.store import class_tables as c
from tutor.store import tables as t


@dataclass(frozen=True)
class Reflection:
    """An answer; ``shared`` with those who look after the learner in the set's class."""

    set_id: str
    title: str
    text: str
    shared: bool
    at: datetime


def find_reflection(connection: Connection, set_id: str) -> Reflection | None:
    """The answer after a set, or None."""
    row = connection.execute(_reflections().where(c.reflection.c.set_id == set_id)).first()
    return _reflection(row) if row else None


def reflections_of(
    connection: Connection, learner: str, assignment: str = ""
) -> tuple[Reflection, ...]:
    """A learner's answers, oldest first; with ``assignment`` those shared with its staff."""
    query = _reflections().where(t.practice_set.c.learner_id == learner)
    if assignment:
        query = query.where(t.practice_set.c.assignment_id == assignment, c.reflection.c.shared)
    rows = connection.execute(query.order_by(c.reflection.c.at))
    return tuple(_reflection(row) for row in rows)


def set_reflection(
    connection: Connection, set_id: str, text: str, shared: bool, at: datetime
) -> None:
    """Store the answer after a set in place of what was there."""
    delete_reflection(connection, set_id)
    row = {"set_id": set_id, "text": text, "shared": shared, "at": at}
    connection.execute(insert(c.reflection), row)


def delete_reflection(connection: Connection, set_id: str) -> None:
    """Delete the answer after a set."""
    connection.execute(delete(c.reflection).where(c.reflection.c.set_id == set_id))


def delete_reflections_of(connection: Connection, learner: str) -> None:
    """Delete all of a learner's answers."""
    mine = select(t.practice_set.c.id).where(t.practice_set.c.learner_id == learner)
    connection.execute(delete(c.reflection).where(c.reflection.c.set_id.in_(mine)))


def _reflection(row: Row[Any]) -> Reflection:
    return Reflection(row.set_id, row.title, row.text, row.shared, row.at)


def _reflections() -> Select[Any]:
    r = c.reflection.c
    return select(r.set_id, t.practice_set.c.title, r.text, r.shared, r.at).join(
        t.practice_set, t.practice_set.c.id == r.set_id
    )
