"""Which failure was at work in an encounter, and which one was named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutor.core.policy import Guidance
from tutor.errors import EquipoiseError
from tutor.lab.bundle import find
from tutor.services.library import Library
from tutor.store.outcomes import Closing


@dataclass(frozen=True)
class Mode:
    """A failure mode as reports name it."""

    exercise: str
    id: str
    kind: str
    title: str


class Modes:
    """The modes of the bundles that encounters were played on, each bundle read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[str, Mapping[str, Mode]] = {}

    def of(self, exercise: str) -> Mapping[str, Mode]:
        """An exercise's modes by id; none where the exercise is no longer here."""
        if exercise not in self._known:
            try:
                fingerprint = self._library.exercise(exercise).fingerprint
                told = self._library.bundle(fingerprint).evidence["modes"]
            except EquipoiseError:
                told = []
            self._known[exercise] = {
                m["id"]: Mode(exercise, m["id"], m["kind"], m["title"]) for m in told
            }
        return self._known[exercise]

    def title(self, exercise: str) -> str:
        """What an exercise is called; its key where it is no longer here."""
        try:
            return self._library.exercise(exercise).manifest.title
        except EquipoiseError:
            return exercise

    def story(self, exercise: str, case: str) -> str:
        """A case's first line; its id where the bank it came from is no longer here."""
        try:
            bundle = self._library.bundle(self._library.exercise(exercise).fingerprint)
            return str(find(bundle.shown, case)["story"])
        except EquipoiseError:
            return case


def counts_for_noticing(closing: Closing) -> bool:
    """Whether a failure could be noticed: the modes were listed, and not marked for the patient."""
    return closing.outcome.aided and closing.guidance == Guidance.LISTED


def noticed(closing: Closing) -> tuple[int, int, int, int]:
    """Hit, signal, false alarm, noise of one encounter: something at work was named, or not."""
    there = bool(closing.touched)
    named = closing.suspected not in (None, "", "none")
    hit = closing.suspected in closing.touched
    return int(hit), int(there), int(named and not there), int(not there)
