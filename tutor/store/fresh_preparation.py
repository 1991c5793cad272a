"""How far the preparation of an assignment's own patients is, for every server to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from tutor.store import class_tables as c
from tutor.store import tables
from tutor.store.class_tables import fresh_preparation as t
from tutor.store.connection import Connection


@dataclass(frozen=True)
class Preparation:
    """``done`` exercises are ready; ``at`` is when whoever works on it was last heard of (UTC)."""

    done: int
    problem: str
    at: datetime


def find(connection: Connection, assignment: str) -> Preparation | None:
    """The preparation of an assignment that was asked for and has not ended well, or None."""
    row = connection.execute(select(t).where(t.c.assignment_id == assignment)).one_or_none()
    return None if row is None else Preparation(row.done, row.problem, row.at)


def begin(connection: Connection, assignment: str, at: datetime) -> None:
    """Store that a preparation begins now, in place of an earlier one."""
    end(connection, assignment)
    connection.execute(insert(t), {"assignment_id": assignment, "at": at})


def report(
    connection: Connection, assignment: str, done: int, at: datetime, problem: str = ""
) -> None:
    """Store how far it is, and why it came to nothing."""
    connection.execute(
        update(t).where(t.c.assignment_id == assignment).values(done=done, at=at, problem=problem)
    )


def end(connection: Connection, assignment: str) -> None:
    """Forget it: it ended, or is not wanted any more."""
    connection.execute(delete(t).where(t.c.assignment_id == assignment))


def still_needed(connection: Connection, fingerprints: Iterable[str]) -> frozenset[str]:
    """Those of some bundles that an assignment has pinned or a set was drawn from."""
    wanted = list(fingerprints)
    return frozenset(
        found
        for column in (
            c.assignment_part.c.fresh,
            tables.practice_set.c.fingerprint,
            c.outcome.c.fingerprint,
        )
        for found in connection.execute(select(column).where(column.in_(wanted))).scalars()
        if found is not None
    )
