"""A learner's assignments: what is set, how far they are, and the way into each part."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from tutor.core.access import Action, Role
from tutor.core.assignment import Dates, OutcomesShown, Standing, effective, plan
from tutor.core.grade_rules import GradeRule
from tutor.core.merged_rounds import ASIDE
from tutor.errors import AlreadyThere, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import COUNTED, Terms, terms_of
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice
from tutor.store import assignment_overrides as override_store
from tutor.store import assignments as store
from tutor.store import classes as class_store
from tutor.store import places as place_store
from tutor.store import practice_sets as set_store
from tutor.store.assignments import Assignment, Begun, Part
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.practice_sets import PracticeSet

_GONE = "There is no such assignment for you. Your assignments are listed on your page."


@dataclass(frozen=True)
class Step:
    """One exercise of an assignment, for one learner."""

    number: int
    part: Part
    done: int
    rounds: int
    set_id: str | None
    shown_outcomes: bool

    @property
    def finished(self) -> bool:
        """Whether the counted round is done."""
        return self.done >= self.part.cases


@dataclass(frozen=True)
class Task:
    """An assignment as a learner sees it; ``time_zone`` is its class's."""

    id: str
    title: str
    instructions: str
    class_name: str
    standing: Standing
    dates: Dates
    time_zone: str
    outcomes: OutcomesShown
    reasons_required: bool
    rule: GradeRule
    steps: tuple[Step, ...]

    @property
    def done(self) -> bool:
        """Whether every counted case is closed."""
        return all(step.finished for step in self.steps)


class LearnerAssignments:
    """Use cases of a learner with assignments."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        practice: Practice,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._practice = practice
        self._now = clock

    def home(self, caller: Caller) -> tuple[Task, ...]:
        """The caller's assignments, the next to be due first; closed classes' last."""
        self._access.own(caller, Action.SEE_HOME, caller.learner)
        at = self._now()
        with self._database.read() as connection:
            found = store.published_for(connection, caller.learner)
            ids = [assignment.id for assignment, _ in found]
            groups = [row.group_id for _, row in found if row.group_id]
            overrides = override_store.overrides_for(connection, ids, caller.learner, groups)
            begun = store.begun(connection, ids, caller.learner)
        tasks = []
        for assignment, row in found:
            dates = effective(assignment.dates, *overrides.get(assignment.id, (None, None)))
            mine = [
                b for b in begun if b.assignment == assignment.id and COUNTED <= b.round < ASIDE
            ]
            tasks.append(_task(assignment, _Setting.of(row), dates, mine, at))
        return tuple(sorted(tasks, key=_urgency))

    def preview(self, caller: Caller, assignment: str) -> Task:
        """An assignment of the caller's class as a learner sees it once it is open.

        What is done in it is the caller's newest preview.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not staff of its class.
        """
        with self._database.read() as connection:
            found = store.find_assignment(connection, assignment)
            if found is None:
                raise NotFound(_GONE)
            self._access.in_class(connection, caller, Action.SEE_ASSIGNMENT, found.classroom)
            classroom = class_store.find_classroom(connection, found.classroom)
            begun = store.begun(connection, [assignment], caller.learner)
        assert classroom is not None
        newest: dict[int, Begun] = {}
        for one in sorted(begun, key=lambda b: -b.round):
            if one.round < COUNTED:
                newest[one.part] = replace(one, round=COUNTED)
        setting = _Setting(classroom.name, classroom.time_zone, closed=False)
        task = _task(found, setting, found.dates, list(newest.values()), self._now())
        return replace(task, standing=Standing.OPEN)

    def begin(self, caller: Caller, assignment: str, part: int) -> str:
        """The attempt to go on with in a part of an assignment.

        A learner's first round counts; when it is done, or the assignment is over, further rounds
        are practice and kept apart. Staff of the class see it as a student would, with patients of
        practice: only work that counts meets those of the assessment bank.

        Raises:
            NotFound: no such assignment for the caller. OutOfOrder: it is not open yet.
        """
        self._access.own(caller, Action.BEGIN, caller.learner)
        for _ in range(3):
            try:
                with self._database.write(alone=caller.learner) as connection:
                    return self._begin(connection, caller, assignment, part)
            except AlreadyThere:
                continue
        raise AlreadyThere("Your page was asked for twice at once. Reload it.")

    def _begin(self, connection: Connection, caller: Caller, assignment: str, part: int) -> str:
        found = store.find_assignment(connection, assignment)
        if found is None:
            raise NotFound(_GONE)
        place = place_store.find_member(connection, found.classroom, caller.learner)
        if place is None or place.left_at is not None:
            raise NotFound(_GONE)
        staff = place.role != Role.LEARNER
        if (found.published_at is None and not staff) or not 0 <= part < len(found.parts):
            raise NotFound(_GONE)
        begun_here = store.begun(connection, [found.id], caller.learner)
        mine = [
            b
            for b in begun_here
            if b.part == part and (b.round < COUNTED) == staff and b.round < ASIDE
        ]
        for begun in mine:
            practice_set = set_store.find_set(connection, begun.set_id)
            assert practice_set is not None
            standing = terms_of(connection, practice_set).standing(self._now())
            if begun.closed < begun.size and standing is not Standing.OVER:
                return self._practice.go_on(connection, practice_set)
        rounds = [b.round for b in mine]
        round_ = min([COUNTED, *rounds]) - 1 if staff else 1 + max(rounds, default=0)
        made = self._new_set(caller, found, part, round_)
        terms = terms_of(connection, made)
        if round_ == COUNTED and terms.dates.standing(self._now()) is Standing.OVER:
            # The counted round can no longer be begun; what follows is practice.
            made = self._new_set(caller, found, part, COUNTED + 1)
        elif round_ == COUNTED:
            terms.check_open(self._now())
        set_store.ensure_learner(connection, caller.learner, self._now())
        self._store(connection, made, found, counts=made.round == COUNTED)
        return self._practice.go_on(connection, made)

    def _new_set(self, caller: Caller, found: Assignment, part: int, round_: int) -> PracticeSet:
        """A round of a part; only what counts meets the fresh patients of the assignment."""
        set_part = found.parts[part]
        own = set_part.fresh if round_ == COUNTED else None
        pinned = own or set_part.fingerprint
        exercise = (
            self._library.exercise_at(set_part.key, pinned)
            if pinned
            else self._library.exercise(set_part.key)
        )
        fingerprint = pinned or exercise.fingerprint
        bundle = self._library.bundle(fingerprint)
        same = found.same_cases and round_ == COUNTED
        return PracticeSet(
            id=secrets.token_urlsafe(12),
            learner=caller.learner,
            pack=set_part.pack,
            exercise=set_part.exercise,
            version=set_part.version or exercise.manifest.version,
            fingerprint=fingerprint,
            title=set_part.title,
            threshold=bundle.measured.threshold,
            seed=(found.seed + part) % 2**31 if same else secrets.randbits(31),
            size=set_part.cases,
            at=self._now(),
            assignment=found.id,
            part=part,
            round=round_,
        )

    def _store(
        self, connection: Connection, made: PracticeSet, found: Assignment, counts: bool
    ) -> None:
        """Draw a set: what ``counts`` from the assessment bank, anything else from practice."""
        stream = np.random.default_rng([made.seed, 1])
        drawn = plan(made.size, found.guidance, found.unaided_share, stream)
        same = found.same_cases and made.round == COUNTED
        seen = (
            () if same else set_store.cases_seen(connection, made.learner, made.pack, made.exercise)
        )
        bundle = self._library.bundle(made.fingerprint)
        set_store.add_set(connection, made, bundle.draw(drawn, made.seed, seen, counts))


@dataclass(frozen=True)
class _Setting:
    """Of a class what its assignments are told with."""

    class_name: str
    time_zone: str
    closed: bool

    @classmethod
    def of(cls, row: Any) -> _Setting:
        return cls(row.class_name, row.time_zone, row.archived_at is not None)


def _task(
    assignment: Assignment, setting: _Setting, dates: Dates, mine: list[Begun], at: datetime
) -> Task:
    standing = Standing.OVER if setting.closed else dates.standing(at)
    terms = Terms(outcomes=assignment.outcomes, dates=dates)
    steps = []
    for number, part in enumerate(assignment.parts):
        rounds = [b for b in mine if b.part == number]
        counted = next((b for b in rounds if b.round == COUNTED), None)
        done = counted.closed if counted else 0
        steps.append(
            Step(
                number,
                part,
                done,
                len(rounds),
                counted.set_id if counted else None,
                terms.shows(done >= part.cases, at),
            )
        )
    return Task(
        assignment.id,
        assignment.title,
        assignment.instructions,
        setting.class_name,
        standing,
        dates,
        setting.time_zone,
        assignment.outcomes,
        assignment.reasons_required,
        assignment.rule,
        tuple(steps),
    )


def _urgency(task: Task) -> tuple[bool, bool, int]:
    order = list(Standing)
    return task.standing is Standing.OVER, task.done, order.index(task.standing)
