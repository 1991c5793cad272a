"""DDXPlus becomes a table of answers; the differential it was published with is not in it."""

from __future__ import annotations

import csv
import io
import json
import shutil

import numpy as np
import pytest

from tests.content.exports import write_ddxplus
from tutor.content.importers.ddxplus import WantedPathologies, ddxplus_files
from tutor.content.table_model import table_model
from tutor.errors import BadFile, BadInput

WANTED = WantedPathologies(("Pneumonia",))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The files, not zipped; read only."""
    return write_ddxplus(tmp_path_factory.mktemp("ddxplus"), zipped=False)


@pytest.fixture
def copied(plain, tmp_path):
    return shutil.copytree(plain, tmp_path / "copy")


def rows_of(files):
    return list(csv.DictReader(io.StringIO(files["cohort.csv"].decode())))


@pytest.fixture(scope="module")
def files(plain):
    return ddxplus_files(plain, WANTED, "pneumonia")


def test_what_is_written_is_a_table_model_that_loads(files, tmp_path):
    folder = tmp_path / "models" / "pneumonia"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    model = table_model(folder)
    labels = {f.label: f for f in model.findings}
    assert labels["Fever"].words == {0: "no", 1: "yes"}
    assert labels["How intense the pain is"].words == {}
    assert labels["Color of the rash"].words == {0: "not applicable", 1: "dark"}
    assert labels["Pain somewhere: lower chest"].words == {0: "no", 1: "yes"}


def test_an_answer_that_nobody_gives_otherwise_is_left_out(files):
    assert "traveled" not in files["model.toml"].decode()


def test_answers_are_those_of_the_patient(plain, files):
    """In order: the rows of the data set and the rows of the table are the same patients."""
    said = []
    for part in ("train", "validate", "test"):
        with (plain / f"release_{part}_patients.csv").open(newline="") as file:
            said += list(csv.DictReader(file))
    found = rows_of(files)
    assert len(found) == len(said) == 1500
    for row, patient in zip(found, said, strict=True):
        assert row["age"] == patient["AGE"]
        assert row["sex"] == str(int(patient["SEX"] == "F"))
        assert row["outcome"] == str(int(patient["PATHOLOGY"] == "Pneumonia"))
        assert row["e_91"] == str(int("'E_91'" in patient["EVIDENCES"]))
        assert f"E_56_@_{row['e_56']}'" in patient["EVIDENCES"]


def test_the_published_parts_are_kept(files):
    parts = [row["part"] for row in rows_of(files)]
    assert parts == ["training"] * 900 + ["held-out"] * 600


def test_zipped_files_are_the_same(files, tmp_path):
    assert ddxplus_files(write_ddxplus(tmp_path / "zip"), WANTED, "pneumonia") == files


def test_several_pathologies_count_and_others_are_compared_with(plain):
    wanted = WantedPathologies(("bronchitis",), ("GERD (fr)",))
    found = rows_of(ddxplus_files(plain, wanted, "x"))
    assert 0 < len(found) < 1500
    both = WantedPathologies(("Bronchitis", "GERD"))
    outcome = np.array([row["outcome"] for row in rows_of(ddxplus_files(plain, both, "x"))])
    assert (outcome == "1").mean() == pytest.approx(2 / 3, abs=0.05)


def test_fewer_are_drawn_by_lot_and_keep_the_prevalence(plain):
    half = rows_of(ddxplus_files(plain, WantedPathologies(("Pneumonia",), n=750), "x"))
    assert len(half) == 750
    assert np.mean([row["outcome"] == "1" for row in half]) == pytest.approx(1 / 3, abs=0.06)
    other = rows_of(ddxplus_files(plain, WantedPathologies(("Pneumonia",), n=750, seed=1), "x"))
    assert half != other


def test_a_pathology_that_is_not_there_is_told_with_those_that_are_near(plain):
    with pytest.raises(BadInput, match=r"no pathology 'Pneumonja'; there is Pneumonia"):
        ddxplus_files(plain, WantedPathologies(("Pneumonja",)), "x")


@pytest.mark.parametrize(
    "name",
    ["release_evidences.json", "release_conditions.json", "release_train_patients.csv",
     "release_test_patients.csv"],
)  # fmt: skip
def test_a_missing_file_says_what_to_get_and_where_it_is_described(copied, name):
    (copied / name).unlink()
    with pytest.raises(BadFile, match=rf"no {name[:20]}.*figshare.*github\.com/mila-iqia/ddxplus"):
        ddxplus_files(copied, WANTED, "x")


@pytest.mark.parametrize("content", ["{", "[]", '{"E_1": 3}', '{"E_1": {"data_type": "B"}}'])
def test_evidences_in_another_shape_are_told(copied, content):
    (copied / "release_evidences.json").write_text(content)
    with pytest.raises(BadFile, match=r"release_evidences\.json"):
        ddxplus_files(copied, WANTED, "x")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("EVIDENCES", "ANSWERS", "has no column EVIDENCES"),
        ("'E_56_@", "'E_999_@", "the evidence 'E_999_@"),
        ("\"['E_56", "\"'E_56", "EVIDENCES is no list"),
        (",M,", ",X,", "are no age and F or M"),
    ],
)
def test_rows_that_cannot_be_used_are_told(copied, old, new, says):
    path = copied / "release_train_patients.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadFile) as told:
        ddxplus_files(copied, WANTED, "x")
    assert "release_train_patients" in str(told.value)
    assert says in str(told.value)


def test_what_is_no_archive_is_told(copied):
    (copied / "release_test_patients.csv").unlink()
    (copied / "release_test_patients.zip").write_bytes(b"not a zip")
    with pytest.raises(BadFile, match="no archive that can be opened"):
        ddxplus_files(copied, WANTED, "x")


def test_the_sample_has_the_published_shape(plain):
    """So that the tests stand on the format and not on one of our own."""
    evidences = json.loads((plain / "release_evidences.json").read_text())
    assert {*evidences["E_130"]} == {
        "name", "code_question", "question_fr", "question_en", "is_antecedent", "default_value",
        "value_meaning", "possible-values", "data_type",
    }  # fmt: skip
