"""Where in an author's files a claim stands: problems are told with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tutor.content import source_positions
from tutor.content.check import MANIFEST, manifest_text
from tutor.content.pack import TABLE, Exercise, Problem
from tutor.errors import BuildError, CodeError, ContentError

_MEND = "Mend it; nothing of this exercise is served."


@dataclass(frozen=True)
class Place:
    """A line of a model's file, counted from 1; 0, and false, where no line is known."""

    file: str
    line: int

    def __bool__(self) -> bool:
        return self.line > 0


@dataclass(frozen=True)
class Source:
    """The files of one exercise: its manifest and its model."""

    exercise: Exercise

    @property
    def model(self) -> str:
        """The model's file as problems name it."""
        return self._name(self.exercise.model_file)

    def key(self, *loc: str | int) -> int:
        """The line of a key of ``exercise.toml``."""
        return source_positions.of_key(manifest_text(self.exercise), loc)

    def named(self, callee: str, name: str, key: str = "id") -> Place:
        """Where ``callee(name, …)`` stands; the name itself in a ``model.toml``."""
        if self.exercise.model_file.name == TABLE:
            code = _text(self.exercise.model_file)
            return Place(self.model, source_positions.of_words(code, f'"{name}"'))
        return self._first(lambda code: source_positions.of_call(code, callee, name, key))

    def argument(self, keyword: str) -> Place:
        """Where an argument of ``TeachingModel(…)`` stands."""
        return self._first(
            lambda code: source_positions.of_argument(code, "TeachingModel", keyword)
        )

    def feature(self, column: str) -> Place:
        """Where the feature of a column stands, or the findings."""
        return self.named("Feature", column, "column") or self.argument("findings")

    def _first(self, line_of: Callable[[str], int]) -> Place:
        """The first of the model's files that has the line: its own, then its siblings'."""
        own = self.exercise.model_file
        siblings = sorted(path for path in own.parent.glob("*.py") if path != own)
        for path in (own, *siblings):
            if line := line_of(_text(path)):
                return Place(self._name(path), line)
        return Place(self.model, 0)

    def _name(self, path: Path) -> str:
        return f"models/{self.exercise.manifest.model}/{path.name}"

    def in_manifest(self, key: str, what: str, mend: str) -> Problem:
        """A problem with a key of ``exercise.toml``."""
        file = f"exercises/{self.exercise.folder.name}/{MANIFEST}"
        return Problem(file, key, what, mend, self.key(*key.split(".")))

    def in_model(self, where: str, what: str, mend: str, place: Place) -> Problem:
        """A problem with the model."""
        return Problem(place.file, where, what, mend, place.line)

    def unusable(self, error: ContentError | str) -> Problem:
        """The model cannot be used at all; the line is that of the code or of what it promised."""
        if isinstance(error, CodeError):
            return self.in_model("", error.what, _MEND, Place(error.file, error.line))
        place = Place(self.model, 0)
        if isinstance(error, BuildError) and error.of:
            place = self.argument(error.of)
        return self.in_model("", str(error), _MEND, place)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
