"""At the same moment: two tabs, two clicks, two processes. Each stage is stored once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.conftest import LEARNER, ROOT, SMALL
from tests.databases import ask
from tests.services.play import DECISION, JUDGMENT, KEY, finish, stored
from tutor.services.encounters.practice import Practice
from tutor.store.database import Database

AT_ONCE = 12
PROCESSES = 3
PROCESS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tutor.content.loading import load
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice
from tutor.store.database import Database

address, pack, bundles, key, learner = sys.argv[1:]
practice = Practice(Database(address), Library([load(Path(pack))[0]], Path(bundles)))
print("ready", flush=True)
for line in sys.stdin:
    attempt = line.strip()
    move = lambda _: practice.next(learner, attempt)[0] if attempt else practice.enter(learner, key)
    with ThreadPoolExecutor(4) as pool:
        print(*sorted(set(pool.map(move, range(4)))), flush=True)
"""


@pytest.fixture(params=["one process", "two processes"])
def replicas(request, practice, library, address):
    """Practice, or two of it that share nothing but the database."""
    if request.param == "one process":
        yield [practice]
        return
    other = Database(address)
    yield [practice, Practice(other, library)]
    other.close()


def at_once(replicas, move):
    """``move(practice, n)`` twelve times at the same moment; what each call returned."""
    gate = Barrier(AT_ONCE)

    def run(n):
        gate.wait()
        return move(replicas[n % len(replicas)], n)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def count(address, table):
    return ask(address, f"SELECT count(*) FROM {table}")[0][0]


def test_one_set_is_begun(replicas, address):
    attempts = at_once(replicas, lambda practice, n: practice.enter(LEARNER, KEY))
    assert len(set(attempts)) == 1
    assert count(address, "practice_set") == count(address, "attempt") == 1


def test_one_commitment_is_stored_and_everyone_sees_that_one(replicas, address):
    attempt = replicas[0].enter(LEARNER, KEY)
    for practice in replicas:
        practice.view(LEARNER, attempt)
    views = at_once(
        replicas,
        lambda practice, n: practice.commit(LEARNER, attempt, {**JUDGMENT, "probability": str(n)}),
    )
    assert len({view.stage.committed.judgment for view in views}) == 1
    assert len({view.stage for view in views}) == 1
    assert stored(address, attempt) == {"commitment": 1, "reveal": 1, "decision": 0, "closing": 0}


def test_one_decision_is_stored_and_everyone_sees_that_one(replicas, address):
    attempt = replicas[0].enter(LEARNER, KEY)
    replicas[0].commit(LEARNER, attempt, JUDGMENT)
    views = at_once(
        replicas,
        lambda practice, n: practice.decide(LEARNER, attempt, {**DECISION, "final": str(n)}),
    )
    assert len({view.stage for view in views}) == 1
    assert stored(address, attempt) == {"commitment": 1, "reveal": 1, "decision": 1, "closing": 1}


def test_one_patient_is_next(replicas, address):
    attempt = replicas[0].enter(LEARNER, KEY)
    finish(replicas[0], LEARNER, attempt)
    found = at_once(replicas, lambda practice, n: practice.next(LEARNER, attempt))
    assert len(set(found)) == 1
    assert count(address, "attempt") == 2


def test_learners_at_the_same_time_do_not_mix(replicas, address):
    def move(practice, n):
        learner = f"g_{n:022d}"
        attempt = practice.enter(learner, KEY)
        return practice.commit(learner, attempt, {**JUDGMENT, "probability": str(n)})

    for n, view in enumerate(at_once(replicas, move)):
        assert view.shown.learner == f"g_{n:022d}"
        assert view.stage.committed.judgment.probability == n / 100
    assert count(address, "commitment") == AT_ONCE


def test_processes_that_share_nothing_agree_on_where_a_learner_is(practice, bundles, address):
    argv = [sys.executable, "-c", PROCESS, address, str(SMALL), str(bundles), KEY, LEARNER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    started = [subprocess.Popen(argv, cwd=ROOT, **pipes) for _ in range(PROCESSES)]
    try:
        assert [process.stdout.readline() for process in started] == ["ready\n"] * PROCESSES

        def everybody(line):
            for process in started:
                process.stdin.write(f"{line}\n")
            return {process.stdout.readline().strip() for process in started}

        (attempt,) = everybody("")
        for position in range(4):
            assert practice.view(LEARNER, attempt).shown.position == position
            assert count(address, "attempt") == position + 1
            finish(practice, LEARNER, attempt)
            (attempt,) = everybody(attempt)
        assert count(address, "practice_set") == 1
    finally:
        for process in started:
            process.communicate(timeout=30)
