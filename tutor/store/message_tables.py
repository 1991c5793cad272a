"""The tables of questions, announcements, and the e-mails that tell of them."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from tutor.store.class_tables import ID
from tutor.store.tables import UtcDateTime, metadata, moment

# What is asked and answered are comments (`class_tables.comment`) that refer to the question.
question = Table(
    "question",
    metadata,
    Column("id", ID, primary_key=True),
    Column("classroom_id", ID, ForeignKey("classroom.id"), nullable=False),
    Column("learner_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("assignment_id", ID, ForeignKey("assignment.id")),
    Column("attempt_id", ID, ForeignKey("attempt.id")),
    # Since when it has been waiting for an answer: reopened, it waits anew.
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    moment(),
    Index("ix_question_classroom", "classroom_id", "answered_at"),
    Index("ix_question_learner", "learner_id"),
)

announcement = Table(
    "announcement",
    metadata,
    Column("id", ID, primary_key=True),
    Column("classroom_id", ID, ForeignKey("classroom.id"), nullable=False),
    Column("author_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("edited_at", UtcDateTime),
    moment(),
    Index("ix_announcement_classroom", "classroom_id", "at"),
)

announcement_read = Table(
    "announcement_read",
    metadata,
    Column("announcement_id", ID, ForeignKey("announcement.id"), primary_key=True),
    Column("learner_id", ID, ForeignKey("learner.id"), primary_key=True),
    moment(),
)

# An e-mail to be sent, without text or address: both are looked up when it is sent. The key says
# what it tells of, so nothing is told twice.
outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("learner_id", ID, ForeignKey("learner.id"), nullable=False),
    Column("classroom_id", ID, ForeignKey("classroom.id")),
    Column("path", String(200), nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("claimed_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("error", String(200), nullable=False, server_default=""),
    moment(),
    CheckConstraint("kind IN ('reply', 'digest')", name="letter_kinds"),
    Index("ix_outbox_due", "sent_at", "failed_at", "not_before"),
    Index("ix_outbox_learner", "learner_id"),
)

mail_opt_out = Table(
    "mail_opt_out",
    metadata,
    Column("learner_id", ID, ForeignKey("learner.id"), primary_key=True),
    moment(),
)
