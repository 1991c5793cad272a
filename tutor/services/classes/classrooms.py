"""Classes: make one, change its settings, end it, use it again, delete it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tutor.core.access import Action, Role
from tutor.errors import BadInput, Changed
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.typed_lines import one_line
from tutor.services.classes.assignment_copy import copy_of
from tutor.services.classes.class_detail import ClassDetail, class_detail
from tutor.services.classes.date_moves import change_zone
from tutor.services.classes.fresh_bundles import FreshBundles
from tutor.services.classes.join_codes import new_code
from tutor.services.clock import now
from tutor.services.local_time import zone
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import places as place_store
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member
from tutor.store.practice_sets import ensure_learner

Form = Mapping[str, Any]
CHANGED = (
    "Somebody else changed this class while you were editing it. Nothing was stored, and what you "
    "typed is still here. Save again to replace their version, or reload the page to see it."
)


class Classrooms:
    """Use cases of classes as such."""

    def __init__(
        self,
        database: Database,
        access: Access,
        bundles: FreshBundles,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._access = access
        self._bundles = bundles
        self._now = clock

    def mine(self, caller: Caller) -> tuple[tuple[Classroom, Member], ...]:
        """The classes the caller is in, newest first."""
        self._access.own(caller, Action.SEE_HOME, caller.learner)
        with self._database.read() as connection:
            return tuple(class_store.classrooms_of(connection, caller.learner))

    def make(self, caller: Caller, name: str, time_zone: str) -> Classroom:
        """A new class, the caller its instructor.

        Raises:
            Forbidden: the caller's account is no instructor's. BadInput: no name, no such zone.
        """
        self._access.require(caller, Action.CREATE_CLASS)
        made = Classroom(
            secrets.token_urlsafe(12),
            one_line("name", name, "Give the class a name."),
            str(zone(time_zone)),
            new_code(),
            True,
            False,
            0,
            None,
            self._now(),
        )
        with self._database.write() as connection:
            ensure_learner(connection, caller.learner, self._now())
            class_store.add_classroom(connection, made)
            place_store.add_member(connection, self._teacher(made.id, caller.learner, caller.name))
        return made

    def see(self, caller: Caller, classroom: str) -> ClassDetail:
        """A class with the people the caller may see.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            return class_detail(connection, self._access, caller, classroom, Action.SEE_CLASS)

    def change(self, caller: Caller, classroom: str, form: Form) -> Classroom:
        """Another name, time zone, who may join, whether names are hidden while commenting.

        ``dates`` says what another time zone does to the dates, as in :func:`change_zone`.

        Raises:
            BadInput: a field cannot be stored. Changed: somebody else was first. ZoneQuestion:
                the class has dates, and ``dates`` does not say what happens to them.
        """

        def changed(before: Classroom) -> Classroom:
            typed = str(form.get("revision") or "")
            return replace(
                before,
                name=one_line("name", str(form.get("name") or ""), "Give the class a name."),
                time_zone=str(zone(str(form.get("time_zone") or ""))),
                hide_names=bool(form.get("hide_names")),
                list_only=bool(form.get("list_only")),
                revision=int(typed) if typed.isdecimal() else before.revision,
            )

        with self._database.write() as connection:
            before, made = self._stored(connection, caller, classroom, changed)
            zones = zone(before.time_zone), zone(made.time_zone)
            change_zone(connection, classroom, *zones, str(form.get("dates") or ""))
            return made

    def new_code(self, caller: Caller, classroom: str) -> Classroom:
        """A new code; the old one lets nobody in any more."""
        return self._edit(
            caller, classroom, lambda c: replace(c, join_code=new_code(), join_open=True)
        )

    def let_in(self, caller: Caller, classroom: str, is_open: bool) -> Classroom:
        """Open or close the door that the code opens."""
        return self._edit(caller, classroom, lambda c: replace(c, join_open=is_open))

    def archive(self, caller: Caller, classroom: str, ended: bool) -> Classroom:
        """End a class, or take it up again. An ended class can be read, and lets nobody in."""
        at = self._now() if ended else None
        return self._edit(
            caller, classroom, lambda c: replace(c, archived_at=at, join_open=not ended)
        )

    def again(self, caller: Caller, classroom: str, name: str) -> Classroom:
        """The same class for next term: its assignments as drafts without dates, nobody in it.

        Raises:
            Forbidden: not the class's instructor. BadInput: no name.
        """
        self._access.require(caller, Action.CREATE_CLASS)
        named = one_line("name", name, "Give the new class a name.")
        with self._database.write() as connection:
            seen = class_detail(connection, self._access, caller, classroom, Action.EDIT_CLASS)
            made = replace(
                seen.classroom,
                id=secrets.token_urlsafe(12),
                name=named,
                join_code=new_code(),
                join_open=True,
                archived_at=None,
                revision=0,
                at=self._now(),
            )
            class_store.add_classroom(connection, made)
            place = self._teacher(made.id, caller.learner, seen.place.name)
            place_store.add_member(connection, place)
            for work in assignment_store.assignments_of_class(connection, classroom):
                assignment_store.add_assignment(connection, copy_of(work, made.id, self._now()))
            return made

    def delete(self, caller: Caller, classroom: str, confirmed: str) -> None:
        """Remove a class; what its people did stays theirs.

        Raises:
            BadInput: the class's name was not typed as it is.
        """
        with self._database.write() as connection:
            seen = class_detail(connection, self._access, caller, classroom, Action.EDIT_CLASS)
            if confirmed.strip() != seen.classroom.name:
                raise BadInput("confirm", "Type the name of the class exactly, to be sure.")
            works = assignment_store.assignments_of_class(connection, classroom)
            class_store.delete_classroom(connection, classroom)
        self._bundles.drop(self._bundles.names(works))

    def _edit(
        self, caller: Caller, classroom: str, change: Callable[[Classroom], Classroom]
    ) -> Classroom:
        with self._database.write() as connection:
            return self._stored(connection, caller, classroom, change)[1]

    def _stored(
        self,
        connection: Connection,
        caller: Caller,
        classroom: str,
        change: Callable[[Classroom], Classroom],
    ) -> tuple[Classroom, Classroom]:
        """The class before and after a change, which is stored."""
        seen = class_detail(connection, self._access, caller, classroom, Action.EDIT_CLASS)
        made = change(seen.classroom)
        if not class_store.change_classroom(connection, made):
            raise Changed(CHANGED)
        return seen.classroom, made

    def _teacher(self, classroom: str, learner: str, name: str) -> Member:
        return Member(
            classroom=classroom,
            learner=learner,
            role=Role.INSTRUCTOR.value,
            group=None,
            name=name,
            email="",
            number="",
            login="",
            claimed=True,
            left_at=None,
            at=self._now(),
            listed=True,
        )
