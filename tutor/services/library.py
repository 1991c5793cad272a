"""What can be practised: the exercises whose bundles are built, and their bundles."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tutor.content.pack import Exercise, Pack
from tutor.errors import NotFound
from tutor.lab.bundle import Bundle, is_complete


class Library:
    """Exercises by key, bundles by fingerprint; bundles of older versions stay readable."""

    def __init__(self, packs: Iterable[Pack], root: Path) -> None:
        self._root = root
        self._bundles: dict[str, Bundle] = {}
        self.replace(packs)

    def replace(self, packs: Iterable[Pack]) -> None:
        """Offer these packs from now on; what was begun under other versions stays readable."""
        self._exercises = {
            exercise.key: exercise
            for pack in packs
            for exercise in pack.exercises
            if is_complete(self._root / exercise.fingerprint)
        }

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises that can be practised, in the pack's order."""
        return tuple(self._exercises.values())

    def exercise(self, key: str) -> Exercise:
        """One exercise.

        Raises:
            NotFound: there is none of that key, or its bundle is not built.
        """
        try:
            return self._exercises[key]
        except KeyError:
            raise NotFound(
                "There is no such exercise here. Choose one from the list of exercises."
            ) from None

    def bundle(self, fingerprint: str) -> Bundle:
        """The bundle of any version that is on disk.

        Raises:
            NotFound: it is not there.
        """
        known = self._bundles.get(fingerprint)
        if known is None:
            directory = self._root / fingerprint
            if not is_complete(directory):
                raise NotFound(
                    "This case belongs to an earlier version of the exercise, which is no longer "
                    "here. Your record keeps what you did. Start a new set."
                )
            known = self._bundles[fingerprint] = Bundle(directory)
        return known

    def warm(self) -> None:
        """Read every bundle now, so that no learner waits for a file."""
        for exercise in self._exercises.values():
            bundle = self.bundle(exercise.fingerprint)
            _ = bundle.cards, bundle.shown, bundle.revealed, bundle.closed, bundle.evidence
