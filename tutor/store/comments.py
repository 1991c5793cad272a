"""Comments on a learner's work, their answers, and each author's saved comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutor.store import class_tables as c
from tutor.store import tables as t


@dataclass(frozen=True)
class Comment:
    """One comment on a learner's work in an assignment; on one encounter where ``attempt`` is."""

    id: str
    assignment: str
    learner: str
    attempt: str | None
    author: str
    author_name: str
    text: str
    seen_at: datetime | None
    at: datetime


def add_comment(connection: Connection, made: Comment) -> None:
    """Store a comment."""
    connection.execute(
        insert(c.comment),
        {
            "id": made.id,
            "assignment_id": made.assignment,
            "learner_id": made.learner,
            "attempt_id": made.attempt,
            "author_id": made.author,
            "text": made.text,
            "at": made.at,
        },
    )


def comments_on(connection: Connection, assignment: str, learner: str) -> list[Comment]:
    """Everything said on a learner's work in an assignment, oldest first.

    An author is called as their class calls them.
    """
    place = c.membership.alias("place")
    rows = connection.execute(
        select(
            c.comment,
            func.coalesce(place.c.name, t.learner.c.name).label("author_name"),
        )
        .join(c.assignment, c.assignment.c.id == c.comment.c.assignment_id)
        .join(t.learner, t.learner.c.id == c.comment.c.author_id)
        .outerjoin(
            place,
            (place.c.classroom_id == c.assignment.c.classroom_id)
            & (place.c.learner_id == c.comment.c.author_id),
        )
        .where(c.comment.c.assignment_id == assignment, c.comment.c.learner_id == learner)
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
    )


def see_comments(connection: Connection, assignment: str, learner: str, at: datetime) -> None:
    """The learner has opened the page on which others' comments stand."""
    m = c.comment.c
    connection.execute(
        update(c.comment)
        .where(
            m.assignment_id == assignment,
            m.learner_id == learner,
            m.author_id != learner,
            m.seen_at.is_(None),
        )
        .values(seen_at=at)
    )


def unseen(connection: Connection, learner: str) -> dict[str, int]:
    """By assignment, how many comments a learner has not seen yet."""
    m = c.comment.c
    rows = connection.execute(
        select(m.assignment_id, func.count())
        .where(m.learner_id == learner, m.author_id != learner, m.seen_at.is_(None))
        .group_by(m.assignment_id)
    )
    return {assignment: int(count) for assignment, count in rows}


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
