"""An author's own encounters in a preview: the next case of a cell, at any stage."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tutor.content.pack import Exercise
from tutor.core.case import Cell
from tutor.core.drawing import CELLS, Slot, wanted
from tutor.core.encounter import Closed, Revealed
from tutor.core.set_plan import Guidance
from tutor.errors import NotFound
from tutor.lab.bundle import Bundle
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.encounters.new_set import new_set
from tutor.services.encounters.practice import Practice
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database
from tutor.store.encounters import StoredAttempt

# What an author has typed where they want to see a later page: nothing that weighs either way.
JUDGMENT = {"probability": "50", "certainty": "1"}
DECISION = {"keep": "keep", "suspected": "none"}


class Until(StrEnum):
    """How far a case is taken before it is looked at."""

    SHOWN = "shown"
    REVEALED = "revealed"
    CLOSED = "closed"
    SUMMARY = "summary"


@dataclass(frozen=True)
class Filled:
    """A cell of the bank: how many cases it should hold, holds, and which comes next (from 1)."""

    cell: Cell
    wanted: int
    found: int
    next: int


class Author:
    """``learner`` looks at cases of any cell; each is a set of one, in a throw-away database.

    ``new`` names another learner, who has done nothing yet.
    """

    def __init__(
        self, database: Database, library: Library, practice: Practice, new: Callable[[], str]
    ) -> None:
        self._database = database
        self._library = library
        self._practice = practice
        self._new = new
        self.learner = new()
        self._opened: Counter[tuple[str, Cell]] = Counter()

    def afresh(self) -> None:
        """Go on as somebody new, for whom everything is still sealed."""
        self.learner = self._new()

    def cells(self, exercise: Exercise) -> tuple[Filled, ...]:
        """The four cells of the exercise's bank."""
        asked = exercise.manifest.bank.cases
        return tuple(
            Filled(cell, wanted(asked, cell), len(cases), self._at(exercise, cell) + 1)
            for cell in CELLS
            for cases in [self._cases(exercise, cell)]
        )

    def open(
        self, key: str, cell: Cell, until: Until, guidance: Guidance = Guidance.FLAGGED
    ) -> str:
        """Begin the cell's next case and take it as far as asked; the address of its page.

        Raises:
            NotFound: there is no such exercise, or the cell is empty.
        """
        exercise = self._library.exercise(key)
        cases = self._cases(exercise, cell)
        if not cases:
            raise NotFound("This cell of the bank is empty; the panel says what to do.")
        at = self._at(exercise, cell)
        self._opened[exercise.fingerprint, cell] += 1
        return self._begin(exercise, cases[at], until, guidance)

    def again(self, attempt: str) -> str:
        """The address of an attempt's case in the version that is shown now, at the same stage.

        An attempt that is of this version already stays; where the bank holds the case no more,
        the next of its cell stands in.

        Raises:
            NotFound: no such attempt, or nothing can be shown.
        """
        with self._database.read() as connection:
            stored = store.find_attempt(connection, attempt)
        if stored is None or stored.set.learner != self.learner:
            raise NotFound("There is no such patient here.")
        ref, guidance = stored.shown.ref, stored.shown.guidance
        exercise = self._library.exercise(f"{ref.pack}/{ref.exercise}")
        if exercise.fingerprint == ref.fingerprint:
            return f"/encounter/?attempt={attempt}"
        if ref.case in {card.case for card in self._bundle(exercise).cards}:
            return self._begin(exercise, ref.case, _until(stored), guidance)
        before = self._library.bundle(ref.fingerprint).cards
        # A case of luck is of no cell; the nearest in kind stands in.
        cell = next(card.cell for card in before if card.case == ref.case)
        return self.open(exercise.key, cell, _until(stored), guidance)

    def _bundle(self, exercise: Exercise) -> Bundle:
        return self._library.bundle(exercise.fingerprint)

    def _cases(self, exercise: Exercise, cell: Cell) -> list[str]:
        return [
            card.case
            for card in self._bundle(exercise).cards
            if card.cell == cell and not card.luck
        ]

    def _at(self, exercise: Exercise, cell: Cell) -> int:
        """Which of the cell's cases is next; after the last comes the first."""
        return self._opened[exercise.fingerprint, cell] % max(1, len(self._cases(exercise, cell)))

    def _begin(self, exercise: Exercise, case: str, until: Until, guidance: Guidance) -> str:
        made = new_set(exercise, self._bundle(exercise), self.learner, size=1, at=now())
        attempt = secrets.token_urlsafe(16)
        with self._database.write(alone=self.learner) as connection:
            set_store.ensure_learner(connection, self.learner, made.at)
            set_store.add_set(connection, made, [Slot(0, case, guidance, aided=True)])
            store.add_attempt(connection, attempt, made, 0, made.at)
        if until is not Until.SHOWN:
            self._practice.commit(self.learner, attempt, JUDGMENT)
        if until in (Until.CLOSED, Until.SUMMARY):
            self._practice.decide(self.learner, attempt, DECISION)
        if until is Until.SUMMARY:
            return f"/record/?set={made.id}"
        return f"/encounter/?attempt={attempt}"


def _until(stored: StoredAttempt) -> Until:
    if isinstance(stored.stage, Closed):
        return Until.CLOSED
    return Until.REVEALED if isinstance(stored.stage, Revealed) else Until.SHOWN
