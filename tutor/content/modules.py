"""Load a pack's model by path, under a private module name: nothing says ``import models``."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tutor.content.pack import TABLE, VIGNETTES
from tutor.content.table_model import table_model
from tutor.errors import CodeError, ContentError
from tutor.kit.teaching import TeachingModel

PREFIX = "_equipoise_pack"
MOST_WORDS = 500  # letters of an error that a pack raises


class FromSource(SourceFileLoader):
    """Compiles a file of a pack each time, and neither reads nor writes a ``__pycache__``.

    A pack may be read-only, and loading it adds no file to it. A cache also counts as fresh when a
    file was saved twice within one second at the same length.
    """

    def get_code(self, fullname: str) -> CodeType:
        """The code of the file as it is saved now."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class PackFinder(MetaPathFinder):
    """Finds what a model imports from its own folder, and loads it :class:`FromSource`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where the module is, if it belongs to a model and is a Python file of its folder."""
        if not fullname.startswith(f"{PREFIX}__"):
            return None
        finders = (FileFinder(folder, (FromSource, SOURCE_SUFFIXES)) for folder in path or ())
        return next((found for one in finders if (found := one.find_spec(fullname))), None)


sys.meta_path.insert(0, PackFinder())


NO_MODEL = (
    "Its cases were written by hand: there is no model to run, and no cohort to draw patients from."
)


def load_model(path: Path, pack: str, name: str) -> TeachingModel:
    """Run ``model.py`` and return its ``MODEL``. Pack code runs with this process's rights.

    The folder is a package, so that ``from .cohort import simulate`` finds ``cohort.py`` in it.
    A ``model.toml`` is read with the table beside it; nothing of it is run.

    Raises:
        ContentError: the file cannot be run or read, or holds no ``MODEL``.
    """
    if path.name == VIGNETTES:
        raise ContentError(NO_MODEL)
    if path.name == TABLE:
        return table_model(path.parent)
    private = private_name(pack, name)
    _forget(private)
    loader = FromSource(private, str(path.absolute()))
    spec = ModuleSpec(private, loader, origin=loader.path, is_package=True)
    spec.submodule_search_locations = [str(path.absolute().parent)]
    spec.has_location = True
    module = importlib.util.module_from_spec(spec)
    sys.modules[private] = module
    try:
        with pack_code(path):
            loader.exec_module(module)
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
    return "__".join([PREFIX, *plain])


@contextmanager
def pack_code(path: Path) -> Iterator[None]:
    """Run a model of a pack: whatever goes wrong in it leaves out that exercise and no more.

    ``sys.exit`` and the like are errors, too: no command is ended by a pack.

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
    except GeneratorExit:
        raise
    except BaseException as error:
        folder = path.resolve().parent
        frames = traceback.extract_tb(error.__traceback__)
        inside = [f for f in frames if folder in Path(f.filename).resolve().parents]
        name = Path(inside[-1].filename).resolve().relative_to(folder) if inside else path.name
        line = inside[-1].lineno if inside else 0
        at = f"models/{path.parent.name}/{name}"
        raise CodeError(at, line or 0, _told(error), isinstance(error, MemoryError)) from error


def _told(error: BaseException) -> str:
    """The error in a line of bounded length; its own words may raise, too."""
    try:
        words = str(error)
    except Exception:  # noqa: BLE001  whatever a pack made it raise
        words = ""
    if len(words) > MOST_WORDS:
        words = f"{words[:MOST_WORDS]} …"
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
