"""Assignments as staff see them: make, change, publish, other dates for some, preview."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from tutor.core.access import Action, Role
from tutor.core.assignment import (
    Touched,
    check_dates,
    check_publishable,
    effective,
)
from tutor.errors import BadInput, Changed, NotFound
from tutor.lab.bundle import fresh_fingerprint
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_copy import blank, copy_of
from tutor.services.classes.assignment_detail import AssignmentDetail, check_known, grades_stay
from tutor.services.classes.assignment_form import (
    Checks,
    FieldReader,
    Form,
    read_assignment,
    read_override,
    revision,
)
from tutor.services.classes.date_moves import shift_dates
from tutor.services.classes.fresh_bundles import FreshBundles
from tutor.services.classes.hidden_names import as_shown
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.local_time import zone
from tutor.store import assignment_overrides as override_store
from tutor.store import assignments as store
from tutor.store import classes as class_store
from tutor.store import grades as grade_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.assignment_overrides import StoredOverride
from tutor.store.assignments import Assignment, Part
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database

_GONE = "There is no such assignment here. Choose one from your class."
_ENDED = (
    "This class has ended, so nothing is published in it. Take the class up again under Settings, "
    "or copy it for the next term."
)
CHANGED = (
    "Somebody else changed this assignment while you were editing it. Nothing was stored, and what "
    "you typed is still here. Save again to replace their version, or reload the page to see it."
)
NO_REVISIONS: Mapping[str, int] = MappingProxyType({})


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
        self.bundles = FreshBundles(database, library)

    def of_class(self, caller: Caller, classroom: str) -> tuple[Assignment, ...]:
        """A class's assignments, newest first.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.SEE_ASSIGNMENT, classroom)
            return tuple(store.assignments_of_class(connection, classroom))

    def see(
        self, caller: Caller, assignment: str, action: Action = Action.SEE_ASSIGNMENT
    ) -> AssignmentDetail:
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

    def make(
        self, caller: Caller, classroom: str, form: Form, publishing: bool = False
    ) -> Assignment:
        """Store a new draft; ``publishing``: only one that can be published as it is.

        If the form names a ``second``, another draft of that title is stored with it.

        Raises:
            BadForm: fields cannot be stored. Forbidden, NotFound: as in :meth:`of_class`.
        """
        with self._database.write() as connection:
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, classroom)
            found = class_store.find_classroom(connection, classroom)
            assert found is not None
            made = self._filled(blank(classroom, self._now()), found, form, publishing)
            store.add_assignment(connection, made)
            if second := FieldReader(form).text("second").strip()[:200]:
                store.add_assignment(connection, copy_of(made, classroom, self._now(), second))
            return made

    def duplicate(self, caller: Caller, assignment: str) -> Assignment:
        """A draft equal to an assignment, without its dates, in the same class."""
        with self._database.write() as connection:
            found = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT).assignment
            title = f"{found.title[:190]} (copy)"
            made = copy_of(found, found.classroom, self._now(), title)
            store.add_assignment(connection, made)
            return made

    def change(
        self, caller: Caller, assignment: str, form: Form, publishing: bool = False
    ) -> tuple[Assignment, Touched]:
        """Store a change, and whom it touches; ``publishing`` as in :meth:`make`.

        Of a published assignment the exercises, and whose patients they are, stay as they are.

        Raises:
            BadForm: fields cannot be stored. Changed: somebody else was first.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            made = self._filled(seen.assignment, seen.classroom, form, publishing, bool(seen.begun))
            made = replace(made, revision=revision(form, seen.assignment.revision))
            if not store.change_assignment(connection, made):
                raise Changed(CHANGED)
            return made, seen.touched

    def publish(self, caller: Caller, assignment: str, form: Form | None = None) -> Assignment:
        """Let learners see it, and pin the version of each exercise.

        ``form`` says the ``revision`` that was looked at before publishing.

        Raises:
            BadForm: it holds no exercise, or one that is no longer here, or its due date has
                passed, or the class has ended. Changed: somebody changed it after it was looked at.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            found = seen.assignment
            if found.published_at is not None:
                return found
            self.check_running(connection, found.classroom)
            check_publishable(found.dates, len(found.parts), self._now())
            made = replace(
                found,
                published_at=self._now(),
                parts=tuple(self._pinned(part, found) for part in found.parts),
                revision=revision(form or {}, found.revision),
            )
            if not store.change_assignment(connection, made):
                raise Changed(CHANGED)
            return made

    def check_running(self, connection: Connection, classroom: str) -> None:
        """Refuse to publish in a class that has ended.

        Raises:
            BadInput: it has ended.
        """
        found = class_store.find_classroom(connection, classroom)
        if found is not None and found.archived_at is not None:
            raise BadInput("publish", _ENDED)

    def shift(
        self,
        caller: Caller,
        classroom: str,
        chosen: Sequence[str],
        typed: str,
        drawn: Mapping[str, int] = NO_REVISIONS,
    ) -> int:
        """Move the dates of some assignments by so many days; how many have moved.

        Times on the clock stay, and other dates for some learners move as well. ``drawn`` holds
        the revisions of the assignments that the caller looked at.

        Raises:
            BadForm: nothing is chosen, the days cannot be read, or a published assignment would
                be due in the past. Changed: somebody else changed one of them meanwhile.
        """
        with self._database.write() as connection:
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, classroom)
            room = class_store.find_classroom(connection, classroom)
            assert room is not None
            return shift_dates(connection, room, chosen, typed, drawn, self._now())

    def discard(self, caller: Caller, assignment: str) -> str:
        """Remove an assignment that nobody has begun; returns its class.

        Raises:
            BadInput: somebody has begun it, or has a grade by hand for it.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            if seen.begun:
                raise BadInput(
                    "discard", "A learner has begun it, so it stays. Set a due date to end it."
                )
            given = grade_store.grades_of(connection, assignment)
            if graded := [member.name for member in seen.learners if member.learner in given]:
                raise BadInput("discard", grades_stay(graded))
            store.delete_assignment(connection, assignment)
        self.bundles.drop(self.bundles.names([seen.assignment]))
        return seen.assignment.classroom

    def give_dates(self, caller: Caller, assignment: str, whom: str, form: Form) -> None:
        """Other dates for one learner (``learner:ID``) or group (``group:ID``).

        ``form`` may hold which other dates its author knew (``known``).

        Raises:
            BadInput: a date cannot be read, the dates that result leave no time, or somebody else
                has given them other dates since.
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
            held = next((o for o in seen.overrides if id_ in (o.learner, o.group)), None)
            check_known(held, form.get("known"))
            where = zone(seen.classroom.time_zone)
            override = read_override(form, where, self._now())
            check_dates(effective(seen.assignment.dates, override))
            learner, group = (id_, None) if kind == "learner" else (None, id_)
            made = StoredOverride(secrets.token_urlsafe(12), learner, group, override)
            override_store.set_override(connection, assignment, made)

    def take_dates(self, caller: Caller, assignment: str, override: str) -> None:
        """Take other dates back."""
        with self._database.write() as connection:
            self._seen(connection, caller, assignment, Action.EDIT_ASSIGNMENT)
            override_store.drop_override(connection, assignment, override)

    def _seen(
        self, connection: Connection, caller: Caller, assignment: str, action: Action
    ) -> AssignmentDetail:
        found = self.found(connection, assignment)
        place = self._access.in_class(connection, caller, action, found.classroom)
        classroom = class_store.find_classroom(connection, found.classroom)
        assert classroom is not None
        people = as_shown(classroom, place_store.members(connection, found.classroom))
        learners = [m for m in people if m.role == Role.LEARNER]
        staff = {m.learner for m in people if m.role != Role.LEARNER}
        if place.role == Role.ASSISTANT:
            mine = group_store.groups_of_assistant(connection, found.classroom, place.learner)
            learners = [m for m in learners if m.group in mine]
        return AssignmentDetail(
            found,
            classroom,
            place,
            tuple(learners),
            tuple(group_store.groups(connection, found.classroom)),
            tuple(override_store.overrides_of(connection, assignment)),
            tuple(
                b
                for b in store.begun(connection, [assignment])
                if b.round > 0 and b.learner not in staff
            ),
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

    def _holds(self) -> dict[str, int]:
        """How many patients each written exercise has."""
        return {
            exercise.key: len(self._library.bundle(exercise.fingerprint).cards)
            for exercise in self._library.exercises
            if exercise.written
        }

    def _filled(
        self,
        before: Assignment,
        classroom: Classroom,
        form: Form,
        publishing: bool,
        begun: bool = False,
    ) -> Assignment:
        published = before.published_at is not None
        made = read_assignment(
            before,
            form,
            () if published else self._library.exercises,
            zone(classroom.time_zone),
            self._now(),
            Checks(publishing, begun, {} if published else self._holds()),
        )
        return replace(made, parts=before.parts, fresh=before.fresh) if published else made
