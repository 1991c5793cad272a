"""The exercises as those who teach choose among them, with patients of practice to look at."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.content.pack import Exercise
from tutor.core.access import Action
from tutor.core.case import (
    AlgorithmView,
    CaseCard,
    Cell,
    Chart,
    ClosedCase,
    ModeEvidence,
    Recording,
)
from tutor.lab.bundle import Bundle
from tutor.services.accounts.access import Access, Caller
from tutor.services.encounters.library import Library
from tutor.store.database import Database

# One patient each in whom the algorithm is right, gives a false alarm, and misses the condition.
SAMPLED = (Cell(True, True), Cell(False, False), Cell(False, True))


@dataclass(frozen=True)
class CatalogueEntry:
    """An exercise with the failure modes of its algorithm, and what is known of written cases."""

    exercise: Exercise
    modes: tuple[ModeEvidence, ...]
    recording: Recording | None = None


@dataclass(frozen=True)
class SamplePatient:
    """A patient of practice at every stage, with the titles of the failures that acted."""

    case: str
    fingerprint: str
    chart: Chart
    algorithm: AlgorithmView
    closed: ClosedCase
    acting: tuple[str, ...]


class Catalogue:
    """What instructors of a class may look through; nothing of it is stored."""

    def __init__(self, database: Database, library: Library, access: Access) -> None:
        self._database = database
        self._library = library
        self._access = access

    def entries(self, caller: Caller, classroom: str) -> tuple[CatalogueEntry, ...]:
        """Every exercise that can be set, in the pack's order.

        Raises:
            NotFound: no such class for the caller. Forbidden: not its instructor.
        """
        self._check(caller, classroom)
        return tuple(self._entry(exercise) for exercise in self._library.exercises)

    def samples(
        self, caller: Caller, classroom: str, key: str
    ) -> tuple[CatalogueEntry, tuple[SamplePatient, ...]]:
        """An exercise with three patients of its practice bank, never of the assessment bank.

        Raises:
            NotFound: no such class for the caller, or no such exercise. Forbidden: not its
                instructor.
        """
        self._check(caller, classroom)
        entry = self._entry(self._library.exercise(key))
        fingerprint = entry.exercise.fingerprint
        bundle = self._library.bundle(fingerprint)
        titles = {mode.id: mode.title for mode in entry.modes}
        return entry, tuple(
            _sample(bundle, fingerprint, card, titles) for card in _sampled(bundle.cards)
        )

    def _check(self, caller: Caller, classroom: str) -> None:
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, classroom)

    def _entry(self, exercise: Exercise) -> CatalogueEntry:
        found = self._library.bundle(exercise.fingerprint).measured
        return CatalogueEntry(exercise, found.modes, found.recording)


def _sampled(cards: tuple[CaseCard, ...]) -> list[CaseCard]:
    """The first scored card of each kind; among errors one in which a failure acted goes first."""
    found = []
    for cell in SAMPLED:
        scored = [card for card in cards if card.cell == cell and not card.luck]
        scored.sort(key=lambda card: not card.kind and not cell.algorithm_right)
        found += scored[:1]
    return found


def _sample(
    bundle: Bundle, fingerprint: str, card: CaseCard, titles: dict[str, str]
) -> SamplePatient:
    closed = bundle.closed_case(card.case)
    return SamplePatient(
        card.case,
        fingerprint,
        bundle.chart(card.case),
        bundle.algorithm_view(card.case),
        closed,
        tuple(titles[mode] for mode in closed.truth.acting or () if mode in titles),
    )
