"""A package holds what the directory holds, or the check says what is missing."""

from __future__ import annotations

import zipfile

import pytest

from tests.content.packs import copy_of_small, replace
from tutor.content.packaging import ignored, packaging_problems

PROJECT = """[build-system]
requires = ["hatchling"]

[tool.hatch.build.targets.wheel]
only-include = ["pack.toml", "models", "exercises"]
"""


@pytest.fixture
def root(tmp_path):
    made = copy_of_small(tmp_path / "pack")
    (made / "pyproject.toml").write_text(PROJECT)
    return made


def test_a_gitignore_that_drops_a_file_is_told_unless_the_project_disregards_it(root):
    assert packaging_problems(root) == []
    (root / ".gitignore").write_text("# data\n*.csv\n!keep.csv\n")
    for name in ("cohort.csv", "keep.csv"):
        (root / "models/throat" / name).write_text("a\n1\n")
    (problem,) = packaging_problems(root)
    assert problem.file == "pyproject.toml"
    assert "keeps models/throat/cohort.csv out of the package" in problem.what
    replace(root / "pyproject.toml", "only-include", "ignore-vcs = true\nonly-include")
    assert packaging_problems(root) == []


def test_a_wheel_of_this_version_with_other_files_is_told(root):
    wheel = root / "dist" / "small-1-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        for path in sorted(root.rglob("*.*")):
            if path.is_file() and path.suffix != ".whl":
                file.write(path, f"small/{path.relative_to(root)}")
    assert packaging_problems(root) == []
    replace(root / "models/throat/model.py", "published=0.35", "published=0.36")
    (problem,) = packaging_problems(root)
    assert "models/throat/model.py is not the one" in problem.what
    replace(root / "pack.toml", 'version = "1"', 'version = "2"')
    assert packaging_problems(root) == []


@pytest.mark.parametrize(
    ("pattern", "name", "out"),
    [
        ("*.csv", "models/a/cohort.csv", True),
        ("/*.csv", "models/a/cohort.csv", False),
        ("models/", "models/a/model.py", True),
        ("models", "models/a/model.py", True),
        ("a/model.py", "models/a/model.py", False),
        ("models/*/model.py", "models/a/model.py", True),
        ("**/model.py", "models/a/model.py", True),
        ("models/**", "models/a/model.py", True),
        ("cohort.cs[vw]", "models/a/cohort.csv", True),
        ("cohort.cs[!v]", "models/a/cohort.csv", False),
        ("cohort.cs?", "models/a/cohort.csv", True),
        ("cohort.csv/", "models/a/cohort.csv", False),
        ("  ", "models/a/cohort.csv", False),
    ],
)
def test_patterns_are_read_as_git_reads_them(pattern, name, out):
    assert ignored(name, [pattern]) is out
