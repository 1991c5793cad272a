"""The tables. One per stage, each keyed by and referring to the stage before it.

The order of an encounter is law here too: a reveal cannot exist without its commitment, a
closing of an aided case not without its decision, and each exists at most once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    true,
)

REVISION = "0013"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: SQLite keeps no zone, and PostgreSQL answers in that of its session."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC, whatever the zone."""
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Answer in UTC."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment() -> Column[datetime]:
    """When the row was made; a column of every table."""
    return Column("at", UtcDateTime, nullable=False)


def _stage_of(parent: str) -> Column[Any]:
    return Column("attempt_id", String(40), ForeignKey(parent), primary_key=True)


def _percent(name: str) -> tuple[Column[Any], CheckConstraint]:
    """A probability column and the check that keeps it in 0..1."""
    return (
        Column(name, Float, nullable=False),
        CheckConstraint(f"{name} >= 0 AND {name} <= 1", name=f"{name}_range"),
    )


def truth_columns() -> tuple[Column[Any], ...]:
    """What revision 0003 added to a closing: both of its tables hold it.

    Rows from before have neither a chart's risk nor acting modes, and were all scored.
    """
    return (
        Column("chart_risk", Float),
        Column("acting", JSON(none_as_null=True)),
        Column("scored", Boolean, nullable=False, server_default=true()),
    )


learner = Table(
    "learner",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False, server_default=""),
    moment(),
)

practice_set = Table(
    "practice_set",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("learner_id", String(40), ForeignKey("learner.id"), nullable=False),
    Column("pack", String(40), nullable=False),
    Column("exercise", String(40), nullable=False),
    Column("version", String(20), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("title", String(300), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("assignment_id", String(40), ForeignKey("assignment.id")),
    Column("part", Integer),
    # The first round of an assignment's part counts; later rounds are practice.
    Column("round", Integer),
    moment(),
    Index("ix_practice_set_learner", "learner_id", "pack", "exercise"),
    Index("uq_practice_set_round", "assignment_id", "part", "learner_id", "round", unique=True),
)

slot = Table(
    "slot",
    metadata,
    Column("set_id", String(40), ForeignKey("practice_set.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("case_id", String(40), nullable=False),
    Column("guidance", String(10), nullable=False),
    Column("aided", Boolean, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("set_id", String(40), nullable=False),
    Column("position", Integer, nullable=False),
    Column("learner_id", String(40), ForeignKey("learner.id"), nullable=False),
    Column("aided", Boolean, nullable=False),
    moment(),
    ForeignKeyConstraint(["set_id", "position"], ["slot.set_id", "slot.position"]),
    UniqueConstraint("set_id", "position"),
    UniqueConstraint("id", "aided", name="uq_attempt_id_aided"),
    Index("ix_attempt_learner", "learner_id"),
)

commitment = Table(
    "commitment",
    metadata,
    _stage_of("attempt.id"),
    *_percent("probability"),
    Column("certainty", Integer, nullable=False),
    Column("drivers", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    moment(),
    CheckConstraint("certainty IN (1, 2, 3)", name="certainty_levels"),
)

reveal = Table(
    "reveal",
    metadata,
    _stage_of("commitment.attempt_id"),
    Column("aided", Boolean, nullable=False),
    *_percent("algorithm"),
    moment(),
    ForeignKeyConstraint(
        ["attempt_id", "aided"],
        ["attempt.id", "attempt.aided"],
        name="fk_reveal_attempt_id_aided",
    ),
    CheckConstraint("aided", name="only_aided"),
)

decision = Table(
    "decision",
    metadata,
    _stage_of("reveal.attempt_id"),
    *_percent("probability"),
    Column("advice", String(10), nullable=False),
    Column("suspected", String(40), nullable=False),
    moment(),
    CheckConstraint("advice IN ('rely', 'adjust', 'override')", name="advice_kinds"),
)

closing = Table(
    "closing",
    metadata,
    _stage_of("commitment.attempt_id"),
    Column("aided", Boolean, nullable=False),
    Column("decision_id", String(40), ForeignKey("decision.attempt_id")),
    Column("present", Boolean, nullable=False),
    Column("touched", JSON, nullable=False),
    Column("verdict", String(40), nullable=False),
    moment(),
    *truth_columns(),
    ForeignKeyConstraint(
        ["attempt_id", "aided"],
        ["attempt.id", "attempt.aided"],
        name="fk_closing_attempt_id_aided",
    ),
    CheckConstraint(
        "(aided AND decision_id IS NOT NULL AND decision_id = attempt_id)"
        " OR (NOT aided AND decision_id IS NULL)",
        name="decided_first",
    ),
)

kept_patient = Table(
    "kept_patient",
    metadata,
    _stage_of("closing.attempt_id"),
    moment(),
)
