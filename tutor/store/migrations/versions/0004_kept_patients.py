"""The patients that learners keep to look at again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "kept_patient",
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["closing.attempt_id"], name="fk_kept_patient_attempt_id"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_kept_patient"),
    )
