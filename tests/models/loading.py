"""Load a built-in model the way the application does: by path, under a private name."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from tutor.kit import TeachingModel

ROOT = Path(__file__).resolve().parents[2]


@cache
def load_model(name: str) -> TeachingModel:
    return load_by_path(ROOT / "models" / name / "model.py")


def load_part(name: str, part: str) -> ModuleType:
    """One file of a built-in model, such as ``cohort``."""
    load_model(name)
    return importlib.import_module(f"_test_pack_{name}.{part}")


def load_by_path(path: Path) -> TeachingModel:
    """The model of a ``model.py`` anywhere; its folder is a package, as in the application."""
    name, folder = f"_test_pack_{path.parent.name}", [str(path.parent)]
    for old in [n for n in sys.modules if n == name or n.startswith(f"{name}.")]:
        del sys.modules[old]
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folder)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    model: TeachingModel = module.MODEL
    return model
