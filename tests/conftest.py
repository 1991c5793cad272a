"""What most tests stand on: the small pack, built once; a real database; the services; the app."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tutor.content.loading import load
from tutor.content.pack import Exercise, Pack
from tutor.lab.build import build
from tutor.lab.bundle import Bundle
from tutor.services.identity import Identity
from tutor.services.library import Library
from tutor.services.practice import Practice
from tutor.services.record import Record
from tutor.store.database import Database, sqlite_url

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "packs" / "small"
LEARNER = "g_" + "a" * 22
OTHER = "g_" + "b" * 22
SECRET = "a secret that only the tests know"


@pytest.fixture(scope="session")
def small_pack() -> Pack:
    """The small pack, loaded."""
    pack, problems = load(SMALL)
    assert problems == []
    return pack


@pytest.fixture(scope="session")
def exercise(small_pack: Pack) -> Exercise:
    """The one exercise of the small pack."""
    return small_pack.exercises[0]


@pytest.fixture(scope="session")
def bundles(small_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small pack is built; read only. Copy it before harming it."""
    root = tmp_path_factory.mktemp("home") / "bundles"
    built = list(build(small_pack, root, lambda _: None))
    assert [b.problem for b in built] == [None]
    return root


@pytest.fixture(scope="session")
def bundle(bundles: Path, exercise: Exercise) -> Bundle:
    """The built small exercise."""
    return Bundle(bundles / exercise.fingerprint)


@pytest.fixture(scope="session")
def library(small_pack: Pack, bundles: Path) -> Library:
    """The library with the small exercise, its bundle in memory."""
    made = Library([small_pack], bundles)
    made.warm()
    return made


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a row, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    made = Database(sqlite_url(path))
    with made.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Database]:
    """A real SQLite database in a file of its own (``tmp_path / "equipoise.db"``)."""
    path = tmp_path / "equipoise.db"
    shutil.copy(empty_database, path)
    opened = Database(sqlite_url(path))
    yield opened
    opened.close()


@pytest.fixture
def practice(database: Database, library: Library) -> Practice:
    """The learner's use cases over the small pack."""
    return Practice(database, library)


@pytest.fixture
def record(database: Database, library: Library) -> Record:
    """Looking back, over the same database."""
    return Record(database, library)


@pytest.fixture
def identity() -> Identity:
    """Signs cookies with ``SECRET``, good for thirty days."""
    return Identity(SECRET, days=30)


@pytest.fixture
def app(database: Database, library: Library, identity: Identity) -> FastAPI:
    """The whole web application over the small pack."""
    from tutor.web.app import create_app

    return create_app(database, library, identity)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory to put on PYTHONPATH: the package as a wheel lays it out, small pack inside."""
    site = tmp_path_factory.mktemp("site")
    leave = shutil.ignore_patterns("__pycache__", "_pack")
    shutil.copytree(ROOT / "tutor", site / "tutor", ignore=leave)
    shutil.copytree(SMALL, site / "tutor" / "_pack", ignore=leave)
    return site
