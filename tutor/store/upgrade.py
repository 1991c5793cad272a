"""Bring a database's schema up to date, under a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from tutor.errors import Misconfigured

_LOCK = 7310991


def upgrade(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction; other processes wait.

    Raises:
        Misconfigured: the database is ahead of this code.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _unchecked(connection):
                _run(connection)
        else:
            # Whoever waits for another's migration, or for a large table, waits to its end.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            _run(connection)
            connection.commit()


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """A transaction on SQLite that holds the references at its end.

    SQLite changes a table by copying it and dropping the old one, which a reference to it would
    forbid; and it can turn the checks off only outside a transaction.
    """
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise Misconfigured(
                f"The database could not be upgraded: {len(broken)} rows refer to what is not "
                f"there, the first in table {broken[0][0]}. Nothing was changed; restore a backup."
            )
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _run(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Misconfigured(
            "The database was made by a newer version of Equipoise. Install that version, "
            "or set EQUIPOISE_HOME or EQUIPOISE_DATABASE_URL to another place."
        ) from error
