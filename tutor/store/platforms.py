"""Learning platforms in the database: registrations, deployments, and our own keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tutor.store import lti_tables as t
from tutor.store.practice_sets import is_new_row


@dataclass(frozen=True)
class Platform:
    """A learning platform as an administrator has registered it.

    ``issuer`` and ``client_id`` name it in its messages. ``frames`` are the addresses of its pages
    besides those of the issuer and of ``auth_url``.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    frames: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Deployment:
    """A place in a platform where the tool was put; launches from it are accepted if allowed."""

    platform: str
    id: str
    allowed: bool
    at: datetime


def _platform(row: Row[Any]) -> Platform:
    frames = tuple(filter(None, row.frames.split(",")))
    addresses = row.auth_url, row.token_url, row.jwks_url
    return Platform(row.id, row.name, row.issuer, row.client_id, *addresses, frames, row.at)


def platforms(connection: Connection) -> list[Platform]:
    """Every platform, by name."""
    rows = connection.execute(
        select(t.lti_platform).order_by(t.lti_platform.c.name, t.lti_platform.c.at)
    )
    return [_platform(row) for row in rows]


def find_platform(connection: Connection, id_: str) -> Platform | None:
    """A platform by its id, or None."""
    row = connection.execute(select(t.lti_platform).where(t.lti_platform.c.id == id_)).first()
    return None if row is None else _platform(row)


def platforms_of_issuer(connection: Connection, issuer: str) -> list[Platform]:
    """The registrations that have one issuer: a hosted platform has one for all its schools."""
    rows = connection.execute(select(t.lti_platform).where(t.lti_platform.c.issuer == issuer))
    return [_platform(row) for row in rows]


def _values(made: Platform) -> dict[str, Any]:
    return {
        "name": made.name,
        "issuer": made.issuer,
        "client_id": made.client_id,
        "auth_url": made.auth_url,
        "token_url": made.token_url,
        "jwks_url": made.jwks_url,
        "frames": ",".join(made.frames),
    }


def add_platform(connection: Connection, made: Platform) -> None:
    """Store a new platform; a second one of its issuer and client id is refused."""
    connection.execute(insert(t.lti_platform), {"id": made.id, "at": made.at, **_values(made)})


def change_platform(connection: Connection, made: Platform) -> None:
    """Store a platform anew."""
    connection.execute(
        update(t.lti_platform).where(t.lti_platform.c.id == made.id).values(_values(made))
    )


def delete_platform(connection: Connection, id_: str) -> None:
    """Remove a platform, its deployments, and which of its courses and people are which of ours.

    Classes and what people did stay.
    """
    for table in (t.lti_person, t.lti_course, t.lti_deployment):
        connection.execute(delete(table).where(table.c.platform_id == id_))
    connection.execute(delete(t.lti_platform).where(t.lti_platform.c.id == id_))


def deployments(connection: Connection) -> list[Deployment]:
    """Every deployment, oldest first."""
    rows = connection.execute(select(t.lti_deployment).order_by(t.lti_deployment.c.at))
    return [Deployment(row.platform_id, row.deployment_id, row.allowed, row.at) for row in rows]


def is_allowed(connection: Connection, platform: str, deployment: str) -> bool:
    """Whether launches from a deployment are accepted."""
    d = t.lti_deployment.c
    found = connection.execute(
        select(d.allowed).where(d.platform_id == platform, d.deployment_id == deployment)
    ).scalar()
    return bool(found)


def note_deployment(
    connection: Connection, platform: str, deployment: str, allowed: bool, at: datetime
) -> None:
    """Remember a deployment that is not known yet; one that is stays as it is."""
    row = {"platform_id": platform, "deployment_id": deployment, "allowed": allowed, "at": at}
    is_new_row(connection, t.lti_deployment, row)


def allow_deployment(connection: Connection, platform: str, deployment: str, allowed: bool) -> bool:
    """Accept launches from a deployment, or no more; False if there is no such deployment."""
    d = t.lti_deployment.c
    changed = connection.execute(
        update(t.lti_deployment)
        .where(d.platform_id == platform, d.deployment_id == deployment)
        .values(allowed=allowed)
    )
    return changed.rowcount == 1


def waiting_deployments(connection: Connection, platform: str) -> int:
    """How many deployments of a platform wait for an administrator's word."""
    d = t.lti_deployment.c
    rows = connection.execute(
        select(d.deployment_id).where(d.platform_id == platform, d.allowed.is_(False))
    )
    return len(rows.all())


def use_nonce(connection: Connection, digest: str, expires: datetime, at: datetime) -> bool:
    """Use something that is good for once; False if somebody has used it.

    One statement decides: of two at once only one inserts the row. What has expired is removed,
    since what it stood for is refused for its age.
    """
    connection.execute(delete(t.lti_nonce).where(t.lti_nonce.c.expires < at))
    return is_new_row(connection, t.lti_nonce, {"digest": digest, "expires": expires})


def is_used(connection: Connection, digest: str) -> bool:
    """Whether somebody has used something that is good for once."""
    n = t.lti_nonce.c
    return connection.execute(select(n.digest).where(n.digest == digest)).first() is not None


def keys(connection: Connection) -> Sequence[tuple[str, str, datetime]]:
    """Our keys, oldest first: id, encrypted PEM, and when each was made."""
    k = t.lti_key.c
    rows = connection.execute(select(k.id, k.pem, k.at).order_by(k.at, k.id))
    return [(row.id, row.pem, row.at) for row in rows]


def add_key(connection: Connection, id_: str, pem: str, at: datetime) -> None:
    """Store a key of ours."""
    connection.execute(insert(t.lti_key), {"id": id_, "pem": pem, "at": at})


def drop_keys(connection: Connection, ids: Sequence[str]) -> None:
    """Remove keys of ours."""
    connection.execute(delete(t.lti_key).where(t.lti_key.c.id.in_(ids)))
