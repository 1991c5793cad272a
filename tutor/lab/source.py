"""Where in an author's files a claim stands: problems are told with file and line."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.content import lines
from tutor.content.check import MANIFEST, manifest_text
from tutor.content.pack import TABLE, Exercise, Problem
from tutor.errors import BuildError, CodeError, ContentError

_MEND = "Mend it; nothing of this exercise is served."


@dataclass(frozen=True)
class Source:
    """The files of one exercise: its manifest and its model."""

    exercise: Exercise

    @property
    def model(self) -> str:
        """The model's file as problems name it."""
        return f"models/{self.exercise.manifest.model}/{self.exercise.model_file.name}"

    def key(self, *loc: str | int) -> int:
        """The line of a key of ``exercise.toml``."""
        return lines.of_key(manifest_text(self.exercise), loc)

    def named(self, callee: str, name: str, key: str = "id") -> int:
        """The line of ``callee(name, …)`` in the model; of the name itself in a ``model.toml``."""
        code = self._code()
        if self.exercise.model_file.name == TABLE:
            return lines.of_words(code, f'"{name}"')
        return lines.of_call(code, callee, name, key)

    def argument(self, keyword: str) -> int:
        """The line of an argument of ``TeachingModel(…)``."""
        return lines.of_argument(self._code(), "TeachingModel", keyword)

    def feature(self, column: str) -> int:
        """The line of the feature of a column, or that of the findings."""
        return self.named("Feature", column, "column") or self.argument("findings")

    def in_manifest(self, key: str, what: str, mend: str) -> Problem:
        """A problem with a key of ``exercise.toml``."""
        file = f"exercises/{self.exercise.folder.name}/{MANIFEST}"
        return Problem(file, key, what, mend, self.key(*key.split(".")))

    def in_model(self, where: str, what: str, mend: str, line: int) -> Problem:
        """A problem with the model."""
        return Problem(self.model, where, what, mend, line)

    def unusable(self, error: ContentError | str) -> Problem:
        """The model cannot be used at all; the line is that of the code or of what it promised."""
        if isinstance(error, CodeError):
            return self.in_model("", error.what, _MEND, error.line)
        line = self.argument(error.of) if isinstance(error, BuildError) and error.of else 0
        return self.in_model("", str(error), _MEND, line)

    def _code(self) -> str:
        try:
            return self.exercise.model_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""
