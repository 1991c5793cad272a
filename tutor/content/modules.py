"""Load a pack's model by path, under a private module name: nothing says ``import models``."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor.content.pack import TABLE
from tutor.content.table_model import table_model
from tutor.errors import CodeError, ContentError
from tutor.kit.teaching import TeachingModel


def load_model(path: Path, pack: str, name: str) -> TeachingModel:
    """Run ``model.py`` and return its ``MODEL``. Pack code runs with this process's rights.

    A ``model.toml`` is read with the table beside it; nothing of it is run.

    Raises:
        ContentError: the file cannot be run or read, or holds no ``MODEL``.
    """
    if path.name == TABLE:
        return table_model(path.parent)
    private = private_name(pack, name)
    spec = importlib.util.spec_from_file_location(private, path)
    if spec is None or spec.loader is None:
        raise ContentError(f"{path.name} of {name} cannot be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[private] = module
    try:
        with pack_code(path):
            spec.loader.exec_module(module)
    except ContentError:
        del sys.modules[private]
        raise
    model = getattr(module, "MODEL", None)
    if not isinstance(model, TeachingModel):
        raise ContentError(f"models/{name}/model.py has no MODEL made with TeachingModel(…).")
    return model


def private_name(pack: str, name: str) -> str:
    """The module name of a model; no two of different packs or ids share one."""
    plain = (part.replace("_", "_u").replace("-", "_d") for part in (pack, name))
    return "__".join(["_equipoise_pack", *plain])


@contextmanager
def pack_code(path: Path) -> Iterator[None]:
    """Run a model of a pack: whatever goes wrong in it leaves out that exercise and no more.

    Raises:
        CodeError: the code of ``path`` raised; it knows the line.
    """
    try:
        yield
    except ContentError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f.lineno for f in frames if Path(f.filename).resolve() == path.resolve()]
        what = f"{type(error).__name__}: {error}"
        file, line = f"models/{path.parent.name}/{path.name}", lines[-1] if lines else 0
        raise CodeError(file, line or 0, what) from error
