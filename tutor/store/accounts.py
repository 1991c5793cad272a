"""Accounts in the database: sign-in names, one-time links, and how often somebody tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutor.store import class_tables as c
from tutor.store import tables as t


@dataclass(frozen=True)
class Account:
    """Someone who can sign in. ``password_hash`` is None until they have chosen one."""

    learner: str
    name: str
    login: str
    password_hash: str | None
    role: str
    epoch: int
    disabled_at: datetime | None = None


@dataclass(frozen=True)
class Link:
    """A one-time link; only the hash of its token is stored."""

    purpose: str
    learner: str | None
    expires: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Tries:
    """How often somebody failed, until when they must wait, and when they last failed."""

    failures: int
    until: datetime
    at: datetime


_ACCOUNTS = select(c.account, t.learner.c.name).join(
    t.learner, t.learner.c.id == c.account.c.learner_id
)


def _account(row: Row[Any] | None) -> Account | None:
    if row is None:
        return None
    return Account(
        row.learner_id,
        row.name,
        row.login,
        row.password_hash,
        row.role,
        row.epoch,
        row.disabled_at,
    )


def find_account(connection: Connection, learner: str) -> Account | None:
    """The account of a learner, or None."""
    return _account(connection.execute(_ACCOUNTS.where(c.account.c.learner_id == learner)).first())


def account_of_login(connection: Connection, login: str) -> Account | None:
    """The account that signs in with ``login`` (already folded), or None."""
    return _account(connection.execute(_ACCOUNTS.where(c.account.c.login == login)).first())


def accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    rows = connection.execute(_ACCOUNTS.order_by(t.learner.c.name, c.account.c.login))
    return [found for row in rows if (found := _account(row)) is not None]


def count_administrators(connection: Connection) -> int:
    """How many administrators there are who can sign in."""
    return connection.execute(
        select(func.count())
        .select_from(c.account)
        .where(
            c.account.c.role == "administrator",
            c.account.c.password_hash.is_not(None),
            c.account.c.disabled_at.is_(None),
        )
    ).scalar_one()


def add_account(connection: Connection, account: Account, at: datetime) -> None:
    """Store an account; a taken sign-in name is refused. The caller has ensured the learner."""
    connection.execute(
        insert(c.account),
        {
            "learner_id": account.learner,
            "login": account.login,
            "password_hash": account.password_hash,
            "role": account.role,
            "epoch": account.epoch,
            "at": at,
        },
    )


def is_known(connection: Connection, learner: str) -> bool:
    """Whether anything is stored of a learner."""
    found = connection.execute(select(t.learner.c.id).where(t.learner.c.id == learner)).first()
    return found is not None


def name_of(connection: Connection, learner: str) -> str:
    """What a learner is called, or an empty text."""
    found = connection.execute(select(t.learner.c.name).where(t.learner.c.id == learner)).scalar()
    return str(found or "")


def set_name(connection: Connection, learner: str, name: str) -> None:
    """What a learner is called."""
    connection.execute(update(t.learner).where(t.learner.c.id == learner).values(name=name))


def set_password(connection: Connection, learner: str, password_hash: str) -> int:
    """Store a password and begin a new epoch: every cookie and link made before it is void."""
    drop_links_of(connection, learner)
    connection.execute(
        update(c.account)
        .where(c.account.c.learner_id == learner)
        .values(password_hash=password_hash, epoch=c.account.c.epoch + 1)
    )
    return int(
        connection.execute(
            select(c.account.c.epoch).where(c.account.c.learner_id == learner)
        ).scalar_one()
    )


def end_epoch(connection: Connection, learner: str) -> None:
    """Void every cookie of an account."""
    connection.execute(
        update(c.account)
        .where(c.account.c.learner_id == learner)
        .values(epoch=c.account.c.epoch + 1)
    )


def set_login(connection: Connection, learner: str, login: str) -> None:
    """Give an account another name to sign in with, already folded; a taken one is refused."""
    connection.execute(
        update(c.account).where(c.account.c.learner_id == learner).values(login=login)
    )


def set_disabled(connection: Connection, learner: str, at: datetime | None) -> None:
    """Disable an account from ``at`` on, and void its cookies and links; with None enable it."""
    drop_links_of(connection, learner)
    end_epoch(connection, learner)
    connection.execute(
        update(c.account).where(c.account.c.learner_id == learner).values(disabled_at=at)
    )


def set_role(connection: Connection, learner: str, role: str) -> None:
    """Give an account another role."""
    connection.execute(update(c.account).where(c.account.c.learner_id == learner).values(role=role))


def add_link(connection: Connection, token_hash: str, link: Link, at: datetime) -> None:
    """Store a one-time link."""
    connection.execute(
        insert(c.one_time_link),
        {
            "token_hash": token_hash,
            "purpose": link.purpose,
            "learner_id": link.learner,
            "expires": link.expires,
            "at": at,
        },
    )


def find_link(connection: Connection, token_hash: str) -> Link | None:
    """A one-time link by the hash of its token, or None."""
    row = connection.execute(
        select(c.one_time_link).where(c.one_time_link.c.token_hash == token_hash)
    ).first()
    return None if row is None else Link(row.purpose, row.learner_id, row.expires, row.used_at)


def use_link(connection: Connection, token_hash: str, at: datetime) -> bool:
    """Spend a link; False if somebody was first."""
    spent = connection.execute(
        update(c.one_time_link)
        .where(c.one_time_link.c.token_hash == token_hash, c.one_time_link.c.used_at.is_(None))
        .values(used_at=at)
    )
    return spent.rowcount == 1


def drop_links(connection: Connection, purpose: str, before: datetime | None = None) -> None:
    """Void unspent links that are for nobody in particular: all, or those that end ``before``."""
    voided = delete(c.one_time_link).where(
        c.one_time_link.c.purpose == purpose,
        c.one_time_link.c.learner_id.is_(None),
        c.one_time_link.c.used_at.is_(None),
    )
    if before is not None:
        voided = voided.where(c.one_time_link.c.expires < before)
    connection.execute(voided)


def drop_links_of(connection: Connection, learner: str) -> None:
    """Void every unspent link of one learner."""
    connection.execute(
        delete(c.one_time_link).where(
            c.one_time_link.c.learner_id == learner, c.one_time_link.c.used_at.is_(None)
        )
    )


def find_tries(connection: Connection, key: str) -> Tries | None:
    """What is remembered of somebody's tries, or None."""
    row = connection.execute(select(c.throttle).where(c.throttle.c.key == key)).first()
    return None if row is None else Tries(row.failures, row.until, row.at)


def set_tries(connection: Connection, key: str, tries: Tries) -> None:
    """Remember a failure."""
    connection.execute(delete(c.throttle).where(c.throttle.c.key == key))
    connection.execute(
        insert(c.throttle),
        {"key": key, "failures": tries.failures, "until": tries.until, "at": tries.at},
    )


def forget_tries(connection: Connection, key: str) -> None:
    """Somebody succeeded."""
    connection.execute(delete(c.throttle).where(c.throttle.c.key == key))
