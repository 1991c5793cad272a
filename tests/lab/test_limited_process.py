"""Whatever a piece of work does, its worker says what became of it, and goes on."""

from __future__ import annotations

import pytest

from tests.lab import unruly
from tutor.content.manifest import Limits
from tutor.lab.limited_process import DONE, RAISED, Ended, Why
from tutor.lab.process_pool import Worker

LIMITS = Limits.model_construct(seconds=0.4, memory_mb=1_500)


@pytest.fixture(scope="module")
def worker():
    made = Worker()
    yield made
    made.close()


def done(worker, name):
    worker.begin(unruly.do, name, LIMITS)
    return worker.answer()


@pytest.mark.parametrize("name", ["loop", "sleep", "in_c"])
def test_what_takes_too_long_is_ended_and_it_is_known_where(worker, name):
    kind, ended = done(worker, name)
    assert (kind, ended.why) == (DONE, Why.TIME)
    assert ended.seconds >= 0.4
    ours = [frame for frame in ended.frames if frame.file.endswith("unruly.py")]
    assert [frame.function for frame in ours] == [name, "do"]
    assert ours[0].line


@pytest.mark.parametrize(
    ("name", "why", "status"), [("leave", Why.EXIT, 3), ("abort", Why.KILLED, -6)]
)
def test_what_ends_its_process_is_known_with_its_place(worker, name, why, status):
    _, ended = done(worker, name)
    assert (ended.why, ended.status) == (why, status)
    assert name in [frame.function for frame in ended.frames]


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("exit_as_a_command", RuntimeError, "SystemExit: nothing to see"),
        ("interrupt", RuntimeError, "KeyboardInterrupt"),
        ("devour", MemoryError, ""),
    ],
)
def test_what_would_end_a_command_is_an_error(worker, name, kind, says):
    answer, error = done(worker, name)
    assert answer == RAISED
    assert type(error) is kind
    assert says in str(error)


def test_a_result_that_cannot_be_read_is_none(worker):
    kind, ended = done(worker, "a_class_of_its_own")
    assert kind == DONE
    assert isinstance(ended, Ended)


def test_a_thread_that_stays_keeps_nobody_waiting(worker):
    assert done(worker, "a_thread_that_stays") == (DONE, "well")


def test_nothing_reaches_the_next_piece(worker):
    assert [done(worker, "changed")[1] for _ in range(2)] == ["x", "x"]
