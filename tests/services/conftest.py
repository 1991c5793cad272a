"""A school over each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.services.school import Clock, School, found
from tutor.content.pack import Exercise
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.database import Database


@pytest.fixture
def lent(databases: Databases) -> Iterator[tuple[str, Database]]:
    """A database without a row, opened by whoever came before."""
    address, opened = databases.lend()
    yield address, opened
    databases.take_back(address, opened)


@pytest.fixture
def address(lent: tuple[str, Database]) -> str:
    """Where it is."""
    return lent[0]


@pytest.fixture
def database(lent: tuple[str, Database]) -> Database:
    """The database, opened."""
    return lent[1]


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def school(
    database: Database, library: Library, identity: Identity, clock: Clock, exercise: Exercise
) -> School:
    """A school with an administrator, an instructor and a class."""
    return found(Services(database, library, identity, clock), clock, exercise.key)
