"""Learners' questions: asked, waiting, answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from tutor.store import class_tables as c
from tutor.store import message_tables as m
from tutor.store import tables as t


@dataclass(frozen=True)
class Question:
    """What a learner has asked in a class; about an assignment or a patient, where it names one.

    ``asked_at`` is since when it has been waiting; ``answered_at`` is None while it does.
    """

    id: str
    classroom: str
    learner: str
    assignment: str | None
    attempt: str | None
    asked_at: datetime
    answered_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class Listed:
    """A question as a line of a list: whose, about what, and how it begins."""

    question: Question
    learner_name: str
    assignment_title: str
    exercise: str
    position: int | None
    text: str
    unseen: int


_Q = m.question.c


def _question(row: Row[Any]) -> Question:
    return Question(
        row.id,
        row.classroom_id,
        row.learner_id,
        row.assignment_id,
        row.attempt_id,
        row.asked_at,
        row.answered_at,
        row.at,
    )


def add_question(connection: Connection, made: Question) -> None:
    """Store a question."""
    connection.execute(
        insert(m.question),
        {
            "id": made.id,
            "classroom_id": made.classroom,
            "learner_id": made.learner,
            "assignment_id": made.assignment,
            "attempt_id": made.attempt,
            "asked_at": made.asked_at,
            "answered_at": made.answered_at,
            "at": made.at,
        },
    )


def find_question(connection: Connection, id_: str) -> Question | None:
    """A question by its id, or None."""
    if not id_.isascii():
        return None
    row = connection.execute(select(m.question).where(_Q.id == id_)).first()
    return None if row is None else _question(row)


def latest_about(
    connection: Connection, learner: str, assignment: str, attempt: str | None
) -> Question | None:
    """The newest question about a learner's encounter, or about their whole work; or None."""
    about = _Q.attempt_id.is_(None) if attempt is None else _Q.attempt_id == attempt
    row = connection.execute(
        select(m.question)
        .where(_Q.learner_id == learner, _Q.assignment_id == assignment, about)
        .order_by(_Q.at.desc())
        .limit(1)
    ).first()
    return None if row is None else _question(row)


def settle(connection: Connection, id_: str, at: datetime) -> None:
    """Mark a question as answered; one that is stays as it was."""
    connection.execute(
        update(m.question).where(_Q.id == id_, _Q.answered_at.is_(None)).values(answered_at=at)
    )


def reopen(connection: Connection, id_: str, at: datetime) -> None:
    """Let an answered question wait anew; one that waits keeps its age."""
    connection.execute(
        update(m.question)
        .where(_Q.id == id_, _Q.answered_at.is_not(None))
        .values(answered_at=None, asked_at=at)
    )


def drop_question(connection: Connection, id_: str) -> None:
    """Remove a question that holds no comment any more."""
    connection.execute(delete(m.question).where(_Q.id == id_))


def list_question(connection: Connection, id_: str) -> list[Listed]:
    """One question as a line of a list."""
    return _listed(connection, _Q.id == id_, _Q.at)


def questions_of(connection: Connection, learner: str) -> list[Listed]:
    """What a learner has asked, newest first."""
    return _listed(connection, _Q.learner_id == learner, _Q.at.desc())


def questions_to(
    connection: Connection,
    classroom: str,
    groups: Collection[str] | None,
    waiting: bool,
    most: int,
) -> list[Listed]:
    """A class's questions: those that wait, oldest first, or those answered, newest first.

    With ``groups`` only those of these groups' learners.
    """
    place = c.membership.c
    whose = [_Q.classroom_id == classroom]
    if groups is not None:
        whose.append(place.group_id.in_(list(groups)))
    if waiting:
        return _listed(connection, and_(*whose, _Q.answered_at.is_(None)), _Q.asked_at, most)
    return _listed(
        connection, and_(*whose, _Q.answered_at.is_not(None)), _Q.answered_at.desc(), most
    )


def _listed(
    connection: Connection, which: ColumnElement[bool], order: Any, most: int | None = None
) -> list[Listed]:
    unseen = (
        select(func.count())
        .where(
            c.comment.c.question_id == _Q.id,
            c.comment.c.author_id != _Q.learner_id,
            c.comment.c.seen_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            m.question,
            c.membership.c.name.label("learner_name"),
            c.assignment.c.title.label("assignment_title"),
            t.practice_set.c.title.label("exercise"),
            t.attempt.c.position,
            unseen.label("unseen"),
        )
        .join(
            c.membership,
            (c.membership.c.classroom_id == _Q.classroom_id)
            & (c.membership.c.learner_id == _Q.learner_id),
        )
        .outerjoin(c.assignment, c.assignment.c.id == _Q.assignment_id)
        .outerjoin(t.attempt, t.attempt.c.id == _Q.attempt_id)
        .outerjoin(t.practice_set, t.practice_set.c.id == t.attempt.c.set_id)
        .where(which)
        .order_by(order, _Q.id)
        .limit(most)
    ).all()
    texts = _first_texts(connection, [row.id for row in rows])
    return [
        Listed(
            _question(row),
            row.learner_name,
            row.assignment_title or "",
            row.exercise or "",
            row.position,
            texts.get(row.id, ""),
            int(row.unseen),
        )
        for row in rows
    ]


def _first_texts(connection: Connection, ids: list[str]) -> dict[str, str]:
    """How each question begins: the first of its comments that is not deleted."""
    said = c.comment.c
    rows = connection.execute(
        select(said.question_id, said.text)
        .where(said.question_id.in_(ids), said.deleted_at.is_(None))
        .order_by(said.at.desc(), said.id.desc())
    )
    return {row.question_id: row.text for row in rows}


def count_waiting(connection: Connection, classroom: str, learner: str) -> int:
    """How many questions of a learner's wait in a class."""
    found = connection.execute(
        select(func.count()).where(
            _Q.classroom_id == classroom, _Q.learner_id == learner, _Q.answered_at.is_(None)
        )
    )
    return int(found.scalar_one())


def waiting_for(connection: Connection, staff: str) -> dict[str, tuple[int, datetime]]:
    """By class, how many questions wait for somebody who teaches there, and the newest's moment.

    An instructor is asked by the whole class, an assistant by the groups they look after.
    """
    place, asker = c.membership.alias("place"), c.membership.alias("asker")
    mine = select(c.assistant_group.c.group_id).where(
        c.assistant_group.c.classroom_id == _Q.classroom_id,
        c.assistant_group.c.learner_id == staff,
    )
    rows = connection.execute(
        select(_Q.classroom_id, func.count().label("number"), func.max(_Q.asked_at).label("newest"))
        .join(
            place,
            (place.c.classroom_id == _Q.classroom_id)
            & (place.c.learner_id == staff)
            & place.c.left_at.is_(None)
            & (place.c.role != "learner"),
        )
        .join(
            asker,
            (asker.c.classroom_id == _Q.classroom_id) & (asker.c.learner_id == _Q.learner_id),
        )
        .where(
            _Q.answered_at.is_(None),
            or_(place.c.role == "instructor", asker.c.group_id.in_(mine)),
        )
        .group_by(_Q.classroom_id)
    )
    return {row.classroom_id: (int(row.number), row.newest) for row in rows}
