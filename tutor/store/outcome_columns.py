"""The counted encounters of an assignment as columns, for reports over many thousand rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)

from tutor.store import class_tables as c
from tutor.store.engine import SQLITE

PORTION, WIDTH = 1_000, 9


@dataclass(frozen=True)
class OutcomeKind:
    """What many encounters have in common: the patient, the guidance and the failures.

    ``acting`` holds the failures that acted, None where that is not known; ``touched`` those that
    could.
    """

    pack: str
    exercise: str
    fingerprint: str
    case: str
    guidance: str
    suspected: str | None
    present: bool
    scored: bool
    acting: tuple[str, ...] | None
    touched: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeColumns:
    """Columns of one length, in no particular order; ``kind`` numbers ``kinds``."""

    kinds: tuple[OutcomeKind, ...]
    kind: Sequence[int]
    attempt: Sequence[str]
    learner: Sequence[str]
    threshold: Sequence[float]
    initial: Sequence[float]
    certainty: Sequence[int]
    algorithm: Sequence[float | None]
    final: Sequence[float | None]
    chart_risk: Sequence[float | None]


def outcome_columns(connection: Connection, assignment: str, round_: int) -> OutcomeColumns:
    """One round of an assignment, whoever played it."""
    o = c.outcome.c
    sqlite = connection.dialect.name == SQLITE
    query = select(
        _kind(sqlite),
        o.attempt_id,
        o.learner_id,
        o.threshold,
        o.initial,
        o.certainty,
        o.algorithm,
        o.final,
        o.chart_risk,
    ).where(_of(assignment, sqlite), o.round == round_)
    # The driver's own rows: nothing in them is to be converted. They come in portions, as many
    # thousand at once would have the collector look through them again and again.
    result = connection.execute(query)
    columns: list[list[Any]] = [[] for _ in range(WIDTH)]
    texts, *others = columns
    while result.cursor and (rows := result.cursor.fetchmany(PORTION)):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    result.close()
    known: dict[str, int] = {}
    kind = [known.setdefault(text, len(known)) for text in texts]
    return OutcomeColumns(tuple(map(_read, known)), kind, *others)


def _of(assignment: str, sqlite: bool) -> ColumnElement[bool]:
    """The rows of an assignment, read in the order in which they lie on the disk.

    PostgreSQL does so by itself. SQLite would follow the index, which goes by learner, and read
    most pages many times over.
    """
    chosen = c.outcome.c.assignment_id == assignment
    if not sqlite:
        return chosen
    row: ColumnElement[int] = literal_column("rowid")
    inner = (
        select(row)
        .select_from(c.outcome.alias())
        .where(literal_column("assignment_id") == assignment)
    )
    return literal_column("outcome.rowid").in_(inner)


def _kind(sqlite: bool) -> ColumnElement[str]:
    """The columns of an encounter's kind as one JSON text: few texts differ, each is read once."""
    o = c.outcome.c
    array = func.json_array if sqlite else func.json_build_array
    return cast(
        array(
            o.pack,
            o.exercise,
            o.fingerprint,
            o.case_id,
            o.guidance,
            o.suspected,
            type_coerce(o.present, Integer),
            type_coerce(o.scored, Integer),
            cast(o.acting, Text),
            cast(o.touched, Text),
        ),
        Text,
    )


def _read(text: str) -> OutcomeKind:
    pack, exercise, fingerprint, case, guidance, suspected, *rest = json.loads(text)
    present, scored, acting, touched = rest
    return OutcomeKind(
        pack,
        exercise,
        fingerprint,
        case,
        guidance,
        suspected,
        bool(present),
        bool(scored),
        None if acting is None else tuple(json.loads(acting)),
        tuple(json.loads(touched)),
    )
