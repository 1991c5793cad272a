"""Load a pack's model by path, under a private module name: nothing says ``import models``."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path

from tutor.errors import ContentError
from tutor.kit.teaching import TeachingModel


def load_model(path: Path, pack: str, name: str) -> TeachingModel:
    """Run ``model.py`` and return its ``MODEL``. Pack code runs with this process's rights.

    Raises:
        ContentError: the file cannot be run, or holds no ``MODEL``.
    """
    private = f"_equipoise_pack_{pack}_{name}".replace("-", "_")
    spec = importlib.util.spec_from_file_location(private, path)
    if spec is None or spec.loader is None:
        raise ContentError(f"{path.name} of {name} cannot be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[private] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[private]
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        raise ContentError(f"models/{name}/model.py, line {line}: {error}") from error
    model = getattr(module, "MODEL", None)
    if not isinstance(model, TeachingModel):
        raise ContentError(f"models/{name}/model.py has no MODEL made with TeachingModel(…).")
    return model
