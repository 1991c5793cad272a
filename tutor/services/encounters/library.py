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
        self._kept: dict[str, Exercise | None] = {}
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
    def root(self) -> Path:
        """The directory of the bundles."""
        return self._root

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises that can be practised, in the pack's order."""
        return tuple(self._exercises.values())

    @property
    def opened(self) -> int:
        """How many bundles are open, of any version."""
        return len(self._bundles)

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

    def exercise_at(self, key: str, fingerprint: str) -> Exercise:
        """An exercise in the version that an attempt or an assignment has pinned.

        Today's version comes from its pack, so that a corrected text shows at once; any other as
        its bundle keeps it, also where the pack is gone. For a bundle that keeps none (of an
        earlier Equipoise), or that is gone, today's version stands in.

        Raises:
            NotFound: neither a pack nor a bundle holds it.
        """
        today = self._exercises.get(key)
        if today is not None and today.fingerprint == fingerprint.partition("-")[0]:
            return today  # fresh patients of today's version are told in today's words
        found = self._kept_in(fingerprint) or today
        if found is None:
            raise NotFound(
                "This exercise is no longer on this server. Your record keeps what you did; "
                "choose another exercise, or ask whoever set this one."
            )
        return found

    def _kept_in(self, fingerprint: str) -> Exercise | None:
        if fingerprint not in self._kept:
            try:
                found = self.bundle(fingerprint).exercise
            except NotFound:
                return None
            self._kept[fingerprint] = found
        return self._kept[fingerprint]

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

    def forget(self, fingerprint: str) -> None:
        """Close a bundle that is about to be deleted."""
        self._bundles.pop(fingerprint, None)
        self._kept.pop(fingerprint, None)

    def warm(self) -> None:
        """Read every bundle now, so that no learner waits for a file."""
        for exercise in self._exercises.values():
            bundle = self.bundle(exercise.fingerprint)
            _ = bundle.cards, bundle.shown, bundle.revealed, bundle.closed, bundle.evidence
