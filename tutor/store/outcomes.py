"""Closed encounters, one row each: what reports and exports read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tutor.core.attempt import Closed, Decided
from tutor.core.scoring import Outcome
from tutor.store import class_tables as c
from tutor.store.encounters import PracticeSet, committed_of, shown_of

# How the id begins under which the encounters of somebody forgotten are kept.
GHOST = "x_"


@dataclass(frozen=True)
class Closing:
    """A closed encounter as reports read it; fields as in :class:`tutor.core.scoring.Outcome`."""

    attempt: str
    set_id: str
    learner: str
    assignment: str | None
    part: int | None
    round: int | None
    exercise: str
    fingerprint: str
    case: str
    guidance: str
    outcome: Outcome
    certainty: int
    advice: str | None
    suspected: str | None
    touched: tuple[str, ...]
    verdict: str
    at: datetime


def add_outcome(
    connection: Connection,
    practice: PracticeSet,
    closed: Closed,
    touched: Iterable[str],
    verdict: str,
) -> None:
    """Store what a closed encounter came to, beside its closing."""
    shown, given = shown_of(closed), committed_of(closed).judgment
    decided = closed.judged if isinstance(closed.judged, Decided) else None
    connection.execute(
        insert(c.outcome),
        {
            "attempt_id": shown.id,
            "set_id": practice.id,
            "learner_id": practice.learner,
            "assignment_id": practice.assignment,
            "part": practice.part,
            "round": practice.round,
            "pack": practice.pack,
            "exercise": practice.exercise,
            "fingerprint": practice.fingerprint,
            "case_id": shown.ref.case,
            "guidance": shown.guidance.value,
            "threshold": practice.threshold,
            "initial": given.probability,
            "certainty": given.certainty,
            "algorithm": decided.revealed.algorithm if decided else None,
            "final": decided.decision.probability if decided else None,
            "advice": decided.decision.advice.value if decided else None,
            "suspected": decided.decision.suspected if decided else None,
            "present": closed.present,
            "touched": list(touched),
            "verdict": verdict,
            "at": closed.at,
        },
    )


def closings_of(
    connection: Connection, learner: str | None = None, assignment: str | None = None
) -> Iterator[Closing]:
    """Closed encounters of a learner, of an assignment, or of both; oldest first, as a stream."""
    query = select(c.outcome).order_by(c.outcome.c.at)
    if learner is not None:
        query = query.where(c.outcome.c.learner_id == learner)
    if assignment is not None:
        query = query.where(c.outcome.c.assignment_id == assignment)
    for row in connection.execution_options(yield_per=2_000).execute(query):
        yield closing(row)


def closings_of_class(connection: Connection, classroom: str) -> Iterator[tuple[Closing, str, str]]:
    """A class's closed encounters as a stream, with the assignment's title and the group's name.

    Those of learners who were forgotten are among them, in no group.
    """
    place = c.membership.alias("place")
    query = (
        select(c.outcome, c.assignment.c.title, c.class_group.c.name.label("group_name"))
        .join(c.assignment, c.assignment.c.id == c.outcome.c.assignment_id)
        .outerjoin(
            place,
            (place.c.classroom_id == c.assignment.c.classroom_id)
            & (place.c.learner_id == c.outcome.c.learner_id),
        )
        .outerjoin(c.class_group, c.class_group.c.id == place.c.group_id)
        .where(
            c.assignment.c.classroom_id == classroom,
            (place.c.role == "learner") | c.outcome.c.learner_id.startswith(GHOST, autoescape=True),
        )
        .order_by(c.outcome.c.assignment_id, c.outcome.c.learner_id)
    )
    for row in connection.execution_options(yield_per=2_000).execute(query):
        yield closing(row), row.title, row.group_name or ""


def closing(row: Row[Any]) -> Closing:
    """A row of ``outcome``."""
    return Closing(
        row.attempt_id,
        row.set_id,
        row.learner_id,
        row.assignment_id,
        row.part,
        row.round,
        f"{row.pack}/{row.exercise}",
        row.fingerprint,
        row.case_id,
        row.guidance,
        Outcome(row.threshold, row.initial, row.algorithm, row.final, row.present),
        row.certainty,
        row.advice,
        row.suspected,
        tuple(row.touched),
        row.verdict,
        row.at,
    )
