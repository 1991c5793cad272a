"""Accounts that an administrator has disabled."""

import sqlalchemy as sa
from alembic import op

from tutor.store.tables import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: no account is disabled."""
    op.add_column("account", sa.Column("disabled_at", UtcDateTime()))
