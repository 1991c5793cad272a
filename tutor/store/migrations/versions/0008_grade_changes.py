"""Who changed which grade, excused learners, and what lateness takes off."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Each grade by hand becomes the first change of its own history."""
    op.add_column(
        "assignment", sa.Column("late_percent", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "grade", sa.Column("excused", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "grade_change",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("assignment_id", sa.String(40), nullable=False),
        sa.Column("learner_id", sa.String(40), nullable=False),
        sa.Column("author_id", sa.String(40), nullable=False),
        sa.Column("before_state", sa.String(20), nullable=False),
        sa.Column("before_points", sa.Float(), nullable=True),
        sa.Column("after_state", sa.String(20), nullable=False),
        sa.Column("after_points", sa.Float(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_grade_change_assignment_id"
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_grade_change_learner_id"),
        sa.ForeignKeyConstraint(["author_id"], ["learner.id"], name="fk_grade_change_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grade_change"),
    )
    op.create_index("ix_grade_change_cell", "grade_change", ["assignment_id", "learner_id", "at"])
    # An id of its own for each row: the two databases have no function for random text alike.
    op.execute(
        "INSERT INTO grade_change (id, assignment_id, learner_id, author_id, before_state,"
        " before_points, after_state, after_points, note, at)"
        " SELECT 'first-' || row_number() OVER (ORDER BY assignment_id, learner_id), assignment_id,"
        " learner_id, author_id, '', NULL, 'by hand', points, note, at FROM grade"
    )
