"""Work side by side: the same results in the same order, and a crash stays where it happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab.tasks import (
    die_once,
    die_over_two,
    refuse,
    slow_first,
    threads,
)
from tutor.lab.limited_process import Why
from tutor.lab.process_pool import cores, quiet, side_by_side

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = """
import signal
# Whoever runs the tests in the background may have told their children to ignore Ctrl+C.
signal.signal(signal.SIGINT, signal.default_int_handler)
from tests.lab.tasks import sleep_for_ever
from tutor.lab.process_pool import quiet, side_by_side
if __name__ == "__main__":
    list(side_by_side(sleep_for_ever, ["{}"], quiet, 1))
"""


def test_results_come_in_the_order_of_the_items_whoever_is_ready_first():
    done = list(side_by_side(slow_first, [0, 1, 2, 3], quiet, 2))
    assert [item for item, _ in done] == [0, 1, 2, 3]
    assert os.getpid() not in {process for _, process in done}


def test_without_workers_all_is_done_in_this_process():
    assert list(side_by_side(slow_first, [1, 2], quiet, 0)) == [(1, os.getpid()), (2, os.getpid())]


@pytest.mark.parametrize("workers", [0, 2])
def test_every_step_is_heard(workers):
    heard = []
    list(side_by_side(slow_first, [0, 1, 2], heard.append, workers))
    assert sorted(heard) == ["step of 0", "step of 1", "step of 2"]


def test_the_heaviest_is_begun_first():
    heard = []
    list(side_by_side(slow_first, [1, 2, 3], heard.append, 1, weight=float))
    assert heard == ["step of 3", "step of 2", "step of 1"]


def test_a_killed_worker_costs_its_own_item_and_no_other():
    zero, one, ended, three = side_by_side(die_over_two, [0, 1, 2, 3], quiet, 2)
    assert (zero, one, three) == (0, 1, 3)
    assert (ended.why, ended.status) == (Why.KILLED, -signal.SIGKILL)


def test_what_was_killed_once_is_tried_again(tmp_path):
    assert list(side_by_side(die_once, [str(tmp_path / "tried")], quiet, 1)) == ["well"]


def test_what_a_task_raises_is_raised_here():
    with pytest.raises(ValueError, match="not 7"):
        list(side_by_side(refuse, [7], quiet, 1))


def test_nothing_to_do_is_done():
    assert list(side_by_side(slow_first, [], quiet, 2)) == []


def test_there_are_one_to_four_workers():
    assert 1 <= cores() <= 4


def test_a_worker_has_one_thread(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("tutor.lab.process_pool.START", "spawn")
    assert list(side_by_side(threads, [0], quiet, 1)) == [1]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_process_that_began_it(end, tmp_path):
    told = tmp_path / "process"
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED.format(told))
    parent = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=-3
    )
    try:
        worker = _number_in(told)
        parent.send_signal(end)
        parent.wait(60)
        _gone(worker)
    finally:
        parent.kill()
        parent.wait()


def _number_in(path: Path) -> int:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, "the worker did not begin"
        time.sleep(0.05)
    return int(path.read_text())


def _gone(process: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        assert time.monotonic() < deadline, "the worker lives on"
        time.sleep(0.05)
