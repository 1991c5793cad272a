"""The tables of learning platforms (LTI 1.3): registrations, keys, courses and people."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tutor.store.class_tables import ID
from tutor.store.tables import UtcDateTime, metadata, moment

# The LTI core specification bounds every id of a platform at 255 characters.
FOREIGN_ID = String(255)

lti_key = Table(
    "lti_key",
    metadata,
    Column("id", ID, primary_key=True),
    # A private key as PEM, encrypted with what the server's secret key derives.
    Column("pem", Text, nullable=False),
    moment(),
)

lti_platform = Table(
    "lti_platform",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("issuer", FOREIGN_ID, nullable=False),
    Column("client_id", FOREIGN_ID, nullable=False),
    Column("auth_url", Text, nullable=False),
    Column("token_url", Text, nullable=False),
    Column("jwks_url", Text, nullable=False),
    # Where its pages are, besides its issuer and the address that authenticates; commas between.
    Column("frames", Text, nullable=False, server_default=""),
    moment(),
    UniqueConstraint("issuer", "client_id"),
)

lti_deployment = Table(
    "lti_deployment",
    metadata,
    Column("platform_id", ID, ForeignKey("lti_platform.id"), primary_key=True),
    Column("deployment_id", FOREIGN_ID, primary_key=True),
    # Not allowed: somebody has come from it, and an administrator has not said yes.
    Column("allowed", Boolean, nullable=False),
    moment(),
)

# What a launch has used: whoever inserts a row first has used it, and nobody after them.
lti_nonce = Table(
    "lti_nonce",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("expires", UtcDateTime, nullable=False),
    Index("ix_lti_nonce_expires", "expires"),
)

lti_course = Table(
    "lti_course",
    metadata,
    Column("id", ID, primary_key=True),
    Column("platform_id", ID, nullable=False),
    Column("deployment_id", FOREIGN_ID, nullable=False),
    Column("context_id", FOREIGN_ID, nullable=False),
    Column("classroom_id", ID, ForeignKey("classroom.id"), nullable=False),
    moment(),
    ForeignKeyConstraint(
        ["platform_id", "deployment_id"],
        ["lti_deployment.platform_id", "lti_deployment.deployment_id"],
        name="fk_lti_course_deployment",
    ),
    UniqueConstraint("platform_id", "deployment_id", "context_id"),
    Index("ix_lti_course_classroom", "classroom_id"),
)

lti_person = Table(
    "lti_person",
    metadata,
    Column("platform_id", ID, primary_key=True),
    Column("deployment_id", FOREIGN_ID, primary_key=True),
    Column("subject", FOREIGN_ID, primary_key=True),
    Column("learner_id", ID, ForeignKey("learner.id"), nullable=False),
    moment(),
    ForeignKeyConstraint(
        ["platform_id", "deployment_id"],
        ["lti_deployment.platform_id", "lti_deployment.deployment_id"],
        name="fk_lti_person_deployment",
    ),
    Index("ix_lti_person_learner", "learner_id"),
)
