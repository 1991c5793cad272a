"""The reasons that learners typed, for those who teach from them; never with a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from tutor.store import class_tables as c
from tutor.store import tables as t


def reasons_of(connection: Connection, attempts: Iterable[str]) -> dict[str, str]:
    """The reasons typed in these encounters, by attempt; those left empty are not in it."""
    rows = connection.execute(
        select(t.commitment.c.attempt_id, t.commitment.c.reason).where(
            t.commitment.c.attempt_id.in_(list(attempts)), t.commitment.c.reason != ""
        )
    )
    return {row.attempt_id: row.reason for row in rows}


def hidden_reasons(connection: Connection, attempts: Iterable[str]) -> frozenset[str]:
    """Those of some encounters whose reason staff have hidden."""
    h = c.hidden_reason.c.attempt_id
    return frozenset(connection.execute(select(h).where(h.in_(list(attempts)))).scalars())


def hide_reason(connection: Connection, attempt: str, at: datetime) -> None:
    """Hide the reason of an encounter. Hiding it twice hides it once."""
    if not hidden_reasons(connection, [attempt]):
        connection.execute(insert(c.hidden_reason), {"attempt_id": attempt, "at": at})


def show_reason(connection: Connection, attempt: str) -> None:
    """Show the reason of an encounter again."""
    connection.execute(delete(c.hidden_reason).where(c.hidden_reason.c.attempt_id == attempt))
