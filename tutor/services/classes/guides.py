"""The facilitators' guides, for those who teach."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.content.guides import Guide, read_guide
from tutor.content.pack import Exercise
from tutor.core.access import Action
from tutor.core.case import ModeEvidence, Recording
from tutor.errors import EquipoiseError
from tutor.services.accounts.access import Access, Caller
from tutor.services.encounters.library import Library
from tutor.store.database import Database


@dataclass(frozen=True)
class ReadGuide:
    """An exercise with its guide, and with the failures that the guide's prompts are about."""

    exercise: Exercise
    guide: Guide
    modes: tuple[ModeEvidence, ...]
    recording: Recording | None = None


class Guides:
    """Use cases of those who prepare a seminar."""

    def __init__(self, database: Database, library: Library, access: Access) -> None:
        self._database = database
        self._library = library
        self._access = access

    def read(self, caller: Caller, key: str) -> ReadGuide:
        """The guide of an exercise, for instructors and administrators.

        Raises:
            Forbidden: the caller is neither. NotFound: there is no such exercise.
        """
        self._access.require(caller, Action.READ_GUIDES)
        return self._found(key)

    def of_class(self, caller: Caller, classroom: str, key: str) -> ReadGuide:
        """The same for the staff of a class, teaching assistants too.

        Raises:
            NotFound: no such class for the caller, or no such exercise. Forbidden: not staff.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.READ_GUIDES, classroom)
        return self._found(key)

    def open_to(self, caller: Caller) -> bool:
        """Whether the caller may read every guide, outside of any class."""
        try:
            self._access.require(caller, Action.READ_GUIDES)
        except EquipoiseError:
            return False
        return True

    def _found(self, key: str) -> ReadGuide:
        exercise = self._library.exercise(key)
        found = self._library.bundle(exercise.fingerprint).measured
        guide = read_guide(exercise.texts.guide)
        return ReadGuide(exercise, guide, found.modes, found.recording)
