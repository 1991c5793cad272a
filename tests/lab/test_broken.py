"""One broken pack per rule: the small pack with one change, and exactly the problem it makes.

Each file in ``tests/packs/broken`` is named after a rule of ``equipoise check``. It says what is
put in the place of what, where the problem is told, and the ``phase`` of the check that finds it:

- ``texts``: the pack is loaded and its texts are held against a bundle; nothing is trained.
- ``claims``: failure modes and figures are measured on three seeds.
- ``findings``: the model is trained once, and its findings are looked at.
- ``cases``, ``leaks``, ``play``: so are its cases, what they give away, and the robot's set.

The other phases are left out; without a ``phase`` none is. The small pack passes all of them.
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
from tutor.lab import check, evidence
from tutor.lab.check import check_pack, nobody
from tutor.lab.process_pool import quiet
from tutor.services.authoring.smoke_play import walk
from tutor.web.encounter.view import encounter

RULES = sorted((ROOT / "tests" / "packs" / "broken").glob("*.toml"))
PHASES = ("texts", "claims", "findings", "cases", "leaks", "play")
PLAY = partial(walk, draw=encounter)


def check_only(phase: str, root: Path, patch: pytest.MonkeyPatch) -> list:
    """What the check finds in ``root`` when it does one phase and what this phase stands on."""
    if phase not in ("all", "claims"):
        for module in (evidence, check):
            patch.setattr(module, "SEEDS", evidence.SEEDS[:1])
    if phase in ("claims", "findings"):
        patch.setattr(check, "_check_cases", lambda *_: iter(()))
    if phase not in ("all", "leaks"):
        patch.setattr("tutor.lab.leaks.leaks", lambda *_: iter(()))
    return check_pack(root, quiet, play=PLAY if phase in ("all", "play") else nobody)


def check_texts_only(root: Path, measured) -> list:
    """What loading and the texts come to, with the numbers that were ``measured``."""
    pack, problems = load(root)
    for exercise in pack.exercises:
        problems += check_texts(exercise, measured)
    return problems


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_rule_gives_exactly_its_problem(path: Path, tmp_path, bundle, monkeypatch):
    rule = tomllib.loads(path.read_text(encoding="utf-8"))
    phase = rule.get("phase", "all")
    root = copy_of_small(tmp_path / "pack")
    replace(root / rule["file"], rule["old"], rule["new"])
    if phase == "texts":
        problems = check_texts_only(root, bundle.evidence)
    else:
        problems = check_only(phase, root, monkeypatch)
    (problem,) = problems
    expected = {"file": rule["file"], **rule["problem"]}
    assert (problem.file, problem.where) == (expected["file"], expected["where"])
    assert problem.line == expected["line"]
    assert expected["says"] in problem.what
    assert problem.mend.endswith(".")
    assert str(problem).startswith(f"{problem.file}:{problem.line}")


def test_every_phase_has_its_rules():
    rules = [tomllib.loads(path.read_text(encoding="utf-8")) for path in RULES]
    assert {rule.get("phase", "all") for rule in rules} - {"all"} == set(PHASES)


def test_the_small_pack_passes_every_phase():
    assert check_pack(SMALL, quiet, play=PLAY) == []
