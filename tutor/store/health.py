"""What a database says of its own state, asked without changing it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tutor.errors import Unavailable
from tutor.store import engine as e
from tutor.store.outbox import standing
from tutor.store.tables import REVISION


@dataclass(frozen=True)
class Health:
    """A database as it answers now.

    ``version`` is its program's; ``upgrade`` says what a start would do to its tables: "none",
    "made", "upgraded", or "newer" where a newer Equipoise made them. ``connections`` is how many it
    allows, None for a file; ``clock`` is the time on the database's own machine. ``letters`` are
    the e-mails that wait and those that were given up.
    """

    kind: str
    version: tuple[int, ...]
    upgrade: str
    writable: bool
    sound: str
    connections: int | None
    clock: datetime
    letters: tuple[int, int] = (0, 0)


def health(address: str) -> Health | None:
    """The state of the database at an address; None where a first start will make its file.

    Raises:
        Misconfigured: the address will not do, or its driver is missing.
        Unavailable: the database does not answer; the message says what it said instead.
    """
    url = e.parse(address)
    if url.get_backend_name() == e.SQLITE and not Path(url.database or "").exists():
        return None
    engine = e.make_engine(url, connections=1)
    try:
        with engine.connect() as connection:
            ask = _of_a_file if engine.dialect.name == e.SQLITE else _of_a_server
            found = ask(engine, connection)
            if found.upgrade != "none":
                return found
            return replace(found, letters=standing(connection))
    except DBAPIError as error:
        raise Unavailable(e.reason(error, url)) from None
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> str:
    try:
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        if not e.is_missing_table(error):
            raise
        connection.rollback()
        return "made"
    if at == REVISION:
        return "none"
    return "newer" if str(at) > REVISION else "upgraded"


def _of_a_file(engine: Engine, connection: Connection) -> Health:
    path = Path(engine.url.database or "")
    version = str(connection.execute(text("SELECT sqlite_version()")).scalar())
    return Health(
        "SQLite",
        tuple(map(int, version.split("."))),
        _upgrade(connection),
        os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
        str(connection.execute(text("PRAGMA quick_check(1)")).scalar()),
        None,
        datetime.now(UTC),
    )


def _of_a_server(_: Engine, connection: Connection) -> Health:
    upgrade = _upgrade(connection)
    row = connection.execute(
        text(
            "SELECT current_setting('server_version_num')::int AS version, "
            "current_setting('max_connections')::int AS connections, "
            "NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' "
            "AND has_schema_privilege(current_schema(), 'CREATE') AS writable, "
            "clock_timestamp() AS clock"
        )
    ).one()
    major = (row.version // 10_000, row.version % 10_000)
    return Health("PostgreSQL", major, upgrade, row.writable, "ok", row.connections, row.clock)
