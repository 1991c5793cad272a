"""Closed encounters, one row each: what reports and exports read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tutor.core.encounter import Closed
from tutor.core.verdicts import Outcome
from tutor.store import class_tables as c
from tutor.store import tables as t
from tutor.store.practice_sets import PracticeSet

# How the id begins under which the encounters of somebody forgotten are kept.
GHOST = "x_"


@dataclass(frozen=True)
class Closing:
    """A closed encounter as reports read it.

    ``acting`` are the failure modes that acted here. Of encounters stored before they were computed
    (their ``outcome.chart_risk`` is None) it holds what ``touched`` holds: the modes that could
    touch patients like this one.
    """

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
    acting: tuple[str, ...]
    touched: tuple[str, ...]
    verdict: str
    at: datetime


def add_closing(connection: Connection, practice: PracticeSet, closed: Closed) -> None:
    """Store what was true, and what the encounter came to; impossible without its decision."""
    truth = {
        "present": closed.outcome.present,
        "chart_risk": closed.outcome.chart_risk,
        "scored": closed.outcome.scored,
        "acting": None if closed.acting is None else list(closed.acting),
        "touched": list(closed.touched),
        "verdict": closed.outcome.verdict.value,
        "at": closed.at,
    }
    shown = closed.shown
    stage = {
        "attempt_id": shown.id,
        "aided": shown.aided,
        "decision_id": None if closed.decision is None else shown.id,
    }
    connection.execute(insert(t.closing), stage | truth)
    connection.execute(insert(c.outcome), _answers(practice, closed) | truth)


def _answers(practice: PracticeSet, closed: Closed) -> dict[str, object]:
    """Whose encounter it is, with what, and what was answered."""
    shown, given, final = closed.shown, closed.commitment.judgment, closed.decision
    return {
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
        "algorithm": closed.outcome.advice,
        "final": closed.outcome.final,
        "advice": None if final is None else final.advice.value,
        "suspected": None if final is None else final.suspected,
    }


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
        Outcome(
            row.threshold,
            row.initial,
            row.algorithm,
            row.final,
            row.present,
            row.chart_risk,
            row.scored,
        ),
        row.certainty,
        row.advice,
        row.suspected,
        tuple(row.touched if row.acting is None else row.acting),
        tuple(row.touched),
        row.verdict,
        row.at,
    )
