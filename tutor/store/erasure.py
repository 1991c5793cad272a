"""What is stored of one learner, and how it is forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, not_, select, update

from tutor.store import class_tables as c
from tutor.store import message_tables as q
from tutor.store import tables as t
from tutor.store.class_changes import forget_in_changes, rename_in_changes
from tutor.store.platform_people import drop_person, move_person
from tutor.store.reflections import delete_reflections_of


def places_of(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """The classes a learner is or was in, with what each holds of them."""
    rows = connection.execute(
        select(
            c.classroom.c.name.label("class"),
            c.membership.c.role,
            c.membership.c.name.label("your_name"),
            c.membership.c.email,
            c.membership.c.number,
            c.membership.c.login,
            c.membership.c.at.label("since"),
            c.membership.c.left_at.label("left"),
        )
        .join(c.classroom, c.classroom.c.id == c.membership.c.classroom_id)
        .where(c.membership.c.learner_id == learner)
    )
    return [dict(row._mapping) for row in rows]


def said_on(connection: Connection, learner: str, waiting: Collection[str]) -> list[dict[str, Any]]:
    """Comments on a learner's work, and their own; not what others say in sets that wait."""
    m = c.comment.c
    waits = select(t.attempt.c.id).where(t.attempt.c.set_id.in_(waiting))
    hidden = and_(m.author_id != learner, m.attempt_id.is_not(None), m.attempt_id.in_(waits))
    rows = connection.execute(
        select(m.attempt_id.label("encounter"), m.author_id, m.text, m.at)
        .where(m.learner_id == learner, not_(hidden))
        .order_by(m.at)
    )
    return [
        {
            "encounter": row.encounter,
            "by": "you" if row.author_id == learner else "a teacher",
            "text": row.text,
            "at": row.at,
        }
        for row in rows
    ]


def announced_by(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """What somebody has announced to their classes."""
    a = q.announcement.c
    rows = connection.execute(select(a.text, a.at).where(a.author_id == learner).order_by(a.at))
    return [dict(row._mapping) for row in rows]


def asked_by(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """What a learner has asked, but for the words, which are among the comments."""
    a = q.question.c
    rows = connection.execute(
        select(
            c.classroom.c.name.label("class"),
            a.attempt_id.label("encounter"),
            a.at,
            a.answered_at.label("answered"),
        )
        .join(c.classroom, c.classroom.c.id == a.classroom_id)
        .where(a.learner_id == learner)
        .order_by(a.at)
    )
    return [dict(row._mapping) for row in rows]


def said_by(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """What a learner has said on the work of others."""
    m = c.comment.c
    rows = connection.execute(
        select(m.text, m.at).where(m.author_id == learner, m.learner_id != learner).order_by(m.at)
    )
    return [dict(row._mapping) for row in rows]


def grades_to(
    connection: Connection, learner: str, waiting: Collection[str]
) -> list[dict[str, Any]]:
    """The grades that a learner has been given by hand, but in assignments that wait."""
    g = c.grade.c
    rows = connection.execute(
        select(c.assignment.c.title.label("assignment"), g.points, g.excused, g.marks, g.note, g.at)
        .join(c.assignment, c.assignment.c.id == g.assignment_id)
        .where(g.learner_id == learner, g.assignment_id.not_in(waiting))
        .order_by(g.at)
    )
    return [dict(row._mapping) for row in rows]


def grade_changes_to(
    connection: Connection, learner: str, waiting: Collection[str]
) -> list[dict[str, Any]]:
    """How a learner's grades were changed by hand, but in assignments that wait."""
    g = c.grade_change.c
    rows = connection.execute(
        select(
            c.assignment.c.title.label("assignment"),
            g.before_state,
            g.before_points,
            g.after_state,
            g.after_points,
            g.note,
            g.at,
        )
        .join(c.assignment, c.assignment.c.id == g.assignment_id)
        .where(g.learner_id == learner, g.assignment_id.not_in(waiting))
        .order_by(g.at)
    )
    return [dict(row._mapping) for row in rows]


def only_instructor_of(connection: Connection, learner: str) -> list[str]:
    """The classes that would be left without an instructor."""
    mine = c.membership.alias("mine")
    others = c.membership.alias("others")
    rows = connection.execute(
        select(c.classroom.c.name)
        .join(mine, mine.c.classroom_id == c.classroom.c.id)
        .where(
            mine.c.learner_id == learner,
            mine.c.role == "instructor",
            mine.c.left_at.is_(None),
            ~select(others.c.learner_id)
            .where(
                others.c.classroom_id == c.classroom.c.id,
                others.c.role == "instructor",
                others.c.left_at.is_(None),
                others.c.learner_id != learner,
            )
            .exists(),
        )
    )
    return list(rows.scalars())


def move(connection: Connection, learner: str, to: str, at: datetime) -> None:
    """Put a learner's encounters under another id, which is made for it."""
    connection.execute(insert(t.learner), {"id": to, "name": "", "at": at})
    for table in (t.practice_set, t.attempt, c.outcome):
        connection.execute(update(table).where(table.c.learner_id == learner).values(learner_id=to))


def rename(connection: Connection, learner: str, to: str, at: datetime) -> None:
    """Give a learner another id: all that is theirs moves, and their one-time links are void."""
    move(connection, learner, to, at)
    name = select(t.learner.c.name).where(t.learner.c.id == learner).scalar_subquery()
    connection.execute(update(t.learner).where(t.learner.c.id == to).values(name=name))
    a = c.assistant_group.c
    looked_after = connection.execute(
        select(a.classroom_id, a.group_id).where(a.learner_id == learner)
    ).all()
    connection.execute(delete(c.assistant_group).where(a.learner_id == learner))
    for table in (
        *(c.membership, c.assignment_override, c.comment, c.grade, c.grade_change),
        *(q.question, q.announcement_read, q.outbox, q.mail_opt_out),
    ):
        connection.execute(update(table).where(table.c.learner_id == learner).values(learner_id=to))
    # Whoever has a way of their own to sign in has come: nobody else can claim the place.
    connection.execute(
        update(c.membership).where(c.membership.c.learner_id == to).values(claimed=True)
    )
    for table in (c.comment, c.grade, c.grade_change, c.saved_comment, q.announcement):
        connection.execute(update(table).where(table.c.author_id == learner).values(author_id=to))
    if looked_after:
        rows = [
            {"classroom_id": row.classroom_id, "learner_id": to, "group_id": row.group_id}
            for row in looked_after
        ]
        connection.execute(insert(c.assistant_group), rows)
    rename_in_changes(connection, learner, to)
    move_person(connection, learner, to)
    connection.execute(delete(c.one_time_link).where(c.one_time_link.c.learner_id == learner))
    connection.execute(delete(t.learner).where(t.learner.c.id == learner))


def forget(connection: Connection, learner: str, ghost: str, at: datetime) -> None:
    """Delete a learner: encounters become nobody's, words and identity go."""
    # What staff tried out is no learner's: once their place is gone nothing else would tell.
    m = c.membership.c
    taught = (
        select(c.assignment.c.id)
        .join(c.membership, m.classroom_id == c.assignment.c.classroom_id)
        .where(m.learner_id == learner, m.role != "learner")
    )
    tried = c.outcome.c.learner_id == learner
    connection.execute(
        update(c.outcome)
        .where(tried, c.outcome.c.assignment_id.in_(taught))
        .values(assignment_id=None)
    )
    mine = select(t.attempt.c.id).where(t.attempt.c.learner_id == learner)
    connection.execute(
        update(t.commitment).where(t.commitment.c.attempt_id.in_(mine)).values(reason="")
    )
    connection.execute(delete(t.kept_patient).where(t.kept_patient.c.attempt_id.in_(mine)))
    delete_reflections_of(connection, learner)
    move(connection, learner, ghost, at)
    for table in (
        *(c.comment, c.grade, c.grade_change, c.assignment_override),
        *(q.question, q.announcement_read, q.outbox, q.mail_opt_out),
    ):
        connection.execute(delete(table).where(table.c.learner_id == learner))
    for table in (c.comment, c.grade, c.grade_change, q.announcement):
        connection.execute(
            update(table).where(table.c.author_id == learner).values(author_id=ghost)
        )
    connection.execute(delete(c.saved_comment).where(c.saved_comment.c.author_id == learner))
    forget_in_changes(connection, learner, ghost)
    drop_person(connection, learner)
    for table in (c.assistant_group, c.membership, c.one_time_link, c.account):
        connection.execute(delete(table).where(table.c.learner_id == learner))
    connection.execute(delete(t.learner).where(t.learner.c.id == learner))
