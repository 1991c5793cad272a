"""The small pack with canaries behind every patient, served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.databases import ask
from tests.web.canaries import World, plant
from tests.web.learner import Learner
from tests.web.serving import served
from tutor.content.pack import Exercise, Pack
from tutor.lab.bundle import Bundle, write
from tutor.settings import Settings
from tutor.store.database import sqlite_url
from tutor.web.serve import assemble


@dataclass(frozen=True)
class Place:
    """A running server: where, what it runs, where it keeps things, and what it hides."""

    base: str
    app: FastAPI
    settings: Settings
    exercise: Exercise
    world: World

    @property
    def address(self) -> str:
        """Where its database is."""
        named = self.settings.database_url
        return named.get_secret_value() if named else sqlite_url(self.settings.database)

    def learner(self, cookie: str | None = None) -> Learner:
        """Someone who comes by, new unless they bring a cookie."""
        return Learner(self.base, cookie)

    def rows(self, table: str, attempt: str) -> int:
        """How many rows of a stage's table are about ``attempt``."""
        query = f"SELECT count(*) FROM {table} WHERE attempt_id = ?"
        ((count,),) = ask(self.address, query, attempt)
        return int(count)

    def set_of(self, attempt: str) -> str:
        """The set that an attempt belongs to."""
        ((found,),) = ask(self.address, "SELECT set_id FROM attempt WHERE id = ?", attempt)
        return str(found)

    def case_number(self, attempt: str) -> int:
        """Which case of the bank an attempt shows: the number its canaries carry."""
        query = "SELECT case_id FROM attempt NATURAL JOIN slot WHERE attempt.id = ?"
        ((case,),) = ask(self.address, query, attempt)
        built = Bundle(self.settings.bundles / self.exercise.fingerprint)
        return [card.case for card in (*built.cards, *built.assessment)].index(case)


@contextmanager
def place_with(
    world: World, pack: Pack, bundle: Bundle, home: Path, address: str | None = None
) -> Iterator[Place]:
    """Serve the pack's one exercise from a copy of its bundle with ``world``'s canaries.

    On SQLite in ``home``, or on the database at ``address``.
    """
    # A fingerprint of its own: the pages keep what they have drawn by fingerprint and case.
    exercise = replace(pack.exercises[0], fingerprint=world.name)
    # A sweep judges faster than any person; the pace has tests of its own.
    settings = Settings(home=home, database_url=address, commitments_per_minute=0)
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
