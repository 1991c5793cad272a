"""Manifests: licences, versions that differ, and the decision line that the action names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from tutor.content import source_positions
from tutor.content.form.licences import licence_problem
from tutor.content.pack import Exercise, Pack, Problem
from tutor.content.rules import Rule

EXERCISE = "exercise.toml"
ENTRY_POINTS = "equipoise.packs"
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s?(?:%|per ?cent\b)")


def manifest_problems(pack: Pack, strict: bool) -> Iterator[Problem]:
    """Versions of the pack that differ; licences, where asked."""
    text = (pack.root / "pack.toml").read_text(encoding="utf-8-sig")
    yield from _versions(pack, text)
    if not strict:
        return
    if wrong := licence_problem(pack.manifest.licence):
        line = source_positions.of_key(text, ("licence",))
        yield Problem("pack.toml", "licence", *wrong, line, rule=Rule.LICENCE)
    for exercise in pack.exercises:
        if wrong := licence_problem(exercise.manifest.licence):
            yield Problem(
                _file(exercise), "licence", *wrong, _line(exercise, "licence"), rule=Rule.LICENCE
            )


def action_problem(exercise: Exercise, threshold: float) -> Problem | None:
    """The ``action`` names a percentage that is not the model's ``threshold``."""
    named = [float(found.replace(",", ".")) for found in _PERCENT.findall(exercise.manifest.action)]
    if not named or any(abs(value - 100 * threshold) < 0.05 for value in named):
        return None
    what = f"The action speaks of {named[0]:g} %; the model acts from {100 * threshold:g} % on."
    mend = "Write the model's threshold in the action, or change the threshold."
    return Problem(
        _file(exercise), "action", what, mend, _line(exercise, "action"), rule=Rule.ACTION
    )


def _versions(pack: Pack, text: str) -> Iterator[Problem]:
    """The version of the pack and that of its package; only where it is packaged by itself."""
    path = pack.root / "pyproject.toml"
    try:
        written = path.read_text(encoding="utf-8-sig")
        project: dict[str, Any] = tomllib.loads(written).get("project", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    own = project.get("entry-points", {}).get(ENTRY_POINTS, {})
    version = project.get("version")
    if pack.manifest.id in own and version is not None and version != pack.manifest.version:
        what = (
            f"The version is {pack.manifest.version!r} in pack.toml and {version!r} in "
            "pyproject.toml."
        )
        line = source_positions.of_key(text, ("version",))
        yield Problem(
            "pack.toml", "version", what, "Write the same in both.", line, rule=Rule.VERSIONS
        )


def _file(exercise: Exercise) -> str:
    return f"exercises/{exercise.folder.name}/{EXERCISE}"


def _line(exercise: Exercise, key: str) -> int:
    text = (exercise.folder / EXERCISE).read_text(encoding="utf-8-sig")
    return source_positions.of_key(text, (key,))
