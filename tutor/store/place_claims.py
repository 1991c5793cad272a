"""A place that a list has kept: claimed by somebody, or made part of another place."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from tutor.store import class_tables as c
from tutor.store import message_tables as q
from tutor.store.places import Member, change_member


def claim_place(connection: Connection, place: Member, learner: str) -> bool:
    """Give a place that a roster has kept to ``learner``; False if somebody was first."""
    m = c.membership.c
    changed = connection.execute(
        update(c.membership)
        .where(
            m.classroom_id == place.classroom,
            m.learner_id == place.learner,
            m.claimed.is_(False),
        )
        .values(learner_id=learner, claimed=True)
    )
    if changed.rowcount == 1:
        _move_work(connection, place, learner)
        return True
    return False


def _move_work(connection: Connection, place: Member, learner: str) -> None:
    """Make what the class says of a place's learner another's."""
    mine = select(c.assignment.c.id).where(c.assignment.c.classroom_id == place.classroom)
    for table in (c.assignment_override, c.grade, c.grade_change, c.comment):
        connection.execute(
            update(table)
            .where(table.c.learner_id == place.learner, table.c.assignment_id.in_(mine))
            .values(learner_id=learner)
        )
    asked = select(q.question.c.id).where(q.question.c.classroom_id == place.classroom)
    for table, which in (
        (c.comment, c.comment.c.question_id.in_(asked)),
        (q.question, q.question.c.classroom_id == place.classroom),
    ):
        connection.execute(
            update(table)
            .where(table.c.learner_id == place.learner, which)
            .values(learner_id=learner)
        )


def both_have(connection: Connection, one: Member, other: Member) -> list[str]:
    """The titles of the class's assignments in which both have a grade by hand or own dates."""
    titles: set[str] = set()
    for table in (c.grade, c.assignment_override):
        rows = connection.execute(
            select(c.assignment.c.title)
            .join(table, table.c.assignment_id == c.assignment.c.id)
            .where(
                c.assignment.c.classroom_id == one.classroom,
                table.c.learner_id.in_([one.learner, other.learner]),
            )
            .group_by(c.assignment.c.id, c.assignment.c.title)
            .having(func.count() > 1)
        )
        titles |= set(rows.scalars())
    return sorted(titles)


def absorb_place(connection: Connection, kept: Member, into: Member) -> None:
    """Take a place that nobody has claimed away, and give what it holds to ``into``."""
    _move_work(connection, kept, into.learner)
    m = c.membership.c
    connection.execute(
        delete(c.membership).where(
            m.classroom_id == kept.classroom, m.learner_id == kept.learner, m.claimed.is_(False)
        )
    )
    change_member(connection, into)
