"""Fresh databases of both kinds, and a look into them by another program than ours."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.postgres import Postgres
from tutor.store.database import Database, sqlite_url


class Databases(Protocol):
    """One kind of database: ``fresh`` ones are migrated and hold no row, ``empty`` ones nothing."""

    def fresh(self) -> str:
        """The address of a new database that is migrated."""

    def empty(self) -> str:
        """The address of a new database in which nothing was ever done."""

    def drop(self, address: str) -> None:
        """Remove it."""


class SqliteFiles:
    """Each database is a file; a fresh one is a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._template = file_of(self.empty())
        Database(sqlite_url(self._template)).close()

    def fresh(self) -> str:
        """A copy."""
        address = self.empty()
        shutil.copy(self._template, file_of(address))
        return address

    def empty(self) -> str:
        """A name without a file."""
        self._count += 1
        return sqlite_url(self._folder / f"{self._count}.db")

    def drop(self, address: str) -> None:
        """Remove the file and those beside it."""
        path = file_of(address)
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


# What there is beside rows, and who else looks on. A copy has the very same catalogue.
CATALOGUE = """
SELECT (SELECT array_agg(version_num::text) FROM alembic_version), sum(n), sum(x)
FROM (
  SELECT count(*) AS n, sum(xmin::text::numeric) AS x FROM pg_class
  UNION ALL SELECT count(*), sum(xmin::text::numeric) FROM pg_attribute
  UNION ALL SELECT count(*), sum(xmin::text::numeric) FROM pg_constraint
  UNION ALL SELECT count(*), sum(xmin::text::numeric) FROM pg_trigger
  UNION ALL SELECT count(*), sum(xmin::text::numeric) FROM pg_proc
  UNION ALL SELECT count(*), sum(xmin::text::numeric) FROM pg_namespace
) AS parts
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


class PostgresDatabases:
    """Each database is one of a server's; a fresh one is a copy of one that was migrated once.

    To copy and to remove a database takes longer than most tests: one that a test gives back with
    its tables as they were made is emptied, and is fresh again.
    """

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._template = server.fresh()
        Database(self._template).close()
        with psycopg.connect(self._template) as plain:
            self._made = plain.execute(CATALOGUE.encode()).fetchone()
            tables = [f'"{name}"' for (name,) in plain.execute(TABLES.encode())]
        deletions = [f"DELETE FROM {table}" for table in tables]
        # Rows that other rows refer to go as well.
        self._empty = "; ".join(["SET session_replication_role = replica", *deletions])
        self._clean: list[str] = []

    def fresh(self) -> str:
        """A copy, or one that was emptied."""
        if self._clean:
            return self._clean.pop()
        return self.server.fresh(str(psycopg.conninfo.conninfo_to_dict(self._template)["dbname"]))

    def empty(self) -> str:
        """A database as it is created."""
        return self.server.fresh()

    def drop(self, address: str) -> None:
        """Empty it for the next who asks; if it was altered or is in use, remove it."""
        if self._emptied(address):
            self._clean.append(address)
        else:
            self.server.drop(address)

    def _emptied(self, address: str) -> bool:
        try:
            with psycopg.connect(address) as plain:
                ((others,),) = plain.execute(OTHERS.encode()).fetchall()
                if others or plain.execute(CATALOGUE.encode()).fetchone() != self._made:
                    return False
                plain.execute(self._empty.encode())
        except psycopg.Error:  # it has no such tables
            return False
        return True


def is_sqlite(address: str) -> bool:
    """Whether it is a file."""
    return address.startswith("sqlite:")


def file_of(address: str) -> Path:
    """The file of a SQLite database."""
    return Path(address.removeprefix("sqlite:///"))


def ask(address: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query with ``?`` for each value, by a connection that knows nothing of ours."""
    if is_sqlite(address):
        with closing(sqlite3.connect(file_of(address))) as plain:
            return plain.execute(query, values).fetchall()
    with psycopg.connect(address) as plain:
        return plain.execute(query.replace("?", "%s").encode(), values).fetchall()


def run(address: str, script: str) -> None:
    """Run a script of statements, in one transaction, by a connection of its own."""
    if is_sqlite(address):
        with closing(sqlite3.connect(file_of(address))) as plain:
            plain.executescript(f"BEGIN;\n{script}\nCOMMIT;")
        return
    with psycopg.connect(address) as plain:
        plain.execute(script.encode())
