"""A bundle's name changes with what the bundle is computed from, and with nothing else."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT, SMALL
from tests.content.packs import copy_of_small
from tests.test_architecture import OURS, PACKS, imported, package_of, relative
from tutor.content.fingerprint import BUILD, engine, imports, modules, of_code
from tutor.content.loading import load

UNCHANGED = ROOT / "tutor"  # where a package lies makes no difference
USES_A_LESION = frozenset({"tutor.kit.pictures.lesion.pixels"})


@pytest.fixture
def services(tmp_path):
    """A copy of our package, so that a module of it can be changed."""

    def copied(name):
        leave = shutil.ignore_patterns("__pycache__", "_pack", "static", "templates")
        return shutil.copytree(ROOT / "tutor", tmp_path / name / "tutor", ignore=leave)

    return copied


# --- our own modules -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "wanted", "changes"),
    [
        ("lab/build.py", (), True),
        ("lab/explain.py", (), True),
        ("lab/__init__.py", (), True),
        ("core/intervals.py", (), True),
        ("kit/teaching.py", (), True),
        ("core/gradebook.py", (), False),
        ("core/gradebook.py", ("tutor.kit.pictures.lesion.pixels",), False),
        ("lab/check.py", (), False),
        ("web/app.py", (), False),
        ("store/tables.py", (), False),
        ("kit/pictures/lesion/pixels.py", (), False),
        ("kit/pictures/lesion/pixels.py", ("tutor.kit.pictures.lesion.pixels",), True),
        ("kit/pictures/lesion/pixels.py", ("tutor.kit", "tutor.kit.pictures.lesion.pixels"), True),
        ("kit/networks.py", ("tutor.kit.network_model",), True),
        ("kit/networks.py", ("tutor.kit.pictures.lesion.pixels",), False),
        ("kit/pictures/fundus/photograph.py", ("tutor.kit.pictures.lesion.pixels",), False),
    ],
)
def test_a_change_to_a_module_counts_where_the_module_is_used(services, module, wanted, changes):
    before = engine(frozenset(wanted), UNCHANGED)
    root = services("after")
    (root / module).write_text((root / module).read_text() + "\nCHANGED = True\n")
    assert (engine(frozenset(wanted), root) != before) is changes


def test_where_our_package_lies_does_not_count(services):
    assert engine(USES_A_LESION, services("here")) == engine(USES_A_LESION, services("there"))
    assert engine(frozenset(), services("elsewhere")) != engine(USES_A_LESION, services("nowhere"))


def test_a_module_in_a_package_of_the_kit_counts_with_all_that_it_imports(services):
    root = services("before")
    folder = root / "kit" / "sketches"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "dots.py").write_text("def draw():\n    from ..pictures.lesion.pixels import draw\n")
    wanted = "tutor.kit.sketches.dots"
    found = modules(wanted, root)
    assert {
        wanted,
        "tutor.kit.sketches",
        "tutor.kit",
        "tutor.kit.pictures.lesion.pixels",
    } <= found.keys()
    assert found["tutor.kit.sketches"] == folder / "__init__.py"
    assert "tutor.kit.sketches.dots" not in modules(BUILD, root)


def test_a_build_loads_no_module_that_its_fingerprint_leaves_out(tmp_path):
    code = f"""
import json, sys
from pathlib import Path
from tutor.content.loading import load
loading = set(sys.modules)
from tutor.lab.build import build
pack, _ = load(Path({str(SMALL)!r}))
assert [b.problem for b in build(pack, Path({str(tmp_path)!r}), lambda *step: None)] == [None]
print(json.dumps([sorted(loading), sorted(sys.modules)]))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    loading, all_of_them = (set(names) for names in json.loads(run.stdout))
    loaded = {name for name in all_of_them - loading if name.split(".")[0] == "tutor"}
    assert "tutor.lab.explain" in loaded
    assert loaded <= modules(BUILD).keys()


# --- imports, read and not run -------------------------------------------------------------------


@pytest.mark.parametrize("path", [*OURS, *PACKS], ids=relative)
def test_imports_are_read_as_python_reads_them(path):
    code, package = path.read_text(encoding="utf-8"), package_of(path)
    names = {name for name in imported(code, package) if name.split(".")[0] == "tutor"}
    found = imports(code, package)
    assert names <= found
    beyond = found - names
    assert all(any(name.startswith(f"{base}.") for name in names) for base in beyond)


@pytest.mark.parametrize(
    "code",
    [
        "import tutor.kit.pictures.lesion.pixels",
        "import numpy, tutor.kit.pictures.lesion.pixels as lesion",
        "from tutor.kit.pictures.lesion import pixels",
        "from tutor.kit.pictures.lesion.pixels import lesion_picture",
        "from tutor.kit.pictures.lesion.pixels import *",
        "from tutor.kit.pictures.lesion import (\n    grid,  # (dots)\n    pixels as skin,\n)",
        "from tutor.kit.pictures.lesion import grid, \\\n    pixels",
        "from tutor.kit.pictures.lesion \\\n    import pixels",
        "def late():\n    from tutor.kit.pictures.lesion import pixels\n    return pixels",
        "if True: import tutor.kit.pictures.lesion.pixels",
        "x = 1; from tutor.kit.pictures.lesion import pixels; y = 2",
        "try:\n\timport tutor.kit.pictures.lesion.pixels\nexcept ImportError:\n\tpass",
        "from tutor.kit.pictures.lesion import(pixels)",
        "from tutor . kit . pictures . lesion import pixels",
    ],
)
def test_every_way_to_import_is_read(code):
    ast.parse(code)
    assert "tutor.kit.pictures.lesion.pixels" in imports(code)


@pytest.mark.parametrize(
    ("code", "package"),
    [
        ("from . import pixels", "tutor.kit.pictures.lesion"),
        ("from .pixels import lesion_picture", "tutor.kit.pictures.lesion"),
        ("from ..kit.pictures.lesion.pixels import lesion_picture", "tutor.lab"),
        ("from ... import kit\nfrom ...kit.pictures.lesion import pixels", "tutor.lab.deep"),
    ],
)
def test_a_relative_import_is_named_from_its_package(code, package):
    assert "tutor.kit.pictures.lesion.pixels" in imports(code, package)


@pytest.mark.parametrize(
    "code",
    [
        '"""Take care\nfrom tutor.kit import is what an author writes."""',
        "from tutor.kit import (((",
        "import tutor.kit.\0lesion",
        "# import tutor.kit.pictures.lesion.pixels",
        "from .pixels import lesion_picture",
        "important = 'tutor.kit.pictures.lesion.pixels'",
    ],
)
def test_what_is_no_import_of_ours_is_left_out(code):
    assert "tutor.kit.pictures.lesion.pixels" not in imports(code)


# --- the files of a pack -------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path):
    return copy_of_small(tmp_path / "pack")


def name_of(root):
    (exercise,) = load(root)[0].exercises
    return exercise.fingerprint


@pytest.mark.parametrize(
    "file",
    [
        "models/throat/cohort.py",
        "models/throat/weights.npz",
        "models/throat/data/table.csv",
        "models/throat/deep/model.py",
        "models/throat/deep/card.md",
        "models/rates.csv",
        "models/shared/rates.csv",
    ],
)
def test_a_file_that_a_model_may_read_counts(root, file):
    without = name_of(root)
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text("x = 1\n")
    one = name_of(root)
    (root / file).write_text("x = 2\n")
    assert len({without, one, name_of(root)}) == 3


def test_the_name_of_a_file_counts(root):
    (root / "models/throat/a.csv").write_text("1")
    before = name_of(root)
    (root / "models/throat/a.csv").rename(root / "models/throat/b.csv")
    assert name_of(root) != before


@pytest.mark.parametrize(
    "file",
    ["models/throat/__pycache__/model.pyc", "models/other/model.py", "exercises/throat/notes.md"],
)
def test_a_file_that_it_does_not_read_does_not_count(root, file):
    before = name_of(root)
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text("x = 1\n")
    assert name_of(root) == before


@pytest.mark.parametrize("file", ["model.py", "pictures.py", "deep/pictures.py"])
def test_what_any_file_of_a_model_imports_counts(tmp_path, services, file):
    folder = tmp_path / "models" / "mole"
    (folder / "deep").mkdir(parents=True)
    code = "def draw():\n    from tutor.kit.pictures.lesion.pixels import lesion_picture\n"
    (folder / file).write_text(code)
    text = code if file == "model.py" else ""
    before = of_code(folder, text, UNCHANGED)
    root = services("after")
    assert of_code(folder, text, root) == before
    changed = services("changed")
    (changed / "kit/pictures/lesion/pixels.py").write_text("CHANGED = True\n")
    assert of_code(folder, text, changed) != before
    gradebook = services("gradebook")
    (gradebook / "core/gradebook.py").write_text("CHANGED = True\n")
    assert of_code(folder, text, gradebook) == before
