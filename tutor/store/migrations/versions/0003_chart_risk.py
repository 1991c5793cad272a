"""The chart's own risk, the failure modes that acted, and whether a case is scored."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Rows that exist keep their verdict; they have neither risk nor acting modes."""
    for table in ("closing", "outcome"):
        op.add_column(table, sa.Column("chart_risk", sa.Float(), nullable=True))
        op.add_column(table, sa.Column("acting", sa.JSON(), nullable=True))
        op.add_column(
            table, sa.Column("scored", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
