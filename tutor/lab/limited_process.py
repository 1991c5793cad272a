"""Work in a process that may use so much time and memory, and what is known if it is ended.

A worker hands every piece of work to a child of its own, forked from it. So the child begins with
everything imported, nothing that one pack changes reaches another, and whatever a pack does (end
its process, loop for ever, ask for all memory) ends the child and no more. The worker itself runs
no code of a pack. Where no process can be forked safely, it does the work itself and is replaced.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import os
import pickle
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.reduction import ForkingPickler
from time import monotonic
from typing import Any

from tutor.content.manifest import Limits

FORKS = sys.platform == "linux"  # elsewhere a fork is not safe once numpy is loaded
STARVED = 5.0  # by the wall clock a child may take so many times its limit on a busy machine
WHERE = getattr(signal, "SIGUSR2", signal.SIGTERM)  # asks a child to write down where it is
STEP, DONE, RAISED = b"s", b"d", b"r"  # the first byte of each message
TRIM_THRESHOLD, MMAP_THRESHOLD, LARGE = -1, -3, 32 << 20  # of glibc's mallopt; bytes
END_WITH_PARENT = 1  # Linux's PR_SET_PDEATHSIG
WAS_KILLED = "The process that worked on it was killed"
_FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$')

Task = Callable[[Any, Callable[[str], None]], Any]


class Why(StrEnum):
    """Why a process ended without a result."""

    TIME = "it took longer than it may"
    EXIT = "it ended by itself"
    KILLED = "it was killed"


@dataclass(frozen=True)
class Frame:
    """A line of code that was running: its file, its number and its function."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Ended:
    """A process that ended without a result.

    ``seconds`` is how long it ran, ``status`` its exit status (minus the number of a signal that
    ended it), ``frames`` where it was, the innermost first, as far as that is known.
    """

    why: Why
    seconds: float
    limits: Limits
    status: int = 0
    frames: tuple[Frame, ...] = ()


def keep_what_is_freed() -> None:
    """Let glibc reuse large arrays: else each is fetched from the system, and returned, anew.

    Where pictures are drawn and measured this is up to a third of the time.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if tune is not None:  # other C libraries have no such call
        tune(MMAP_THRESHOLD, LARGE)
        tune(TRIM_THRESHOLD, 4 * LARGE)


def work(requests: Connection, preload: Sequence[str]) -> None:
    """What a worker does: one piece after another, until nobody holds the other end.

    A request is ``(task, item, limits)``; its answers are the steps that are reported, then the
    result, what was raised, or an :class:`Ended`.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    keep_what_is_freed()
    for name in preload:
        import_module(name)
    gc.freeze()  # what is imported is never garbage, and children share its memory
    with suppress(EOFError, OSError):
        while True:
            task, item, limits = requests.recv()
            if not FORKS:
                faulthandler.dump_traceback_later(limits.seconds, exit=True)
                _perform(requests, task, item)
                faulthandler.cancel_dump_traceback_later()
            elif ended := _in_a_child(requests, task, item, limits):
                _answer(requests, DONE, ended)


def _answer(to: Connection, kind: bytes, value: object) -> None:
    to.send_bytes(kind + bytes(ForkingPickler.dumps(value)))


def read(message: bytes) -> tuple[bytes, Any]:
    """The kind of an answer and what it holds.

    Raises:
        Exception: it holds a value of a class that is not known here.
    """
    return message[:1], pickle.loads(message[1:])


def _in_a_child(requests: Connection, task: Task, item: Any, limits: Limits) -> Ended | None:
    """Let a child do it and pass on what it says; what ended it, if it came to no result."""
    heard, said = Pipe(duplex=False)
    trace, traced = os.pipe()
    child = os.fork()
    if not child:
        heard.close()
        requests.close()
        os.close(trace)
        _be_the_child(said, traced, task, item, limits)
    said.close()
    os.close(traced)
    clock = _Clock(child)
    why: Why | None = Why.KILLED
    try:
        why = _pass_on(heard, requests, clock, limits.seconds)
        seconds = clock.seconds()
        if why is Why.TIME:
            _ask_where(child)
    finally:
        status = _put_an_end_to(child)
        heard.close()
        frames = tuple(_frames(_read_all(trace)))
    if why is Why.EXIT and status < 0:
        why = Why.KILLED
    return Ended(why, seconds, limits, status, frames) if why else None


class _Clock:
    """How long a child has run, without the time in which it waited for a processor.

    So a machine that is busy with other things stops no work that is quick enough by itself.
    """

    def __init__(self, child: int) -> None:
        self._began = monotonic()
        self._schedule = f"/proc/{child}/schedstat"

    def seconds(self) -> float:
        """Seconds so far; not less than a fifth of those by the clock on the wall."""
        wall = monotonic() - self._began
        try:
            with open(self._schedule, encoding="ascii") as file:
                waited = int(file.read().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            waited = 0.0
        return max(wall - waited, wall / STARVED)


def _pass_on(heard: Connection, requests: Connection, clock: _Clock, most: float) -> Why | None:
    """Pass on what the child says until it has a result; why there is none.

    Raises:
        EOFError: nobody waits for it any more.
    """
    while (left := most - clock.seconds()) > 0:
        ready = wait([heard, requests], timeout=max(left, 0.01))
        if requests in ready:
            raise EOFError  # nothing else comes on it while a piece is worked on
        if heard not in ready:
            continue
        try:
            message = heard.recv_bytes()
        except (EOFError, OSError):
            return Why.EXIT
        requests.send_bytes(message)
        if message[:1] != STEP:
            return None
    return Why.TIME


def _ask_where(child: int) -> None:
    """Let the child write down where it is; the handler is faulthandler's and needs no Python."""
    with suppress(ProcessLookupError):
        os.kill(child, WHERE)
    wait([], timeout=0.2)


def _put_an_end_to(child: int) -> int:
    """End the child, if it has not ended yet, and all that it began; its exit status."""
    # One that closes the pipe by ending is given a moment to end by itself, with its own status.
    for _ in range(50):
        known, status = os.waitpid(child, os.WNOHANG)
        if known:
            break
        wait([], timeout=0.002)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not known:
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _read_all(trace: int) -> str:
    os.set_blocking(trace, False)
    with os.fdopen(trace, "rb") as file:
        return (file.read() or b"").decode("utf-8", "replace")


def _frames(dump: str) -> Iterator[Frame]:
    """The frames of faulthandler's dump; those of the thread that matters come first."""
    blocks: list[list[Frame]] = []
    current = 0
    for line in dump.splitlines():
        if line.startswith(("Thread ", "Current thread ", "Stack ")):
            current = len(blocks) if line.startswith("Current") else current
            blocks.append([])
        elif blocks and (found := _FRAME.match(line)):
            blocks[-1].append(Frame(found[1], int(found[2]), found[3]))
    # The main thread is told last, and none is the current one when time is over.
    order = [current, *range(len(blocks) - 1, -1, -1)] if "Current thread" in dump else None
    for at in dict.fromkeys(order or range(len(blocks) - 1, -1, -1)):
        yield from blocks[at]


def _be_the_child(said: Connection, traced: int, task: Task, item: Any, limits: Limits) -> None:
    """Do the work within the limits, tell what came of it, and end; never returns."""
    try:
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
        os.dup2(2, 1)  # what a pack prints is no output of the command
        _limit_memory(limits.memory_mb)
        faulthandler.enable(traced, all_threads=True)
        faulthandler.register(WHERE, traced, all_threads=True)
        leave = os._exit

        def told_exit(status: int) -> None:
            """End the process as ``os._exit`` does, and say first from where."""
            faulthandler.dump_traceback(traced, all_threads=False)
            leave(status)

        os._exit = told_exit  # type: ignore[assignment]
        _perform(said, task, item)
        leave(0)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)


def _limit_memory(megabytes: int) -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = megabytes << 20
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _perform(said: Connection, task: Task, item: Any) -> None:
    """Do the work and answer."""

    def step(name: str) -> None:
        _answer(said, STEP, name)

    try:
        result = bytes(ForkingPickler.dumps(task(item, step)))
    except BaseException as error:  # noqa: BLE001  sys.exit, too
        _answer(said, RAISED, _portable(error))
    else:
        said.send_bytes(DONE + result)


def _portable(error: BaseException) -> Exception:
    """The error as another process can read it, with its traceback as a note."""
    told: Exception
    try:
        told = pickle.loads(ForkingPickler.dumps(error))
    except Exception:  # noqa: BLE001  whatever a pack made it raise
        told = RuntimeError(_in_words(error))
    if not isinstance(told, Exception):  # SystemExit would end whoever raises it again
        told = RuntimeError(_in_words(error))
    told.add_note("".join(traceback.format_exception(error)))
    return told


def _in_words(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  whatever a pack made it raise
        return type(error).__name__
