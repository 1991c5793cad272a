"""What a bundle is computed from, as one digest: the pack's files and our modules in use.

Of our own code a fingerprint covers the modules that a build reaches by its imports and those
that the model's files import, with all that these import in turn. Nothing is run to find them.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from tutor.content.manifest import ExerciseManifest
from tutor.content.pack import TABLE

OURS = Path(__file__).resolve().parents[1]
BUILD = "tutor.lab.build"
WRITTEN = "tutor.lab.vignettes"
LIBRARIES = ("numpy", "pillow", "scikit-learn", "shap")
# What leads to the word "import" on its line, and what follows it, to the end of bracket or line.
LEADING = re.compile(r"(?:^|[;:])[ \t]*(from[ \t.]+[\w. \t]*)?$")
FOLLOWING = re.compile(r"import\b[ \t]*(?:\((?:[^)#]|#[^\n]*)*\)|[^\n;#]*)")


def fingerprint(pack: str, manifest: ExerciseManifest, computed_from: str) -> str:
    """The name of a bundle: 24 hexadecimal digits of a digest of all that it depends on."""
    parts = [
        pack,
        manifest.id,
        manifest.version,
        manifest.model_dump_json(include={"bank", "drivers"}),
        computed_from,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def of_code(folder: Path, code: str, root: Path = OURS) -> str:
    """What a model in Python is computed from: its files, what models share, and our modules.

    ``code`` is the text of ``folder/model.py``. Of its folder ``card.md`` alone computes nothing;
    shared is whatever lies in ``models/`` and in no model's folder.
    """
    sums, wanted = [], set(imports(code))
    for path in [*_beside(folder), *_shared(folder.parent)]:
        content = path.read_bytes()
        name = path.relative_to(folder.parent).as_posix().removeprefix(f"{folder.name}/")
        sums.append(f"{name}:{hashlib.sha256(content).hexdigest()}")
        if path.suffix == ".py":
            wanted |= imports(content.decode("utf-8", "replace"))
    return "\0".join([engine(frozenset(wanted), root), code, *sums])


def covers(folder: Path, path: Path) -> bool:
    """Whether the fingerprint of the model in ``folder`` changes with the file ``path``."""
    if path == folder / "model.py":
        return True
    return path in _beside(folder) or path in _shared(folder.parent)


def of_table(digest: str) -> str:
    """What a model without code is computed from: the ``digest`` of its files, and our modules."""
    return "\0".join([engine(), digest])


def of_written(digest: str) -> str:
    """What written cases are computed from: the ``digest`` of their files, and our modules."""
    return "\0".join([engine(frozenset([WRITTEN])), digest])


def _beside(folder: Path) -> list[Path]:
    """Every file of a model's folder besides ``model.py`` and ``card.md``, in a fixed order."""
    known = {folder / "model.py", folder / "card.md"}
    return [path for path in _files(folder) if path not in known]


def _shared(models: Path) -> list[Path]:
    """Every file in ``models/`` that lies in no model's folder, in a fixed order."""
    found: list[Path] = []
    for path in sorted(models.iterdir()):
        if path.is_file():
            found.append(path)
        elif not any((path / name).is_file() for name in ("model.py", TABLE)):
            found += _files(path)
    return found


def _files(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return sorted(path for path in files if path.is_file())


@lru_cache(maxsize=512)
def imports(code: str, package: str = "") -> frozenset[str]:
    """Every dotted name of ours that ``code`` imports, wherever: also inside a function.

    Relative imports are named from ``package``; without one they are left out. Only statements
    that may import from us are parsed: parsing all of the code takes twenty times as long.
    """
    found = set()
    for statement in _statements(code.replace("\\\r\n", " ").replace("\\\n", " ")):
        try:
            node = ast.parse(statement).body[0]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # no import after all, but prose that begins as one does
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (package or not node.level):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(parents if node.level else []), *filter(None, [node.module])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return frozenset(name for name in found if name.partition(".")[0] == OURS.name)


def _statements(code: str) -> Iterator[str]:
    """What may be an import from us: it starts a line, or follows ``;`` or ``:`` on one."""
    at = code.find("import")
    while at >= 0:
        leading = LEADING.search(code[code.rfind("\n", 0, at) + 1 : at])
        following = FOLLOWING.match(code, at) if leading else None
        if leading and following:
            source = leading[1] or ""
            if OURS.name in (source or following[0]) or source[4:].lstrip().startswith("."):
                yield source + following[0]
        at = code.find("import", at + 1)


@cache
def engine(wanted: frozenset[str] = frozenset(), root: Path = OURS) -> str:
    """A digest of our modules that a build needs, with the ``wanted``, and of the libraries."""
    digest = hashlib.sha256()
    needed = dict(modules(BUILD, root))
    for name in wanted - needed.keys():
        needed |= modules(name, root)
    for name, path in sorted(needed.items()):
        digest.update(f"{name}:{_sum(path)}\0".encode())
    return "\0".join([digest.hexdigest(), *_libraries()])


@cache
def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _libraries() -> tuple[str, ...]:
    return tuple(version(library) for library in LIBRARIES)


@cache
def modules(start: str, root: Path = OURS) -> dict[str, Path]:
    """The files of the module ``start`` and of all that it imports, by module.

    ``root`` is our package. As in Python, importing a module runs the packages that it lies in.
    A name that is no module of ours (a function, a class, another library) is left out.
    """
    todo, found = {start}, dict[str, Path]()
    while todo:
        name = todo.pop()
        path = _file(name, root)
        if path is not None:
            found[name] = path
            todo |= {name.rpartition(".")[0], *_imported_by(path, name)} - found.keys()
    return found


@cache
def _file(name: str, root: Path) -> Path | None:
    """The file of a module of ours, or None."""
    first, *rest = name.split(".")
    if first != OURS.name:
        return None
    path = root.joinpath(*rest)
    for file in (path / "__init__.py", path.with_suffix(".py") if rest else path):
        if file.is_file():
            return file
    return None


@cache
def _imported_by(path: Path, name: str) -> frozenset[str]:
    """The names of ours that one of our modules imports."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return imports(path.read_text(encoding="utf-8-sig"), package)
