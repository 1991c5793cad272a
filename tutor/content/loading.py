"""A directory → a Pack and its Problems. Loading never raises for what a pack contains."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tutor.content import source_positions
from tutor.content.files import read_manifest, read_text
from tutor.content.fingerprint import fingerprint, of_code, of_table, of_written
from tutor.content.limits import allowed
from tutor.content.manifest import ExerciseManifest, PackManifest
from tutor.content.pack import COHORT, TABLE, VIGNETTES, Exercise, Pack, Problem, Texts
from tutor.content.rules import Rule
from tutor.errors import ContentError


def built_in() -> Path:
    """The built-in pack: inside the wheel, or the root of a clone."""
    inside = Path(__file__).resolve().parents[1] / "_pack"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2]


def unbuilt(name: str) -> bool:
    """What ``load`` takes for granted of a fingerprint: that nothing of it is built yet."""
    return False


def load(root: Path, built: Callable[[str], bool] = unbuilt) -> tuple[Pack, list[Problem]]:
    """Load the pack in ``root``.

    ``built`` says whether the bundle of a fingerprint is there. Its code has then been run as it
    stands, so it is not parsed again.

    Raises:
        ContentError: ``root`` is no pack at all (no readable ``pack.toml``).
    """
    problems: list[Problem] = []
    manifest = read_manifest(root, root / "pack.toml", PackManifest, problems)
    if manifest is None:
        raise ContentError(
            f"{root} is not a pack: {problems[0].what} {problems[0].mend}".replace("\n", " ")
        )
    exercises: dict[str, Exercise] = {}
    limits = allowed(manifest.limits)
    for folder in sorted((root / "exercises").glob("*/")):
        exercise = _exercise(root, folder, manifest.id, built, problems)
        if exercise is None:
            continue
        exercise = replace(exercise, limits=limits)
        if exercise.manifest.id in exercises:
            where = str((folder / "exercise.toml").relative_to(root))
            what = f"The id {exercise.manifest.id!r} is taken by another exercise of this pack."
            text = (folder / "exercise.toml").read_text(encoding="utf-8")
            mend, line = (
                "Give each exercise an id of its own.",
                source_positions.of_key(text, ("id",)),
            )
            problems.append(Problem(where, "id", what, mend, line, rule=Rule.SAME_ID))
            continue
        exercises[exercise.manifest.id] = exercise
    if not exercises and not problems:
        what = "There is no exercise in this pack."
        mend = "Add exercises/<id>/exercise.toml."
        problems.append(Problem("exercises", "", what, mend, rule=Rule.NO_EXERCISE))
    return Pack(manifest, root, _in_sequence(exercises, manifest.sequence)), problems


def _in_sequence(exercises: dict[str, Exercise], sequence: tuple[str, ...]) -> tuple[Exercise, ...]:
    """The exercises in the pack's suggested order; those it does not name come last."""
    place = {name: at for at, name in enumerate(sequence)}
    return tuple(sorted(exercises.values(), key=lambda e: place.get(e.manifest.id, len(place))))


def _exercise(
    root: Path,
    folder: Path,
    pack: str,
    built: Callable[[str], bool],
    problems: list[Problem],
) -> Exercise | None:
    manifest = read_manifest(root, folder / "exercise.toml", ExerciseManifest, problems)
    if manifest is None:
        return None
    model_dir = root / "models" / manifest.model
    found = [
        read_text(root, path, problems)
        for path in (
            folder / "intro.md",
            folder / "debrief.md",
            folder / "guide.md",
            model_dir / "card.md",
        )
    ]

    def ran(computed_from: str) -> bool:
        return built(fingerprint(pack, manifest, computed_from))

    code = _code(root, model_dir, ran, problems)
    if code is None or any(text is None for text in found):
        return None
    intro, debrief, guide, card = (text or "" for text in found)
    texts = Texts(intro, debrief, guide, card)
    model_file, computed_from = code
    name = fingerprint(pack, manifest, computed_from)
    return Exercise(pack, manifest, texts, folder, model_file, name)


def _code(
    root: Path, folder: Path, ran: Callable[[str], bool], problems: list[Problem]
) -> tuple[Path, str] | None:
    """The model's file, and what it computes from; a table instead of code is read and checked."""
    python, toml, written = folder / "model.py", folder / TABLE, folder / VIGNETTES
    there = [path for path in (written, toml, python) if path.exists()]
    if len(there) > 1:
        what = f"There is a {there[1].name} beside it; which of the two is meant?"
        name = str(there[0].relative_to(root))
        mend = "Take one of them out."
        problems.append(Problem(name, "", what, mend, rule=Rule.TWO_MODELS))
        return None
    if written.exists():
        return _vignettes(root, folder, ran, problems)
    if toml.exists():
        return _table(root, folder, ran, problems)
    code = read_text(root, python, problems)
    if code is None:
        return None
    computed_from = of_code(folder, code)
    if not ran(computed_from) and not _parses(root, python, code, problems):
        return None
    return python, computed_from


def _table(
    root: Path, folder: Path, ran: Callable[[str], bool], problems: list[Problem]
) -> tuple[Path, str] | None:
    # Only a pack with a table pays for what reads one, and only until it is built.
    from tutor.content.table_model import digest, read_table

    whole = (folder / COHORT).is_file()
    if whole and ran(computed_from := of_table(digest(folder))):
        return folder / TABLE, computed_from
    if not read_table(root, folder, problems):
        return None
    return folder / TABLE, of_table(digest(folder))


def _vignettes(
    root: Path, folder: Path, ran: Callable[[str], bool], problems: list[Problem]
) -> tuple[Path, str] | None:
    from tutor.content.vignettes.reading import digest, read_vignettes

    if ran(computed_from := of_written(digest(folder))):
        return folder / VIGNETTES, computed_from
    if read_vignettes(root, folder, problems) is None:
        return None
    return folder / VIGNETTES, computed_from


def _parses(root: Path, path: Path, code: str, problems: list[Problem]) -> bool:
    try:
        ast.parse(code)
    except SyntaxError as error:
        line, what = error.lineno or 0, error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        line, what = 0, str(error) or "it is nested too deeply"
    else:
        return True
    mend = "Mend that line; the exercise is left out."
    problems.append(
        Problem(
            str(path.relative_to(root)),
            "",
            f"This is not Python: {what}.",
            mend,
            line,
            rule=Rule.NOT_PYTHON,
        )
    )
    return False
