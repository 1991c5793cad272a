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

    def lend(self) -> tuple[str, Database]:
        """A fresh one and the application's connections to it, which may have served before.

        What those connections have learned (how a statement is written, where a table lies) takes
        longer to learn than most tests.
        """

    def take_back(self, address: str, opened: Database) -> None:
        """Empty it for the next who asks; if it was altered or is in use, remove it."""


class SqliteFiles:
    """Each database is a file; a fresh one is a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._template = file_of(self.empty())
        Database(sqlite_url(self._template)).close()
        self._made = ask(sqlite_url(self._template), SQLITE_CATALOGUE)
        tables = [name for name, kind, _ in self._made if kind == "table"]
        self._deletions = [f'DELETE FROM "{t}"' for t in tables if t != "alembic_version"]
        self._returned: list[tuple[str, Database]] = []

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

    def lend(self) -> tuple[str, Database]:
        """A copy, or one that was emptied."""
        if self._returned:
            return self._returned.pop()
        address = self.fresh()
        return address, Database(address)

    def take_back(self, address: str, opened: Database) -> None:
        """Empty it, or remove it."""
        if _is_idle(opened) and self._emptied(opened):
            self._returned.append((address, opened))
        else:
            opened.close()
            self.drop(address)

    def _emptied(self, opened: Database) -> bool:
        with opened.engine.connect() as connection:
            plain: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
            try:
                if plain.execute(SQLITE_CATALOGUE).fetchall() != self._made:
                    return False
                # Rows that other rows refer to go as well.
                plain.execute("PRAGMA foreign_keys=OFF")
                plain.executescript(";".join(["BEGIN IMMEDIATE", *self._deletions, "COMMIT"]))
                plain.execute("PRAGMA foreign_keys=ON")
            except sqlite3.Error:
                return False
        return True


def _is_idle(opened: Database) -> bool:
    """Whether nobody holds one of its connections."""
    pools = [opened.engine.pool, opened._writing.pool]
    return not any(pool.checkedout() for pool in pools)  # type: ignore[attr-defined]


SQLITE_CATALOGUE = """
SELECT name, type, coalesce(sql, (SELECT group_concat(version_num) FROM alembic_version))
FROM sqlite_master ORDER BY name
"""
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
        self._returned: list[tuple[str, Database]] = []

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

    def lend(self) -> tuple[str, Database]:
        """A copy, or one that was emptied."""
        if self._returned:
            return self._returned.pop()
        address = self.fresh()
        return address, Database(address)

    def take_back(self, address: str, opened: Database) -> None:
        """Empty it, or remove it."""
        ours = opened.engine.pool.checkedin()  # type: ignore[attr-defined]
        if _is_idle(opened) and self._emptied(address, ours):
            self._returned.append((address, opened))
        else:
            opened.close()
            self.server.drop(address)

    def _emptied(self, address: str, ours: int = 0) -> bool:
        """Whether it is empty now: its tables are as made, and no connection but ``ours`` open."""
        try:
            with psycopg.connect(address) as plain:
                ((others,),) = plain.execute(OTHERS.encode()).fetchall()
                if others > ours or plain.execute(CATALOGUE.encode()).fetchone() != self._made:
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
