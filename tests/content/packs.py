"""Packs to spoil: a copy of the small pack with more exercises beside its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import SMALL


def copy_of_small(root: Path) -> Path:
    """A copy of the small pack, free to be spoilt."""
    shutil.copytree(SMALL, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def second_exercise(root: Path) -> Path:
    """A second, sound exercise ``cough`` with a model of its own; returns its folder."""
    shutil.copytree(root / "models" / "throat", root / "models" / "cough")
    folder = root / "exercises" / "cough"
    shutil.copytree(root / "exercises" / "throat", folder)
    replace(folder / "exercise.toml", 'id = "throat"', 'id = "cough"')
    replace(folder / "exercise.toml", 'model = "throat"', 'model = "cough"')
    replace(root / "models" / "cough" / "model.py", 'id="throat"', 'id="cough"')
    return folder


def replace(path: Path, old: str, new: str) -> None:
    """Put ``new`` in the place of ``old``, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
