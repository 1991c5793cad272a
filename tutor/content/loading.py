"""A directory → a Pack and its Problems. Loading never raises for what a pack contains."""

from __future__ import annotations

import ast
import hashlib
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tutor.content.manifest import ExerciseManifest, PackManifest, Strict
from tutor.content.pack import Exercise, Pack, Problem, Texts
from tutor.errors import ContentError

ENGINE = ("core", "kit", "lab")
LIBRARIES = ("numpy", "scikit-learn", "shap")
M = TypeVar("M", bound=Strict)


def built_in() -> Path:
    """The built-in pack: inside the wheel, or the root of a clone."""
    inside = Path(__file__).resolve().parents[1] / "_pack"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2]


def load(root: Path) -> tuple[Pack, list[Problem]]:
    """Load the pack in ``root``.

    Raises:
        ContentError: ``root`` is no pack at all (no readable ``pack.toml``).
    """
    problems: list[Problem] = []
    manifest = _manifest(root, root / "pack.toml", PackManifest, problems)
    if manifest is None:
        raise ContentError(
            f"{root} is not a pack: {problems[0].what} {problems[0].mend}".replace("\n", " ")
        )
    exercises: dict[str, Exercise] = {}
    for folder in sorted((root / "exercises").glob("*/")):
        exercise = _exercise(root, folder, manifest.id, problems)
        if exercise is None:
            continue
        if exercise.manifest.id in exercises:
            where = str((folder / "exercise.toml").relative_to(root))
            what = f"The id {exercise.manifest.id!r} is taken by another exercise of this pack."
            problems.append(Problem(where, "id", what, "Give each exercise an id of its own."))
            continue
        exercises[exercise.manifest.id] = exercise
    if not exercises and not problems:
        what = "There is no exercise in this pack."
        mend = "Add exercises/<id>/exercise.toml."
        problems.append(Problem("exercises", "", what, mend))
    return Pack(manifest, root, _in_sequence(exercises, manifest.sequence)), problems


def _in_sequence(exercises: dict[str, Exercise], sequence: tuple[str, ...]) -> tuple[Exercise, ...]:
    """The exercises in the pack's suggested order; those it does not name come last."""
    place = {name: at for at, name in enumerate(sequence)}
    return tuple(sorted(exercises.values(), key=lambda e: place.get(e.manifest.id, len(place))))


def _manifest(root: Path, path: Path, kind: type[M], problems: list[Problem]) -> M | None:
    name = str(path.relative_to(root))
    text = _read(root, path, problems)
    if text is None:
        return None
    try:
        return kind.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(name, "", f"This is not TOML: {error}.", "Mend that line."))
    except ValidationError as error:
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            mend = "See docs/course-teams.md for what the manifest may say."
            problems.append(Problem(name, where, f"{item['msg']}.", mend))
    return None


def _read(root: Path, path: Path, problems: list[Problem]) -> str | None:
    name = str(path.relative_to(root))
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem(name, "", "This file is missing.", "Write it."))
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        problems.append(Problem(name, "", what, "Put a readable file in its place."))
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        problems.append(Problem(name, where, "This is not UTF-8 text.", "Save it as UTF-8."))
    return None


def _exercise(root: Path, folder: Path, pack: str, problems: list[Problem]) -> Exercise | None:
    manifest = _manifest(root, folder / "exercise.toml", ExerciseManifest, problems)
    if manifest is None:
        return None
    model_dir = root / "models" / manifest.model
    found = [
        _read(root, path, problems)
        for path in (
            folder / "intro.md",
            folder / "debrief.md",
            folder / "guide.md",
            model_dir / "card.md",
            model_dir / "model.py",
        )
    ]
    if any(text is None for text in found):
        return None
    intro, debrief, guide, card, code = (text or "" for text in found)
    model_file = model_dir / "model.py"
    if not _parses(root, model_file, code, problems):
        return None
    texts = Texts(intro, debrief, guide, card)
    return Exercise(pack, manifest, texts, model_file, _fingerprint(manifest, code))


def _parses(root: Path, path: Path, code: str, problems: list[Problem]) -> bool:
    try:
        ast.parse(code)
    except SyntaxError as error:
        where, what = f"line {error.lineno}", error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        where, what = "", str(error) or "it is nested too deeply"
    else:
        return True
    mend = "Mend that line; the exercise is left out."
    problems.append(
        Problem(str(path.relative_to(root)), where, f"This is not Python: {what}.", mend)
    )
    return False


@cache
def _engine() -> str:
    """A digest of all code that computes a bundle, ours and the libraries'."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for room in ENGINE:
        for path in sorted((root / room).glob("*.py")):
            digest.update(path.read_bytes())
    for library in LIBRARIES:
        digest.update(version(library).encode())
    return digest.hexdigest()


def _fingerprint(manifest: ExerciseManifest, code: str) -> str:
    computed_from = [
        _engine(),
        manifest.id,
        manifest.version,
        manifest.model_dump_json(include={"bank", "drivers"}),
        code,
    ]
    return hashlib.sha256("\0".join(computed_from).encode()).hexdigest()[:24]
