"""The login by which a learning platform knows somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Of places that exist no login is known."""
    op.add_column(
        "membership", sa.Column("login", sa.String(200), server_default="", nullable=False)
    )
