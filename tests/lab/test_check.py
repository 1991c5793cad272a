"""A pack is held to its claims: what it says of itself must be so, on every seed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace, second_exercise
from tutor.content.rules import Rule
from tutor.lab.check import check_pack
from tutor.lab.process_pool import quiet


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
    replace(root / "models/throat/model.py", "published=0.35", "published=0.39")
    (problem,) = check_pack(root, quiet)
    assert problem.where == "figure share"
    assert "0.39" in problem.what
    assert "0.35" in problem.what


def test_every_problem_is_told_at_once(root):
    second_exercise(root)
    replace(root / "models/throat/model.py", "published=0.35", "published=0.39")
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


def test_who_hands_out_the_work_loads_nothing_that_learns():
    """In a process of its own: each worker loads it, so here it would only cost time."""
    script = "import sys, tutor.lab.check; print(*{'sklearn', 'shap'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_what_is_no_pack_is_one_problem(tmp_path):
    (problem,) = check_pack(tmp_path, quiet)
    assert problem.file == "pack.toml"


def test_a_model_that_fails_does_not_hide_what_is_wrong_with_the_texts(root):
    replace(root / "models/throat/model.py", "return world.patients()", "return 1 / 0")
    with (root / "exercises/throat/debrief.md").open("a") as text:
        text.write("\n[@nobody1999] {{figure:share}}\n")
    assert [p.file for p in check_pack(root, quiet)] == [
        "exercises/throat/debrief.md",
        "models/throat/model.py",
    ]


def test_a_bank_that_fails_does_not_hide_a_number_that_is_not_measured(root):
    narrow = 'training_size=1_500,\n    scope=lambda patients: patients["age"] < 19,'
    replace(root / "models/throat/model.py", "training_size=1_500,", narrow)
    with (root / "exercises/throat/debrief.md").open("a") as text:
        text.write("\n{{figure:none}}\n")
    text, model = check_pack(root, quiet)
    assert "{{figure:none}}" in text.what
    assert "Only" in model.what


def test_a_cell_with_fewer_cases_than_asked_for_is_told(root):
    replace(root / "exercises/throat/exercise.toml", "cases = 120", "cases = 2000")
    replace(root / "exercises/throat/exercise.toml", "assessment = 72", "assessment = 0")
    problems = check_pack(root, quiet)
    assert problems
    for problem in problems:
        assert (problem.file, problem.where) == ("models/throat/model.py", "bank")
        assert "Only" in problem.what


def test_side_by_side_the_problems_are_the_same_in_the_same_order(root):
    second_exercise(root)
    for name in ("throat", "cough"):
        replace(root / f"models/{name}/model.py", "published=0.35", "published=0.39")
    assert check_pack(root, quiet, workers=2) == check_pack(root, quiet)


def test_a_model_that_kills_its_process_is_one_problem_beside_what_it_reaches_for(root):
    replace(root / "models/throat/model.py", "return world.patients()", "__import__('os').abort()")
    reaches, problem = check_pack(root, quiet, workers=1)
    assert reaches.rule == Rule.CODE_REACHES_OUT
    assert problem.file == "models/throat/model.py"
    assert "was killed" in problem.what
