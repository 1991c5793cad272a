"""Reasons that staff hide before they project them; reflections on the question of ethics."""

import sqlalchemy as sa
from alembic import op

from tutor.store.tables import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nothing is hidden, and nobody has reflected yet."""
    op.create_table(
        "hidden_reason",
        sa.Column("attempt_id", sa.String(40), sa.ForeignKey("attempt.id"), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "reflection",
        sa.Column("set_id", sa.String(40), sa.ForeignKey("practice_set.id"), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
