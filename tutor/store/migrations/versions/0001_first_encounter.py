"""The first encounter: learners, sets, and one table per stage.

Two foreign keys were renamed later: two of a name are one too many for PostgreSQL, on which this
had never run. SQLite does not look at their names.
"""

import sqlalchemy as sa
from alembic import op

from tutor.store import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "learner",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
    )
    op.create_table(
        "practice_set",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("exercise", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_practice_set_learner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_set")),
    )
    op.create_index(
        "ix_practice_set_learner", "practice_set", ["learner_id", "pack", "exercise"], unique=False
    )
    op.create_table(
        "slot",
        sa.Column("set_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("guidance", sa.String(length=10), nullable=False),
        sa.Column("aided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["practice_set.id"], name=op.f("fk_slot_set_id")),
        sa.PrimaryKeyConstraint("set_id", "position", name=op.f("pk_slot")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("set_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("aided", sa.Boolean(), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_attempt_learner_id")),
        sa.ForeignKeyConstraint(
            ["set_id", "position"], ["slot.set_id", "slot.position"], name=op.f("fk_attempt_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("id", "aided", name="uq_attempt_id_aided"),
        sa.UniqueConstraint("set_id", "position", name=op.f("uq_attempt_set_id")),
    )
    op.create_index("ix_attempt_learner", "attempt", ["learner_id"], unique=False)
    op.create_table(
        "commitment",
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("certainty", sa.Integer(), nullable=False),
        sa.Column("drivers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("certainty IN (1, 2, 3)", name=op.f("ck_commitment_certainty_levels")),
        sa.CheckConstraint(
            "probability >= 0 AND probability <= 1", name=op.f("ck_commitment_probability_range")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_commitment_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_commitment")),
    )
    op.create_table(
        "reveal",
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("aided", sa.Boolean(), nullable=False),
        sa.Column("algorithm", sa.Float(), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("aided", name=op.f("ck_reveal_only_aided")),
        sa.CheckConstraint(
            "algorithm >= 0 AND algorithm <= 1", name=op.f("ck_reveal_algorithm_range")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "aided"],
            ["attempt.id", "attempt.aided"],
            name=op.f("fk_reveal_attempt_id_aided"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["commitment.attempt_id"], name=op.f("fk_reveal_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_reveal")),
    )
    op.create_table(
        "decision",
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("advice", sa.String(length=10), nullable=False),
        sa.Column("suspected", sa.String(length=40), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "advice IN ('rely', 'adjust', 'override')", name=op.f("ck_decision_advice_kinds")
        ),
        sa.CheckConstraint(
            "probability >= 0 AND probability <= 1", name=op.f("ck_decision_probability_range")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["reveal.attempt_id"], name=op.f("fk_decision_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_decision")),
    )
    op.create_table(
        "closing",
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("aided", sa.Boolean(), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(aided AND decision_id IS NOT NULL AND decision_id = attempt_id)"
            " OR (NOT aided AND decision_id IS NULL)",
            name=op.f("ck_closing_decided_first"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "aided"],
            ["attempt.id", "attempt.aided"],
            name=op.f("fk_closing_attempt_id_aided"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["commitment.attempt_id"], name=op.f("fk_closing_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.attempt_id"], name=op.f("fk_closing_decision_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_closing")),
    )
