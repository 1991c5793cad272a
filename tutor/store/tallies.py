"""Counted work summed up for grades: by assignment and learner, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from tutor.core.grade_rules import LateCase, Tally
from tutor.core.verdicts import CBM_RIGHT, CBM_WRONG
from tutor.store import class_tables as c

Cell = tuple[str, str]
COUNTED = 1


def _mark() -> ColumnElement[Any]:
    """The certainty-based mark of an outcome's first answer, as ``core.verdicts`` has it."""
    o = c.outcome.c
    sound = case((o.chart_risk.is_(None), o.present), else_=o.chart_risk >= o.threshold)
    right = (o.initial >= o.threshold) == sound
    return case(
        (right, case(CBM_RIGHT, value=o.certainty)), else_=case(CBM_WRONG, value=o.certainty)
    )


def _of(assignments: Collection[str], learners: Collection[str] | None) -> ColumnElement[bool]:
    o = c.outcome.c
    mine = and_(o.assignment_id.in_(assignments), o.round == COUNTED)
    return mine if learners is None else and_(mine, o.learner_id.in_(learners))


def tallies(
    connection: Connection, assignments: Collection[str], learners: Collection[str] | None = None
) -> dict[Cell, Tally]:
    """Counted work by (assignment, learner), of everybody or of ``learners``; none is left out."""
    o = c.outcome.c
    rows = connection.execute(
        select(
            o.assignment_id,
            o.learner_id,
            func.count().label("closed"),
            func.sum(case((o.scored, 1), else_=0)).label("scored"),
            func.sum(case((o.scored, _mark()), else_=0)).label("marks"),
            func.max(o.at).label("last_at"),
        )
        .where(_of(assignments, learners))
        .group_by(o.assignment_id, o.learner_id)
    )
    return {
        (work, learner): Tally(closed, int(scored), int(marks), last_at)
        for work, learner, closed, scored, marks, last_at in rows
    }


def late_cases(
    connection: Connection,
    after: Mapping[str, datetime],
    learners: Collection[str] | None = None,
) -> dict[Cell, list[LateCase]]:
    """What was closed after a moment of each assignment, by (assignment, learner)."""
    if not after:
        return {}
    o = c.outcome.c
    late = or_(*(and_(o.assignment_id == work, o.at > moment) for work, moment in after.items()))
    rows = connection.execute(
        select(o.assignment_id, o.learner_id, o.scored, o.at, _mark().label("mark")).where(
            _of(list(after), learners), late
        )
    )
    found: dict[Cell, list[LateCase]] = {}
    for row in rows:
        one = LateCase(row.mark, row.scored, row.at)
        found.setdefault((row.assignment_id, row.learner_id), []).append(one)
    return found
