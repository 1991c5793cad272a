"""Work side by side, each piece in a process of its own: every core is used, a crash stays inside.

A piece is handed over and its result handed back by value, so a task is a function of a module,
and what it takes and gives is plain data. Nothing here imports what learns: the process that
hands out the work stays slim.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tutor.content.pack import Exercise

if TYPE_CHECKING:  # not every system has both
    from multiprocessing.context import ForkServerContext, SpawnContext

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[str], None]

STEPS = ("train", "measure", "choose", "explain", "draw")  # what a build reports, in order
MOST = 4  # processes; each holds a cohort and a forest, up to half a gigabyte
TRIM_THRESHOLD, MMAP_THRESHOLD, LARGE = -1, -3, 32 << 20  # of glibc's mallopt; bytes
LISTENS = 0.1  # seconds between two looks at what the workers report
WAS_KILLED = "The process that worked on it was killed, perhaps because memory ran out."
KILLED = f"{WAS_KILLED} Free some memory and run the command again."

# Spawned, not forked: a fork of a process with threads can hang.
START: Literal["spawn", "forkserver"] = "spawn"

_report: Any = None


def beginning() -> SpawnContext | ForkServerContext:
    """How processes begin."""
    if START == "spawn":
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("forkserver")


def cores() -> int:
    """How many processes this machine can feed: its cores, at most ``MOST``."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST, len(os.sched_getaffinity(0)))
    return min(MOST, os.cpu_count() or 1)


def quiet(_step: str) -> None:
    """Hear of progress and say nothing."""


def heaviness(exercise: Exercise) -> float:
    """Pictures take longest to measure and draw, so those exercises are begun first."""
    return float(exercise.manifest.form == "picture")


def side_by_side(
    task: Callable[[Item, Progress], Result],
    items: Sequence[Item],
    progress: Progress,
    workers: int,
    weight: Callable[[Item], float] = lambda _: 0.0,
) -> Iterator[Result | None]:
    """``task(item, progress)`` of every item, in the items' order; the heaviest is begun first.

    With ``workers=0`` all is done in this process, one after another. If a worker is killed, what
    was not finished is tried once more, one item at a time; ``None`` stands for an item whose
    process is killed then too.
    """
    if not workers:
        yield from (task(item, progress) for item in items)
        return
    with _Pool(min(workers, max(1, len(items)))) as pool:
        begun = {
            at: pool.submit(task, items[at])
            for at in sorted(range(len(items)), key=lambda at: -weight(items[at]))
        }
        for at, item in enumerate(items):
            try:
                yield pool.result(begun[at], progress)
            except BrokenProcessPool:
                yield _alone(task, item)


def _alone(task: Callable[[Item, Progress], Result], item: Item) -> Result | None:
    """Once more, beside nothing else; its steps have been heard already."""
    with _Pool(1) as pool:
        try:
            return pool.result(pool.submit(task, item), quiet)
        except BrokenProcessPool:
            return None


class _Pool:
    """So many fresh processes, and the pipe through which they report."""

    def __init__(self, workers: int) -> None:
        context = beginning()
        self._reports = context.SimpleQueue()
        leash, self._hand = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(workers, context, _begin, (self._reports, leash))

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:  # interrupted, or a task raised: nobody waits for the rest
            self._hand.close()
        self._pool.shutdown(cancel_futures=True)
        self._hand.close()
        self._reports.close()

    def submit(self, task: Callable[[Item, Progress], Result], item: Item) -> Future[Result]:
        """Put a piece of work into the line."""
        return self._pool.submit(_work, task, item)

    def result(self, future: Future[Result], progress: Progress) -> Result:
        """Pass on what is reported until ``future`` is done."""
        while not wait([future], timeout=LISTENS).done:
            self._pass_on(progress)
        self._pass_on(progress)
        return future.result()

    def _pass_on(self, progress: Progress) -> None:
        while not self._reports.empty():
            progress(self._reports.get())


def _begin(reports: Any, leash: Connection) -> None:
    """A worker's first breath: one thread, silent when interrupted, never outliving its parent."""
    global _report
    _report = reports.put
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    keep_what_is_freed()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_leave_with_the_parent, args=(leash,), daemon=True).start()


def keep_what_is_freed() -> None:
    """Let glibc reuse large arrays: else each is fetched from the system, and returned, anew.

    Where pictures are drawn and measured this is up to a third of the time.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if tune is not None:  # other C libraries have no such call
        tune(MMAP_THRESHOLD, LARGE)
        tune(TRIM_THRESHOLD, 4 * LARGE)


def _leave_with_the_parent(leash: Connection) -> None:
    """Only the parent holds the other end; it is let go when the parent ends, however it ends."""
    try:
        leash.recv()
    except EOFError:
        os._exit(1)


def _work(task: Callable[[Item, Progress], Result], item: Item) -> Result:
    return task(item, _report)
