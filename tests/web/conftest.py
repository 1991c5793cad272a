"""The small pack with canaries behind every patient, served over HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.web.canaries import World, plant
from tests.web.learner import Learner
from tests.web.serving import served
from tutor.content.pack import Exercise, Pack
from tutor.lab.bundle import Bundle, write
from tutor.settings import Settings
from tutor.web.serve import assemble


@dataclass(frozen=True)
class Place:
    """A running server: where, what it runs, where it keeps things, and what it hides."""

    base: str
    app: FastAPI
    settings: Settings
    exercise: Exercise
    world: World

    def learner(self, cookie: str | None = None) -> Learner:
        """Someone who comes by, new unless they bring a cookie."""
        return Learner(self.base, cookie)

    def rows(self, table: str, attempt: str) -> int:
        """How many rows of a stage's table are about ``attempt``."""
        with closing(sqlite3.connect(self.settings.database)) as database:
            query = f"SELECT count(*) FROM {table} WHERE attempt_id = ?"
            return int(database.execute(query, [attempt]).fetchone()[0])

    def set_of(self, attempt: str) -> str:
        """The set that an attempt belongs to."""
        with closing(sqlite3.connect(self.settings.database)) as database:
            found = database.execute("SELECT set_id FROM attempt WHERE id = ?", [attempt])
            return str(found.fetchone()[0])

    def case_number(self, attempt: str) -> int:
        """Which case of the bank an attempt shows: the number its canaries carry."""
        with closing(sqlite3.connect(self.settings.database)) as database:
            query = "SELECT case_id FROM attempt NATURAL JOIN slot WHERE attempt.id = ?"
            (case,) = database.execute(query, [attempt]).fetchone()
        cards = Bundle(self.settings.bundles / self.exercise.fingerprint).cards
        return [card.case for card in cards].index(case)


@contextmanager
def place_with(world: World, pack: Pack, bundle: Bundle, home: Path) -> Iterator[Place]:
    """Serve the pack's one exercise from a copy of its bundle with ``world``'s canaries."""
    # A fingerprint of its own: the pages keep what they have drawn by fingerprint and case.
    exercise = replace(pack.exercises[0], fingerprint=world.name)
    settings = Settings(home=home)
    write(settings.bundles, exercise.fingerprint, plant(bundle, world))
    app = assemble([replace(pack, exercises=(exercise,))], settings)
    with served(app) as base:
        yield Place(base, app, settings, exercise, world)


@pytest.fixture(scope="session")
def place(
    small_pack: Pack, bundle: Bundle, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A server whose every hidden value is a canary; tests come as learners of their own."""
    home = tmp_path_factory.mktemp("planted")
    with place_with(World(), small_pack, bundle, home) as running:
        yield running


@pytest.fixture
def learner(place: Place) -> Iterator[Learner]:
    """Someone new."""
    with place.learner() as someone:
        yield someone


@pytest.fixture
def shown(place: Place, learner: Learner) -> str:
    """Their first patient, not yet committed."""
    return learner.enter(place.exercise.key).attempt


@pytest.fixture
def revealed(learner: Learner, shown: str) -> str:
    """Their first patient, with the algorithm's view."""
    assert learner.commit(shown).stage == "revealed"
    return shown
