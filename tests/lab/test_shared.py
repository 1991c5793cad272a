"""What the processes of a test run share: one check with its bundles, and trained studies."""

from __future__ import annotations

import numpy as np
import pytest

from tests import contract, studies
from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace
from tests.contract import checked
from tutor.content.loading import load
from tutor.kit import Patients
from tutor.lab.training import HeldOut


@pytest.fixture(scope="module", autouse=True)
def here():
    """The check in this process: to begin others would take longer than the check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contract, "cores", lambda: 0)
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def found(place):
    return checked(place, SMALL)


def test_the_check_is_made_once(place, found, monkeypatch):
    monkeypatch.delattr(contract, "check_pack")
    assert checked(place, SMALL) == found


def test_the_bundles_of_the_check_are_those_that_are_built(found, exercise, bundles):
    """To the byte, so that what tests read is what is served."""
    name = exercise.fingerprint
    files = sorted(path.name for path in (bundles / name).iterdir())
    assert sorted(path.name for path in (found.bundles / name).iterdir()) == files
    for file in files:
        assert (found.bundles / name / file).read_bytes() == (bundles / name / file).read_bytes()


def test_the_rows_are_those_of_the_cards(found, exercise, small_study):
    rows, built = found.rows(exercise), found.bundle(exercise)
    cards = (*built.cards, *built.assessment)
    assert small_study.truth[rows].tolist() == [card.cell.present for card in cards]
    assert found.problems == ()


def test_problems_are_kept_and_what_cannot_be_played_is_built(tmp_path):
    root = copy_of_small(tmp_path / "pack")
    replace(root / "models/throat/model.py", "published=0.35", "published=0.39")
    spoilt = checked(tmp_path / "place", root)
    (exercise,) = load(root)[0].exercises
    (words,) = spoilt.problems_of(exercise)
    assert "figure share" in words
    assert spoilt == checked(tmp_path / "place", root)
    assert spoilt.bundle(exercise).cards


def test_what_cannot_be_built_is_a_problem_and_is_not_tried_again(tmp_path, monkeypatch):
    root = copy_of_small(tmp_path / "pack")
    replace(root / "models/throat/model.py", "return world.patients()", "return 1 / 0")
    spoilt = checked(tmp_path / "place", root)
    assert {file for file, _ in spoilt.problems} == {"models/throat/model.py"}
    assert all("ZeroDivisionError" in words for _, words in spoilt.problems)
    monkeypatch.delattr(contract, "check_pack")
    assert checked(tmp_path / "place", root) == spoilt


def test_a_study_that_was_kept_is_the_study_that_was_made(tmp_path, small_study, monkeypatch):
    monkeypatch.setattr(studies, "load_model", lambda _: small_study.fitted.model)
    path = tmp_path / "throat.pickle"
    studies.write(small_study, path)
    with monkeypatch.context() as patch:
        patch.setattr(type(small_study.fitted.model), "measured", None)  # nothing is made anew
        kept = studies.read("throat", path)
        assert isinstance(kept, HeldOut)
        assert isinstance(kept.patients, Patients)
        np.testing.assert_array_equal(kept.probability, small_study.probability)
    few = small_study.patients.take(np.arange(20))
    np.testing.assert_array_equal(kept.predict(few), small_study.probability[:20])
    np.testing.assert_array_equal(kept.fitted.inputs, small_study.fitted.inputs)
    np.testing.assert_array_equal(kept.truth, small_study.truth)
    assert kept.simulate(30, ran=1)["ran"].tolist() == [1] * 30
