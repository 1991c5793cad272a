"""Building: each exercise once, and an exercise that cannot be built does not stop the others."""

from __future__ import annotations

import shutil

import pytest

from tests.content.packs import copy_of_small, replace, second_exercise
from tutor.content.loading import load
from tutor.lab.build import STEPS, build, missing
from tutor.lab.bundle import FILES, is_complete
from tutor.lab.process_pool import quiet


@pytest.fixture
def root(tmp_path):
    """The small pack with a second exercise, ``cough``, which comes first."""
    root = copy_of_small(tmp_path / "pack")
    second_exercise(root)
    return root


@pytest.fixture
def built_throat(bundles, tmp_path):
    """Where ``throat`` is built already, as it is in the small pack."""
    return shutil.copytree(bundles, tmp_path / "out")


def test_every_step_is_heard_in_order(small_pack, tmp_path):
    heard = []
    list(build(small_pack, tmp_path, heard.append))
    assert tuple(heard) == STEPS


def test_what_is_built_is_not_built_again(small_pack, bundles):
    assert missing(small_pack, bundles) == []
    assert list(build(small_pack, bundles, quiet)) == []


def test_only_what_is_missing_is_built(root, built_throat):
    pack, _ = load(root)
    for _ in range(2):  # at first, and when it was harmed
        (cough,) = build(pack, built_throat, quiet)
        assert cough.exercise.manifest.id == "cough"
        assert is_complete(cough.directory)
        (cough.directory / "cards.json").unlink()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Row = ", "1 / 0\nRow = ", "ZeroDivisionError"),
        ("return world.patients()", "return world.patients()['none']", "KeyError"),
        ("def _share(study: Study) -> Estimate:\n", "def _share(study):\n    1 / 0\n", "Zero"),
        ('return f"A {row', 'return f"A {row[\'none\']} {row', "KeyError: 'none'"),
        ('RandomForestClassifier(\n        n_estimators=20, max_depth=4, min_samples_leaf=10, '
         'random_state=0, n_jobs=1\n    )', "object()", "AttributeError"),
        ('training={"tablet": 0, "ran": 0}', 'training={"bacterial": 0}', "same label"),
        ("0.5 + 0.4 * np.sin(np.linspace(0, 10 * row[\"pulse\"] / 60, 60))",
         "np.zeros(int(row['pulse']))", "differ in size"),
        ("TEMPERATURE, PULSE, CRP, TABLET, RAN, AGE", "TEMPERATURE, PULSE, CRP", "drivers age"),
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_model_that_fails_is_told(root, built_throat, old, new, says):
    replace(root / "models/cough/model.py", old, new)
    pack, problems = load(root)
    assert problems == []
    (cough,) = build(pack, built_throat, quiet)
    assert cough.directory is None
    assert cough.problem.file == "models/cough/model.py"
    assert says in cough.problem.what


def test_of_a_model_that_fails_the_line_is_told_and_the_other_exercise_is_built(root, tmp_path):
    replace(root / "models/cough/model.py", "Row = ", "1 / 0\nRow = ")
    cough, throat = build(load(root)[0], tmp_path / "out", quiet)
    assert cough.directory is None
    assert cough.problem.line == 35
    assert throat.problem is None
    assert is_complete(throat.directory)


def test_what_failed_is_tried_again_once_it_is_mended(root, built_throat):
    model = root / "models/cough/model.py"
    replace(model, "return world.patients()", "return None")
    assert next(build(load(root)[0], built_throat, quiet)).problem
    replace(model, "return None", "return world.patients()")
    assert next(build(load(root)[0], built_throat, quiet)).problem is None


# --- side by side -------------------------------------------------------------------------------


def test_side_by_side_the_bundles_are_the_same_to_the_byte(root, tmp_path):
    pack, _ = load(root)
    heard = []
    alone = list(build(pack, tmp_path / "alone", quiet))
    # More workers than exercises, so that pictures are drawn ahead as well.
    beside = list(build(pack, tmp_path / "beside", heard.append, workers=3))
    assert sorted(heard) == sorted(STEPS * 2)
    for one, other in zip(alone, beside, strict=True):
        assert one.exercise == other.exercise
        for file in FILES:
            assert (one.directory / file).read_bytes() == (other.directory / file).read_bytes()


def test_a_model_that_kills_its_process_is_told_and_the_other_exercise_is_built(root, tmp_path):
    replace(root / "models/cough/model.py", "return world.patients()", "__import__('os').abort()")
    cough, throat = build(load(root)[0], tmp_path / "out", quiet, workers=2)
    assert cough.directory is None
    assert "was killed" in cough.problem.what
    assert is_complete(throat.directory)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("models/cough/model.py", "Row = ", "# A remark.\nRow = "),
        ("exercises/cough/exercise.toml", 'version = "1"', 'version = "2"'),
    ],
)
def test_after_a_change_to_one_exercise_only_that_one_is_built(
    root, exercise, built_throat, file, old, new
):
    """By what is on disk: the other bundle's files are not even touched."""
    throat, cough = built_throat / exercise.fingerprint, load(root)[0].exercises[0].fingerprint
    assert is_complete(throat)  # notes so, if nobody has
    shutil.copytree(throat, built_throat / cough)  # whole, and so as good as built
    marks = written(throat)
    assert missing(load(root)[0], built_throat) == []
    replace(root / file, old, new)
    (again,) = build(load(root)[0], built_throat, quiet)
    assert again.exercise.key == "small/cough"
    assert again.directory.name != cough
    assert written(throat) == marks


def written(directory):
    """Which files they are and when each was written; when one was read does not matter."""
    return {path: (s.st_ino, s.st_mtime_ns) for path in directory.iterdir() for s in [path.stat()]}


def test_a_change_to_a_text_builds_nothing(draft, built_throat):
    for text in ("exercises/throat/debrief.md", "models/throat/card.md"):
        with (draft / text).open("a") as file:
            file.write("One more line.\n")
    assert list(build(load(draft)[0], built_throat, quiet)) == []
