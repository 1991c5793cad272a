"""E-mails to be sent, who wants none, and where somebody is reached."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from tutor.store import class_tables as c
from tutor.store import message_tables as m


@dataclass(frozen=True)
class Letter:
    """An e-mail to be sent: to whom, about which class if about one, and the page it leads to.

    ``tries`` counts the one that it has been claimed for.
    """

    id: str
    kind: str
    learner: str
    classroom: str | None
    path: str
    tries: int
    at: datetime


_O = m.outbox.c


def _letter(row: Row[Any]) -> Letter:
    return Letter(row.id, row.kind, row.learner_id, row.classroom_id, row.path, row.tries, row.at)


def post(
    connection: Connection,
    key: str,
    kind: str,
    learner: str,
    classroom: str | None,
    path: str,
    at: datetime,
) -> None:
    """Put an e-mail into the outbox; a key that is there already is posted once."""
    known = connection.execute(select(_O.id).where(_O.key == key)).first()
    if known is None:
        connection.execute(
            insert(m.outbox),
            {
                "id": secrets.token_urlsafe(12),
                "key": key,
                "kind": kind,
                "learner_id": learner,
                "classroom_id": classroom,
                "path": path,
                "not_before": at,
                "at": at,
            },
        )


def claim(connection: Connection, at: datetime, lease: timedelta, most: int) -> list[Letter]:
    """Letters that are due, kept from other senders for ``lease``; the try is counted."""
    rows = connection.execute(
        select(m.outbox)
        .where(
            _O.sent_at.is_(None),
            _O.failed_at.is_(None),
            _O.not_before <= at,
            or_(_O.claimed_until.is_(None), _O.claimed_until < at),
        )
        .order_by(_O.not_before, _O.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [row.id for row in rows]
    if ids:
        connection.execute(
            update(m.outbox)
            .where(_O.id.in_(ids))
            .values(claimed_until=at + lease, tries=_O.tries + 1)
        )
    return [
        Letter(row.id, row.kind, row.learner_id, row.classroom_id, row.path, row.tries + 1, row.at)
        for row in rows
    ]


def mark_sent(connection: Connection, id_: str, at: datetime) -> None:
    """The mail server has taken it."""
    _settle(connection, id_, sent_at=at, claimed_until=None, error="")


def mark_later(connection: Connection, id_: str, not_before: datetime, error: str) -> None:
    """It could not be sent; it is tried again."""
    _settle(connection, id_, not_before=not_before, claimed_until=None, error=error[:200])


def mark_failed(connection: Connection, id_: str, at: datetime, error: str) -> None:
    """It cannot be sent, and is tried no more."""
    _settle(connection, id_, failed_at=at, claimed_until=None, error=error[:200])


def _settle(connection: Connection, id_: str, **values: Any) -> None:
    connection.execute(update(m.outbox).where(_O.id == id_).values(**values))


def drop_letter(connection: Connection, id_: str) -> None:
    """Remove a letter that nobody needs any more."""
    connection.execute(delete(m.outbox).where(_O.id == id_))


def drop_about(connection: Connection, key: str) -> None:
    """Remove a letter that has not been sent, by what it tells of."""
    connection.execute(delete(m.outbox).where(_O.key == key, _O.sent_at.is_(None)))


def prune(connection: Connection, before: datetime) -> None:
    """Remove what was sent, or given up, before a moment."""
    connection.execute(delete(m.outbox).where(or_(_O.sent_at < before, _O.failed_at < before)))


def standing(connection: Connection) -> tuple[int, int]:
    """How many letters wait, and how many were given up."""
    open_ = _O.sent_at.is_(None)
    waiting, failed = (
        connection.execute(select(func.count()).select_from(m.outbox).where(open_, which)).scalar()
        for which in (_O.failed_at.is_(None), _O.failed_at.is_not(None))
    )
    return int(waiting or 0), int(failed or 0)


def letters_to(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """The e-mails that somebody got or is to get, for their own data."""
    rows = connection.execute(
        select(_O.kind, _O.at, _O.sent_at).where(_O.learner_id == learner).order_by(_O.at)
    )
    return [dict(row._mapping) for row in rows]


def last_digest(connection: Connection, learner: str) -> datetime | None:
    """When somebody's newest digest was put into the outbox."""
    found: datetime | None = connection.execute(
        select(func.max(_O.at)).where(_O.learner_id == learner, _O.kind == "digest")
    ).scalar()
    return found


def has_opted_out(connection: Connection, learner: str) -> bool:
    """Whether somebody wants no e-mail."""
    row = m.mail_opt_out.c
    return connection.execute(select(row.at).where(row.learner_id == learner)).first() is not None


def set_opted_out(connection: Connection, learner: str, out: bool, at: datetime) -> None:
    """Store whether somebody wants no e-mail; what waits for them is removed."""
    row = m.mail_opt_out.c
    connection.execute(delete(m.mail_opt_out).where(row.learner_id == learner))
    if out:
        connection.execute(insert(m.mail_opt_out), {"learner_id": learner, "at": at})
        connection.execute(delete(m.outbox).where(_O.learner_id == learner, _O.sent_at.is_(None)))


def address_of(connection: Connection, learner: str, classroom: str | None = None) -> str:
    """Where somebody is reached: as the class knows them, else another class, else their login.

    "" where nobody knows an address, or they have left every class.
    """
    p = c.membership.c
    rows = connection.execute(
        select(p.classroom_id, p.email)
        .where(p.learner_id == learner, p.left_at.is_(None), p.claimed)
        .order_by(p.at.desc())
    ).all()
    login = connection.execute(
        select(c.account.c.login).where(c.account.c.learner_id == learner)
    ).scalar()
    here = [row.email for row in rows if row.classroom_id == classroom]
    known: Iterable[str] = (*here, *(row.email for row in rows), login or "" if rows else "")
    return next((one for one in known if "@" in one), "")


def told_of(connection: Connection, learner: str) -> dict[str, datetime]:
    """By class, the newest comment that a learner has not seen and has had no e-mail about."""
    said, q = c.comment.c, m.question.c
    room = func.coalesce(q.classroom_id, c.assignment.c.classroom_id)
    rows = connection.execute(
        select(room.label("room"), func.max(said.at).label("newest"))
        .outerjoin(c.assignment, c.assignment.c.id == said.assignment_id)
        .outerjoin(m.question, q.id == said.question_id)
        .outerjoin(m.outbox, _O.key == "reply:" + said.id)
        .where(
            said.learner_id == learner,
            said.author_id != learner,
            said.seen_at.is_(None),
            _O.id.is_(None),
        )
        .group_by(room)
    )
    return {row.room: row.newest for row in rows}


def is_told_of(connection: Connection, question: str) -> bool:
    """Whether an e-mail tells of a reply to a question that its learner has not seen yet."""
    said = c.comment.c
    found = connection.execute(
        select(said.id)
        .join(m.outbox, _O.key == "reply:" + said.id)
        .where(
            said.question_id == question,
            said.author_id != said.learner_id,
            said.seen_at.is_(None),
            _O.failed_at.is_(None),
        )
        .limit(1)
    ).first()
    return found is not None


def count_letters(connection: Connection, learner: str, kind: str, since: datetime) -> int:
    """How many e-mails of a kind were put into the outbox for somebody after a moment."""
    found = connection.execute(
        select(func.count())
        .select_from(m.outbox)
        .where(_O.learner_id == learner, _O.kind == kind, _O.at > since)
    ).scalar()
    return int(found or 0)


def candidates(connection: Connection, since: datetime) -> list[tuple[str, str]]:
    """Who may have news since a moment and wants e-mails, with the zone of a running class.

    They are the learners with comments that they have not seen, the people of classes with new
    announcements, and those who teach where questions wait.
    """
    p, room, out = c.membership.c, c.classroom.c, m.mail_opt_out.c
    said, told, asked = c.comment.c, m.announcement.c, m.question.c
    commented = select(said.learner_id).where(
        said.seen_at.is_(None), said.author_id != said.learner_id, said.at > since
    )
    announced = select(told.classroom_id).where(func.coalesce(told.edited_at, told.at) > since)
    waiting = select(asked.classroom_id).where(asked.answered_at.is_(None), asked.asked_at > since)
    rows = connection.execute(
        select(p.learner_id, func.min(room.time_zone).label("time_zone"))
        .join(c.classroom, room.id == p.classroom_id)
        .outerjoin(m.mail_opt_out, out.learner_id == p.learner_id)
        .where(
            p.left_at.is_(None),
            p.claimed,
            room.archived_at.is_(None),
            out.at.is_(None),
            or_(
                p.learner_id.in_(commented),
                p.classroom_id.in_(announced),
                (p.role != "learner") & p.classroom_id.in_(waiting),
            ),
        )
        .group_by(p.learner_id)
    )
    return [(row.learner_id, row.time_zone) for row in rows]
