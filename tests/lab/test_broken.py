"""One broken pack per rule: the small pack with one change, and exactly the problem it makes.

Each file in ``tests/packs/broken`` is named after a rule of ``equipoise check``. It says what is
put in the place of what, and where the problem is told. Rules that need no training do not train.
"""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import ROOT, SMALL
from tests.content.packs import copy_of_small, replace
from tutor.content.check import check_texts
from tutor.content.loading import load
from tutor.lab.check import check_pack
from tutor.lab.workers import quiet
from tutor.services.walkthrough import walk
from tutor.web.encounter import encounter

RULES = sorted((ROOT / "tests" / "packs" / "broken").glob("*.toml"))
PLAY = partial(walk, draw=encounter)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_rule_gives_exactly_its_problem(path: Path, tmp_path, bundle):
    rule = tomllib.loads(path.read_text(encoding="utf-8"))
    root = copy_of_small(tmp_path / "pack")
    replace(root / rule["file"], rule["old"], rule["new"])
    if rule.get("trains", True):
        problems = check_pack(root, quiet, play=PLAY)
    else:
        pack, problems = load(root)
        for exercise in pack.exercises:
            problems += check_texts(exercise, bundle.evidence)
    (problem,) = problems
    expected = {"file": rule["file"], **rule["problem"]}
    assert (problem.file, problem.where) == (expected["file"], expected["where"])
    assert problem.line == expected["line"]
    assert expected["says"] in problem.what
    assert problem.mend.endswith(".")
    assert str(problem).startswith(f"{problem.file}:{problem.line}")


def test_the_small_pack_passes_by_the_same_door():
    assert check_pack(SMALL, quiet, play=PLAY) == []
