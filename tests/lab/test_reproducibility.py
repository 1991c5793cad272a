"""The same pack gives the same bundle: what differs between two processes is told."""

from __future__ import annotations

import pytest

from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace
from tutor.content.loading import load
from tutor.lab.check import check_exercise
from tutor.lab.process_pool import quiet
from tutor.lab.reproducibility import Elsewhere, differences, digests, estimator_differs

MODEL = "models/throat/model.py"
CHANGES = {
    "hash": (
        '("swallowing hurts", "talking hurts")[int(rng.integers(2))]',
        'sorted(f"x{i}" for i in range(99))[hash(str(row["age"])) % 99]',
        "story",
    ),
    "random": (
        "rng.normal(0, 7, n), 45, 160",
        "np.random.normal(0, 7, n), 45, 160",
        "column pulse of the training cohort",
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The problems of each changed pack; one process computes all of them once more."""
    exercises = {}
    for name, (old, new, _) in CHANGES.items():
        root = copy_of_small(tmp_path_factory.mktemp("pack") / "pack")
        replace(root / MODEL, old, new)
        (exercises[name],) = load(root)[0].exercises
    (exercises["sound"],) = load(SMALL)[0].exercises
    elsewhere = Elsewhere(list(exercises.values()))
    try:
        return {
            name: list(differences(one, digests(one, quiet), elsewhere.of(one) or {}))
            for name, one in exercises.items()
        }
    finally:
        elsewhere.close()


@pytest.mark.parametrize("name", CHANGES)
def test_what_differs_is_told_with_what_it_is(told, name):
    (problem,) = told[name]
    assert (problem.file, problem.where) == (MODEL, "the same again")
    assert CHANGES[name][2] in problem.what
    assert problem.line


def test_a_sound_pack_is_the_same_in_both(told):
    assert told["sound"] == []


def test_an_estimator_without_a_seed_is_found(small_study):
    from dataclasses import replace as but

    from sklearn.ensemble import RandomForestClassifier

    model, cohort = small_study.fitted.model, small_study.fitted.cohort
    assert not estimator_differs(model, cohort)
    loose = but(model, estimator=lambda: RandomForestClassifier(5))
    assert estimator_differs(loose, cohort)


def test_a_file_that_no_fingerprint_covers_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tutor.lab.check._check_cases", lambda *_: iter(()))
    root = copy_of_small(tmp_path / "pack")
    for place in ("data.txt", "models/throat/own.txt", "models/shared.txt"):
        (root / place).write_text("1")
    reads = "".join(
        f"open(__file__.rsplit('models', 1)[0] + '{place}').close()\n"
        for place in ("data.txt", "models/throat/own.txt", "models/shared.txt")
    )
    replace(root / MODEL, "Row = Mapping", f"{reads}Row = Mapping")
    (problem,) = check_exercise(load(root)[0].exercises[0], quiet).problems
    assert problem.where == "files"
    assert "reads data.txt" in problem.what
