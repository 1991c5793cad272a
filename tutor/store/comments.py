"""Comments on a learner's work, their answers, and each author's saved comments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from tutor.store import class_tables as c
from tutor.store import message_tables as q
from tutor.store import tables as t


@dataclass(frozen=True)
class Comment:
    """One comment on a learner's work, or on a question of theirs.

    It is on one encounter where ``attempt`` is, on the whole work otherwise. ``former`` is what it
    said when it was answered or graded, if it has been edited since.
    """

    id: str
    assignment: str | None
    learner: str
    attempt: str | None
    author: str
    author_name: str
    text: str
    seen_at: datetime | None
    at: datetime
    question: str | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    former: str | None = None


def add_comment(connection: Connection, made: Comment) -> None:
    """Store a comment."""
    connection.execute(
        insert(c.comment),
        {
            "id": made.id,
            "assignment_id": made.assignment,
            "learner_id": made.learner,
            "attempt_id": made.attempt,
            "question_id": made.question,
            "author_id": made.author,
            "text": made.text,
            "at": made.at,
        },
    )


def count_by(connection: Connection, author: str, since: datetime) -> int:
    """How many comments somebody has written after a moment."""
    m = c.comment.c
    return _count(connection, m.author_id == author, m.at > since)


def count_in(connection: Connection, question: str) -> int:
    """How many comments a question holds."""
    return _count(connection, c.comment.c.question_id == question)


def _count(connection: Connection, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(c.comment).where(*which)
    return int(connection.execute(query).scalar() or 0)


def comments_on(connection: Connection, assignment: str, learner: str) -> list[Comment]:
    """Everything said on a learner's work in an assignment, oldest first."""
    m = c.comment.c
    return _comments(connection, m.assignment_id == assignment, m.learner_id == learner)


def comments_of_question(connection: Connection, question: str) -> list[Comment]:
    """What was asked and answered, oldest first."""
    return _comments(connection, c.comment.c.question_id == question)


def find_comment(connection: Connection, id_: str) -> Comment | None:
    """A comment by its id, or None."""
    found = _comments(connection, c.comment.c.id == id_) if id_.isascii() else []
    return found[0] if found else None


def _comments(connection: Connection, *which: ColumnElement[bool]) -> list[Comment]:
    """Comments, oldest first. An author is called as their class calls them."""
    place = c.membership.alias("place")
    room = func.coalesce(q.question.c.classroom_id, c.assignment.c.classroom_id)
    rows = connection.execute(
        select(
            c.comment,
            func.coalesce(place.c.name, t.learner.c.name).label("author_name"),
        )
        .outerjoin(c.assignment, c.assignment.c.id == c.comment.c.assignment_id)
        .outerjoin(q.question, q.question.c.id == c.comment.c.question_id)
        .join(t.learner, t.learner.c.id == c.comment.c.author_id)
        .outerjoin(
            place,
            (place.c.classroom_id == room) & (place.c.learner_id == c.comment.c.author_id),
        )
        .where(*which)
        .order_by(c.comment.c.at, c.comment.c.id)
    )
    return [_comment(row) for row in rows]


def _comment(row: Row[Any]) -> Comment:
    return Comment(
        row.id,
        row.assignment_id,
        row.learner_id,
        row.attempt_id,
        row.author_id,
        row.author_name,
        row.text,
        row.seen_at,
        row.at,
        row.question_id,
        row.edited_at,
        row.deleted_at,
        row.former,
    )


def change_comment(
    connection: Connection, id_: str, text: str, former: str | None, at: datetime
) -> None:
    """Store another text; the learner has not seen that one yet."""
    connection.execute(
        update(c.comment)
        .where(c.comment.c.id == id_)
        .values(text=text, former=former, edited_at=at, seen_at=None)
    )


def withdraw_comment(connection: Connection, id_: str, at: datetime) -> None:
    """Delete a comment for everybody but the learner whom it answered."""
    connection.execute(
        update(c.comment)
        .where(c.comment.c.id == id_)
        .values(deleted_at=at, seen_at=func.coalesce(c.comment.c.seen_at, at))
    )


def drop_comment(connection: Connection, id_: str) -> None:
    """Remove a comment."""
    connection.execute(delete(c.comment).where(c.comment.c.id == id_))


def is_graded(connection: Connection, assignment: str, learner: str) -> bool:
    """Whether a learner's work has a grade that was given by hand."""
    g = c.grade.c
    found = connection.execute(
        select(g.at).where(g.assignment_id == assignment, g.learner_id == learner)
    ).first()
    return found is not None


def see_question(connection: Connection, question: str, learner: str, at: datetime) -> None:
    """The learner has opened their question."""
    m = c.comment.c
    connection.execute(
        update(c.comment)
        .where(
            m.question_id == question,
            m.learner_id == learner,
            m.author_id != learner,
            m.seen_at.is_(None),
        )
        .values(seen_at=at)
    )


def see_comments(connection: Connection, ids: Collection[str], at: datetime) -> None:
    """The learner has opened the page on which these comments of others stand."""
    m = c.comment.c
    connection.execute(
        update(c.comment)
        .where(m.id.in_(list(ids)), m.author_id != m.learner_id, m.seen_at.is_(None))
        .values(seen_at=at)
    )


@dataclass(frozen=True)
class Unseen:
    """A comment that its learner has not seen: on which set's encounter, if on one."""

    assignment: str | None
    set_id: str | None
    question: str | None


def unseen(connection: Connection, learner: str) -> list[Unseen]:
    """The comments of others that a learner has not seen yet."""
    m = c.comment.c
    rows = connection.execute(
        select(m.assignment_id, t.attempt.c.set_id, m.question_id)
        .outerjoin(t.attempt, t.attempt.c.id == m.attempt_id)
        .where(m.learner_id == learner, m.author_id != learner, m.seen_at.is_(None))
    )
    return [Unseen(row.assignment_id, row.set_id, row.question_id) for row in rows]


def commented(connection: Connection, assignment: str) -> dict[str, int]:
    """By learner, how many comments stand on their work."""
    m = c.comment.c
    rows = connection.execute(
        select(m.learner_id, func.count())
        .where(m.assignment_id == assignment)
        .group_by(m.learner_id)
    )
    return {learner: int(count) for learner, count in rows}


def saved_comments(connection: Connection, author: str) -> list[tuple[str, str]]:
    """An author's saved comments as ``(id, text)``, newest first."""
    m = c.saved_comment.c
    rows = connection.execute(
        select(m.id, m.text).where(m.author_id == author).order_by(m.at.desc())
    )
    return [(row.id, row.text) for row in rows]


def save_comment(connection: Connection, id_: str, author: str, text: str, at: datetime) -> None:
    """Keep a comment for another time."""
    connection.execute(
        insert(c.saved_comment), {"id": id_, "author_id": author, "text": text, "at": at}
    )


def drop_saved(connection: Connection, author: str, id_: str) -> None:
    """Forget a saved comment."""
    m = c.saved_comment.c
    connection.execute(delete(c.saved_comment).where(m.author_id == author, m.id == id_))
