"""Changes to the people of a class, kept for a while so that they can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "class_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("classroom_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["learner.id"], name="fk_class_change_author_id"),
        sa.ForeignKeyConstraint(
            ["classroom_id"], ["classroom.id"], name="fk_class_change_classroom_id"
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["learner.id"], name="fk_class_change_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_class_change"),
    )
    op.create_index("ix_class_change_classroom", "class_change", ["classroom_id", "at"])
    op.create_table(
        "class_change_place",
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("learner_id", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["class_change.id"], name="fk_class_change_place_change_id"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name="fk_class_change_place_learner_id"
        ),
        sa.PrimaryKeyConstraint("change_id", "learner_id", name="pk_class_change_place"),
    )
    op.create_index("ix_class_change_place_learner", "class_change_place", ["learner_id"])
