"""One piece of work in a process of its own, which can be ended at any moment.

A task is a function of a module and takes and gives plain data, as in ``lab/process_pool``; what it
learns with is imported there and not here.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, TypeVar

from tutor.content.pack import Exercise, Pack, Problem
from tutor.errors import ContentError
from tutor.lab.process_pool import beginning

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[str], None]
Claims = dict[str, dict[str, bool]]


class Apart(Generic[Item, Result]):
    """``task(item, progress)``, begun at once."""

    def __init__(self, task: Callable[[Item, Progress], Result], item: Item) -> None:
        context = beginning()
        self._heard, said = context.Pipe(duplex=False)
        # A daemon is ended with this process, however much it has still to do.
        self._process = context.Process(target=_run, args=(task, item, said), daemon=True)
        with _deaf():
            self._process.start()
        said.close()

    def result(self, progress: Progress) -> Result | None:
        """Wait for it, passing on what it reports; None if it was ended or killed."""
        try:
            while True:
                done, value = self._heard.recv()
                if done:
                    result: Result = value
                    return result
                progress(value)
        except EOFError:
            return None
        finally:
            self._process.join()

    def end(self) -> None:
        """End it; whoever waits for the result gets None."""
        self._process.terminate()


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


def _run(task: Callable[[Any, Progress], Any], item: Any, said: Connection) -> None:
    said.send((True, task(item, lambda step: said.send((False, step)))))


def build_pack(pack: Pack, progress: Progress, root: Path) -> Problem | None:
    """Build what is missing of a pack with one exercise; why it cannot be built."""
    from tutor.lab.build import build

    return next((built.problem for built in build(pack, root, progress) if built.problem), None)


def measure_claims(exercise: Exercise, progress: Progress) -> tuple[Claims, list[Problem]]:
    """Which failure modes and figures hold on three seeds; a problem for each that does not."""
    from tutor.lab.check import check_claims
    from tutor.lab.evidence import SEEDS, demonstrated, evidence_on, within
    from tutor.lab.problem_location import Source

    try:
        proofs = [evidence_on(exercise, seed).proof for seed in SEEDS]
    except ContentError as error:
        return {}, [replace(Source(exercise).unusable(error), mend="Mend it and save.")]
    held = {
        "modes": {mode: demonstrated(mode, proofs) for mode in proofs[0].modes},
        "figures": {figure: within(figure, proofs) for figure in proofs[0].figures},
    }
    return held, list(check_claims(exercise, proofs))
