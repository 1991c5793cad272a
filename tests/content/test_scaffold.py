"""New packs, models and exercises: proved as they stand; bad and taken names are refused."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace as replaced

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.content.packs import replace
from tutor.content.cohort_csvs import Made, MadeColumn
from tutor.content.entry_points import GROUP
from tutor.content.loading import load
from tutor.content.network_pack import Wanted, network_files
from tutor.content.scaffold import (
    IDENTIFIER,
    new_exercise,
    new_model,
    new_pack,
    new_vignettes,
    suggestion,
)
from tutor.content.schemas import KINDS, published
from tutor.errors import BadInput, ContentError
from tutor.lab.check import check_pack

ASIA = ROOT / "docs" / "course-teams" / "asia.bif"


@pytest.fixture
def pack(tmp_path):
    new_pack(tmp_path / "my-school")
    return tmp_path / "my-school"


def write(folder, files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


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


def test_an_exercise_fits_a_model_that_is_not_the_starter(pack):
    wanted = Wanted("either=yes", ("smoke", "bronc", "dysp"), 0.3)
    write(pack / "models" / "asia", network_files(ASIA, wanted, "asia"))
    new_exercise(pack, "chest", "asia")
    loaded, problems = load(pack)
    assert problems == []
    manifest = loaded.exercises[0].manifest
    assert manifest.drivers == ("smoke", "bronc", "dysp")
    assert manifest.action.startswith("At 30 %")
    assert manifest.question == "Does this patient have tuberculosis or lung cancer?"
    assert "{{" not in loaded.exercises[0].texts.debrief


def test_the_debrief_names_the_failure_modes_of_its_model(pack):
    new_model(pack, "copd")
    replace(pack / "models/copd/model.py", 'id="masked-fever"', 'id="cool"')
    new_exercise(pack, "copd-triage", "copd")
    text = (pack / "exercises/copd-triage/debrief.md").read_text()
    assert "{{mode:cool:inside}}" in text
    assert "{{mode:cool:outside}}" in text


def test_a_model_that_does_not_run_yet_keeps_nobody_from_writing(pack):
    new_model(pack, "copd")
    (pack / "models/copd/model.py").write_text("def broken(:\n")
    assert len(new_exercise(pack, "copd-triage", "copd")) == 4


def test_a_quotation_mark_in_a_condition_does_not_break_the_manifest(pack):
    new_model(pack, "copd")
    for old, new in (("masked-fever", "cool"), ('"infection"', "'a \"real\" infection\\\\'")):
        replace(pack / "models/copd/model.py", old, new)
    new_exercise(pack, "copd-triage", "copd")
    _, problems = load(pack)
    assert problems == []


@pytest.mark.parametrize("name", ["my-school", "my_school", "a-", "numpy"])
def test_a_pack_is_a_package_whose_entry_point_names_it(tmp_path, name):
    new_pack(tmp_path / name)
    project = tomllib.loads((tmp_path / name / "pyproject.toml").read_text())
    (package,) = project["tool"]["hatch"]["build"]["targets"]["wheel"]["sources"].values()
    assert project["project"]["entry-points"][GROUP] == {name: package}
    # Neither the project nor its package takes the name of somebody else's.
    assert package.isidentifier()
    assert package.startswith("equipoise_")
    assert re.fullmatch(r"equipoise-[a-z]([a-z0-9_-]*[a-z0-9])?", project["project"]["name"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_line_of_each_toml_file_names_a_schema_that_is_there(pack, kind):
    """The directive that editors read: a path from the file itself, and no address."""
    new_model(pack, "copd")
    new_exercise(pack, "copd-triage", "copd")
    column = MadeColumn("a", "A", np.arange(600.0))
    made = Made(
        "t", "T", "ill", (column, replaced(column, name="b")), np.arange(600) % 2 == 1, (), "S"
    )
    write(pack / "models" / "t", made.files())
    new_vignettes(pack, "ten-cases")
    (file, *_) = pack.rglob(f"{kind}.toml")
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#:schema ../") or first.startswith("#:schema ./")
    schema = file.parent / first.removeprefix("#:schema ")
    assert schema.read_text(encoding="utf-8") == published(kind)


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
