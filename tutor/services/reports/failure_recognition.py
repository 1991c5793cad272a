"""Which failure acted in an encounter, which one was named, and encounters as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.core.reliance.encounters import NO_TRIAL, Encounter, Encounters
from tutor.core.reliance.signal_detection import trial
from tutor.core.set_plan import Guidance
from tutor.errors import EquipoiseError
from tutor.lab.bundle import find
from tutor.services.encounters.library import Library
from tutor.store.outcomes import Closing


@dataclass(frozen=True)
class Mode:
    """A failure mode as reports name it."""

    exercise: str
    id: str
    kind: str
    title: str


class Played(Protocol):
    """Anything that says which case of which version was played."""

    @property
    def exercise(self) -> str:
        """The exercise's key."""

    @property
    def fingerprint(self) -> str:
        """The version."""

    @property
    def case(self) -> str:
        """The case's id."""


class Modes:
    """What encounters were played on, each in its own version; each version is read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[str, Mapping[str, Mode]] = {}

    def of(self, played: Played) -> Mapping[str, Mode]:
        """The modes of an encounter's exercise by id; none where its bundle is no longer here."""
        version = played.fingerprint
        if version not in self._known:
            try:
                told = self._library.bundle(version).measured.modes
            except EquipoiseError:
                told = ()
            self._known[version] = {
                m.id: Mode(played.exercise, m.id, m.kind, m.title) for m in told
            }
        return self._known[version]

    def title(self, played: Played) -> str:
        """What an encounter's exercise is called; its key where it is no longer here."""
        try:
            found = self._library.exercise_at(played.exercise, played.fingerprint)
        except EquipoiseError:
            return played.exercise
        return found.manifest.title

    def story(self, played: Played) -> str:
        """A case's first line; its id where the bank it came from is no longer here."""
        try:
            bundle = self._library.bundle(played.fingerprint)
            return str(find(bundle.shown, played.case)["story"])
        except EquipoiseError:
            return played.case


def counts_for_noticing(closing: Closing) -> bool:
    """Whether a failure could be noticed: the modes were listed, and not marked for the patient.

    Cases of luck are not scored.
    """
    o = closing.outcome
    return o.scored and o.aided and closing.guidance == Guidance.LISTED


def columns(closings: Sequence[Closing]) -> tuple[tuple[str, ...], Encounters]:
    """The learners of some encounters, sorted, and the encounters as columns in their order."""
    learners = tuple(sorted({closing.learner for closing in closings}))
    number = {learner: at for at, learner in enumerate(learners)}
    return learners, Encounters.of(
        Encounter(
            number[closing.learner],
            closing.outcome,
            closing.certainty,
            trial(closing.acting, closing.suspected) if counts_for_noticing(closing) else NO_TRIAL,
        )
        for closing in closings
    )


def by_person(encounters: Encounters, people: int) -> NDArray[np.int64]:
    """Hits, signals, false alarms and noises of each of ``people``, of shape ``(people, 4)``."""
    counts = np.zeros((people, 4), np.int64)
    np.add.at(counts, encounters.person, encounters.trials)
    return counts
