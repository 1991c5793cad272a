"""What is true of SQLite alone: its pragmas, its file, and places that cannot hold one."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event

from tests.databases import ask, file_of
from tests.store import rows
from tests.store.rows import AIDED
from tests.store.test_order import reveal
from tutor.errors import Misconfigured, Unavailable
from tutor.store import practice_sets as set_store
from tutor.store.database import Database, sqlite_url
from tutor.store.tables import metadata


def test_an_empty_place_becomes_a_database(tmp_path):
    address = sqlite_url(tmp_path / "new.db")
    Database(address).close()
    found = {name for (name,) in ask(address, "SELECT name FROM sqlite_master WHERE type='table'")}
    assert found == set(metadata.tables) | {"alembic_version"}


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "equipoise.db").write_bytes(b"not a database" * 1_000)
    with pytest.raises(Misconfigured, match="EQUIPOISE_HOME"):
        Database(sqlite_url(tmp_path / "equipoise.db"))


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(Misconfigured, match="EQUIPOISE_HOME"):
        Database(sqlite_url(tmp_path / "nowhere" / "equipoise.db"))


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_what_is_acknowledged_is_durable(sqlite_database, pragma, value):
    with sqlite_database.read() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_every_connection_of_the_pool_checks_foreign_keys(sqlite_database):
    open_ = [sqlite_database.engine.connect() for _ in range(30)]
    try:
        assert {c.exec_driver_sql("PRAGMA foreign_keys").scalar() for c in open_} == {1}
    finally:
        for connection in open_:
            connection.close()


def test_the_file_itself_holds_the_law(sqlite_database, sqlite_address):
    """Another program that checks foreign keys is held to the order as well."""
    rows.show_both(sqlite_database)
    with closing(sqlite3.connect(file_of(sqlite_address))) as other:
        other.execute("PRAGMA foreign_keys=ON")
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(reveal(AIDED))


def fill(database):
    """Store learners, more than there is room for."""
    for number in range(2_000):
        with database.write() as connection:
            set_store.ensure_learner(connection, f"g_{number:022d}", rows.AT)


@pytest.mark.parametrize("harm", ["full", "read-only"])
def test_what_cannot_be_stored_is_told_and_readers_go_on(sqlite_database, harm):
    rows.show_both(sqlite_database)
    pragma = {"full": "PRAGMA max_page_count=1", "read-only": "PRAGMA query_only=1"}[harm]

    def hurt(connection):
        connection.exec_driver_sql(pragma)

    event.listen(sqlite_database._writing, "engine_connect", hurt)
    try:
        with pytest.raises(Unavailable, match="disk may be full"):
            fill(sqlite_database)
        with sqlite_database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM learner").scalar() >= 1
    finally:
        event.remove(sqlite_database._writing, "engine_connect", hurt)
