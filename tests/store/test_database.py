"""The database: made from nothing, by one of several processes at once; all of a write or none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import tutor.store.upgrade
from tests.conftest import ROOT
from tests.databases import ask
from tests.store import rows
from tutor.errors import AlreadyThere, Misconfigured
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database
from tutor.store.tables import REVISION, metadata

ROUNDS = 2
OPEN = """
import sys, time
from pathlib import Path
from tutor.store.database import Database

print("ready", flush=True)
for address, gate in zip(sys.argv[1::2], sys.argv[2::2]):
    while not Path(gate).exists():
        time.sleep(0.0005)
    database = Database(address)
    with database.read() as connection:
        print(connection.exec_driver_sql("SELECT count(*) FROM closing").scalar(), flush=True)
"""


# --- migrations ---------------------------------------------------------------------------------


def test_what_the_migrations_make_is_what_the_code_expects(database):
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_the_code_expects():
    folder = Path(tutor.store.upgrade.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [REVISION]


def test_opening_again_changes_nothing(database, address):
    rows.show_both(database)
    database.close()
    again = Database(address)
    with again.read() as connection:
        assert len(store.attempts_of_set(connection, "set")) == 2
    again.close()


def test_processes_that_start_at_once_migrate_once(databases, tmp_path):
    """In each round they wait at a gate for a database in which nothing was ever done."""
    rounds = [(databases.empty(), tmp_path / f"go {number}") for number in range(ROUNDS)]
    argv = [sys.executable, "-c", OPEN, *(str(word) for pair in rounds for word in pair)]
    started = [
        subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * 4
    for _, gate in rounds:
        gate.touch()
        said = [process.stdout.readline() for process in started]
        assert said == ["0\n"] * 4, [process.communicate(timeout=120) for process in started]
    done = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 4, done
    for address, _ in rounds:
        assert ask(address, "SELECT version_num FROM alembic_version") == [(REVISION,)]
        databases.drop(address)


def test_a_database_of_a_newer_version_is_told(database, address):
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(Misconfigured, match="newer"):
        Database(address)


# --- durable, all or nothing ---------------------------------------------------------------------


def test_a_write_that_fails_leaves_nothing(database):
    rows.show_both(database)

    def commit_and_fail():
        with database.write() as connection:
            store.add_commitment(connection, rows.committed())
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        commit_and_fail()
    with database.read() as connection:
        assert store.find_attempt(connection, rows.AIDED).stage == rows.shown(rows.AIDED)


def test_after_a_write_that_failed_the_next_one_goes_through(database):
    rows.show_both(database)
    with pytest.raises(AlreadyThere):
        rows.show_both(database)
    with database.write() as connection:
        store.add_commitment(connection, rows.committed())
    with database.read() as connection:
        assert store.find_attempt(connection, rows.AIDED).stage == rows.committed()


def test_writers_of_two_processes_wait_for_each_other(database, address):
    """A second engine stands for another process: it shares no lock with ours."""
    rows.show_both(database)
    other = Database(address)
    errors = []

    def add(to, name):
        try:
            for n in range(40):
                with to.write() as connection:
                    set_store.ensure_learner(connection, f"g_{name}{n}", rows.AT)
        except Exception as error:
            errors.append(error)
            raise

    threads = [Thread(target=add, args=pair) for pair in [(database, "a"), (other, "b")] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        learners = connection.exec_driver_sql("SELECT count(*) FROM learner").scalar()
    other.close()
    assert errors == []
    assert learners == 81
