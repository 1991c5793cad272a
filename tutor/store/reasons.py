"""The reasons that learners typed, for those who teach from them; never with a name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from tutor.store import tables as t


def reasons_of(connection: Connection, attempts: Iterable[str]) -> dict[str, str]:
    """The reasons typed in these encounters, by attempt; those left empty are not in it."""
    rows = connection.execute(
        select(t.commitment.c.attempt_id, t.commitment.c.reason).where(
            t.commitment.c.attempt_id.in_(list(attempts)), t.commitment.c.reason != ""
        )
    )
    return {row.attempt_id: row.reason for row in rows}
