"""Engines: what an address means, how its connections are prepared, and what their errors say."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from tutor.errors import Misconfigured

TRIES = 200
SQLITE, POSTGRESQL = "sqlite", "postgresql"
UNAVAILABLE = (
    "The database does not answer just now. Wait a moment and send this again: nothing is stored "
    "twice."
)
UNWRITABLE = (
    "The server cannot store anything just now: its disk may be full, or closed to it. What was "
    "stored before is safe. Tell whoever runs this server, then send this again."
)
# Milliseconds that a write waits while another program holds the file: in a thread, and on an event
# loop, where everybody else would wait as well.
BUSY, BUSY_ON_THE_LOOP = 5_000, 50
_FULL = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")
_WANTED = (
    "EQUIPOISE_DATABASE_URL must look like postgresql://user:password@host:5432/database. "
    "Write @ : / ? # and % in a name or password as %40 %3A %2F %3F %23 and %25."
)
# Three servers of this size fit into the hundred connections that PostgreSQL allows by default.
_POSTGRESQL: dict[str, Any] = {
    "hide_parameters": True,  # what a learner wrote is not for a log
    "pool_size": 10,
    "max_overflow": 15,
    "pool_pre_ping": True,
    "isolation_level": "READ COMMITTED",
}
_CONNECTION = {"connect_timeout": "10", "application_name": "equipoise"}
_TIMEOUTS = (
    "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
)
# The server is gone, full or stopping; a lock was not had in time; two writers met head on.
_PASSING_CLASSES = ("08", "53", "57")
_PASSING = ("40001", "40P01", "55P03", "25P03")


def sqlite_url(path: Path) -> str:
    """The address of a SQLite database file."""
    return f"sqlite:///{path}"


def parse(address: str) -> URL:
    """An address as SQLAlchemy reads it; PostgreSQL always by psycopg 3.

    Raises:
        Misconfigured: it is neither SQLite's nor PostgreSQL's. The sentence never repeats the
            address: it may hold a password.
    """
    try:
        url = make_url(address.strip())
    except (ArgumentError, ValueError):
        raise Misconfigured(_WANTED) from None
    name = url.get_backend_name()
    if name == SQLITE:
        return url
    # A second @ is one in the password: what follows the first would be taken for the host.
    if name not in ("postgres", POSTGRESQL) or address.count("@") > 1 or not url.database:
        raise Misconfigured(_WANTED)
    return url.set(drivername="postgresql+psycopg")


def make_engine(url: URL, connections: int) -> Engine:
    """An engine whose connections are prepared; ``connections`` is the pool's size on SQLite.

    Raises:
        Misconfigured: the driver for PostgreSQL is not installed.
    """
    if url.get_backend_name() == SQLITE:
        # Last in, first out: few connections stay warm.
        engine = create_engine(
            url,
            pool_size=connections,
            max_overflow=40,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    query = {"options": _TIMEOUTS, **_CONNECTION, **url.query}
    try:
        engine = create_engine(url.set(query=query), pool_use_lifo=True, **_POSTGRESQL)
    except ImportError as error:
        raise Misconfigured(
            "PostgreSQL needs its driver, which is not installed here: run "
            f"`pip install 'equipoise[postgres]'`. ({error})"
        ) from error
    event.listen(engine, "handle_error", _without_rows)
    return engine


def _without_rows(context: ExceptionContext) -> None:
    """Keep an error's first line: PostgreSQL goes on to cite the row, and a log would hold it."""
    plain = str(context.original_exception).partition("\n")[0]
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (plain, *error.args[1:])


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Python's sqlite3 would begin transactions by itself, and late; ours begin explicitly.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
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


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's five characters, or nothing."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def is_duplicate(error: DBAPIError) -> bool:
    """Whether a key was taken, rather than a foreign key or a check violated."""
    name = getattr(error.orig, "sqlite_errorname", "")
    taken = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
    return name in taken or sqlstate(error) == "23505"


def is_missing_table(error: DBAPIError) -> bool:
    """Whether a table was asked for that is not there."""
    return sqlstate(error) == "42P01" or "no such table" in str(error.orig)


def is_busy(error: DBAPIError) -> bool:
    """Whether another program holds SQLite's file."""
    name: str = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def is_unwritable(error: DBAPIError) -> bool:
    """Whether SQLite's file cannot be written to, whoever asks: a full disk, or no right to."""
    name: str = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(_FULL)


def is_passing(error: DBAPIError) -> bool:
    """Whether the same request may well succeed in a moment."""
    name, state = getattr(error.orig, "sqlite_errorname", ""), sqlstate(error)
    # Without a word from the server there was no connection, or no more.
    unheard = isinstance(error, OperationalError) and not state and not name
    return (
        error.connection_invalidated
        or unheard
        or is_busy(error)
        or state.startswith(_PASSING_CLASSES)
        or state in _PASSING
    )


def reason(error: DBAPIError, url: URL) -> str:
    """What the database said, in one line, without the password."""
    said = next(iter(str(error.orig).splitlines()), "").strip().rstrip(".")
    for secret in (url.password, url.query.get("password")):
        if secret:
            said = said.replace(str(secret), "***")
    return said
