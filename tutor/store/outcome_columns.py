"""The counted encounters of an assignment as columns, for reports over many thousand rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Integer, Text, cast, select, type_coerce

from tutor.store import class_tables as c


@dataclass(frozen=True)
class OutcomeColumns:
    """Columns of one length, in no particular order.

    ``acting`` and ``touched`` are JSON lists as text (``acting`` None where it is not known). Few
    of them differ, so whoever reads them decodes each text once. Truth values may be 0 and 1.
    """

    attempt: Sequence[str]
    learner: Sequence[str]
    pack: Sequence[str]
    exercise: Sequence[str]
    fingerprint: Sequence[str]
    case: Sequence[str]
    guidance: Sequence[str]
    threshold: Sequence[float]
    initial: Sequence[float]
    certainty: Sequence[int]
    algorithm: Sequence[float | None]
    final: Sequence[float | None]
    suspected: Sequence[str | None]
    present: Sequence[bool]
    chart_risk: Sequence[float | None]
    scored: Sequence[bool]
    acting: Sequence[str | None]
    touched: Sequence[str]


def outcome_columns(connection: Connection, assignment: str, round_: int) -> OutcomeColumns:
    """One round of an assignment, whoever played it."""
    o = c.outcome.c
    query = select(
        o.attempt_id,
        o.learner_id,
        o.pack,
        o.exercise,
        o.fingerprint,
        o.case_id,
        o.guidance,
        o.threshold,
        o.initial,
        o.certainty,
        o.algorithm,
        o.final,
        o.suspected,
        # As the database's driver gives them: to convert each of many rows takes half the time.
        type_coerce(o.present, Integer),
        o.chart_risk,
        type_coerce(o.scored, Integer),
        cast(o.acting, Text),
        cast(o.touched, Text),
    ).where(o.assignment_id == assignment, o.round == round_)
    # The driver's own rows: nothing in them is to be converted, and there are many.
    result = connection.execute(query)
    rows: Sequence[Any] = result.cursor.fetchall() if result.cursor else ()
    result.close()
    columns = list(zip(*rows, strict=True)) or [()] * len(fields(OutcomeColumns))
    return OutcomeColumns(*columns)
