"""The question of ethics after a set: one's own answer first, shared only if one likes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tutor.core.access import Action
from tutor.errors import BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.clock import now
from tutor.store import practice_sets as set_store
from tutor.store import reflections as store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.practice_sets import PracticeSet
from tutor.store.reflections import Reflection

LONGEST = 4_000
_NO_SET = "There is no such set here. Your record lists what you have done."


class Reflections:
    """Use cases of a learner's own reflection."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock

    def mine(self, caller: Caller, set_id: str) -> Reflection | None:
        """The caller's answer after a set, or None.

        Raises:
            NotFound: there is no such set. Forbidden: it is another's.
        """
        with self._database.read() as connection:
            self._own(connection, caller, set_id)
            return store.find_reflection(connection, set_id)

    def write(self, caller: Caller, set_id: str, text: str, shared: bool) -> None:
        """Store the caller's answer; ``shared`` with the staff of the class that set the work.

        Raises:
            BadInput: nothing was typed, or too much. NotFound, Forbidden: as in :meth:`mine`.
        """
        typed = text.replace("\x00", "").strip()
        with self._database.write() as connection:
            found = self._own(connection, caller, set_id)
            if not typed:
                raise BadInput("reflection", "Type your answer, then save it.")
            if len(typed) > LONGEST:
                raise BadInput("reflection", f"Use at most {LONGEST:,} characters.")
            share = shared and found.assignment is not None
            store.set_reflection(connection, set_id, typed, share, self._now())

    def delete(self, caller: Caller, set_id: str) -> None:
        """Delete the caller's answer. Raises as :meth:`mine`."""
        with self._database.write() as connection:
            self._own(connection, caller, set_id)
            store.delete_reflection(connection, set_id)

    def _own(self, connection: Connection, caller: Caller, set_id: str) -> PracticeSet:
        found = set_store.find_set(connection, set_id)
        if found is None:
            raise NotFound(_NO_SET)
        self._access.own(caller, Action.REFLECT, found.learner)
        return found
