"""Encounters in the database: attempts, and the append-only stages of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, bindparam, insert, select

from tutor.core.case import CaseRef, Truth
from tutor.core.encounter import (
    Advice,
    Committed,
    Decided,
    Decision,
    Judgment,
    Revealed,
    Shown,
    Stage,
    close,
    close_unaided,
    commit,
    decide,
    reveal,
)
from tutor.core.set_plan import Guidance
from tutor.errors import NotYours
from tutor.store import tables as t
from tutor.store.practice_sets import PracticeSet, can_be_asked, set_of_row

ANOTHERS = "This patient belongs to another learner. Choose an exercise."


@dataclass(frozen=True)
class StoredAttempt:
    """Where an attempt stands."""

    stage: Stage
    set: PracticeSet

    @property
    def shown(self) -> Shown:
        """The attempt's first stage."""
        return self.stage if isinstance(self.stage, Shown) else self.stage.shown


def add_attempt(
    connection: Connection, id_: str, practice: PracticeSet, position: int, at: datetime
) -> None:
    """Show the case at ``position``; its guidance and aid are those of the slot."""
    aided = connection.execute(
        select(t.slot.c.aided).where(t.slot.c.set_id == practice.id, t.slot.c.position == position)
    ).scalar_one()
    connection.execute(
        insert(t.attempt),
        {
            "id": id_,
            "set_id": practice.id,
            "position": position,
            "learner_id": practice.learner,
            "aided": aided,
            "at": at,
        },
    )


# Whose the attempt is now is asked in the same breath: one statement less for each commitment.
_OWN_COMMITMENT = (
    insert(t.commitment)
    .from_select(
        list(t.commitment.c),
        select(
            t.attempt.c.id,
            *(bindparam(c.name, type_=c.type) for c in t.commitment.c if c.name != "attempt_id"),
        ).where(t.attempt.c.id == bindparam("id"), t.attempt.c.learner_id == bindparam("learner")),
    )
    .execution_options(preserve_rowcount=True)
)
_REVEAL = insert(t.reveal)


def add_commitment(connection: Connection, committed: Committed) -> None:
    """Store a commitment; a second one is refused.

    Raises:
        NotYours: the attempt has become somebody else's, or was forgotten.
    """
    given = committed.judgment
    stored = connection.execute(
        _OWN_COMMITMENT,
        {
            "id": committed.shown.id,
            "learner": committed.shown.learner,
            "probability": given.probability,
            "certainty": given.certainty,
            "drivers": list(given.drivers),
            "reason": given.reason,
            "at": committed.at,
        },
    )
    if stored.rowcount != 1:
        raise NotYours(ANOTHERS)


def add_reveal(connection: Connection, revealed: Revealed) -> None:
    """Store that the algorithm's view was shown; impossible without the commitment."""
    shown = revealed.shown
    connection.execute(
        _REVEAL,
        {
            "attempt_id": shown.id,
            "aided": shown.aided,
            "algorithm": revealed.algorithm,
            "at": revealed.at,
        },
    )


def add_decision(connection: Connection, decided: Decided) -> None:
    """Store the final judgment; impossible without the reveal."""
    final = decided.decision
    connection.execute(
        insert(t.decision),
        {
            "attempt_id": decided.shown.id,
            "probability": final.probability,
            "advice": final.advice.value,
            "suspected": final.suspected,
            "at": decided.at,
        },
    )


_JOINED = (
    t.attempt.join(t.practice_set, t.attempt.c.set_id == t.practice_set.c.id)
    .join(
        t.slot,
        (t.slot.c.set_id == t.attempt.c.set_id) & (t.slot.c.position == t.attempt.c.position),
    )
    .outerjoin(t.commitment, t.commitment.c.attempt_id == t.attempt.c.id)
    .outerjoin(t.reveal, t.reveal.c.attempt_id == t.attempt.c.id)
    .outerjoin(t.decision, t.decision.c.attempt_id == t.attempt.c.id)
    .outerjoin(t.closing, t.closing.c.attempt_id == t.attempt.c.id)
)

_STAGES: Select[tuple[object, ...]] = select(
    t.attempt.c.id.label("attempt_id"),
    t.attempt.c.learner_id,
    t.attempt.c.set_id,
    t.attempt.c.position,
    t.attempt.c.aided,
    t.attempt.c.at.label("shown_at"),
    t.slot.c.case_id,
    t.slot.c.guidance,
    t.practice_set.c.pack,
    t.practice_set.c.exercise,
    t.practice_set.c.version,
    t.practice_set.c.fingerprint,
    t.practice_set.c.title,
    t.practice_set.c.threshold,
    t.practice_set.c.seed,
    t.practice_set.c.size,
    t.practice_set.c.at.label("set_at"),
    t.practice_set.c.assignment_id,
    t.practice_set.c.part,
    t.practice_set.c.round,
    t.commitment.c.probability.label("initial"),
    t.commitment.c.certainty,
    t.commitment.c.drivers,
    t.commitment.c.reason,
    t.commitment.c.at.label("committed_at"),
    t.reveal.c.algorithm,
    t.reveal.c.at.label("revealed_at"),
    t.decision.c.probability.label("final"),
    t.decision.c.advice,
    t.decision.c.suspected,
    t.decision.c.at.label("decided_at"),
    t.closing.c.present,
    t.closing.c.touched,
    t.closing.c.chart_risk,
    t.closing.c.acting,
    t.closing.c.scored,
    t.closing.c.at.label("closed_at"),
).select_from(_JOINED)


_ATTEMPT = _STAGES.where(t.attempt.c.id == bindparam("id"))


def find_attempt(connection: Connection, id_: str) -> StoredAttempt | None:
    """The attempt and where it stands, or None."""
    if not can_be_asked(id_):
        return None
    row = connection.execute(_ATTEMPT, {"id": id_}).first()
    return None if row is None else _stored(row)


_OWNER = select(t.attempt.c.learner_id).where(t.attempt.c.id == bindparam("id"))


def check_owner(connection: Connection, shown: Shown) -> None:
    """Refuse to store anything on an attempt that has become somebody else's meanwhile.

    Raises:
        NotYours: its learner made an account in another tab, or was forgotten.
    """
    if connection.execute(_OWNER, {"id": shown.id}).scalar() != shown.learner:
        raise NotYours(ANOTHERS)


def attempts_of_set(connection: Connection, set_id: str) -> list[StoredAttempt]:
    """The attempts of a set so far, by position."""
    query = _STAGES.where(t.attempt.c.set_id == set_id).order_by(t.attempt.c.position)
    return [_stored(row) for row in connection.execute(query)]


_SLOT = select(t.slot.c.case_id, t.slot.c.guidance, t.slot.c.aided).where(
    t.slot.c.set_id == bindparam("set"), t.slot.c.position == bindparam("position")
)


def not_yet_shown(
    connection: Connection, practice: PracticeSet, position: int, at: datetime
) -> Shown | None:
    """The case at ``position`` as it would be shown now, without an id; None past the end."""
    row = connection.execute(_SLOT, {"set": practice.id, "position": position}).first()
    if row is None:
        return None
    ref = CaseRef(practice.pack, practice.exercise, practice.version, practice.fingerprint, row[0])
    guidance, aided = Guidance(row.guidance), row.aided
    return Shown("", practice.learner, practice.id, ref, position, guidance, aided, at)


def attempts_of_learner(connection: Connection, learner: str) -> list[StoredAttempt]:
    """All that a learner has been shown, oldest first."""
    query = _STAGES.where(t.attempt.c.learner_id == learner).order_by(
        t.attempt.c.at, t.attempt.c.position
    )
    return [_stored(row) for row in connection.execute(query)]


def _stored(row: Row[tuple[object, ...]]) -> StoredAttempt:
    return StoredAttempt(_stage(row), set_of_row(row, row.set_id, row.set_at))


def _stage(row: Row[tuple[object, ...]]) -> Stage:
    ref = CaseRef(row.pack, row.exercise, row.version, row.fingerprint, row.case_id)
    shown = Shown(
        row.attempt_id,
        row.learner_id,
        row.set_id,
        ref,
        row.position,
        Guidance(row.guidance),
        row.aided,
        row.shown_at,
    )
    if row.committed_at is None:
        return shown
    given = Judgment(row.initial, row.certainty, tuple(row.drivers), row.reason)
    committed = commit(shown, given, row.committed_at)
    if row.revealed_at is None:
        if row.closed_at is None:
            return committed
        return close_unaided(committed, _truth(row), row.threshold, row.closed_at)
    revealed = reveal(committed, row.algorithm, row.threshold, row.revealed_at)
    if row.decided_at is None:
        return revealed
    final = Decision(row.final, Advice(row.advice), row.suspected)
    decided = decide(revealed, final, row.decided_at)
    return decided if row.closed_at is None else close(decided, _truth(row), row.closed_at)


def _truth(row: Row[tuple[object, ...]]) -> Truth:
    return Truth(
        row.present,
        row.chart_risk,
        row.scored,
        None if row.acting is None else tuple(row.acting),
        tuple(row.touched),
    )
