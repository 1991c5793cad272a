"""Who is on a class's list, and whether only they may join."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. A learner who has joined and has no identifier counts as joined by themselves."""
    for table, column in (("classroom", "list_only"), ("membership", "listed")):
        op.add_column(
            table, sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.execute(
        "UPDATE membership SET listed = true WHERE NOT claimed OR role <> 'learner' "
        "OR email <> '' OR number <> '' OR login <> ''"
    )
