"""Sets of cases in the database: whose they are, of which exercise, and the cases drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select

from tutor.core.drawing import Slot
from tutor.core.merged_rounds import ASIDE
from tutor.store import tables as t


@dataclass(frozen=True)
class PracticeSet:
    """A learner's set of cases of one exercise, drawn once from ``seed``."""

    id: str
    learner: str
    pack: str
    exercise: str
    version: str
    fingerprint: str
    title: str
    threshold: float
    seed: int
    size: int
    at: datetime
    assignment: str | None = None
    part: int | None = None
    round: int | None = None

    @property
    def is_preview(self) -> bool:
        """Whether staff began it to see an assignment as a learner does.

        The rounds of previews count down from 0, so that no round of a learner is one of them.
        """
        return self.assignment is not None and self.round is not None and self.round < 1

    @property
    def is_aside(self) -> bool:
        """Whether it was set aside when two places became one."""
        return self.assignment is not None and self.round is not None and self.round >= ASIDE

    @property
    def key(self) -> str:
        """``pack/exercise``."""
        return f"{self.pack}/{self.exercise}"


def ensure_learner(connection: Connection, learner: str, at: datetime) -> None:
    """Remember a learner who has not been seen before."""
    ensure_learners(connection, [learner], at)


def ensure_learners(connection: Connection, learners: Sequence[str], at: datetime) -> None:
    """Remember those of the learners who have not been seen before; at least one is named."""
    # Each dialect has an insert of its own; only the one in use is loaded.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    added = dialect.insert(t.learner).on_conflict_do_nothing()
    connection.execute(added, [{"id": learner, "at": at} for learner in learners])


def is_new_row(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; False, and nothing is changed, if one of its key is there."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    added = dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(added, dict(row)).first() is not None


def add_set(connection: Connection, practice: PracticeSet, slots: Iterable[Slot]) -> None:
    """Store a set with its slots; the caller has ensured the learner."""
    connection.execute(
        insert(t.practice_set),
        {
            "id": practice.id,
            "learner_id": practice.learner,
            "pack": practice.pack,
            "exercise": practice.exercise,
            "version": practice.version,
            "fingerprint": practice.fingerprint,
            "title": practice.title,
            "threshold": practice.threshold,
            "seed": practice.seed,
            "size": practice.size,
            "assignment_id": practice.assignment,
            "part": practice.part,
            "round": practice.round,
            "at": practice.at,
        },
    )
    rows = [
        {
            "set_id": practice.id,
            "position": slot.position,
            "case_id": slot.case,
            "guidance": slot.guidance.value,
            "aided": slot.aided,
        }
        for slot in slots
    ]
    connection.execute(insert(t.slot), rows)


def can_be_asked(id_: str) -> bool:
    """Whether a database can be asked for an id; no other has been given."""
    # Our ids are ASCII; no database can be asked for half a surrogate pair, nor all for a NUL.
    return id_.isascii() and id_.isprintable()


_SETS = select(t.practice_set)


def find_set(connection: Connection, id_: str) -> PracticeSet | None:
    """A set by its id, or None."""
    if not can_be_asked(id_):
        return None
    row = connection.execute(_SETS.where(t.practice_set.c.id == id_)).first()
    return None if row is None else set_of_row(row, row.id, row.at)


def latest_sets(connection: Connection, learner: str) -> list[tuple[PracticeSet, int]]:
    """A learner's sets, newest first, each with how many of its cases are closed."""
    done = (
        select(t.attempt.c.set_id, func.count().label("closed"))
        .join(t.closing, t.closing.c.attempt_id == t.attempt.c.id)
        .where(t.attempt.c.learner_id == learner)
        .group_by(t.attempt.c.set_id)
        .subquery()
    )
    query = (
        select(t.practice_set, func.coalesce(done.c.closed, 0).label("closed"))
        .outerjoin(done, done.c.set_id == t.practice_set.c.id)
        .where(t.practice_set.c.learner_id == learner)
        .order_by(t.practice_set.c.at.desc())
    )
    return [(set_of_row(row, row.id, row.at), int(row.closed)) for row in connection.execute(query)]


def cases_seen(connection: Connection, learner: str, pack: str, exercise: str) -> list[str]:
    """The cases of an exercise that a learner's sets have held."""
    query = (
        select(t.slot.c.case_id)
        .join(t.practice_set, t.practice_set.c.id == t.slot.c.set_id)
        .where(
            t.practice_set.c.learner_id == learner,
            t.practice_set.c.pack == pack,
            t.practice_set.c.exercise == exercise,
        )
    )
    return list(connection.execute(query).scalars())


def set_of_row(row: Row[tuple[object, ...]], id_: str, at: datetime) -> PracticeSet:
    """A set from a row that has its columns; its id and time may go by other names there."""
    return PracticeSet(
        id=id_,
        learner=row.learner_id,
        pack=row.pack,
        exercise=row.exercise,
        version=row.version,
        fingerprint=row.fingerprint,
        title=row.title,
        threshold=row.threshold,
        seed=row.seed,
        size=row.size,
        at=at,
        assignment=row.assignment_id,
        part=row.part,
        round=row.round,
    )
