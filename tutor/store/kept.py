"""The patients that a learner keeps to look at again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from tutor.store import tables as t


def keep_patient(connection: Connection, attempt: str, at: datetime) -> None:
    """Keep the patient of a closed encounter. Keeping it twice keeps it once."""
    if not is_kept(connection, attempt):
        connection.execute(insert(t.kept_patient), {"attempt_id": attempt, "at": at})


def release_patient(connection: Connection, attempt: str) -> None:
    """Keep the patient no longer."""
    connection.execute(delete(t.kept_patient).where(t.kept_patient.c.attempt_id == attempt))


def is_kept(connection: Connection, attempt: str) -> bool:
    """Whether the patient of an encounter is kept."""
    k = t.kept_patient.c
    return connection.execute(select(k.at).where(k.attempt_id == attempt)).first() is not None


def kept_patients(connection: Connection, learner: str) -> frozenset[str]:
    """The encounters whose patients a learner keeps."""
    k = t.kept_patient.c
    found = (
        select(k.attempt_id)
        .join(t.attempt, t.attempt.c.id == k.attempt_id)
        .where(t.attempt.c.learner_id == learner)
    )
    return frozenset(connection.execute(found).scalars())
