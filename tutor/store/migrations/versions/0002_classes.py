"""Classes: accounts, classes, assignments, comments, grades; one row for each closed encounter."""

import sqlalchemy as sa
from alembic import op

from tutor.store import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CLOSED_SO_FAR = """
    INSERT INTO outcome (attempt_id, set_id, learner_id, pack, exercise, fingerprint, case_id,
        guidance, threshold, initial, certainty, algorithm, final, advice, suspected, present,
        touched, verdict, at)
    SELECT a.id, a.set_id, a.learner_id, p.pack, p.exercise, p.fingerprint, s.case_id,
        s.guidance, p.threshold, c.probability, c.certainty, r.algorithm, d.probability,
        d.advice, d.suspected, e.present, e.touched, e.verdict, e.at
    FROM closing e
    JOIN attempt a ON a.id = e.attempt_id
    JOIN practice_set p ON p.id = a.set_id
    JOIN slot s ON s.set_id = a.set_id AND s.position = a.position
    JOIN commitment c ON c.attempt_id = a.id
    LEFT JOIN reveal r ON r.attempt_id = a.id
    LEFT JOIN decision d ON d.attempt_id = a.id
"""


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "classroom",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("join_code", sa.String(length=20), nullable=True),
        sa.Column("join_open", sa.Boolean(), nullable=False),
        sa.Column("hide_names", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archived_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classroom")),
        sa.UniqueConstraint("join_code", name=op.f("uq_classroom_join_code")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "account",
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('learner', 'instructor', 'administrator')", name=op.f("ck_account_roles")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_account_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("classroom_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("guidance", sa.String(length=10), nullable=False),
        sa.Column("unaided_share", sa.Float(), nullable=False),
        sa.Column("same_cases", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("reasons_required", sa.Boolean(), nullable=False),
        sa.Column("outcomes", sa.String(length=10), nullable=False),
        sa.Column("opens", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("grace_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("grading", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("published_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "grading IN ('completion', 'certainty', 'rubric')",
            name=op.f("ck_assignment_grading_kinds"),
        ),
        sa.CheckConstraint(
            "guidance IN ('flagged', 'listed', 'after')", name=op.f("ck_assignment_guidance_kinds")
        ),
        sa.CheckConstraint(
            "outcomes IN ('each', 'end', 'due')", name=op.f("ck_assignment_outcome_times")
        ),
        sa.CheckConstraint(
            "unaided_share >= 0 AND unaided_share <= 0.5", name=op.f("ck_assignment_unaided_range")
        ),
        sa.ForeignKeyConstraint(
            ["classroom_id"], ["classroom.id"], name=op.f("fk_assignment_classroom_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_classroom", "assignment", ["classroom_id"], unique=False)
    op.create_table(
        "class_group",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("classroom_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["classroom_id"], ["classroom.id"], name=op.f("fk_class_group_classroom_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_group")),
        sa.UniqueConstraint("classroom_id", "name", name=op.f("uq_class_group_classroom_id")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=True),
        sa.Column("expires", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_one_time_link_learner_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )
    op.create_table(
        "saved_comment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["learner.id"], name=op.f("fk_saved_comment_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_comment")),
    )
    op.create_index("ix_saved_comment_author", "saved_comment", ["author_id"], unique=False)
    op.create_table(
        "assignment_override",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("assignment_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=True),
        sa.Column("group_id", sa.String(length=40), nullable=True),
        sa.Column("opens", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("grace_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(learner_id IS NULL) <> (group_id IS NULL)",
            name=op.f("ck_assignment_override_one_target"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_override_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["class_group.id"], name=op.f("fk_assignment_override_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_assignment_override_learner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_override")),
        sa.UniqueConstraint("assignment_id", "group_id", name="uq_override_group"),
        sa.UniqueConstraint("assignment_id", "learner_id", name="uq_override_learner"),
    )
    op.create_table(
        "assignment_part",
        sa.Column("assignment_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("exercise", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_part_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", "position", name=op.f("pk_assignment_part")),
    )
    op.create_table(
        "grade",
        sa.Column("assignment_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_grade_assignment_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["learner.id"], name=op.f("fk_grade_author_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_grade_learner_id")),
        sa.PrimaryKeyConstraint("assignment_id", "learner_id", name=op.f("pk_grade")),
    )
    op.create_table(
        "membership",
        sa.Column("classroom_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), server_default="", nullable=False),
        sa.Column("number", sa.String(length=60), server_default="", nullable=False),
        sa.Column("claimed", sa.Boolean(), nullable=False),
        sa.Column("left_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('learner', 'assistant', 'instructor')", name=op.f("ck_membership_class_roles")
        ),
        sa.ForeignKeyConstraint(
            ["classroom_id"], ["classroom.id"], name=op.f("fk_membership_classroom_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["class_group.id"], name=op.f("fk_membership_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_membership_learner_id")
        ),
        sa.PrimaryKeyConstraint("classroom_id", "learner_id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_learner", "membership", ["learner_id"], unique=False)
    op.create_table(
        "assistant_group",
        sa.Column("classroom_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("group_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["classroom_id", "learner_id"],
            ["membership.classroom_id", "membership.learner_id"],
            name=op.f("fk_assistant_group_classroom_id"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["class_group.id"], name=op.f("fk_assistant_group_group_id")
        ),
        sa.PrimaryKeyConstraint(
            "classroom_id", "learner_id", "group_id", name=op.f("pk_assistant_group")
        ),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("assignment_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.String(length=40), nullable=True),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_comment_assignment_id")
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_comment_attempt_id")),
        sa.ForeignKeyConstraint(["author_id"], ["learner.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_comment_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(
        "ix_comment_thread", "comment", ["assignment_id", "learner_id", "at"], unique=False
    )
    op.create_table(
        "outcome",
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("set_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("assignment_id", sa.String(length=40), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("exercise", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("guidance", sa.String(length=10), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("initial", sa.Float(), nullable=False),
        sa.Column("certainty", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.Float(), nullable=True),
        sa.Column("final", sa.Float(), nullable=True),
        sa.Column("advice", sa.String(length=10), nullable=True),
        sa.Column("suspected", sa.String(length=40), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_outcome_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["closing.attempt_id"], name=op.f("fk_outcome_attempt_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_outcome_learner_id")),
        sa.ForeignKeyConstraint(["set_id"], ["practice_set.id"], name=op.f("fk_outcome_set_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_outcome")),
    )
    op.create_index(
        "ix_outcome_assignment", "outcome", ["assignment_id", "learner_id"], unique=False
    )
    op.create_index("ix_outcome_learner", "outcome", ["learner_id", "at"], unique=False)
    op.create_index("ix_outcome_set", "outcome", ["set_id"], unique=False)
    op.add_column(
        "learner", sa.Column("name", sa.String(length=200), server_default="", nullable=False)
    )
    # SQLite adds no constraint to a table that exists, but takes one with a new column.
    op.execute(
        "ALTER TABLE practice_set ADD COLUMN assignment_id VARCHAR(40)"
        " CONSTRAINT fk_practice_set_assignment_id REFERENCES assignment (id)"
    )
    op.add_column("practice_set", sa.Column("part", sa.Integer(), nullable=True))
    op.add_column("practice_set", sa.Column("round", sa.Integer(), nullable=True))
    op.create_index(
        "uq_practice_set_round",
        "practice_set",
        ["assignment_id", "part", "learner_id", "round"],
        unique=True,
    )
    op.execute(CLOSED_SO_FAR)
