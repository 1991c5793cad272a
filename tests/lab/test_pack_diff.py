"""What changes for learners from one version of the small pack to another."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace, second_exercise
from tutor.cli.pack_diff import as_object, sentences
from tutor.content.loading import load
from tutor.errors import ContentError
from tutor.lab.build import build
from tutor.lab.bundle import write
from tutor.lab.pack_diff import Bundles, PatientChange, compare, unpacked


@pytest.fixture
def places(bundles, tmp_path):
    """Bundles of the small pack as it is; others are built beside."""
    return Bundles(bundles, tmp_path / "scratch")


def test_the_same_pack_changes_nothing(places):
    found = compare(SMALL, SMALL, places)
    assert (found.added, found.removed, found.exercises, found.problems) == ((), (), (), ())
    assert "Nothing changes for learners." in list(sentences(found))


def test_a_text_is_compared_and_no_code_is_run(places, tmp_path, monkeypatch):
    new = copy_of_small(tmp_path / "new")
    with (new / "exercises/throat/debrief.md").open("a") as text:
        text.write("\nOne more line.\n")
    replace(new / "exercises/throat/exercise.toml", 'title = "', 'title = "Once more: ')
    monkeypatch.setattr("tutor.lab.build._built", None)  # nothing may be built
    found = compare(SMALL, new, places)
    (exercise,) = found.exercises
    assert (exercise.computed, exercise.patients) == (False, None)
    assert [(one.text, one.removed) for one in exercise.texts] == [("debrief", 0)]
    assert [one.key for one in exercise.keys] == ["title"]
    said = "\n".join(sentences(found))
    assert "everyone sees a changed text" in said
    assert "Raise its version" in said
    assert "all numbers are the same" in said


def test_exercises_that_come_and_go_are_named(places, tmp_path):
    new = copy_of_small(tmp_path / "new")
    second_exercise(new)
    came, went = compare(SMALL, new, places), compare(new, SMALL, places)
    assert (len(came.added), came.removed) == (1, ())
    assert (went.added, len(went.removed)) == ((), 1)


def written(places, old, new, line):
    """The bundle that ``new`` would have: a case less, other advice on another, another line."""
    before = places.of(load(old)[0].exercises[0])
    first, second, *_ = (card.case for card in before.cards)
    raw = before.directory
    parts = {name: dict(getattr(before, name)) for name in ("shown", "revealed", "closed")}
    cards = json.loads((raw / "cards.json").read_bytes())
    parts |= {"cards": cards[1:], "assessment": json.loads((raw / "assessment.json").read_bytes())}
    del parts["shown"][first], parts["revealed"][first], parts["closed"][first]
    parts["revealed"][second] |= {"probability": 0.123}
    parts["evidence"] = before.evidence | {"threshold": line, "modes": []}
    write(places.scratch, load(new)[0].exercises[0].fingerprint, parts)
    return len(cards) + len(parts["assessment"])


def test_patients_advice_and_numbers_are_compared(places, tmp_path):
    new = copy_of_small(tmp_path / "new")
    replace(new / "models/throat/model.py", "threshold=0.4", "threshold=0.45")
    count = written(places, SMALL, new, 0.45)
    found = compare(SMALL, new, places)
    (exercise,) = found.exercises
    assert exercise.computed
    assert exercise.problem is None
    assert exercise.patients == PatientChange(count - 2, advice=1, outcome=0, gone=1, new=0)
    numbers = {one.name: (one.before, one.after) for one in exercise.numbers}
    assert numbers["decision line"] == (0.4, 0.45)
    assert exercise.modes_removed
    assert exercise.modes_added == ()
    assert as_object(found)["exercises"][0]["patients"]["gone"] == 1
    said = "\n".join(sentences(found))
    assert "stay on the old version" in said
    assert f"- Of {count - 1} patients {count - 2} are the same, and 0 are new." in said


def test_a_model_that_fails_is_told_and_nothing_is_compared(places, tmp_path, monkeypatch):
    here = lambda pack, root, step, _: build(pack, root, step)  # noqa: E731  in this process
    monkeypatch.setattr("tutor.lab.pack_diff.build", here)
    new = copy_of_small(tmp_path / "new")
    with (new / "models/throat/model.py").open("a") as code:
        code.write("\nraise RuntimeError('no')\n")
    (exercise,) = compare(SMALL, new, places).exercises
    assert "RuntimeError: no" in exercise.problem.what
    assert exercise.patients is None


def test_a_wheel_is_read_as_its_directory(tmp_path, places):
    with zipfile.ZipFile(tmp_path / "small-1-py3-none-any.whl", "w") as wheel:
        for path in SMALL.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                wheel.write(path, f"small/{path.relative_to(SMALL).as_posix()}")
    root = unpacked(str(tmp_path / "small-1-py3-none-any.whl"), tmp_path / "out")
    assert compare(SMALL, root, places).exercises == ()
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("other/nothing.txt", "")
    with pytest.raises(ContentError, match="holds no pack"):
        unpacked(str(tmp_path / "other.whl"), tmp_path / "other")
