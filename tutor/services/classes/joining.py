"""Coming into a class by its code, and leaving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from tutor.core.access import Action
from tutor.errors import BadInput
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.throttle import JOIN, JOIN_ADDRESS, PLACES, Throttle, network_of
from tutor.services.accounts.typed_lines import one_line
from tutor.services.classes.join_codes import LETTERS
from tutor.services.classes.link_scope import end_links
from tutor.services.classes.newcomers import Newcomer, come_in
from tutor.services.clock import now
from tutor.store import classes as class_store
from tutor.store import places as place_store
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database

_NO_CODE = "No class has this code, or it no longer lets anyone in. Ask your instructor."


class Joining:
    """Use cases of somebody who comes into a class, or leaves it."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock
        self._throttle = Throttle(database, clock)

    def join(
        self, caller: Caller, code: str, name: str, origin: str, identifier: str = ""
    ) -> Classroom:
        """Come into a class by its code; a place the roster has kept for that name becomes theirs.

        ``identifier`` is an e-mail or number, which tells people of one name apart.

        Raises:
            BadInput: no class of that code, no name; somebody has that place already, or it cannot
                be told whose it is; or this browser is somebody else in the class.
            TooOften: too many new places from one address; or the code is wrong, and so were too
                many before. A right one always enters: of 31^8 codes nobody finds one by trying,
                and one person's wrong codes keep nobody else out.
        """
        self._access.require(caller, Action.JOIN)
        wanted = "".join(ch for ch in code.upper() if ch in LETTERS)
        named = one_line("name", name, "Type your name, or a pseudonym.")
        with self._database.read() as connection:
            found = _open_class(connection, wanted)
        origin = network_of(origin)
        if found is None:
            self._refuse_code(caller.learner, origin)
        who = Newcomer(caller, named, identifier, self._throttle.wait(PLACES, origin))
        with self._database.write() as connection:
            found = _open_class(connection, wanted)
            if found is None:
                raise BadInput("code", _NO_CODE)
            if place_store.find_member(connection, found.id, caller.learner) is None:
                end_links(connection, caller.learner)
            is_new = come_in(connection, who, found, self._now())
        self._throttle.forgive(JOIN, caller.learner, origin)
        if is_new:
            self._throttle.failed(PLACES, origin)
        return found

    def _refuse_code(self, learner: str, origin: str) -> NoReturn:
        self._throttle.check(JOIN, learner, origin)
        self._throttle.check(JOIN_ADDRESS, origin)
        self._throttle.failed(JOIN, learner, origin)
        self._throttle.failed(JOIN_ADDRESS, origin)
        raise BadInput("code", _NO_CODE)

    def leave(self, caller: Caller, classroom: str) -> None:
        """Leave a class. What was done stays in its reports under the name given there.

        Raises:
            NotFound: the caller is not in it. Forbidden: they teach it; an instructor removes them.
        """
        with self._database.write() as connection:
            place = self._access.in_class(
                connection, caller, Action.LEAVE, classroom, caller.learner
            )
            place_store.change_member(connection, replace(place, left_at=self._now()))
            end_links(connection, caller.learner)


def _open_class(connection: Connection, code: str) -> Classroom | None:
    """The class that a code lets people into now, or None."""
    room = class_store.classroom_of_code(connection, code) if code else None
    return room if room and room.is_open else None
