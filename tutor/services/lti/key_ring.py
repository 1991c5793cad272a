"""Our own keys, by which a learning platform knows that a message is ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tutor.services.accounts.identity import Identity
from tutor.services.clock import now
from tutor.store import platforms as store
from tutor.store.connection import Connection
from tutor.store.database import Database

RENEWED_AFTER = timedelta(days=180)
PUBLISHED_BEFORE = timedelta(days=2)  # a platform may keep our key set for as long
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class StoredKey:
    """A private key, encrypted, under the id by which platforms know its public part."""

    id: str
    pem: str = field(repr=False)
    at: datetime


class KeyRing:
    """The keys in the database, made by ``make`` (id, encrypted PEM) when there is need of one."""

    def __init__(
        self, database: Database, identity: Identity, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._now = clock
        self.password = identity.derived("equipoise-lti-key")

    def published(
        self, make: Callable[[], tuple[str, str]], is_readable: Callable[[str], bool]
    ) -> tuple[StoredKey, ...]:
        """The keys to publish, oldest first; there is always one that can be read.

        A new one is made twice a year, and published before it signs anything. A key that cannot
        be read was encrypted under another secret key, and is of no use to anybody.
        """
        with self._database.read() as connection:
            found = self._kept(connection, is_readable)
        if found and self._now() - found[-1].at < RENEWED_AFTER:
            return found
        id_, pem = make()
        with self._database.write(alone="lti-keys") as connection:
            found = self._kept(connection, is_readable)
            if not found or self._now() - found[-1].at >= RENEWED_AFTER:
                store.add_key(connection, id_, pem, self._now())
            every = {key for key, _, _ in store.keys(connection)}
            found = self._kept(connection, is_readable)
            store.drop_keys(connection, sorted(every - {key.id for key in found}))
        return found

    def signing(self, published: tuple[StoredKey, ...]) -> StoredKey:
        """The newest key that platforms have had time to fetch; else the oldest there is."""
        at = self._now()
        old = [key for key in published if at - key.at >= PUBLISHED_BEFORE]
        return old[-1] if old else published[0]

    def _kept(
        self, connection: Connection, is_readable: Callable[[str], bool]
    ) -> tuple[StoredKey, ...]:
        oldest = self._now() - KEPT
        every = [StoredKey(*row) for row in store.keys(connection)]
        return tuple(key for key in every if key.at >= oldest and is_readable(key.pem))
