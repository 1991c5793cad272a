"""One broken pack per rule: the small pack with one change, and exactly the problem it makes.

Each file in ``tests/packs/broken`` is named after a rule of ``equipoise check``. It says what is
put in the place of what, where the problem is told, and the ``phase`` of the check that finds it:

- ``texts``: the pack is loaded and its texts are held against a bundle; nothing is trained.
- ``form``: its files are read and a few patients are drawn; nothing is trained. ``strict`` asks for
  what is unfinished, too. Without ``old`` the file is a new one, with ``times`` it repeats ``new``.
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
from tutor.content.form.check import check_form, said_once
from tutor.content.loading import load
from tutor.content.modules import load_model
from tutor.content.rules import Rule
from tutor.lab import check, evidence
from tutor.lab.check import check_pack, nobody
from tutor.lab.feature_checks import flaws
from tutor.lab.form_checks import form_problems
from tutor.lab.problem_location import Source
from tutor.lab.process_pool import quiet
from tutor.services.authoring.smoke_play import walk
from tutor.web.encounter.view import encounter

RULES = sorted((ROOT / "tests" / "packs" / "broken").glob("*.toml"))
PHASES = ("texts", "form", "claims", "findings", "cases", "leaks", "play")
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


def check_form_only(root: Path, strict: bool) -> list:
    """What the rules of form come to."""
    pack, problems = load(root)
    problems += check_form(pack, strict)
    for exercise in pack.exercises:
        model, source = load_model(exercise.model_file, "small", "throat"), Source(exercise)
        problems += form_problems(exercise, model)
        for flaw in flaws(model, model.simulate(200, 0)):
            place = source.feature(flaw.column)
            where = f"finding {flaw.column}"
            problems.append(source.in_model(where, flaw.what, flaw.mend, place, Rule.FINDING))
    return said_once(problems)


def spoil(root: Path, rule: dict) -> None:
    """Put what the rule says in the place of what it says."""
    new, file = rule["new"] * rule.get("times", 1), root / rule["file"]
    for change in rule.get("also", []):
        replace(file, change["old"], change["new"])
    if "old" in rule:
        replace(file, rule["old"], new)
    else:
        file.write_text(new, encoding="utf-8")


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_rule_gives_exactly_its_problem(path: Path, tmp_path, request, monkeypatch):
    rule = tomllib.loads(path.read_text(encoding="utf-8"))
    phase = rule.get("phase", "all")
    root = copy_of_small(tmp_path / "pack")
    spoil(root, rule)
    if phase == "form":
        problems = check_form_only(root, rule.get("strict", False))
    elif phase == "texts":
        problems = check_texts_only(root, request.getfixturevalue("bundle").evidence)
    else:
        problems = check_only(phase, root, monkeypatch)
    (problem,) = problems
    expected = {"file": rule["file"], **rule["problem"]}
    assert (problem.file, problem.where) == (expected["file"], expected["where"])
    assert problem.line == expected["line"]
    assert expected["says"] in problem.what
    assert expected.get("mend", "") in problem.mend
    assert problem.mend.endswith(".")
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    assert str(problem).startswith(place)


def test_nothing_of_form_is_wrong_with_the_small_pack(tmp_path):
    assert check_form_only(copy_of_small(tmp_path / "pack"), strict=True) == []


def test_a_problem_that_repeats_is_said_once_with_a_count(tmp_path):
    root = copy_of_small(tmp_path / "pack")
    for name, times in (("intro", 3), ("debrief", 3), ("guide", 1)):
        with (root / f"exercises/throat/{name}.md").open("a") as text:
            text.write("\nTBD" * times)
    (problem,) = check_form_only(root, strict=True)
    assert (problem.file, problem.line) == ("exercises/throat/intro.md", 3)
    places = "intro.md:4, exercises/throat/intro.md:5, exercises/throat/debrief.md:3 and 3 more."
    assert problem.what.endswith(f"It stands here 6 times more: exercises/throat/{places}")


def test_every_phase_has_its_rules():
    rules = [tomllib.loads(path.read_text(encoding="utf-8")) for path in RULES]
    assert {rule.get("phase", "all") for rule in rules} - {"all"} == set(PHASES)


def test_the_small_pack_passes_every_phase():
    assert check_pack(SMALL, quiet, play=PLAY) == []
