"""Patients for one assignment alone."""

import sqlalchemy as sa
from alembic import op

from tutor.store.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: no assignment has patients of its own yet."""
    op.add_column(
        "assignment", sa.Column("fresh", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("assignment_part", sa.Column("fresh", sa.String(64)))
    op.create_table(
        "fresh_preparation",
        sa.Column("assignment_id", sa.String(40), sa.ForeignKey("assignment.id"), primary_key=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
