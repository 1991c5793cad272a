"""Announcements to a class, and who has read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from tutor.store import class_tables as c
from tutor.store import message_tables as m


@dataclass(frozen=True)
class Announcement:
    """What an instructor tells a class; ``read`` is whether the reader it was read for has."""

    id: str
    classroom: str
    author: str
    text: str
    edited_at: datetime | None
    at: datetime
    read: bool = False


_A = m.announcement.c


def add_announcement(connection: Connection, made: Announcement) -> None:
    """Store an announcement."""
    connection.execute(
        insert(m.announcement),
        {
            "id": made.id,
            "classroom_id": made.classroom,
            "author_id": made.author,
            "text": made.text,
            "at": made.at,
        },
    )


def find_announcement(connection: Connection, id_: str) -> Announcement | None:
    """An announcement by its id, or None."""
    if not id_.isascii():
        return None
    row = connection.execute(select(m.announcement).where(_A.id == id_)).first()
    if row is None:
        return None
    return Announcement(row.id, row.classroom_id, row.author_id, row.text, row.edited_at, row.at)


def announcements_in(
    connection: Connection, classrooms: Sequence[str], reader: str
) -> list[Announcement]:
    """The announcements of some classes, newest first, each with whether ``reader`` has read it."""
    read = m.announcement_read
    rows = connection.execute(
        select(m.announcement, read.c.at.label("read_at"))
        .outerjoin(read, (read.c.announcement_id == _A.id) & (read.c.learner_id == reader))
        .where(_A.classroom_id.in_(list(classrooms)))
        .order_by(_A.at.desc(), _A.id)
    )
    return [
        Announcement(
            row.id,
            row.classroom_id,
            row.author_id,
            row.text,
            row.edited_at,
            row.at,
            row.read_at is not None,
        )
        for row in rows
    ]


def change_announcement(connection: Connection, id_: str, text: str, at: datetime) -> None:
    """Store another text. Whoever had read the old one has not read the new one."""
    connection.execute(update(m.announcement).where(_A.id == id_).values(text=text, edited_at=at))
    connection.execute(
        delete(m.announcement_read).where(m.announcement_read.c.announcement_id == id_)
    )


def drop_announcement(connection: Connection, id_: str) -> None:
    """Remove an announcement."""
    connection.execute(
        delete(m.announcement_read).where(m.announcement_read.c.announcement_id == id_)
    )
    connection.execute(delete(m.announcement).where(_A.id == id_))


def read_announcement(connection: Connection, id_: str, learner: str, at: datetime) -> None:
    """Note that somebody has read an announcement."""
    read = m.announcement_read.c
    known = connection.execute(
        select(read.at).where(read.announcement_id == id_, read.learner_id == learner)
    ).first()
    if known is None:
        connection.execute(
            insert(m.announcement_read), {"announcement_id": id_, "learner_id": learner, "at": at}
        )


def unread_by(connection: Connection, learner: str) -> dict[str, tuple[int, datetime]]:
    """By class, how many announcements a learner has not read, and the newest's moment.

    Classes that have ended, and that they have left, announce nothing.
    """
    read = m.announcement_read.c
    rows = connection.execute(
        select(
            _A.classroom_id,
            func.count().label("number"),
            func.max(func.coalesce(_A.edited_at, _A.at)).label("newest"),
        )
        .join(c.membership, c.membership.c.classroom_id == _A.classroom_id)
        .join(c.classroom, c.classroom.c.id == _A.classroom_id)
        .where(
            c.membership.c.learner_id == learner,
            c.membership.c.role == "learner",
            c.membership.c.left_at.is_(None),
            c.classroom.c.archived_at.is_(None),
            ~select(read.at)
            .where(read.announcement_id == _A.id, read.learner_id == learner)
            .exists(),
        )
        .group_by(_A.classroom_id)
    )
    return {row.classroom_id: (int(row.number), row.newest) for row in rows}
