"""Backup and restore as the operators' page says, tried on both databases while they are open."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.databases import file_of
from tests.store import rows
from tutor.store import encounters as store
from tutor.store.database import Database, sqlite_url
from tutor.store.outcomes import add_closing


def close_one(database):
    """Both cases shown, the first of them closed."""
    rows.show_both(database)
    with database.write() as connection:
        store.add_commitment(connection, rows.committed())
        store.add_reveal(connection, rows.revealed())
        store.add_decision(connection, rows.decided())
        add_closing(connection, rows.SET, rows.closed())


def everything(address):
    database = Database(address)
    try:
        with database.read() as connection:
            return store.attempts_of_learner(connection, rows.SET.learner)
    finally:
        database.close()


def nightly_backup():
    """The command of the Kubernetes manifest."""
    text = (ROOT / "deploy" / "kubernetes" / "backup.yaml").read_text(encoding="utf-8")
    [job] = (one for one in yaml.safe_load_all(text) if one["kind"] == "CronJob")
    [container] = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return [*container["command"], *container["args"]]


@pytest.fixture
def filled_sqlite(sqlite_databases):
    address = sqlite_databases.fresh()
    database = Database(address)
    close_one(database)
    yield address
    database.close()


@pytest.fixture
def filled_postgresql(postgresql_databases):
    address = postgresql_databases.fresh()
    database = Database(address)
    close_one(database)
    yield address
    database.close()


def test_a_copy_of_sqlite_made_while_it_is_open_holds_everything(filled_sqlite, tmp_path):
    copy = tmp_path / "copy.db"
    with (
        closing(sqlite3.connect(file_of(filled_sqlite))) as live,
        closing(sqlite3.connect(copy)) as kept,
    ):
        live.backup(kept)
    assert everything(sqlite_url(copy)) == everything(filled_sqlite)
    assert len(everything(sqlite_url(copy))) == 2


def test_a_dump_of_postgresql_is_restored_into_an_empty_database(
    filled_postgresql, postgresql_databases, postgres, tmp_path
):
    programs = Path(postgres.program("pg_dump")).parent
    given = {"BACKUPS": str(tmp_path), "EQUIPOISE_DATABASE_URL": filled_postgresql}
    given["PATH"] = f"{programs}:{os.environ['PATH']}"
    subprocess.run(nightly_backup(), check=True, capture_output=True, env=given)
    [dump] = tmp_path.iterdir()
    assert dump.suffix == ".dump"
    empty = postgresql_databases.empty()
    restore = [postgres.program("pg_restore"), "--no-owner", "--exit-on-error", "--dbname", empty]
    subprocess.run([*restore, str(dump)], check=True, capture_output=True)
    assert everything(empty) == everything(filled_postgresql)
    assert len(everything(empty)) == 2
