"""Announcements: an instructor tells a class something; learners see it until they have read it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutor.core.access import Action, Role
from tutor.errors import BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.messages import comment_text
from tutor.services.clock import now
from tutor.services.local_time import stamp, zone
from tutor.store import announcements as store
from tutor.store import classes as class_store
from tutor.store.announcements import Announcement
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database

_GONE = "There is no such announcement here. It may have been deleted."


@dataclass(frozen=True)
class Notice:
    """An announcement as it is read; moments are in the class's time zone."""

    id: str
    class_name: str
    text: str
    when: str
    iso: str
    edited: str
    read: bool


class Announcements:
    """Use cases of announcements."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock

    def of_class(self, caller: Caller, classroom: str) -> tuple[Notice, ...]:
        """What a class was told, newest first, for those who teach there.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.SEE_CLASS, classroom)
            room = class_store.find_classroom(connection, classroom)
            assert room is not None
            found = store.announcements_in(connection, [classroom], caller.learner)
        return tuple(_notice(one, room) for one in found)

    def mine(self, caller: Caller) -> dict[str, tuple[Notice, ...]]:
        """What the caller's running classes were told, by class, newest first."""
        self._access.own(caller, Action.SEE_HOME, caller.learner)
        with self._database.read() as connection:
            rooms = {
                room.id: room
                for room, place in class_store.classrooms_of(connection, caller.learner)
                if place.role == Role.LEARNER and room.archived_at is None
            }
            found = store.announcements_in(connection, list(rooms), caller.learner)
        return {
            id_: tuple(_notice(one, room) for one in found if one.classroom == id_)
            for id_, room in rooms.items()
        }

    def make(self, caller: Caller, classroom: str, text: str) -> None:
        """Tell a class something.

        Raises:
            BadInput: nothing was typed, too much, or the class has ended. Forbidden, NotFound.
        """
        with self._database.write() as connection:
            self._access.in_class(connection, caller, Action.ANNOUNCE, classroom)
            room = class_store.find_classroom(connection, classroom)
            if room is None or room.archived_at is not None:
                raise BadInput("text", "This class has ended, so nobody would see it.")
            said = comment_text(text, what="announcement")
            made = Announcement(
                secrets.token_urlsafe(12), classroom, caller.learner, said, None, self._now()
            )
            store.add_announcement(connection, made)

    def edit(self, caller: Caller, announcement: str, text: str) -> None:
        """Change an announcement; it is new for those who had read it.

        Raises:
            BadInput: nothing was typed, or too much. NotFound, Forbidden.
        """
        with self._database.write() as connection:
            found = self._found(connection, caller, announcement, Action.ANNOUNCE)
            said = comment_text(text, "announced", "announcement")
            if said != found.text:
                store.change_announcement(connection, found.id, said, self._now())

    def delete(self, caller: Caller, announcement: str) -> None:
        """Delete an announcement for everybody.

        Raises:
            NotFound, Forbidden.
        """
        with self._database.write() as connection:
            found = self._found(connection, caller, announcement, Action.ANNOUNCE)
            store.drop_announcement(connection, found.id)

    def read(self, caller: Caller, announcement: str) -> None:
        """The caller has read an announcement.

        Raises:
            NotFound: no such announcement for the caller. Forbidden: not a learner of the class.
        """
        with self._database.write(alone=caller.learner) as connection:
            found = store.find_announcement(connection, announcement)
            if found is None:
                raise NotFound(_GONE)
            self._access.in_class(
                connection, caller, Action.READ_ANNOUNCEMENT, found.classroom, caller.learner
            )
            store.read_announcement(connection, found.id, caller.learner, self._now())

    def _found(
        self, connection: Connection, caller: Caller, announcement: str, action: Action
    ) -> Announcement:
        found = store.find_announcement(connection, announcement)
        if found is None:
            raise NotFound(_GONE)
        self._access.in_class(connection, caller, action, found.classroom)
        return found


def _notice(one: Announcement, room: Classroom) -> Notice:
    where = zone(room.time_zone)
    return Notice(
        one.id,
        room.name,
        one.text,
        stamp(one.at, where),
        one.at.isoformat(),
        stamp(one.edited_at, where),
        one.read,
    )
