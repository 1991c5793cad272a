"""Patients for one assignment alone, prepared in the background when it is published."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import disk_usage
from threading import Lock, Thread
from typing import Any

from tutor.content.pack import Exercise
from tutor.core.access import Action
from tutor.core.assignment import check_publishable
from tutor.errors import BadInput, Changed, ContentError, EquipoiseError
from tutor.lab.limited_process import Ended
from tutor.lab.problem_location import Source
from tutor.services.accounts.access import Access, Caller
from tutor.services.authoring.background_process import Apart, Progress
from tutor.services.classes.assignment_form import revision
from tutor.services.classes.assignments import CHANGED, Assignments
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.store import fresh_preparation as store
from tutor.store.assignments import Assignment, find_assignment
from tutor.store.database import Database
from tutor.store.fresh_preparation import Preparation

Form = Mapping[str, Any]
SILENT = timedelta(minutes=3)  # after which a preparation counts as given up
WAITING = timedelta(seconds=30)  # between two signs of life of one that waits for its turn
LEAST_FREE = 2 * 1024**3  # bytes of disk that are left to everything else
_NEARLY_FULL = (
    "The server's disk is nearly full, so no new patients can be made. Ask whoever runs the "
    "server, or publish without new patients."
)
_STOPPED = "The preparation was interrupted, perhaps because the server restarted. Publish again."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """The fresh patients of one exercise, as a process of its own is told to make them."""

    exercise: Exercise
    seed: int
    root: Path


@dataclass(frozen=True)
class Standing:
    """How far a preparation is: ``done`` of ``total`` exercises, or why it came to nothing."""

    done: int
    total: int
    problem: str

    @property
    def running(self) -> bool:
        """Whether somebody works on it."""
        return not self.problem


class FreshPatients:
    """Use cases of an assignment whose patients nobody has met."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        assignments: Assignments,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._assignments = assignments
        self._now = clock
        # One at a time: each takes a processor, and up to half a gigabyte of memory.
        self._turn = Lock()

    def publish(self, caller: Caller, assignment: str, form: Form | None = None) -> None:
        """Prepare the patients in the background, then publish; at once if all are there.

        Asked for again while it is under way, nothing happens. ``form`` is as for publishing.
        On one server one assignment is prepared after another.

        Raises:
            BadForm: it holds no exercise, or its due date has passed. BadInput: the class has
                ended, or the server's disk is nearly full. Changed: somebody changed it after it
                was looked at. Forbidden, NotFound: as for publishing.
        """
        with self._database.write() as connection:
            found = self._assignments.found(connection, assignment)
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, found.classroom)
            if found.published_at is not None or self._works_on(store.find(connection, assignment)):
                return
            self._assignments.check_running(connection, found.classroom)
            check_publishable(found.dates, len(found.parts), self._now())
            looked_at = revision(form or {}, found.revision)
            if looked_at != found.revision:
                raise Changed(CHANGED)
            if disk_usage(self._library.root).free < LEAST_FREE:
                raise BadInput("fresh", _NEARLY_FULL)
            wanted = self._wanted(found)
            store.begin(connection, assignment, self._now())
        Thread(target=self._prepare, args=(caller, found, wanted), daemon=True).start()

    def standing(self, caller: Caller, assignment: str) -> Standing | None:
        """How far the preparation of an assignment is; None without one, or if it ended well.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not staff of its class.
        """
        with self._database.read() as connection:
            found = self._assignments.found(connection, assignment)
            self._access.in_class(connection, caller, Action.SEE_ASSIGNMENT, found.classroom)
            kept = store.find(connection, assignment)
        if kept is None:
            return None
        problem = kept.problem or ("" if self._works_on(kept) else _STOPPED)
        return Standing(kept.done, len(found.parts), problem)

    def _works_on(self, kept: Preparation | None) -> bool:
        return kept is not None and not kept.problem and self._now() - kept.at < SILENT

    def _wanted(self, found: Assignment) -> list[Wanted]:
        return [
            Wanted(self._library.exercise(part.key), found.seed, self._library.root)
            for part in found.parts
        ]

    def _prepare(self, caller: Caller, found: Assignment, wanted: list[Wanted]) -> None:
        """When it is this one's turn, build one exercise after another, then publish."""
        try:
            while not self._turn.acquire(timeout=WAITING.total_seconds()):
                self._report(found.id, 0)
            try:
                self._build(caller, found, wanted)
            finally:
                self._turn.release()
                self._drop_unwanted(found)
        except (EquipoiseError, OSError) as error:
            _log.exception("fresh patients of %s", found.id)
            with suppress(EquipoiseError):  # a database that is away: it falls silent
                self._report(found.id, 0, str(error) or _STOPPED)

    def _drop_unwanted(self, found: Assignment) -> None:
        """Delete what was made for an assignment that somebody has deleted meanwhile."""
        with self._database.read() as connection:
            gone = find_assignment(connection, found.id) is None
        if gone:
            self._assignments.bundles.drop(self._assignments.bundles.names([found]))

    def _build(self, caller: Caller, found: Assignment, wanted: list[Wanted]) -> None:
        for done, one in enumerate(wanted):
            self._report(found.id, done)
            heard = partial(self._heard, found.id, done)
            problem = Apart(build_wanted, one, one.exercise.limits).result(heard)
            if isinstance(problem, Ended):
                problem = Source(one.exercise).unusable(problem).what
            if problem:
                named = one.exercise.manifest.title
                self._report(found.id, done, f"“{named}”: {problem}")
                return
        self._assignments.publish(caller, found.id, {"revision": str(found.revision)})
        with self._database.write() as connection:
            store.end(connection, found.id)

    def _heard(self, assignment: str, done: int, _step: str) -> None:
        self._report(assignment, done)

    def _report(self, assignment: str, done: int, problem: str = "") -> None:
        with self._database.write() as connection:
            store.report(connection, assignment, done, self._now(), problem)


def build_wanted(wanted: Wanted, progress: Progress) -> str:
    """Build one exercise's fresh patients; why that is impossible, or an empty string."""
    from tutor.lab.fresh_patients import build_fresh

    try:
        build_fresh(wanted.exercise, wanted.seed, wanted.root, progress)
    except ContentError as error:
        return str(error)
    except OSError as error:
        return f"The server cannot store the patients ({error.strerror})."
    return ""
