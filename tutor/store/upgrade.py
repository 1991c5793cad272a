"""Bring a database's schema up to date, under a lock."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

from tutor.errors import Misconfigured


def upgrade(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction.

    Raises:
        Misconfigured: the database is ahead of this code.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7310991)")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Misconfigured(
                "The database was made by a newer version of Equipoise. Install that version, "
                "or set EQUIPOISE_HOME to another place."
            ) from error
        connection.commit()
