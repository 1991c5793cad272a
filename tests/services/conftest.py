"""A school over each database."""

from __future__ import annotations

import pytest

from tests.services.school import Clock, School, found
from tutor.content.pack import Exercise
from tutor.services.house import House
from tutor.services.identity import Identity
from tutor.services.library import Library
from tutor.store.database import Database


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def school(
    database: Database, library: Library, identity: Identity, clock: Clock, exercise: Exercise
) -> School:
    """A school with an administrator, an instructor and a class."""
    return found(House(database, library, identity, clock), clock, exercise.key)
