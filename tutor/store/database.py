"""Open the database: engine, pragmas, migrations, and the one lock that SQLite's writers share."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from tutor.errors import AlreadyThere, Misconfigured
from tutor.store.tables import REVISION

TRIES = 200
_DUPLICATE = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")


class Database:
    """An engine that is migrated and durable; ``read`` and ``write`` are the only doors.

    On SQLite a write takes the process's lock first and begins immediately: waiting on a lock
    costs nothing, SQLite's own busy handler sleeps.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url, connections=20)
        self._sqlite = self.engine.dialect.name == "sqlite"
        # One connection writes on SQLite: its page cache then outlives its own writes.
        self._writing = _engine(url, connections=1) if self._sqlite else self.engine
        self._writer: Any = threading.Lock() if self._sqlite else nullcontext()
        self._migrate()

    def _migrate(self) -> None:
        try:
            with self.engine.connect() as connection:
                at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except DatabaseError as error:
            if "no such table" not in str(error) and "does not exist" not in str(error):
                raise Misconfigured(
                    f"The database cannot be read: {error.orig}. Check EQUIPOISE_HOME."
                ) from error
            at = None
        if at == REVISION:
            return
        # Alembic takes a fifth of a second to import; a database that is up to date needs none.
        from tutor.store.upgrade import upgrade

        upgrade(self.engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is durable on leaving, or none of it.

        Raises:
            AlreadyThere: a row of that key exists; nothing was stored.
        """
        with self._writer, self._writing.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException as error:
                connection.rollback()
                if isinstance(error, IntegrityError) and _is_duplicate(error):
                    raise AlreadyThere("This is stored already; the first one stands.") from error
                raise
            connection.commit()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._writing.dispose()


def _is_duplicate(error: IntegrityError) -> bool:
    """Whether a key was taken, rather than a foreign key or a check violated."""
    name = getattr(error.orig, "sqlite_errorname", "")
    return name in _DUPLICATE or getattr(error.orig, "sqlstate", "") == "23505"


def sqlite_url(path: Path) -> str:
    """The address of a SQLite database file."""
    return f"sqlite:///{path}"


def _engine(url: str, connections: int) -> Engine:
    # Last in, first out: few connections stay warm.
    engine = create_engine(url, pool_size=connections, max_overflow=40, pool_use_lifo=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's sqlite3 would begin transactions by itself, and late; ours begin explicitly.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: Any) -> None:
    """Set the journal's mode; processes that do so at once are refused, timeout or not."""
    for _ in range(TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.05)
    raise Misconfigured("The database is held by another program. End it, then start again.")
