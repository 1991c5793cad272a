"""New packs, models and exercises: proved as they stand; bad and taken names are refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.content.loading import load
from tutor.content.scaffold import IDENTIFIER, new_exercise, new_model, new_pack, suggestion
from tutor.errors import BadInput, ContentError
from tutor.lab.check import check_pack


@pytest.fixture
def pack(tmp_path):
    new_pack(tmp_path / "my-school")
    return tmp_path / "my-school"


def test_what_is_made_has_no_problem(pack):
    new_model(pack, "copd")
    new_exercise(pack, "copd-triage", "copd")
    assert check_pack(pack, lambda _: None) == []


def test_one_model_serves_two_exercises(pack):
    new_model(pack, "copd")
    for name in ("copd-triage", "copd-ward"):
        new_exercise(pack, name, "copd")
    loaded, problems = load(pack)
    assert problems == []
    assert {e.manifest.model for e in loaded.exercises} == {"copd"}


@pytest.mark.parametrize("name", ["", "A", "a", "1st", "two words", "x" * 41, "../up", "été"])
def test_a_name_that_will_not_do_is_refused_with_one_that_will(pack, name):
    for make in (lambda: new_model(pack, name), lambda: new_exercise(pack, name, "copd")):
        with pytest.raises(BadInput, match="Try '") as refused:
            make()
        assert IDENTIFIER.fullmatch(re.search(r"Try '(.*?)'", str(refused.value))[1])


@given(name=st.text(max_size=60))
def test_a_suggestion_always_will_do(name):
    assert IDENTIFIER.fullmatch(suggestion(name))


def test_a_taken_name_is_refused_and_nothing_overwritten(pack):
    new_model(pack, "copd")
    model = pack / "models" / "copd" / "model.py"
    model.write_text("MINE = 1\n")
    with pytest.raises(BadInput, match="'copd-2'"):
        new_model(pack, "copd")
    assert model.read_text() == "MINE = 1\n"


def test_an_id_taken_in_another_folder_is_taken(pack):
    new_model(pack, "copd")
    new_exercise(pack, "copd-triage", "copd")
    (pack / "exercises" / "copd-triage").rename(pack / "exercises" / "elsewhere")
    with pytest.raises(BadInput, match="already"):
        new_exercise(pack, "copd-triage", "copd")


def test_a_pack_is_not_made_over_what_is_there(tmp_path):
    place = tmp_path / "my-school"
    place.mkdir()
    (place / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match="my-school-2"):
        new_pack(place)


def test_a_model_that_is_not_there_is_named_with_those_that_are(pack):
    new_model(pack, "copd")
    with pytest.raises(BadInput, match=r"There is copd\."):
        new_exercise(pack, "triage", "asthma")


def test_outside_a_pack_nothing_is_made(tmp_path):
    with pytest.raises(ContentError, match="equipoise new pack"):
        new_model(tmp_path, "copd")
    assert list(tmp_path.iterdir()) == []
