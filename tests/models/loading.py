"""Load a built-in model the way the application does: by path, under a private name."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from types import ModuleType

from tutor.content import modules
from tutor.kit import TeachingModel

ROOT = Path(__file__).resolve().parents[2]
PACK = "tests"  # so that no model of the application's own loading is replaced


@cache
def load_model(name: str) -> TeachingModel:
    return load_by_path(ROOT / "models" / name / "model.py")


def load_part(name: str, part: str) -> ModuleType:
    """One file of a built-in model, such as ``cohort``."""
    load_model(name)
    return importlib.import_module(f"{modules.private_name(PACK, name)}.{part}")


def load_by_path(path: Path) -> TeachingModel:
    """The model of a ``model.py`` anywhere; its folder is a package, as in the application."""
    return modules.load_model(path, PACK, path.parent.name)
