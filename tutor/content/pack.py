"""A pack as loaded, and the problems found on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tutor.content.manifest import ExerciseManifest, PackManifest

TABLE = "model.toml"
COHORT = "cohort.csv"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a pack: where, what, and how to mend it."""

    file: str
    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.what}\n    {self.mend}"


@dataclass(frozen=True)
class Texts:
    """The Markdown of an exercise and its model, unrendered."""

    intro: str
    debrief: str
    guide: str
    card: str


@dataclass(frozen=True)
class Exercise:
    """An exercise with its texts, its model's file, and a fingerprint of what is computed.

    ``fingerprint`` changes with anything the bundle is computed from: the model's code, what
    the manifest says of the bank, and the versions of the libraries that compute.
    """

    pack: str
    manifest: ExerciseManifest
    texts: Texts
    model_file: Path
    fingerprint: str

    @property
    def key(self) -> str:
        """``pack/exercise``, as addresses and tables name it."""
        return f"{self.pack}/{self.manifest.id}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What an author is told of it that is no problem."""
        from tutor.kit.tables import NO_DO

        return (f"{self.manifest.id}: {NO_DO}",) if self.model_file.name == TABLE else ()


@dataclass(frozen=True)
class Pack:
    """A pack and the exercises that loaded; those with problems are left out."""

    manifest: PackManifest
    root: Path
    exercises: tuple[Exercise, ...]
