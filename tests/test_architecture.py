"""Imports point one way, and what a library is for has one home. Read from the source, not run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

RANKS = {
    "errors": 0,
    "settings": 0,
    "core": 1,
    "kit": 2,
    "content": 3,
    "lab": 4,
    "store": 5,
    "services": 6,
    "web": 7,
    "lti": 7,
    "cli": 8,
    "__main__": 9,
}
HOMES = {
    "shap": ("lab/explain.py",),
    "sqlalchemy": ("store/",),
    "alembic": ("store/",),
    "gradio": ("web/",),
    "jwt": ("lti/",),
    "cryptography": ("lti/",),
}
# A file, a clock, a source of randomness, a network, a thread: none of them is core's.
NOT_CORES = {
    *("os", "io", "pathlib", "shutil", "tempfile", "sqlite3", "socket", "http", "urllib"),
    *("time", "random", "secrets", "uuid", "threading", "asyncio", "subprocess", "logging"),
}
OURS = sorted((ROOT / "tutor").rglob("*.py"))
PACKS = sorted([*ROOT.glob("models/*/*.py"), *ROOT.glob("tests/packs/*/models/*/*.py")])
ROOMS = ("tutor", "tests", "models", "benchmarks")
EVERYTHING = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def relative(path: Path) -> str:
    """A path as a test is named by it."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree, never to be changed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(code: ast.Module | str, package: str) -> Iterator[str]:
    """Every dotted name that ``code`` of ``package`` imports, wherever it stands in the file."""
    for node in ast.walk(ast.parse(code) if isinstance(code, str) else code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def package_of(path: Path) -> str:
    """The package a file's relative imports start from."""
    return ".".join(path.relative_to(ROOT).parent.parts)


@cache
def imports_of(path: Path, package: str | None = None) -> set[str]:
    """What a file of ours imports; a relative import is named after ``package`` or its own."""
    named = package_of(path) if package is None else package
    return set(imported(parsed(path), named))


def room_of(path: Path) -> str:
    """The part of the services a file of ``tutor`` stands in."""
    first = path.relative_to(ROOT / "tutor").parts[0]
    return first.removesuffix(".py")


def against_the_current(room: str, names: set[str]) -> set[str]:
    """The imports that point up, or across to a neighbour."""
    rooms = {name: name.split(".")[1] for name in names if name.startswith("tutor.")}
    return {
        name
        for name, other in rooms.items()
        if other in RANKS and other != room and RANKS[other] >= RANKS[room]
    }


def top(names: set[str]) -> set[str]:
    """The distributions behind dotted names."""
    return {name.split(".")[0] for name in names}


# --- the reader sees what it should --------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "import tutor.web",
        "import tutor.web.app as x",
        "from tutor import web",
        "from tutor.web import app",
        "from ..web.app import create_app",
        "from .. import web",
        "def late():\n    from tutor.web.app import create_app",
        "if True:\n    import tutor.web",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tutor.web.app",
    ],
)
def test_every_way_to_import_is_seen(code):
    assert against_the_current("core", set(imported(code, "tutor.core")))
    assert not against_the_current("cli", set(imported(code, "tutor.cli")))


def test_a_neighbour_is_not_imported_either():
    assert against_the_current("lti", {"tutor.web.app"})
    assert against_the_current("settings", {"tutor.errors.BadInput"})


# --- the layers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OURS, ids=relative)
def test_imports_point_one_way(path):
    room = room_of(path)
    if room == "__init__":
        assert not imports_of(path) - {"__future__.annotations"}
    else:
        assert room in RANKS, f"{room} has no place in the services yet; give it one here"
        assert against_the_current(room, imports_of(path)) == set()


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library):
    homes = HOMES[library]
    outside = [
        relative(path)
        for path in OURS
        if library in top(imports_of(path))
        and not path.relative_to(ROOT / "tutor").as_posix().startswith(homes)
    ]
    assert outside == []


@pytest.mark.parametrize("library", ["shap", "sqlalchemy", "gradio"])
def test_the_home_of_a_library_is_lived_in(library):
    """Else the test above would say nothing."""
    assert any(library in top(imports_of(path)) for path in OURS)


@pytest.mark.parametrize("path", [p for p in OURS if room_of(p) == "core"], ids=relative)
def test_core_knows_the_standard_library_numpy_and_itself(path):
    names = imports_of(path)
    foreign = top(names) - set(sys.stdlib_module_names) - {"numpy", "tutor"}
    ours = {".".join(name.split(".")[:2]) for name in names if name.startswith("tutor")}
    assert foreign == set()
    assert ours <= {"tutor.core", "tutor.errors"}


@pytest.mark.parametrize("path", [p for p in OURS if room_of(p) == "core"], ids=relative)
def test_core_has_no_file_clock_or_random_source(path):
    tree = parsed(path)
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert top(imports_of(path)) & NOT_CORES == set()
    assert called & {"now", "utcnow", "today", "open", "print", "input", "seed"} == set()


@pytest.mark.parametrize("path", EVERYTHING, ids=relative)
def test_nothing_imports_the_pack_by_name(path):
    """``import models`` would work in the clone and fail in the wheel; a sibling is fine."""
    said = path.read_text(encoding="utf-8")
    if "models" in said or "exercises" in said:  # to read the others' syntax would take longer
        assert top(imports_of(path, "")) & {"models", "exercises"} == set()


@pytest.mark.parametrize("path", PACKS, ids=relative)
def test_a_pack_knows_us_through_the_kit_alone(path):
    ours = {name for name in imports_of(path) if name.startswith("tutor")}
    assert {name for name in ours if not name.startswith("tutor.kit.")} == set()


def test_there_are_no_cycles_between_modules():
    """Imports at the top of a module; those inside functions cannot make a cycle at start."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in OURS
    }
    graph = {}
    for module, path in modules.items():
        tree = parsed(path)
        at_top = ast.Module(
            [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)], []
        )
        names = set(imported(at_top, package_of(path)))
        graph[module] = {name for name in names if name in modules} | {
            name.rpartition(".")[0] for name in names if name.rpartition(".")[0] in modules
        } - {module, "tutor"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))
