"""Work side by side, each piece in a process of its own: every core is used, a crash stays inside.

A piece is handed over and its result handed back by value, so a task is a function of a module,
and what it takes and gives is plain data. Nothing here imports what learns: the process that
hands out the work stays slim.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tutor.content.manifest import Limits
from tutor.content.pack import Exercise
from tutor.lab.limited_process import DONE, FORKS, RAISED, STEP, Ended, Why, read, work
from tutor.lab.limited_process import keep_what_is_freed as keep_what_is_freed

if TYPE_CHECKING:  # not every system has both
    from multiprocessing.context import ForkServerContext, SpawnContext

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[str], None]

STEPS = ("train", "measure", "choose", "explain", "draw")  # what a build reports, in order
MOST = 4  # processes; each holds a cohort and a forest, up to half a gigabyte
HASH_SEED = "PYTHONHASHSEED"
# What a worker imports once, so that its children need not.
LEARNING = (
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.pipeline",
    "tutor.lab.build",
    "tutor.lab.explain",
    "tutor.lab.leaks",
    "tutor.lab.lessons",
)

# Spawned, not forked: a fork of a process with threads can hang.
START: Literal["spawn", "forkserver"] = "spawn"


def beginning() -> SpawnContext | ForkServerContext:
    """How processes begin."""
    if START == "spawn":
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("forkserver")


def import_once(modules: Sequence[str]) -> None:
    """Let the workers of this process be forked from one that has imported ``modules``.

    Else each imports them by itself. That process lives as long as this one, so it is for commands
    that end soon; where nothing can be forked safely, all stays as it is.
    """
    global START
    if FORKS and START == "spawn":
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when numpy is loaded
        START = "forkserver"
        multiprocessing.set_forkserver_preload([*modules])


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


def limits_of(exercise: Exercise) -> Limits:
    """What a process may use that runs the code of an exercise."""
    return exercise.limits


def usual_limits(_item: object) -> Limits:
    """The limits of what belongs to no pack."""
    return Limits()


class Worker:
    """A process that does one piece of work at a time, within limits; it imports ``preload`` first.

    It ends when this process ends, and with it whatever it works on. ``hash_seed`` is its
    PYTHONHASHSEED, where it is to have one of its own.
    """

    def __init__(self, preload: Sequence[str] = (), hash_seed: str = "") -> None:
        context = multiprocessing.get_context("spawn") if hash_seed else beginning()
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, tuple(preload)), daemon=True)
        with _deaf(), _hash_seed(hash_seed):
            self._process.start()
        theirs.close()
        self._limits, self._began = Limits(), monotonic()

    def begin(self, task: Callable[[Any, Progress], Any], item: Any, limits: Limits) -> None:
        """Hand it a piece; nothing else may be under way."""
        self._limits, self._began = limits, monotonic()
        with suppress(BrokenPipeError):  # what has become of it, `answer` tells
            self.connection.send((task, item, limits))

    def answer(self) -> tuple[bytes, Any]:
        """What it says next: a step, a result, what was raised, or an :class:`Ended` as a result.

        Waits for it.
        """
        try:
            return read(self.connection.recv_bytes())
        except (EOFError, OSError):
            return DONE, self._gone()
        except Exception:  # noqa: BLE001  a class that only the pack knows
            return DONE, Ended(Why.EXIT, monotonic() - self._began, self._limits)

    @property
    def alive(self) -> bool:
        """Whether it can be given another piece."""
        return self._process.is_alive()

    def end(self) -> None:
        """End it, and what it works on; whoever waits for an answer gets an :class:`Ended`."""
        self._process.terminate()

    def close(self) -> None:
        """End it and wait until it is gone."""
        self.connection.close()
        self._process.terminate()
        self._process.join()

    def _gone(self) -> Ended:
        self._process.join()
        seconds, status = monotonic() - self._began, self._process.exitcode or 0
        why = Why.TIME if seconds >= self._limits.seconds else Why.KILLED
        return Ended(why, seconds, self._limits, status)


@contextmanager
def _hash_seed(seed: str) -> Iterator[None]:
    """Whatever is spawned meanwhile has this PYTHONHASHSEED, unless it is empty."""
    before = os.environ.get(HASH_SEED)
    if seed:
        os.environ[HASH_SEED] = seed
    try:
        yield
    finally:
        if seed:
            os.environ.pop(HASH_SEED)
            os.environ.update({HASH_SEED: before} if before is not None else {})


@contextmanager
def _deaf() -> Iterator[None]:
    """Whatever this thread starts hears no Ctrl+C: the process that began it will end it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it comes with the first process, and would undo the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def side_by_side(
    task: Callable[[Item, Progress], Result],
    items: Sequence[Item],
    progress: Progress,
    workers: int,
    weight: Callable[[Item], float] = lambda _: 0.0,
    limits: Callable[[Item], Limits] = usual_limits,
    kin: Callable[[Item], Hashable] | None = None,
    preload: Sequence[str] = (),
) -> Iterator[Result | Ended]:
    """``task(item, progress)`` of every item, in the items' order; the heaviest is begun first.

    With ``workers=0`` all is done in this process, one after another and without limits. An item
    that exceeds its limits, or ends its process, comes to an :class:`Ended`. One that is killed is
    tried once more, beside nothing else. Where an item's time is over, those with the same ``kin``
    that have not begun come to the same end at once. Workers import ``preload`` before they begin.
    """
    if not workers:
        yield from (task(item, progress) for item in items)
        return
    line = _Line(task, items, progress, limits, kin or (lambda item: id(item)), preload)
    try:
        yield from line.run(min(workers, max(1, len(items))), weight)
    finally:
        line.close()


class _Line:
    """Items that wait, are worked on, or are done, by their place."""

    def __init__(
        self,
        task: Callable[[Any, Progress], Any],
        items: Sequence[Any],
        progress: Progress,
        limits: Callable[[Any], Limits],
        kin: Callable[[Any], Hashable],
        preload: Sequence[str],
    ) -> None:
        self._task, self._items, self._progress = task, items, progress
        self._limits, self._kin, self._preload = limits, kin, preload
        self._done: dict[int, Any] = {}
        self._killed: deque[int] = deque()
        self._tried: set[int] = set()
        self._at_work: dict[Worker, int] = {}
        self._idle: list[Worker] = []

    def run(self, workers: int, weight: Callable[[Any], float]) -> Iterator[Any]:
        """Every result in order."""
        order = sorted(range(len(self._items)), key=lambda at: -weight(self._items[at]))
        waiting = deque(order)
        for at in range(len(self._items)):
            while at not in self._done:
                self._hand_out(waiting, workers)
                self._hear()
            yield self._done.pop(at)

    def _hand_out(self, waiting: deque[int], workers: int) -> None:
        while waiting and len(self._at_work) < workers:
            at = waiting.popleft()
            if at not in self._done:
                self._begin(at)
        if not self._at_work and self._killed:
            self._begin(self._killed.popleft())

    def _begin(self, at: int) -> None:
        item = self._items[at]
        worker = self._idle.pop() if self._idle else Worker(self._preload)
        worker.begin(self._task, item, self._limits(item))
        self._at_work[worker] = at

    def _hear(self) -> None:
        """Wait until a worker says something, and take it up."""
        by_connection = {worker.connection: worker for worker in self._at_work}
        for connection in wait(list(by_connection)):
            assert isinstance(connection, Connection)
            worker = by_connection[connection]
            kind, value = worker.answer()
            if kind == STEP:
                if self._at_work[worker] not in self._tried:
                    self._progress(value)
                continue
            at = self._at_work.pop(worker)
            self._keep(worker)
            if kind == RAISED:
                raise value
            self._take(at, value)

    def _keep(self, worker: Worker) -> None:
        if worker.alive:
            self._idle.append(worker)
        else:
            worker.close()

    def _take(self, at: int, value: Any) -> None:
        """Keep a result; what was killed is to be tried once more."""
        killed = isinstance(value, Ended) and value.status == -signal.SIGKILL
        if killed and value.why is Why.KILLED and at not in self._tried:
            self._tried.add(at)
            self._killed.append(at)
            return
        self._done[at] = value
        if isinstance(value, Ended) and value.why is Why.TIME:
            kin = self._kin(self._items[at])
            busy = {*self._at_work.values(), *self._killed}
            for other, item in enumerate(self._items):
                if other > at and other not in busy and self._kin(item) == kin:
                    self._done.setdefault(other, value)

    def close(self) -> None:
        """End every worker, and what it works on."""
        for worker in (*self._at_work, *self._idle):
            worker.close()


def alone(task: Callable[[Item, Progress], Result], item: Item, limits: Limits) -> Result | Ended:
    """``task(item, quiet)`` in a process of its own, within limits.

    Raises:
        Exception: whatever the task raises.
    """
    return next(side_by_side(task, [item], quiet, 1, limits=partial(_same, limits)))


def _same(limits: Limits, _item: object) -> Limits:
    return limits
