"""What most tests stand on: the small pack, built once; a real database; the services; the app."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from tests.absent import absent
from tests.absent import pytest_terminal_summary as pytest_terminal_summary
from tests.browser import chromium
from tests.contract import STUDIES, Contract, checked, exercises
from tests.databases import Databases, PostgresDatabases, SqliteFiles
from tests.order import place_of
from tests.postgres import MISSING as NO_POSTGRESQL
from tests.postgres import Postgres
from tests.postgres import find as find_postgres
from tests.studies import Trained, study_of
from tests.warm import FORKED
from tutor.content.loading import load
from tutor.content.pack import Exercise, Pack
from tutor.lab.build import build
from tutor.lab.bundle import Bundle, is_complete
from tutor.lab.process_pool import cores, keep_what_is_freed, quiet
from tutor.services.accounts.identity import Identity
from tutor.services.authoring.preview import Preview
from tutor.services.encounters.history import History
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice
from tutor.store.database import Database

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "packs" / "small"
BUILT_IN = "built-in"  # where what is made of the built-in pack is kept in a test run
LEARNER = "g_" + "a" * 22
OTHER = "g_" + "b" * 22
SECRET = "a secret that only the tests know"
gc.disable()  # while modules load nothing is garbage
keep_what_is_freed()  # as the processes do that build and check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the longest files first; within a file nothing changes."""
    items.sort(key=lambda item: place_of(item.path))


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores, four at most: each has a browser, databases and imports."""
    return min(4, cores() + 1)


def pytest_collection_finish() -> None:
    """What was loaded stays: from now on garbage is looked for, seldom, in what tests make."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def warm_workers() -> Iterator[None]:
    """Let the laboratory's workers begin with everything imported; commands still spawn theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tutor.lab.process_pool.START", FORKED)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hash passwords by the very function at its least cost; one test asks for the true one."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tutor.services.accounts.accounts.PasswordHasher", cheap)
        yield


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
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A directory that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def bundles(small_pack: Pack, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small pack is built; read only. Copy it before harming it."""
    root = tmp_path_factory.mktemp("home") / "bundles"
    with FileLock(shared / "small.lock"):
        built = list(build(small_pack, shared / "small", quiet))
        assert [b.problem for b in built] in ([None], [])  # by another process, perhaps
        # A copy of one's own: whoever reads a bundle notes beside it that it was whole.
        shutil.copytree(shared / "small", root)
    return root


@pytest.fixture(scope="session")
def contract(shared: Path) -> Contract:
    """The one check of the built-in pack in this test run, and the bundles that it built."""
    return checked(shared / BUILT_IN)


@pytest.fixture(scope="session")
def built_in_bundles(contract: Contract) -> Path:
    """Where the whole built-in pack is built; read only."""
    unbuilt = [e.key for e in exercises() if not is_complete(contract.bundles / e.fingerprint)]
    assert unbuilt == [], "\n".join(words for _, words in contract.problems)
    return contract.bundles


@pytest.fixture(scope="session")
def trained(shared: Path) -> Trained:
    """``trained("ecg")``: a built-in model trained on seed 0, once in this test run; read only."""
    return partial(study_of, shared / BUILT_IN / STUDIES)


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
def browser() -> Iterator[Browser]:
    """Chromium. Without one, or without its driver, what :func:`absent` does."""
    if not chromium.driver_starts():
        absent(chromium.NO_DRIVER)
    with sync_playwright() as playwright:
        path = chromium.find(playwright)
        if path is None:
            absent(chromium.NO_CHROMIUM)
        launched = playwright.chromium.launch(executable_path=path, args=chromium.ARGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private server. Without one, what :func:`absent` does."""
    binaries = find_postgres()
    if binaries is None:
        absent(NO_POSTGRESQL)
    server = Postgres(binaries)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """SQLite files."""
    return SqliteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql_databases(postgres: Postgres) -> Databases:
    """Databases of the private server."""
    return PostgresDatabases(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where fresh databases come from; each test that stands on this runs once for each kind."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """The address of a real database of the test's own, migrated, without a row."""
    fresh = databases.fresh()
    yield fresh
    databases.drop(fresh)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """The database at ``address``, opened."""
    opened = Database(address)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_address(sqlite_databases: Databases) -> Iterator[str]:
    """The address of a migrated SQLite file, for what is true of SQLite alone."""
    fresh = sqlite_databases.fresh()
    yield fresh
    sqlite_databases.drop(fresh)


@pytest.fixture
def sqlite_database(sqlite_address: str) -> Iterator[Database]:
    """The SQLite file, opened."""
    opened = Database(sqlite_address)
    yield opened
    opened.close()


@pytest.fixture
def practice(database: Database, library: Library) -> Practice:
    """The learner's use cases over the small pack."""
    return Practice(database, library)


@pytest.fixture
def record(database: Database, library: Library) -> History:
    """Looking back, over the same database."""
    return History(database, library)


@pytest.fixture
def identity() -> Identity:
    """Signs cookies with ``SECRET``, good for thirty days."""
    return Identity(SECRET, days=30)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The small pack, copied to be edited."""
    from tests.content.packs import copy_of_small

    return copy_of_small(tmp_path / "draft")


@pytest.fixture
def draft_bundles(tmp_path: Path, bundles: Path) -> Path:
    """Where a draft is built; the small pack as it stands is built there already."""
    return Path(shutil.copytree(bundles, tmp_path / "bundles"))


@pytest.fixture
def told() -> list[str]:
    """What the terminal of a preview was told."""
    return []


@pytest.fixture
def preview(draft: Path, draft_bundles: Path, told: list[str]) -> Iterator[Preview]:
    """A preview of the draft that reads what is saved when the test says so."""
    from tutor.web.layout.templating import forget

    made = Preview(draft, "throat", draft_bundles, told.append, forget)
    made.start(quiet)
    yield made
    made.stop()


@pytest.fixture
def claims_unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No preview measures its claims: that is a process of its own, which trains three times."""
    monkeypatch.setattr(Preview, "_measure", lambda _: None)


@pytest.fixture
def app(database: Database, library: Library, identity: Identity) -> FastAPI:
    """The whole web application over the small pack."""
    from tutor.web.app import create_app

    return create_app(database, library, identity)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory to put on PYTHONPATH: the package as a wheel lays it out, small pack inside."""
    site = tmp_path_factory.mktemp("site")
    # What is compiled is copied, too: else the first command compiles all of it. Files that are
    # just being compiled have a number behind their name.
    leave = shutil.ignore_patterns("_pack", "*.pyc.*")
    shutil.copytree(ROOT / "tutor", site / "tutor", ignore=leave)
    shutil.copytree(SMALL, site / "tutor" / "_pack", ignore=shutil.ignore_patterns("__pycache__"))
    return site
