"""At the same moment: two tabs, two clicks, two processes. Each stage is stored once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from tests.conftest import LEARNER
from tests.services.play import DECISION, JUDGMENT, KEY, finish, stored
from tutor.services.practice import Practice
from tutor.store.database import Database, sqlite_url

AT_ONCE = 12


@pytest.fixture(params=["one process", "two processes"])
def replicas(request, practice, library, tmp_path):
    """Practice, or two of it that share nothing but the file."""
    if request.param == "one process":
        yield [practice]
        return
    other = Database(sqlite_url(tmp_path / "equipoise.db"))
    yield [practice, Practice(other, library)]
    other.close()


@pytest.fixture
def path(tmp_path):
    """The database's file."""
    return tmp_path / "equipoise.db"


def at_once(replicas, move):
    """``move(practice, n)`` twelve times at the same moment; what each call returned."""
    gate = Barrier(AT_ONCE)

    def run(n):
        gate.wait()
        return move(replicas[n % len(replicas)], n)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def count(path, table):
    with closing(sqlite3.connect(path)) as plain:
        return plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_one_set_is_begun(replicas, path):
    attempts = at_once(replicas, lambda practice, n: practice.enter(LEARNER, KEY))
    assert len(set(attempts)) == 1
    assert count(path, "practice_set") == count(path, "attempt") == 1


def test_one_commitment_is_stored_and_everyone_sees_that_one(replicas, path):
    attempt = replicas[0].enter(LEARNER, KEY)
    for practice in replicas:
        practice.view(LEARNER, attempt)
    views = at_once(
        replicas,
        lambda practice, n: practice.commit(LEARNER, attempt, {**JUDGMENT, "probability": str(n)}),
    )
    assert len({view.stage.committed.judgment for view in views}) == 1
    assert len({view.stage for view in views}) == 1
    assert stored(path, attempt) == {"commitment": 1, "reveal": 1, "decision": 0, "closing": 0}


def test_one_decision_is_stored_and_everyone_sees_that_one(replicas, path):
    attempt = replicas[0].enter(LEARNER, KEY)
    replicas[0].commit(LEARNER, attempt, JUDGMENT)
    views = at_once(
        replicas,
        lambda practice, n: practice.decide(LEARNER, attempt, {**DECISION, "final": str(n)}),
    )
    assert len({view.stage for view in views}) == 1
    assert stored(path, attempt) == {"commitment": 1, "reveal": 1, "decision": 1, "closing": 1}


def test_one_patient_is_next(replicas, path):
    attempt = replicas[0].enter(LEARNER, KEY)
    finish(replicas[0], LEARNER, attempt)
    found = at_once(replicas, lambda practice, n: practice.next(LEARNER, attempt))
    assert len(set(found)) == 1
    assert count(path, "attempt") == 2


def test_learners_at_the_same_time_do_not_mix(replicas, path):
    def move(practice, n):
        learner = f"g_{n:022d}"
        attempt = practice.enter(learner, KEY)
        return practice.commit(learner, attempt, {**JUDGMENT, "probability": str(n)})

    for n, view in enumerate(at_once(replicas, move)):
        assert view.shown.learner == f"g_{n:022d}"
        assert view.stage.committed.judgment.probability == n / 100
    assert count(path, "commitment") == AT_ONCE
