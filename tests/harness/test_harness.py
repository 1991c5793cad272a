"""The short form of each command, and that each sees what it is there to see.

What is tried elsewhere is not tried again here: ``docs/reliability.md`` says where.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.databases import file_of
from tests.harness.abuse import abuse
from tests.harness.crash import crash, durable_postgres
from tests.harness.faults import copy_of, faults
from tests.harness.hold import Result, Step, hold, steps
from tests.harness.hold import run as run_step
from tests.harness.leaks import leaks
from tests.harness.ledger import Ledger
from tests.harness.load import _growth, load
from tests.harness.player import Class
from tests.harness.server import Plan, Server

Answer = TypeVar("Answer")


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Do it in a thread: where a browser was steered before, a loop stands in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture
def home(bundles: Path, tmp_path: Path) -> Path:
    """A home with the small pack's bundle."""
    os.symlink(bundles, tmp_path / "bundles")
    return tmp_path


def test_nothing_acknowledged_is_lost_when_servers_are_killed(home):
    line, good = run(crash(home, kills=2, learners=4, seconds=60))
    assert good, line


def test_nothing_acknowledged_is_lost_when_postgresql_is_killed(home):
    with durable_postgres() as postgres:
        line, good = run(crash(home, 2, 4, 60, postgres))
    assert good, line


def test_servers_that_differ_in_their_truths_answer_hostile_requests_alike(home):
    line, good = run(leaks(home, requests=400, seconds=60))
    assert good, line


@pytest.mark.parametrize("name", ["skewed clocks", "backup of SQLite"])
def test_a_fault_costs_nothing_that_was_acknowledged(name, home):
    line, good = run(faults(home, [name]))
    assert good, line


@pytest.mark.parametrize("name", ["a place taken", "headers and logs", "other users"])
def test_a_hostile_caller_gets_nothing(name, home):
    line, good = run(abuse(home, [name]))
    assert good, line


def test_learners_at_once_are_all_answered(home):
    line, _ = run(load(home, learners=4, thinking=0, encounters=12, seconds=30))
    assert "0 wrong answers , 0 faults" in line


def test_memory_and_descriptors_may_grow_by_a_twentieth():
    assert _growth([(100, 40)] * 10 + [(104, 42)] * 10)[1]
    assert not _growth([(100, 40)] * 10 + [(106, 40)] * 10)[1]
    assert not _growth([(100, 40)] * 10 + [(100, 43)] * 10)[1]


def test_holding_runs_everything_and_says_what_failed_and_how_short_it_was():
    lines: list[str] = []

    def one(step: Step) -> Result:
        bad = step.words[0] == "crash"
        return Result("BAD: crash: 1 lost" if bad else "good: all is well", "a log" * bad)

    assert not hold(0.1, one, lines.append)
    assert len([line for line in lines if "good: all is well" in line]) == len(steps(0.1)) - 2
    assert lines[0].startswith("1/11 BAD: crash: 1 lost [crash --kills 20 ")
    assert lines[-1].startswith("BAD: hold SHORTENED to 0.1 of the long form (faults, abuse are")
    assert "2 failed: crash --kills 20 --seconds 900; crash --kills 10 " in lines[-1]
    assert hold(1, lambda step: Result("good: all is well"), lines.append)
    assert lines[-1].startswith("good: hold in the long form: 11 commands in 0 min, 0 failed")


@pytest.mark.parametrize(
    ("script", "seconds", "expected"),
    [
        ("echo words; echo good: x", 20, "good: x"),
        ("echo good: x; exit 1", 20, "BAD: one: it ended with 1 and no result"),
        ("echo BAD: x; echo then; exit 1", 20, "BAD: x"),
        ("exit 0", 20, "BAD: one: it ended with 0 and no result"),
        ("sleep 60 & sleep 60", 0.2, "BAD: one: it did not end within 0 s"),
    ],
)
def test_a_command_without_a_good_line_has_failed(script, seconds, expected):
    assert run_step(Step(("one",), seconds), ("sh", "-c", script)).line == expected


@pytest.fixture(scope="module")
def played(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, bytes]:
    """What two learners were told is stored, and the database that holds it."""
    home = tmp_path_factory.mktemp("played")
    os.symlink(bundles, home / "bundles")

    async def play() -> Ledger:
        async with Class([server.plan.port], 2) as everyone:
            await everyone.until(10)
        return everyone.ledger

    server = Server(Plan(home)).start()
    try:
        run(server.ready())
        ledger = run(play())
    finally:
        server.kill()
    copy = home / "copy.db"
    copy_of(file_of(server.plan.database), copy)
    return ledger, copy.read_bytes()


@pytest.mark.parametrize(
    ("harm", "kinds"),
    [
        ("", set()),
        ("DELETE FROM decision", {"lost", "out of order"}),
        ("UPDATE commitment SET reason = 'Another.'", {"changed"}),
        ("UPDATE decision SET at = '2001-01-01 00:00:00.000000'", {"out of order"}),
        ("DELETE FROM reveal", {"out of order"}),
        ("DELETE FROM outcome", {"out of order"}),
        (
            "CREATE TABLE more AS SELECT * FROM outcome; DROP TABLE outcome;"
            "CREATE TABLE outcome AS SELECT * FROM more UNION ALL SELECT * FROM more",
            {"doubled"},
        ),
    ],
)
def test_the_ledger_finds_what_a_database_has_lost_changed_or_doubled(
    harm, kinds, played, tmp_path
):
    ledger, stored = played
    path = tmp_path / "harmed.db"
    path.write_bytes(stored)
    with closing(sqlite3.connect(path)) as plain:
        plain.executescript(harm)
    assert set(ledger.faults(f"sqlite:///{path}")) == kinds
