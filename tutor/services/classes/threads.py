"""What is asked and answered about one thing: a class, an assignment, or one patient of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutor.errors import BadInput
from tutor.services.mail.outbox import Outbox
from tutor.store import comments as comment_store
from tutor.store import questions as store
from tutor.store.comments import Comment
from tutor.store.connection import Connection
from tutor.store.questions import Question

# What one person writes in a day, as a learner and as staff; and what one question may hold.
MOST_OF_LEARNER, MOST_OF_STAFF, MOST_IN_QUESTION = 100, 1_000, 200
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Thread:
    """Whose it is and what about; None where it is about no assignment or no patient of it."""

    classroom: str
    learner: str
    assignment: str | None
    attempt: str | None


def thread_of(question: Question) -> Thread:
    """What a question is about."""
    return Thread(question.classroom, question.learner, question.assignment, question.attempt)


def new_question(connection: Connection, about: Thread, text: str, at: datetime) -> Question:
    """Ask something new; the question waits from now on."""
    made = Question(
        secrets.token_urlsafe(12),
        about.classroom,
        about.learner,
        about.assignment,
        about.attempt,
        at,
        None,
        at,
    )
    store.add_question(connection, made)
    add_comment(connection, about, made.id, about.learner, text, at)
    return made


def add_question(connection: Connection, about: Thread, text: str, at: datetime) -> None:
    """What a learner says on their own work: in their newest question about it, or a new one."""
    latest = store.latest_about(connection, about.learner, about.assignment or "", about.attempt)
    if latest is None:
        new_question(connection, about, text, at)
    else:
        add_follow_up(connection, latest, text, at)


def add_follow_up(connection: Connection, question: Question, text: str, at: datetime) -> None:
    """The learner says more: an answered question waits anew."""
    add_comment(connection, thread_of(question), question.id, question.learner, text, at)
    store.reopen(connection, question.id, at)


def add_answer(
    connection: Connection, outbox: Outbox, about: Thread, author: str, text: str, at: datetime
) -> None:
    """What is said to a learner on their work; it answers their question about it, if one waits."""
    latest = store.latest_about(connection, about.learner, about.assignment or "", about.attempt)
    if latest is None or latest.answered_at is not None:
        add_comment(connection, about, None, author, text, at)
    else:
        add_reply(connection, outbox, latest, author, text, at)


def add_reply(
    connection: Connection,
    outbox: Outbox,
    question: Question,
    author: str,
    text: str,
    at: datetime,
) -> None:
    """Answer a question; its learner gets an e-mail where they can."""
    reply = add_comment(connection, thread_of(question), question.id, author, text, at)
    store.settle(connection, question.id, at)
    outbox.post_reply(connection, question, reply, at)


def add_comment(
    connection: Connection,
    about: Thread,
    question: str | None,
    author: str,
    text: str,
    at: datetime,
) -> str:
    """Store a comment; its id.

    Raises:
        BadInput: the author has written too much in a day, or the question is full.
    """
    most = MOST_OF_LEARNER if author == about.learner else MOST_OF_STAFF
    if comment_store.count_by(connection, author, at - _DAY) >= most:
        raise BadInput("text", f"You wrote {most:,} messages in a day. Write on tomorrow.")
    if question and comment_store.count_in(connection, question) >= MOST_IN_QUESTION:
        raise BadInput(
            "text", f"This question has {MOST_IN_QUESTION} messages. Go on in a new question."
        )
    made = Comment(
        secrets.token_urlsafe(12),
        about.assignment,
        about.learner,
        about.attempt,
        author,
        "",
        text,
        None,
        at,
        question,
    )
    comment_store.add_comment(connection, made)
    return made.id
