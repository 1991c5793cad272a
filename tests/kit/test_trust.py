"""What the kit hands to a pack leads to no database, key, setting, file or other pack.

Pack code is Python with the server's rights and may import what it likes; this holds the kit alone.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from types import ModuleType

import pytest

import tutor.kit
from tests.conftest import ROOT
from tests.test_architecture import imports_of, relative, top

KIT = sorted((ROOT / "tutor" / "kit").rglob("*.py"))
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in KIT
]
OURS = ("tutor.kit", "tutor.core", "tutor.errors")
# Neither a file nor a process, a network or another module is reached through any of these.
LIBRARIES = {"numpy", "scipy", "sklearn"}
# Of these that much: shapes, letters and files in memory. Pillow could read and write real ones.
PARTS = {"io.BytesIO", "PIL.Image", "PIL.ImageDraw", "PIL.ImageFont"}
STANDARD = {
    *("__future__", "ast", "base64", "collections", "dataclasses", "enum", "functools"),
    *("graphlib", "html", "itertools", "math", "re", "struct", "types", "typing", "zlib"),
}
OPENS = {"open", "truetype", "load_path", "show", "fromfile", "tofile", "loadtxt", "savetxt"}
REACHES_OUT = {"open", "exec", "eval", "compile", "__import__", "input", "breakpoint"}


@pytest.mark.parametrize("path", KIT, ids=relative)
def test_the_kit_imports_nothing_that_reaches_out(path):
    names = imports_of(path) - PARTS
    assert top(names) - STANDARD - LIBRARIES - {"tutor"} == set()
    assert {n for n in names if n.startswith("tutor") and not n.startswith(OURS)} == set()


@pytest.mark.parametrize("path", KIT, ids=relative)
def test_the_kit_calls_nothing_that_reaches_out(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & REACHES_OUT == set()
    asked = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert asked & OPENS == set()


@pytest.mark.parametrize("path", KIT, ids=relative)
def test_what_pillow_saves_it_saves_in_memory(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        saves = [
            ast.unparse(node.args[0])
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("save", "savez")
        ]
        assert all(f"{name} = BytesIO()" in ast.unparse(function) for name in saves)


@pytest.mark.parametrize("name", MODULES)
def test_no_module_of_the_kit_hands_on_another_part_of_the_application(name):
    """Whatever stands in the kit, by whatever way it came there, is of the kit or below it."""
    found = {
        (key, where)
        for key, value in vars(importlib.import_module(name)).items()
        if (where := home(value)).startswith("tutor") and not where.startswith(OURS)
    }
    assert found == set()


def home(value: object) -> str:
    """The module that a value is or comes from."""
    if isinstance(value, ModuleType):
        return value.__name__
    return str(getattr(value, "__module__", "") or type(value).__module__)


def test_a_handed_on_service_would_be_seen():
    from tutor.services.encounters import practice

    assert home(practice) == "tutor.services.encounters.practice"
    assert home(practice.Practice) == "tutor.services.encounters.practice"


def test_everything_the_kit_offers_is_of_the_kit_or_of_core():
    for name in tutor.kit.__all__:
        where = home(getattr(tutor.kit, name))
        assert where.startswith(("tutor.kit", "tutor.core", "builtins", "numpy", "types")), name


def test_the_whole_kit_imported_brings_in_nothing_above_it():
    """In a process of its own: what a pack finds in ``sys.modules`` without asking for more."""
    script = f"import sys, {', '.join(MODULES)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    ours = {name for name in done.stdout.split() if name.startswith("tutor")} - {"tutor"}
    assert ours
    assert {name for name in ours if not name.startswith(OURS)} == set()
    assert {"sqlalchemy", "sqlite3", "itsdangerous", "pydantic_settings"} & {
        name.split(".")[0] for name in done.stdout.split()
    } == set()
