"""One piece of work in a process of its own, which can be ended at any moment.

A task is a function of a module and takes and gives plain data, as in ``lab/process_pool``; what it
learns with is imported there and not here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

from tutor.content.manifest import Limits
from tutor.content.pack import Exercise, Pack, Problem
from tutor.errors import ContentError
from tutor.lab.limited_process import RAISED, STEP, Ended
from tutor.lab.process_pool import Worker

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[str], None]
Claims = dict[str, dict[str, bool]]


class Apart(Generic[Item, Result]):
    """``task(item, progress)``, begun at once, within ``limits``."""

    def __init__(
        self, task: Callable[[Item, Progress], Result], item: Item, limits: Limits
    ) -> None:
        self._worker = Worker()
        self._worker.begin(task, item, limits)

    def result(self, progress: Progress) -> Result | Ended:
        """Wait for it, passing on what it reports; what ended it, if it was ended or killed."""
        try:
            while True:
                kind, value = self._worker.answer()
                if kind == STEP:
                    progress(value)
                elif kind == RAISED:
                    raise value
                else:
                    result: Result | Ended = value
                    return result
        finally:
            self._worker.close()

    def end(self) -> None:
        """End it; whoever waits for the result gets an :class:`Ended`."""
        self._worker.end()


def build_pack(pack: Pack, progress: Progress, root: Path) -> Problem | None:
    """Build what is missing of a pack with one exercise; why it cannot be built."""
    from tutor.lab.build import build

    return next((built.problem for built in build(pack, root, progress) if built.problem), None)


def measure_claims(exercise: Exercise, progress: Progress) -> tuple[Claims, list[Problem]]:
    """Which failure modes and figures hold on three seeds; a problem for each that does not."""
    from tutor.lab.check import check_claims
    from tutor.lab.evidence import SEEDS, demonstrated, evidence_on, within
    from tutor.lab.problem_location import Source

    if exercise.written:  # nothing is claimed that could be measured
        return {"modes": {}, "figures": {}}, []
    try:
        proofs = [evidence_on(exercise, seed).proof for seed in SEEDS]
    except ContentError as error:
        return {}, [replace(Source(exercise).unusable(error), mend="Mend it and save.")]
    held = {
        "modes": {mode: demonstrated(mode, proofs) for mode in proofs[0].modes},
        "figures": {figure: within(figure, proofs) for figure in proofs[0].figures},
    }
    return held, list(check_claims(exercise, proofs))
