"""The bundles of patients for one assignment alone, which go when nothing needs them any more."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from tutor.errors import NotFound
from tutor.lab.bundle import fresh_fingerprint, remove_fresh
from tutor.services.encounters.library import Library
from tutor.store.assignments import Assignment
from tutor.store.database import Database
from tutor.store.fresh_preparation import still_needed

_log = logging.getLogger(__name__)


class FreshBundles:
    """What assignments have had prepared, on disk."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library

    def names(self, works: Iterable[Assignment]) -> frozenset[str]:
        """The bundles that assignments have, or that a draft would get."""
        return frozenset(name for work in works if work.fresh for name in self._of(work))

    def _of(self, work: Assignment) -> Iterable[str]:
        for part in work.parts:
            try:
                today = self._library.exercise(part.key).fingerprint
            except NotFound:
                today = ""
            yield part.fresh or fresh_fingerprint(part.fingerprint or today, work.seed)

    def drop(self, names: Iterable[str]) -> None:
        """Delete those bundles that no assignment and no stored encounter needs.

        What cannot be deleted stays on disk, and is logged: nothing else depends on it.
        """
        wanted = frozenset(names)
        if not wanted:
            return
        with self._database.read() as connection:
            needed = still_needed(connection, wanted)
        for name in sorted(wanted - needed):
            self._library.forget(name)
            try:
                remove_fresh(self._library.root, name)
            except OSError:
                _log.exception("fresh patients %s", name)
