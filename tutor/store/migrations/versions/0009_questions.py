"""Questions, announcements, edited and deleted comments, and e-mails to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(40)
MOMENT = sa.DateTime(timezone=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Forward. Comments that exist belong to no question; none has been edited or deleted."""
    _questions()
    _comments()
    _announcements()
    _letters()


def _questions() -> None:
    op.create_table(
        "question",
        sa.Column("id", ID, nullable=False),
        sa.Column("classroom_id", ID, nullable=False),
        sa.Column("learner_id", ID, nullable=False),
        sa.Column("assignment_id", ID),
        sa.Column("attempt_id", ID),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("at", MOMENT, nullable=False),
        _refers("question", "classroom_id", "classroom.id"),
        _refers("question", "learner_id", "learner.id"),
        _refers("question", "assignment_id", "assignment.id"),
        _refers("question", "attempt_id", "attempt.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index("ix_question_classroom", "question", ["classroom_id", "answered_at"])
    op.create_index("ix_question_learner", "question", ["learner_id"])


def _comments() -> None:
    with op.batch_alter_table("comment") as batch:
        batch.alter_column("assignment_id", existing_type=ID, nullable=True)
        batch.add_column(sa.Column("question_id", ID))
        batch.add_column(sa.Column("edited_at", MOMENT))
        batch.add_column(sa.Column("deleted_at", MOMENT))
        batch.add_column(sa.Column("former", sa.Text()))
        batch.create_foreign_key(
            op.f("fk_comment_question_id"), "question", ["question_id"], ["id"]
        )
    op.create_index("ix_comment_learner", "comment", ["learner_id"])
    op.create_index("ix_comment_question", "comment", ["question_id"])


def _announcements() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", ID, nullable=False),
        sa.Column("classroom_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", MOMENT),
        sa.Column("at", MOMENT, nullable=False),
        _refers("announcement", "classroom_id", "classroom.id"),
        _refers("announcement", "author_id", "learner.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index("ix_announcement_classroom", "announcement", ["classroom_id", "at"])
    op.create_table(
        "announcement_read",
        sa.Column("announcement_id", ID, nullable=False),
        sa.Column("learner_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _refers("announcement_read", "announcement_id", "announcement.id"),
        _refers("announcement_read", "learner_id", "learner.id"),
        sa.PrimaryKeyConstraint("announcement_id", "learner_id", name=op.f("pk_announcement_read")),
    )


def _letters() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("learner_id", ID, nullable=False),
        sa.Column("classroom_id", ID),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_until", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("failed_at", MOMENT),
        sa.Column("error", sa.String(200), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('reply', 'digest')", name=op.f("ck_outbox_letter_kinds")),
        _refers("outbox", "learner_id", "learner.id"),
        _refers("outbox", "classroom_id", "classroom.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["sent_at", "failed_at", "not_before"])
    op.create_index("ix_outbox_learner", "outbox", ["learner_id"])
    op.create_table(
        "mail_opt_out",
        sa.Column("learner_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _refers("mail_opt_out", "learner_id", "learner.id"),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_mail_opt_out")),
    )
