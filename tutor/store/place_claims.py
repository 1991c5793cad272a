"""A place that a list has kept: claimed by somebody, made part of another place, or given back."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, or_, select, update

from tutor.core.class_change import MovedGrade, MovedWork, OwnDates
from tutor.store import class_tables as c
from tutor.store import message_tables as q
from tutor.store.class_changes import rename_in_changes
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
        rename_in_changes(connection, place.learner, learner)
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


def work_of_place(connection: Connection, place: Member) -> MovedWork:
    """The comments, grades by hand and dates of their own that a place's learner has in a class."""
    ours = select(c.assignment.c.id).where(c.assignment.c.classroom_id == place.classroom)
    m, g, o = c.comment.c, c.grade.c, c.assignment_override.c
    h = c.grade_change.c
    asked = select(q.question.c.id).where(q.question.c.classroom_id == place.classroom)
    comments = connection.execute(
        select(m.id).where(
            m.learner_id == place.learner,
            or_(m.assignment_id.in_(ours), m.question_id.in_(asked)),
        )
    ).scalars()
    questions = connection.execute(asked.where(q.question.c.learner_id == place.learner)).scalars()
    changes = connection.execute(
        select(h.id).where(h.learner_id == place.learner, h.assignment_id.in_(ours))
    ).scalars()
    grades = connection.execute(
        select(g.assignment_id, g.at).where(
            g.learner_id == place.learner, g.assignment_id.in_(ours)
        )
    )
    dates = connection.execute(
        select(c.assignment_override).where(
            o.learner_id == place.learner, o.assignment_id.in_(ours)
        )
    )
    return MovedWork(
        tuple(comments),
        tuple(questions),
        tuple(changes),
        tuple(MovedGrade(row.assignment_id, row.at) for row in grades),
        tuple(OwnDates(r.assignment_id, r.opens, r.due, r.grace_minutes) for r in dates),
    )


def absorb_place(connection: Connection, kept: Member, into: Member) -> None:
    """Take a place away, and give what it holds to ``into``; sets are another matter."""
    _move_work(connection, kept, into.learner)
    m = c.membership.c
    connection.execute(
        delete(c.membership).where(
            m.classroom_id == kept.classroom,
            m.learner_id == kept.learner,
            m.claimed.is_(kept.claimed),
        )
    )
    change_member(connection, into)


def return_work(connection: Connection, moved: MovedWork, holder: str, to: str) -> None:
    """Give ``to`` back what moved to ``holder``, as far as it is still there."""
    for table, ids in (
        (c.comment, moved.comments),
        (q.question, moved.questions),
        (c.grade_change, moved.grade_changes),
    ):
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids), table.c.learner_id == holder)
            .values(learner_id=to)
        )
    for table, works in (
        (c.grade, [one.assignment for one in moved.grades]),
        (c.assignment_override, [one.assignment for one in moved.dates]),
    ):
        connection.execute(
            update(table)
            .where(table.c.assignment_id.in_(works), table.c.learner_id == holder)
            .values(learner_id=to)
        )


def drop_unclaimed(connection: Connection, classroom: str, learner: str) -> bool:
    """Take a place away that nobody has claimed; False if somebody has."""
    m, a = c.membership.c, c.assistant_group.c
    connection.execute(
        delete(c.assistant_group).where(a.classroom_id == classroom, a.learner_id == learner)
    )
    gone = connection.execute(
        delete(c.membership).where(
            m.classroom_id == classroom, m.learner_id == learner, m.claimed.is_(False)
        )
    )
    return gone.rowcount == 1
