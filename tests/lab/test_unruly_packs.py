"""A pack can stop nothing: an exercise that tries is told with its place, and the rest goes on."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace
from tutor.content.limits import allowed
from tutor.content.loading import load
from tutor.content.rules import Rule
from tutor.errors import CodeError
from tutor.lab.build import build
from tutor.lab.check import check_pack
from tutor.lab.datasheet import Asked, export_apart
from tutor.lab.evidence_report import every_row
from tutor.lab.process_pool import alone, quiet

STORY = "    return f\"A {row['age']:.0f}-year-old"
# What is put before which line, and what is then told.
UNRULY = {
    "forever": ("def simulate(", "__import__('time').sleep(60)\n\n\n", "stopped after 4 seconds"),
    "leaves": ("    return world.patients()", "    raise SystemExit(0)\n", "SystemExit: 0"),
    "huge": (
        "    return world.patients()",
        "    np.zeros((1 << 30, 9))[:] = 1\n",
        "Unable to allocate",
    ),
    "exits": (
        "    return proportion(",
        "    __import__('os')._exit(0)\n",
        "with exit status 0, in `_share`",
    ),
    "interrupts": (
        '    return np.asarray((patients["tablet"]',
        "    raise KeyboardInterrupt\n",
        "KeyboardInterrupt",
    ),
    "verbose": (STORY, "    return 'word ' * 2_000\n", "story gives 10,000 letters"),
    "slow": ("    wave = 0.5", "    __import__('time').sleep(60)\n", "in `_picture`"),
}


def add(root, name):
    """An exercise of that name, with a model of its own that is unruly."""
    shutil.copytree(SMALL / "models/throat", root / f"models/{name}")
    shutil.copytree(SMALL / "exercises/throat", root / f"exercises/{name}")
    manifest, model = root / f"exercises/{name}/exercise.toml", root / f"models/{name}/model.py"
    for key in ("id", "model"):
        replace(manifest, f'{key} = "throat"', f'{key} = "{name}"')
    before, put, _ = UNRULY[name]
    replace(model, before, put + before)
    return model


@pytest.fixture
def root(tmp_path):
    made = copy_of_small(tmp_path / "pack")
    with (made / "pack.toml").open("a", encoding="utf-8") as file:
        file.write("\n[limits]\nseconds = 4\nmemory_mb = 1500\n")
    return made


def test_each_is_told_with_its_file_and_line_and_the_rest_is_checked(root):
    lines = {}
    for name, (_, put, _) in UNRULY.items():
        model = add(root, name)
        code = model.read_text(encoding="utf-8").splitlines()
        lines[f"models/{name}/model.py"] = code.index(put.rstrip("\n")) + 1
    replace(root / "models/throat/model.py", "published=0.35", "published=0.39")
    every = check_pack(root, quiet, workers=2)
    problems = [problem for problem in every if problem.rule != Rule.CODE_REACHES_OUT]
    (reaching,) = set(every) - set(problems)  # they are alike, so they are said once
    for name in ("exits", "forever", "slow"):
        assert f"models/{name}/model.py" in str(reaching)
    told = {problem.file: problem for problem in problems}
    assert len(problems) == len(told)
    assert told.pop("models/throat/model.py").where == "figure share"
    assert set(told) == set(lines)
    for name, (_, _, says) in UNRULY.items():
        problem = told[f"models/{name}/model.py"]
        assert says in problem.what
        if name != "verbose":  # it is the argument that is named
            assert problem.line == lines[problem.file]


def test_what_builds_measures_and_exports_goes_on_too(root, tmp_path):
    for name in ("leaves", "exits"):
        add(root, name)
    pack, problems = load(root)
    assert problems == []
    _, leaves, sound = pack.exercises
    built = {one.exercise.manifest.id: one for one in build(pack, tmp_path / "b", quiet, 1)}
    assert built["throat"].directory
    assert "exit status 0" in built["exits"].problem.what
    assert "SystemExit" in built["leaves"].problem.what
    rows = list(every_row([leaves, sound], workers=1))
    assert "SystemExit" in rows[0].what
    assert rows[1]["figures"]
    with pytest.raises(CodeError, match="SystemExit"):
        alone(export_apart, (pack, leaves, Asked(10, 0)), leaves.limits)


def test_a_pack_asks_for_limits_within_bounds_and_an_operator_goes_beyond(root, monkeypatch):
    (exercise,) = load(root)[0].exercises
    assert (exercise.limits.seconds, exercise.limits.memory_mb) == (4, 1500)
    monkeypatch.setenv("EQUIPOISE_PACK_SECONDS", "7000")
    (exercise,) = load(root)[0].exercises
    assert (exercise.limits.seconds, exercise.limits.memory_mb) == (7000, 1500)
    assert allowed().seconds == 7000
    replace(root / "pack.toml", "seconds = 4", "seconds = 6000")
    with pytest.raises(Exception, match="less than or equal to 600"):
        load(root)
