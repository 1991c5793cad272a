"""Learning platforms: registrations, our keys, used nonces, courses and people."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tutor.store.tables import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID, FOREIGN_ID = sa.String(40), sa.String(255)


def upgrade() -> None:
    """Forward: no platform is registered."""
    op.create_table(
        "lti_key",
        sa.Column("id", ID, primary_key=True),
        sa.Column("pem", sa.Text(), nullable=False),
        _moment(),
    )
    op.create_table(
        "lti_platform",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("issuer", FOREIGN_ID, nullable=False),
        sa.Column("client_id", FOREIGN_ID, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _ADDRESSES),
        sa.Column("frames", sa.Text(), nullable=False, server_default=""),
        _moment(),
        sa.UniqueConstraint("issuer", "client_id"),
    )
    op.create_table(
        "lti_deployment",
        sa.Column("platform_id", ID, sa.ForeignKey("lti_platform.id"), primary_key=True),
        sa.Column("deployment_id", FOREIGN_ID, primary_key=True),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        _moment(),
    )
    op.create_table(
        "lti_nonce",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("expires", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_lti_nonce_expires", "lti_nonce", ["expires"])
    op.create_table(
        "lti_course",
        sa.Column("id", ID, primary_key=True),
        sa.Column("platform_id", ID, nullable=False),
        sa.Column("deployment_id", FOREIGN_ID, nullable=False),
        sa.Column("context_id", FOREIGN_ID, nullable=False),
        sa.Column("classroom_id", ID, sa.ForeignKey("classroom.id"), nullable=False),
        _moment(),
        _deployment("course"),
        sa.UniqueConstraint("platform_id", "deployment_id", "context_id"),
    )
    op.create_index("ix_lti_course_classroom", "lti_course", ["classroom_id"])
    op.create_table(
        "lti_person",
        sa.Column("platform_id", ID, primary_key=True),
        sa.Column("deployment_id", FOREIGN_ID, primary_key=True),
        sa.Column("subject", FOREIGN_ID, primary_key=True),
        sa.Column("learner_id", ID, sa.ForeignKey("learner.id"), nullable=False),
        _moment(),
        _deployment("person"),
    )
    op.create_index("ix_lti_person_learner", "lti_person", ["learner_id"])


_ADDRESSES = ("auth_url", "token_url", "jwks_url")


def _moment() -> sa.Column[Any]:
    return sa.Column("at", UtcDateTime(), nullable=False)


def _deployment(of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["platform_id", "deployment_id"],
        ["lti_deployment.platform_id", "lti_deployment.deployment_id"],
        name=f"fk_lti_{of}_deployment",
    )
