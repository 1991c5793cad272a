"""A Synthea export becomes a table of what was known before; nothing of later is in it."""

from __future__ import annotations

import csv
import io
import shutil

import numpy as np
import pytest

from tests.content.exports import AFTER, DIABETES, write_synthea
from tutor.content.importers.synthea import synthea_files
from tutor.content.table_model import table_model
from tutor.errors import BadFile, BadInput


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """900 patients; read only."""
    return write_synthea(tmp_path_factory.mktemp("synthea"), 900)


@pytest.fixture
def copied(export, tmp_path):
    return shutil.copytree(export, tmp_path / "csv")


@pytest.fixture(scope="module")
def files(export):
    return synthea_files(export, "Diabetes mellitus type 2", "diabetes")


def table(files):
    rows = csv.DictReader(io.StringIO(files["cohort.csv"].decode()))
    found = list(rows)
    return {name: np.array([float(row[name]) for row in found]) for name in found[0]}


def change(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_what_is_written_is_a_table_model_that_loads(files, tmp_path):
    folder = tmp_path / "models" / "diabetes"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    model = table_model(folder)
    assert model.condition == "diabetes mellitus type 2"
    assert {f.label for f in model.findings} == {
        "Age", "Sex", "Body Height", "Body Weight", "Systolic Blood Pressure", "Glucose",
        "Earlier: Essential hypertension",
    }  # fmt: skip


def test_nothing_of_the_day_of_onset_or_after_it_is_used(files):
    found = table(files)
    assert found["outcome"].sum() > 200
    assert AFTER not in found["glucose"]
    assert found["glucose"].max() < AFTER / 2


def test_what_was_known_before_is_the_last_value_before_the_day(copied):
    """One patient with three glucoses before the onset: the last of them is shown."""
    path = copied / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    conditions = (copied / "conditions.csv").read_text(encoding="utf-8").splitlines()
    ill = next(line.split(",")[2] for line in conditions if DIABETES[0] in line)
    mine = [at for at, line in enumerate(lines) if f",{ill}," in line and ",2339-0," in line]
    for at, value in zip(mine, ("201", "202", "203", "204"), strict=True):
        cells = lines[at].split(",")
        cells[6] = value
        lines[at] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    glucose = table(synthea_files(copied, DIABETES[0], "d"))["glucose"]
    # Onset is at the third of four visits.
    assert [v for v in glucose if v > 200] == [202.0]


def test_the_target_may_be_a_code_or_a_description_with_or_without_its_tag(export, files):
    for target in (DIABETES[0], DIABETES[1], " diabetes mellitus TYPE 2 "):
        assert synthea_files(export, target, "diabetes") == files


def test_a_target_that_nobody_has_is_told_with_those_that_are_near(export):
    with pytest.raises(BadInput, match=r"'Diabetes melitus'.*Diabetes mellitus type 2"):
        synthea_files(export, "Diabetes melitus", "d")


def test_hypertension_that_comes_first_is_known_before(files):
    found = table(files)
    flags = found["essential_hypertension"]
    ill = found["outcome"] == 1
    assert flags[ill].mean() > flags[~ill].mean() + 0.2


def test_a_finding_that_only_those_with_the_condition_have_is_left_out(copied):
    """Else being measured would tell the answer."""
    lines = (copied / "conditions.csv").read_text(encoding="utf-8").splitlines()
    ill = [line.split(",")[2] for line in lines if DIABETES[0] in line]
    with (copied / "observations.csv").open("a", encoding="utf-8") as file:
        for name in ill:
            file.write(f"2009-12-01T09:00:00Z,{name},,laboratory,4548-4,HbA1c,7.1,%,numeric\n")
    assert "hba1c" not in table(synthea_files(copied, DIABETES[0], "d"))


def test_computed_burdens_are_not_findings(copied):
    people = (copied / "patients.csv").read_text(encoding="utf-8").splitlines()[1:]
    with (copied / "observations.csv").open("a", encoding="utf-8") as file:
        for at, line in enumerate(people):
            name = line.split(",")[0]
            file.write(f"2009-12-01T09:00:00Z,{name},,,QALY,QALY,{at % 50},a,numeric\n")
    assert "qaly" not in table(synthea_files(copied, DIABETES[0], "d"))


def test_the_same_export_gives_the_same_bytes_in_whatever_order_patients_stand(export, files):
    assert synthea_files(export, DIABETES[0], "diabetes") == files


def test_columns_that_are_not_known_are_left_alone(copied, files):
    for path in copied.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(f"{line},more" for line in lines) + "\n", encoding="utf-8")
    assert synthea_files(copied, DIABETES[0], "diabetes") == files


def test_files_in_a_directory_csv_are_found(copied, files):
    assert synthea_files(copied.parent, DIABETES[0], "diabetes") == files


def test_an_export_in_parts_is_read_as_one(copied, files):
    for path in list(copied.iterdir()):
        header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for at in range(0, len(lines), 350):
            part = copied / f"{path.stem}-{at // 350 + 1:03d}.csv"
            part.write_text(header + "".join(lines[at : at + 350]), encoding="utf-8")
        path.unlink()
    assert synthea_files(copied, DIABETES[0], "diabetes") == files
    (copied / "patients-002.csv").open("a", encoding="utf-8").write("p-1,1970-01-01\n")
    with pytest.raises(BadFile, match=r"patients-002\.csv, line 352: this row has 2 cells"):
        synthea_files(copied, DIABETES[0], "diabetes")


def test_an_export_in_append_mode_has_no_header_and_may_hold_everyone_twice(copied, files):
    for path in copied.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
        path.write_text("".join(lines * 2), encoding="utf-8")
    assert synthea_files(copied, DIABETES[0], "diabetes") == files
    change(copied / "patients.csv", ",", ",more,")
    with pytest.raises(BadFile, match=r"first line of patients\.csv is no header.*append_mode"):
        synthea_files(copied, DIABETES[0], "diabetes")


def test_a_run_in_a_folder_of_its_own_is_found_and_two_are_told(copied, files, tmp_path):
    shutil.copytree(copied, tmp_path / "runs" / "2025_01_01")
    assert synthea_files(tmp_path / "runs", DIABETES[0], "diabetes") == files
    shutil.copytree(copied, tmp_path / "runs" / "2025_01_02")
    with pytest.raises(BadFile, match=r"2 runs: 2025_01_01, 2025_01_02\. Name one"):
        synthea_files(tmp_path / "runs", DIABETES[0], "diabetes")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_any_usual_encoding_is_read(copied, files, encoding):
    for path in copied.iterdir():
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert synthea_files(copied, DIABETES[0], "diabetes") == files


@pytest.mark.parametrize("name", ["patients", "encounters", "conditions", "observations"])
class TestEachFile:
    def test_missing_says_what_to_get_and_where_it_is_described(self, copied, name):
        (copied / f"{name}.csv").unlink()
        with pytest.raises(BadFile, match=rf"no {name}\.csv.*exporter\.csv\.export.*wiki"):
            synthea_files(copied, DIABETES[0], "d")

    def test_without_a_column_it_is_told_by_name(self, copied, name):
        column = {"patients": "GENDER", "encounters": "START"}.get(name, "CODE")
        change(copied / f"{name}.csv", column, "SOMETHING")
        with pytest.raises(BadFile, match=rf"{name}\.csv has no column {column}"):
            synthea_files(copied, DIABETES[0], "d")

    def test_what_is_no_text_is_told(self, copied, name):
        (copied / f"{name}.csv").write_bytes(b"\x00\x01\x02" * 50)
        with pytest.raises(BadFile, match=rf"{name}\.csv is not text"):
            synthea_files(copied, DIABETES[0], "d")

    def test_a_ragged_row_is_told_with_its_line(self, copied, name):
        path = copied / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        lines[4] += ",1"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(BadFile, match=rf"{name}\.csv, line 5: this row has"):
            synthea_files(copied, DIABETES[0], "d")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("patients", "p-000003,", "p-000001,", "line 5: the patient 'p-000001' stands here again"),
        ("conditions", ",p-", ",q-", "is not in patients.csv"),
        ("encounters", "2010-", "10/", "is no date such as"),
        ("observations", ",p-000000,", ",p-x,", "line 2: the patient 'p-x' is not in patients"),
    ],
)
def test_rows_that_cannot_be_used_are_told_with_their_line(copied, name, old, new, says):
    change(copied / f"{name}.csv", old, new)
    with pytest.raises(BadFile) as told:
        synthea_files(copied, DIABETES[0], "d")
    assert says in str(told.value)


def test_too_few_patients_are_told_with_why(tmp_path):
    with pytest.raises(BadFile, match=r"patients can be used.*500 or more"):
        synthea_files(write_synthea(tmp_path / "few", 60), DIABETES[0], "d")
