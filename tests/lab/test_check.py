"""A pack is held to its claims: what it says of itself must be so, on every seed."""

from __future__ import annotations

import pytest

from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace, second_exercise
from tutor.lab.check import check_pack


def quiet(_step: str) -> None:
    """Hear the steps and say nothing."""


@pytest.fixture
def root(tmp_path):
    return copy_of_small(tmp_path / "pack")


def test_the_small_pack_keeps_its_promises():
    assert check_pack(SMALL, quiet) == []


def test_a_failure_mode_that_makes_no_difference_is_told(root):
    model = root / "models/throat/model.py"
    replace(model, "touches=_ran,\n            compared_with=_neither,", "touches=_odd,")
    replace(model, "def _neither(", "def _odd(p): return p['age'] % 2 == 0\n\n\ndef _neither(")
    (problem,) = check_pack(root, quiet)
    assert problem.where == "failure mode warm_runner"


def test_a_figure_that_is_not_reproduced_is_told_with_both_values(root):
    replace(root / "models/throat/model.py", "published=0.35", "published=0.45")
    (problem,) = check_pack(root, quiet)
    assert problem.where == "figure share"
    assert "0.45" in problem.what
    assert "0.35" in problem.what


def test_every_problem_is_told_at_once(root):
    second_exercise(root)
    replace(root / "models/throat/model.py", "published=0.35", "published=0.45")
    with (root / "exercises/throat/debrief.md").open("a") as text:
        text.write("\n[@nobody1999]\n")
    replace(root / "exercises/cough/exercise.toml", "minutes = 5", "minutes = 'x'\ncolour = 1")
    places = [(p.file, p.where) for p in check_pack(root, quiet)]
    assert places == [
        ("exercises/cough/exercise.toml", "minutes"),
        ("exercises/cough/exercise.toml", "colour"),
        ("exercises/throat/debrief.md", ""),
        ("models/throat/model.py", "figure share"),
    ]


def test_a_model_that_cannot_be_built_is_told(root):
    replace(root / "models/throat/model.py", "return world.patients()", "return 1 / 0")
    (problem,) = check_pack(root, quiet)
    assert problem.file == "models/throat/model.py"
    assert "ZeroDivisionError" in problem.what


def test_what_is_no_pack_is_one_problem(tmp_path):
    (problem,) = check_pack(tmp_path, quiet)
    assert problem.file == "pack.toml"
