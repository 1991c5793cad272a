"""Load a built-in model the way the application does: by path, under a private name."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from tutor.kit import TeachingModel

ROOT = Path(__file__).resolve().parents[2]


@cache
def load_model(name: str) -> TeachingModel:
    return load_by_path(ROOT / "models" / name / "model.py")


def load_by_path(path: Path) -> TeachingModel:
    """The model of a ``model.py`` anywhere."""
    spec = importlib.util.spec_from_file_location(f"_test_pack_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model: TeachingModel = module.MODEL
    return model
