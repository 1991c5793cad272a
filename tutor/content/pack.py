"""A pack as loaded, and the problems found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tutor.content.manifest import ExerciseManifest, Limits, PackManifest
from tutor.content.rules import Rule

TABLE = "model.toml"
COHORT = "cohort.csv"
VIGNETTES = "vignettes.toml"
USUAL = Limits()
NOTHING_MEASURED = (
    "Its cases were written by hand. There is no twin, no failure is measured, and assignments "
    "show the same patients as practice."
)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a pack: where, what, how to correct it, and the rule that it breaks.

    ``where`` names the key or claim, ``line`` counts from 1; 0 where no line can be known. The
    documentation of ``rule`` says what such a problem means.
    """

    file: str
    where: str
    what: str
    mend: str
    line: int = 0
    rule: Rule = field(kw_only=True)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        place = f"{place}, {self.where}" if self.where else place
        return f"{place}: {self.what}\n    {self.mend}\n    More: equipoise help {self.rule}"


@dataclass(frozen=True)
class Texts:
    """The Markdown of an exercise and its model, unrendered."""

    intro: str
    debrief: str
    guide: str
    card: str


@dataclass(frozen=True)
class Exercise:
    """An exercise with its texts, where it lies, and a fingerprint of what is computed.

    ``fingerprint`` changes with anything the bundle is computed from: the model's files, our
    modules that it uses, what the manifest says of the bank, and the versions of the libraries
    that compute. ``folder``
    and ``model_file`` are only names where the exercise was kept in a bundle. ``limits`` are what a
    process may use that runs its code.
    """

    pack: str
    manifest: ExerciseManifest
    texts: Texts
    folder: Path
    model_file: Path
    fingerprint: str
    limits: Limits = USUAL

    @property
    def key(self) -> str:
        """``pack/exercise``, as addresses and tables name it."""
        return f"{self.pack}/{self.manifest.id}"

    def keep(self) -> dict[str, Any]:
        """The exercise as JSON, to be kept beside what was computed from it."""
        return {
            "pack": self.pack,
            "manifest": self.manifest.model_dump(mode="json"),
            "texts": asdict(self.texts),
            "model_file": self.model_file.name,
        }

    @classmethod
    def kept(cls, fingerprint: str, values: Mapping[str, Any]) -> Exercise:
        """An exercise from what :meth:`keep` made of it.

        Raises:
            KeyError, TypeError, ValueError: it is none, or its manifest is of another Equipoise.
        """
        return cls(
            values["pack"],
            ExerciseManifest.model_validate(values["manifest"]),
            Texts(**values["texts"]),
            Path(values["manifest"]["id"]),
            Path(values["model_file"]),
            fingerprint,
        )

    @property
    def from_table(self) -> bool:
        """Whether the patients are the rows of a table instead of a simulated cohort."""
        return self.model_file.name == TABLE

    @property
    def written(self) -> bool:
        """Whether the patients are cases that somebody wrote, with recorded advice."""
        return self.model_file.name == VIGNETTES

    @property
    def remarks(self) -> tuple[str, ...]:
        """What an author is told of it that is no problem."""
        from tutor.kit.tables import NO_DO

        if self.written:
            return (f"{self.manifest.id}: {NOTHING_MEASURED}",)
        return (f"{self.manifest.id}: {NO_DO}",) if self.from_table else ()


@dataclass(frozen=True)
class Pack:
    """A pack and the exercises that loaded; those with problems are left out."""

    manifest: PackManifest
    root: Path
    exercises: tuple[Exercise, ...]
