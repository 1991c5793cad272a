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

    The folder is a package, so that ``from .cohort import simulate`` finds ``cohort.py`` in it.
    A ``model.toml`` is read with the table beside it; nothing of it is run.

    Raises:
        ContentError: the file cannot be run or read, or holds no ``MODEL``.
    """
    if path.name == TABLE:
        return table_model(path.parent)
    private = private_name(pack, name)
    _forget(private)
    folder = [str(path.parent)]
    spec = importlib.util.spec_from_file_location(private, path, submodule_search_locations=folder)
    if spec is None or spec.loader is None:
        raise ContentError(f"{path.name} of {name} cannot be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[private] = module
    try:
        with pack_code(path):
            spec.loader.exec_module(module)
    except ContentError:
        _forget(private)
        raise
    model = getattr(module, "MODEL", None)
    if not isinstance(model, TeachingModel):
        raise ContentError(f"models/{name}/model.py has no MODEL made with TeachingModel(…).")
    return model


def _forget(private: str) -> None:
    """Take a model and its siblings out of ``sys.modules``, so that saved files are read anew."""
    for name in [n for n in sys.modules if n == private or n.startswith(f"{private}.")]:
        del sys.modules[name]


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
    except SyntaxError as error:
        file = f"models/{path.parent.name}/{Path(error.filename or path).name}"
        raise CodeError(file, error.lineno or 0, f"SyntaxError: {error.msg}") from error
    except Exception as error:
        folder = path.resolve().parent
        frames = traceback.extract_tb(error.__traceback__)
        inside = [f for f in frames if folder in Path(f.filename).resolve().parents]
        name = Path(inside[-1].filename).resolve().relative_to(folder) if inside else path.name
        line = inside[-1].lineno if inside else 0
        what = f"{type(error).__name__}: {error}"
        raise CodeError(f"models/{path.parent.name}/{name}", line or 0, what) from error
