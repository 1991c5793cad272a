"""Where in an author's files a claim stands: problems are told with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tutor.content import source_positions
from tutor.content.check import MANIFEST, manifest_text
from tutor.content.manifest import MOST_MEMORY_MB, MOST_SECONDS
from tutor.content.pack import TABLE, VIGNETTES, Exercise, Problem
from tutor.content.rules import Rule
from tutor.errors import BuildError, CodeError, ContentError
from tutor.lab.limited_process import WAS_KILLED, Ended, Why

MODE = "failure mode "  # what a BuildError is of, before the mode's id
_MEND = "Mend it; nothing of this exercise is served."
_FASTER = (
    "Make it faster, or raise seconds under [limits] in pack.toml, to {seconds} at most. An "
    "operator can allow more: `equipoise --pack-seconds`."
)
_SMALLER = (
    "Let it use less, or raise memory_mb under [limits] in pack.toml, to {memory} at most. An "
    "operator can allow more: `equipoise --pack-memory`."
)


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
        if self.exercise.model_file.name in (TABLE, VIGNETTES):
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

    def in_manifest(self, key: str, what: str, mend: str, rule: Rule) -> Problem:
        """A problem with a key of ``exercise.toml``."""
        file = f"exercises/{self.exercise.folder.name}/{MANIFEST}"
        return Problem(file, key, what, mend, self.key(*key.split(".")), rule=rule)

    def in_model(self, where: str, what: str, mend: str, place: Place, rule: Rule) -> Problem:
        """A problem with the model."""
        return Problem(place.file, where, what, mend, place.line, rule=rule)

    def unusable(self, error: ContentError | Ended | str) -> Problem:
        """The model cannot be used at all; the line is that of the code or of what it promised."""
        if isinstance(error, Ended):
            return self._ended(error)
        if isinstance(error, CodeError):
            mend, rule = _MEND, Rule.CODE_RAISED
            if error.memory:
                mend, rule = _SMALLER.format(memory=MOST_MEMORY_MB), Rule.TIME_OR_MEMORY
            return self.in_model("", error.what, mend, Place(error.file, error.line), rule)
        place = Place(self.model, 0)
        if isinstance(error, BuildError) and error.of.startswith(MODE):
            place = self.named("FailureMode", error.of.removeprefix(MODE))
            return self.in_model(error.of, str(error), _MEND, place, Rule.MODE_UNUSABLE)
        if isinstance(error, BuildError) and error.of:
            place = self.argument(error.of)
        return self.in_model("", str(error), _MEND, place, Rule.UNUSABLE_MODEL)

    def _ended(self, ended: Ended) -> Problem:
        """The process that worked on it ended without a result."""
        place, function = self._running(ended)
        within = f", in `{function}`" if function else ""
        rule = Rule.TIME_OR_MEMORY if ended.why is Why.TIME else Rule.PROCESS_ENDED
        if ended.why is Why.TIME:
            what = f"It was stopped after {_seconds(ended.limits.seconds)}, the most it may take"
            mend = _FASTER.format(seconds=MOST_SECONDS)
        elif ended.why is Why.EXIT:
            what = (
                f"It ended the process that worked on it after {_seconds(ended.seconds)}, with "
                f"exit status {ended.status}"
            )
            mend = "Take out what ends the process, such as os._exit; return or raise instead."
        else:
            what = f"{WAS_KILLED} after {_seconds(ended.seconds)}, by signal {-ended.status}"
            mend = "It may have run out of memory. Free some and run the command again."
        return self.in_model("", f"{what}{within}.", mend, place, rule)

    def _running(self, ended: Ended) -> tuple[Place, str]:
        """The line and the function of the pack that was running; else the innermost function."""
        folder = self.exercise.model_file.parent.resolve()
        for frame in ended.frames:
            path = Path(frame.file).resolve()
            if folder in path.parents:
                name = f"models/{folder.name}/{path.relative_to(folder).as_posix()}"
                return Place(name, frame.line), frame.function
        return Place(self.model, 0), ended.frames[0].function if ended.frames else ""


def _seconds(seconds: float) -> str:
    plain = f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}"
    return f"{plain.removesuffix('.0')} seconds"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
