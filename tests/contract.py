"""The one check of the built-in pack in a test run: its problems, and the bundles it built.

``equipoise check`` trains each model on three seeds, measures every claim, computes the cases and
has a robot play them. Tests read what it found; the processes of a test run share it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from tests.studies import keep
from tutor.content.loading import built_in, load
from tutor.content.pack import Exercise, Problem
from tutor.lab import bundle
from tutor.lab.build import build
from tutor.lab.bundle import Bundle
from tutor.lab.check import check_pack
from tutor.lab.process_pool import cores, quiet

STUDIES = "studies"


@dataclass(frozen=True)
class Contract:
    """What the check found: each problem as ``(file, words)``, and where the bundles are."""

    problems: tuple[tuple[str, str], ...]
    bundles: Path

    def problems_of(self, exercise: Exercise) -> list[str]:
        """The problems of one exercise, in its own folder or in its model's."""
        manifest = exercise.manifest
        folders = (f"exercises/{manifest.id}/", f"models/{manifest.model}/")
        return [words for file, words in self.problems if file.startswith(folders)]

    def bundle(self, exercise: Exercise) -> Bundle:
        """What is built and served of one exercise."""
        return Bundle(self.bundles / exercise.fingerprint)

    def rows(self, exercise: Exercise) -> NDArray[np.int_]:
        """The held-out rows of the bank, in the order of its cards."""
        return np.array(json.loads(_rows(self.bundles, exercise).read_text(encoding="utf-8")))


def exercises() -> tuple[Exercise, ...]:
    """Every exercise of the built-in pack.

    Raises:
        LookupError: one of them cannot be loaded.
    """
    pack, problems = load(built_in())
    if problems:
        raise LookupError("\n".join(str(problem) for problem in problems))
    return pack.exercises


def checked(place: Path, root: Path | None = None) -> Contract:
    """The check that is kept in ``place``; whoever comes first makes it, the others wait.

    ``root`` is the pack, the built-in one if it is left out.
    """
    root = built_in() if root is None else root
    place.mkdir(parents=True, exist_ok=True)
    bundles, kept = place / "bundles", place / "problems.json"
    with FileLock(place / "lock"):
        if not kept.exists():
            play = partial(keep_and_walk, root=bundles)
            problems = check_pack(root, quiet, cores(), play)
            problems += _build_the_rest(root, bundles)
            found = [[problem.file, str(problem)] for problem in problems]
            kept.write_text(json.dumps(found), encoding="utf-8")
    found = json.loads(kept.read_text(encoding="utf-8"))
    return Contract(tuple((file, words) for file, words in found), bundles)


def keep_and_walk(exercise: Exercise, parts: Mapping[str, Any], root: Path) -> list[str]:
    """Write the bundle whose cases were computed for the check, and let the robot play it."""
    from tutor.services.authoring.smoke_play import walk
    from tutor.web.encounter.view import encounter

    bundle.write(root, exercise.fingerprint, parts)
    keep(root.parent / STUDIES, exercise.manifest.model, parts["held_out"])
    rows = [int(row) for row in parts["chosen"].both.rows]
    _rows(root, exercise).write_text(json.dumps(rows), encoding="utf-8")
    return walk(exercise, parts, draw=encounter)


def _rows(root: Path, exercise: Exercise) -> Path:
    return root / f"{exercise.fingerprint}.rows.json"


def _build_the_rest(root: Path, bundles: Path) -> list[Problem]:
    """Build what the check could not play; the problems of what cannot be built.

    They are kept as the others are: else every process of a test run would check once more.
    """
    pack, _ = load(root)
    return [b.problem for b in build(pack, bundles, quiet, cores()) if b.problem is not None]
