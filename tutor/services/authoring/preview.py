"""One exercise as its author has saved it: shown at once, built anew where code has changed.

What is shown is the last version without a fault. A save that breaks something leaves it there,
and is told with its file and place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event, RLock, Thread
from time import monotonic
from typing import Any

from tutor.content.check import check_texts
from tutor.content.loading import load
from tutor.content.pack import Exercise, Pack, Problem
from tutor.content.rules import Rule
from tutor.content.texts import render
from tutor.errors import ContentError, NotFound
from tutor.lab.bundle import is_complete
from tutor.lab.limited_process import Ended
from tutor.lab.problem_location import Source
from tutor.services.authoring.background_process import (
    Apart,
    Claims,
    Progress,
    build_pack,
    measure_claims,
)
from tutor.services.authoring.saves import Marks, marks, watch
from tutor.services.encounters.library import Library


@dataclass(frozen=True)
class Sight:
    """What an author is told at one moment.

    ``exercise`` is the version that is shown, None before there is one; ``current`` says whether
    it is what is saved. ``problems`` are those of what is saved, ``claims`` what held on three
    seeds (None until it is measured) and ``unproved`` the problems that this found. ``building``
    counts the steps that are done of a build, None where none goes on. ``shown`` counts the
    versions shown so far, the last one since ``shown_at`` (in seconds, by the process's clock),
    ``told`` everything that was ever told.
    """

    exercise: Exercise | None = None
    current: bool = False
    problems: tuple[Problem, ...] = ()
    claims: Claims | None = None
    unproved: tuple[Problem, ...] = ()
    building: int | None = None
    shown: int = 0
    shown_at: float = 0.0
    told: int = 0


@dataclass(frozen=True)
class _Saved:
    """A pack as it is saved, cut down to the one exercise."""

    pack: Pack
    problems: tuple[Problem, ...]

    @property
    def exercise(self) -> Exercise:
        """The exercise."""
        return self.pack.exercises[0]

    @property
    def fingerprint(self) -> str:
        """What its bundle lies under."""
        return self.exercise.fingerprint


@dataclass(eq=False)
class _Work:
    """What another process is doing: building or, with ``claims``, measuring a fingerprint."""

    fingerprint: str
    claims: bool = False
    process: Apart[Any, Any] | None = None


def _quiet(_said: str) -> None:
    """Say nothing."""


class Preview:
    """The exercise ``name`` of the pack in ``root``; bundles lie in ``bundles``.

    ``say`` hears each line for the terminal; ``redraw`` is called when other texts are shown.
    """

    def __init__(
        self,
        root: Path,
        name: str,
        bundles: Path,
        say: Callable[[str], None] = _quiet,
        redraw: Callable[[], None] = lambda: None,
    ) -> None:
        self.root = root
        self.name = name
        self.library = Library((), bundles)
        self._bundles = bundles
        self._say = say
        self._redraw = redraw
        self._sight = Sight()
        self._marks: Marks = {}
        self._saved: _Saved | None = None
        self._work: _Work | None = None
        self._lock = RLock()
        self._stopped = Event()

    @property
    def sight(self) -> Sight:
        """What there is to tell now."""
        return self._sight

    def start(self, progress: Progress) -> None:
        """Show the exercise, built first if it must be; a fault in it is told, and not raised.

        Raises:
            ContentError: ``root`` is no pack. NotFound: it has no such exercise.
        """
        self._marks = marks(self.root)
        pack, _ = load(self.root, self._built)
        known = [exercise.manifest.id for exercise in pack.exercises]
        if self.name not in known and not (self.root / "exercises" / self.name).is_dir():
            there = f"There is {', '.join(known)}." if known else "It has none that can be loaded."
            raise NotFound(f"The pack in {self.root} has no exercise {self.name!r}. {there}")
        if work := self._look():
            self._build(work, progress)

    def follow(self) -> None:
        """From now on, take up every save; measure the claims of what is shown."""
        self._spawn(partial(watch, self.root, self._marks, self.read, self._stopped))
        self._spawn(self._measure)

    def stop(self) -> None:
        """Follow no longer, and end what is being built."""
        self._stopped.set()
        with self._lock:
            self._end()

    def read(self) -> None:
        """Take up what is saved: texts at once, anything that is computed once it is built."""
        work = self._look()
        if work:
            self._say("The model or its bank has changed: building.")
        self._spawn(partial(self._build, work) if work else self._measure)

    def _spawn(self, work: Callable[[], None]) -> None:
        Thread(target=work, daemon=True).start()

    def _built(self, fingerprint: str) -> bool:
        return is_complete(self._bundles / fingerprint)

    def _look(self) -> _Work | None:
        """Read the pack and show what can be shown; the work that must be done first."""
        with self._lock:
            saved = self._saved = self._load()
            if saved is None:
                return None
            if self._work and self._work.fingerprint != saved.fingerprint:
                self._end()
            if self._built(saved.fingerprint):
                self._show(saved)
                return None
            begun = self._sight.building if self._work else None
            self._tell(problems=saved.problems, current=False, building=begun or 0)
            if self._work:
                return None  # its build goes on, and will show what is saved by then
            self._work = _Work(saved.fingerprint)
            return self._work

    def _load(self) -> _Saved | None:
        try:
            pack, problems = load(self.root, self._built)
        except ContentError as error:
            self._refuse(
                [Problem("pack.toml", "", str(error), "Mend it and save.", rule=Rule.NO_PACK)]
            )
            return None
        found = tuple(e for e in pack.exercises if e.manifest.id == self.name)
        if found:
            return _Saved(replace(pack, exercises=found), tuple(problems))
        gone = Problem(
            f"exercises/{self.name}/exercise.toml",
            "id",
            f"No exercise of this pack is called {self.name!r} any more.",
            "Give the id back, or start the preview under the new one.",
            rule=Rule.NO_EXERCISE,
        )
        self._refuse(problems or [gone])
        return None

    def _refuse(self, problems: list[Problem]) -> None:
        """Keep the last good version, and tell what is wrong with this one."""
        kept = ["The last good version is still shown."] if self._sight.exercise else []
        self._tell(problems=tuple(problems), current=False, building=None)
        self._say("\n".join([*map(str, problems), *kept]))

    def _end(self) -> None:
        """End what another process is doing; nobody wants it any more."""
        if self._work and self._work.process:
            self._work.process.end()
        self._work = None

    def _build(self, work: _Work, progress: Progress = _quiet) -> None:
        def step(name: str) -> None:
            progress(name)
            with self._lock:
                if self._work is work and self._saved:
                    self._tell(building=(self._sight.building or 0) + 1)

        task = partial(build_pack, root=self._bundles)
        problem = self._run(work, task, lambda saved: saved.pack, step)
        with self._lock:
            if self._work is not work:
                return
            self._work = None
            latest = self._saved
            if latest and self._built(latest.fingerprint):
                self._show(latest)
            elif latest:
                self._refuse([self._told(problem, latest.exercise)])
        self._measure()

    def _told(self, problem: Problem | Ended | None, exercise: Exercise) -> Problem:
        """Why there is no bundle."""
        if isinstance(problem, Ended):
            return Source(exercise).unusable(problem)
        return problem or Source(exercise).unusable("Nothing was built; save again.")

    def _run(
        self, work: _Work, task: Any, item: Callable[[_Saved], Any], progress: Progress
    ) -> Any:
        """The task's result; None if it was ended, because what is saved is another version."""
        with self._lock:
            if self._work is not work or self._saved is None or self._stopped.is_set():
                return None
            limits = self._saved.exercise.limits
            work.process = process = Apart(task, item(self._saved), limits)
        return process.result(progress)

    def _show(self, saved: _Saved) -> None:
        exercise = saved.exercise
        evidence = self.library.bundle(exercise.fingerprint).evidence
        problems = (*saved.problems, *check_texts(exercise, evidence))
        if not _readable(exercise, evidence):
            self._refuse(list(problems))
            return
        before = self._sight
        same = before.exercise and before.exercise.fingerprint == exercise.fingerprint
        self.library.replace([saved.pack])
        self._redraw()
        self._tell(
            exercise=exercise,
            current=True,
            problems=problems,
            building=None,
            claims=before.claims if same else None,
            unproved=before.unproved if same else (),
            shown=before.shown + 1,
            shown_at=monotonic(),
        )
        for problem in problems:
            self._say(str(problem))
        if before.shown:
            self._say("Shown as saved.")

    def _measure(self) -> None:
        """Hold what is shown to its claims on three seeds, unless another version is built."""
        with self._lock:
            sight, idle = self._sight, self._work is None
            if not (idle and sight.current and sight.exercise and sight.claims is None):
                return
            self._work = work = _Work(sight.exercise.fingerprint, claims=True)
        found = self._run(work, measure_claims, lambda saved: saved.exercise, _quiet)
        with self._lock:
            if self._work is not work:
                return
            self._work = None
            if isinstance(found, Ended):
                found = {}, [Source(sight.exercise).unusable(found)]
            if found:
                claims, unproved = found
                self._tell(claims=claims, unproved=tuple(unproved))
                for problem in unproved:
                    self._say(str(problem))

    def _tell(self, **news: Any) -> None:
        self._sight = replace(self._sight, **news, told=self._sight.told + 1)


def _readable(exercise: Exercise, evidence: Any) -> bool:
    """Whether every page can be drawn with these texts."""
    manifest, texts = exercise.manifest, exercise.texts
    try:
        render(texts.intro, manifest.citations)
        for text in (texts.debrief, texts.guide, texts.card):
            render(text, manifest.citations, evidence)
    except ContentError:
        return False
    known = {citation.id for citation in manifest.citations}
    return {benchmark.citation for benchmark in manifest.benchmarks} <= known
