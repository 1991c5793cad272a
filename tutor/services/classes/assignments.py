"""Assignments as staff see them: make, change, publish, other dates for some, preview."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tutor.core.access import Action, Role
from tutor.core.assignment import (
    MOST_CASES,
    MOST_UNAIDED,
    Dates,
    Grading,
    OutcomesShown,
    Override,
    Touched,
    check_dates,
    effective,
    touched,
)
from tutor.core.set_plan import Guidance
from tutor.errors import BadInput, Changed, NotFound
from tutor.lab.bundle import fresh_fingerprint
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.accounts import one_line
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.local_time import moment, zone
from tutor.store import assignments as store
from tutor.store import classes as class_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.assignments import Assignment, Begun, Part, StoredOverride
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member

Form = Mapping[str, Any]
LONGEST_TEXT = 4_000
_GONE = "There is no such assignment here. Choose one from your class."
_CHANGED = (
    "Somebody else changed this assignment while you were at it. Nothing of theirs was "
    "overwritten: look at it as it is now, and make your change again."
)


@dataclass(frozen=True)
class Seen:
    """An assignment with its class, its people and its other dates, as staff see it."""

    assignment: Assignment
    classroom: Classroom
    place: Member
    learners: tuple[Member, ...]
    groups: tuple[tuple[str, str], ...]
    overrides: tuple[StoredOverride, ...]
    begun: tuple[Begun, ...]

    @property
    def touched(self) -> Touched:
        """Whom a change would touch."""
        return touched(
            [
                (sum(b.closed for b in self._counted(m)), self.assignment.cases)
                for m in self.learners
            ]
        )

    def _counted(self, member: Member) -> list[Begun]:
        return [b for b in self.begun if b.learner == member.learner and b.round == 1]

    def dates_for(self, member: Member) -> Dates:
        """The dates that hold for a learner."""
        group = next((o.override for o in self.overrides if o.group == member.group), None)
        own = next((o.override for o in self.overrides if o.learner == member.learner), None)
        return effective(self.assignment.dates, group if member.group else None, own)


class Assignments:
    """Use cases of those who set work."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._now = clock

    def of_class(self, caller: Caller, classroom: str) -> tuple[Assignment, ...]:
        """A class's assignments, newest first.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.SEE_ASSIGNMENT, classroom)
            return tuple(store.assignments_of_class(connection, classroom))

    def see(self, caller: Caller, assignment: str, action: Action = Action.SEE_ASSIGNMENT) -> Seen:
        """One assignment, for whatever staff want to do with it.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not staff of its class.
        """
        with self._database.read() as connection:
            return self._seen(connection, caller, assignment, action)

    def found(self, connection: Connection, assignment: str) -> Assignment:
        """An assignment by its id, for services that ask for the right themselves.

        Raises:
            NotFound: there is none.
        """
        found = store.find_assignment(connection, assignment)
        if found is None:
            raise NotFound(_GONE)
        return found

    def make(self, caller: Caller, classroom: str, form: Form) -> Assignment:
        """Store a new draft.

        Raises:
            BadInput: a field cannot be stored. Forbidden, NotFound: as in :meth:`of_class`.
        """
        with self._database.write() as connection:
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, classroom)
            found = class_store.find_classroom(connection, classroom)
            assert found is not None
            blank = Assignment(
                id=secrets.token_urlsafe(12),
                classroom=classroom,
                title="",
                instructions="",
                guidance=Guidance.LISTED,
                unaided_share=0.0,
                same_cases=False,
                seed=secrets.randbits(31),
                reasons_required=False,
                outcomes=OutcomesShown.EACH,
                dates=Dates(),
                grading=Grading.COMPLETION,
                points=10.0,
                rubric=(),
                published_at=None,
                revision=0,
                at=self._now(),
            )
            made = self._filled(blank, found, form)
            store.add_assignment(connection, made)
            return made

    def change(self, caller: Caller, assignment: str, form: Form) -> tuple[Assignment, Touched]:
        """Store a change, and whom it touches.

        The exercises of a published assignment stay as they are: others have begun them.

        Raises:
            BadInput: a field cannot be stored. Changed: somebody else was first.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            made = self._filled(seen.assignment, seen.classroom, form)
            if seen.assignment.published_at is not None:
                made = replace(
                    made, parts=seen.assignment.parts, same_cases=seen.assignment.same_cases
                )
            made = replace(made, revision=_revision(form, seen.assignment.revision))
            if not store.change_assignment(connection, made):
                raise Changed(_CHANGED)
            return made, seen.touched

    def publish(self, caller: Caller, assignment: str) -> Assignment:
        """Let learners see it, and pin the version of each exercise.

        Raises:
            BadInput: it holds no exercise, or one that is no longer here.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            if seen.assignment.published_at is not None:
                return seen.assignment
            if not seen.assignment.parts:
                raise BadInput("parts", "Choose at least one exercise, then publish.")
            made = replace(
                seen.assignment,
                published_at=self._now(),
                parts=tuple(self._pinned(part, seen.assignment) for part in seen.assignment.parts),
            )
            if not store.change_assignment(connection, made):
                raise Changed(_CHANGED)
            return made

    def discard(self, caller: Caller, assignment: str) -> str:
        """Remove an assignment that nobody has begun; returns its class.

        Raises:
            BadInput: somebody has begun it.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            if seen.begun:
                raise BadInput("discard", "Somebody has begun it, so it stays. Set a due date.")
            store.delete_assignment(connection, assignment)
            return seen.assignment.classroom

    def give_dates(self, caller: Caller, assignment: str, whom: str, form: Form) -> None:
        """Other dates for one learner (``learner:ID``) or group (``group:ID``).

        Raises:
            BadInput: a date cannot be read, or the dates that result leave no time.
        """
        kind, _, id_ = whom.partition(":")
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            known = {
                "learner": {m.learner for m in seen.learners},
                "group": {group for group, _ in seen.groups},
            }
            if id_ not in known.get(kind, ()):
                raise BadInput("whom", "Choose a learner or a group of this class.")
            where = zone(seen.classroom.time_zone)
            override = Override(
                moment("opens", _text(form, "opens"), where),
                moment("due", _text(form, "due"), where),
                _minutes(_text(form, "grace")) if _text(form, "grace").strip() else None,
            )
            if override == Override():
                raise BadInput("due", "Type at least one other date, or more time.")
            check_dates(effective(seen.assignment.dates, override))
            learner, group = (id_, None) if kind == "learner" else (None, id_)
            made = StoredOverride(secrets.token_urlsafe(12), learner, group, override)
            store.set_override(connection, assignment, made)

    def take_dates(self, caller: Caller, assignment: str, override: str) -> None:
        """Take other dates back."""
        with self._database.write() as connection:
            self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            store.drop_override(connection, assignment, override)

    def _seen(
        self, connection: Connection, caller: Caller, assignment: str, action: Action
    ) -> Seen:
        found = self.found(connection, assignment)
        place = self._access.in_class(connection, caller, action, found.classroom)
        classroom = class_store.find_classroom(connection, found.classroom)
        assert classroom is not None
        learners = place_store.members(connection, found.classroom, Role.LEARNER)
        if place.role == Role.ASSISTANT:
            mine = group_store.groups_of_assistant(connection, found.classroom, place.learner)
            learners = [m for m in learners if m.group in mine]
        return Seen(
            found,
            classroom,
            place,
            tuple(learners),
            tuple(group_store.groups(connection, found.classroom)),
            tuple(store.overrides_of(connection, assignment)),
            tuple(store.begun(connection, [assignment])),
        )

    def _pinned(self, part: Part, of: Assignment) -> Part:
        try:
            exercise = self._library.exercise(part.key)
        except NotFound:
            raise BadInput(
                "parts", f"“{part.title}” is no longer here. Save without it, then publish."
            ) from None
        pinned = exercise.fingerprint
        own = fresh_fingerprint(pinned, of.seed) if of.fresh else None
        if own is not None:
            self._library.bundle(own)  # prepared before
        return replace(part, version=exercise.manifest.version, fingerprint=pinned, fresh=own)

    def _filled(self, blank: Assignment, classroom: Classroom, form: Form) -> Assignment:
        where = zone(classroom.time_zone)
        dates = Dates(
            moment("opens", _text(form, "opens"), where),
            moment("due", _text(form, "due"), where),
            _minutes(_text(form, "grace")),
        )
        check_dates(dates)
        instructions = _text(form, "instructions").replace("\x00", "").strip()
        if len(instructions) > LONGEST_TEXT:
            raise BadInput("instructions", f"Use at most {LONGEST_TEXT:,} characters.")
        return replace(
            blank,
            title=one_line("title", _text(form, "title"), "Give the assignment a title."),
            instructions=instructions,
            guidance=Guidance(_one_of("guidance", form, Guidance)),
            unaided_share=_share(_text(form, "unaided")),
            same_cases=bool(_text(form, "same_cases")),
            fresh=bool(_text(form, "fresh")),
            reasons_required=bool(_text(form, "reasons_required")),
            outcomes=OutcomesShown(_one_of("outcomes", form, OutcomesShown)),
            dates=dates,
            grading=Grading(_one_of("grading", form, Grading)),
            points=_points(_text(form, "points")),
            rubric=_rubric(_text(form, "rubric")),
            parts=self._parts(form),
        )

    def _parts(self, form: Form) -> tuple[Part, ...]:
        """The exercises with a number of cases typed beside them, in the library's order."""
        parts = []
        for exercise in self._library.exercises:
            typed = _text(form, f"cases:{exercise.key}").strip()
            if typed in ("", "0"):
                continue
            field = f"cases:{exercise.key}"
            cases = _whole(field, typed, 1, MOST_CASES, "cases")
            manifest = exercise.manifest
            parts.append(Part(exercise.pack, manifest.id, manifest.title, cases))
        return tuple(parts)


def _text(form: Form, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _revision(form: Form, now_at: int) -> int:
    typed = _text(form, "revision")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else now_at


def _one_of(field: str, form: Form, kinds: Any) -> str:
    chosen = _text(form, field)
    if chosen not in {str(kind) for kind in kinds}:
        raise BadInput(field, "Choose one of them.")
    return chosen


def _whole(field: str, typed: str, least: int, most: int, what: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise BadInput(field, f"Type a whole number of {what} from {least} to {most}.")
    return int(text)


def _minutes(typed: str) -> timedelta:
    if not typed.strip():
        return timedelta(0)
    return timedelta(minutes=_whole("grace", typed, 0, 99_999, "minutes"))


def _share(typed: str) -> float:
    text = typed.strip().removesuffix("%").strip()
    percent = _whole("unaided", text or "0", 0, round(100 * MOST_UNAIDED), "percent")
    return percent / 100


def _points(typed: str) -> float:
    try:
        points = float(typed.strip().replace(",", ".") or "10")
    except ValueError:
        points = -1.0
    if not 0 < points <= 1_000:
        raise BadInput("points", "Type how many points it is worth, from 1 to 1000.")
    return round(points, 2)


def _rubric(typed: str) -> tuple[dict[str, Any], ...]:
    """One criterion a line: ``Names the failure mode: 4``."""
    rows = []
    for line in typed.splitlines():
        if not line.strip():
            continue
        name, _, points = line.rpartition(":")
        text = points.strip().replace(",", ".")
        try:
            worth = float(text)
        except ValueError:
            worth = -1.0
        if not name.strip() or not 0 < worth <= 1_000:
            raise BadInput(
                "rubric", f"Write each criterion with its points: “{line.strip()[:60]}: 4”."
            )
        rows.append({"name": name.strip()[:200], "points": worth})
    return tuple(rows[:30])
