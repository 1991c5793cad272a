"""A CSV file in any dialect is understood the same, and becomes a cohort that loads."""

from __future__ import annotations

import pytest

from tests.content.chest_table import write_table
from tutor.content.importers.table import Drawn, WantedLabel, cohort_of, read_table_file
from tutor.content.table_model import table_model
from tutor.errors import BadFile, BadInput


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return read_table_file(write_table(tmp_path_factory.mktemp("t") / "c.csv", 700))


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (";", "latin-1")]
)
def test_dialects_read_the_same(plain, tmp_path, delimiter, encoding):
    found = read_table_file(write_table(tmp_path / "c.csv", 700, delimiter, encoding))
    assert found.left_out == plain.left_out
    for header, kind in plain.kinds.items():
        assert (found.kinds[header].values == kind.values).all()
        assert found.kinds[header].unit == kind.unit


def test_the_cohort_loads_and_the_identifier_is_not_in_it(plain, tmp_path):
    made, names = cohort_of(plain, WantedLabel("Pneumonia"), "chest", Drawn(600, keep=("sex",)))
    folder = tmp_path / "models" / "chest"
    folder.mkdir(parents=True)
    for name, content in made.files().items():
        (folder / name).write_bytes(content)
    model = table_model(folder)
    assert (model.condition, model.absence) == ("pneumonia", "no pneumonia")
    assert names["portable film"] == "portable_film"
    assert len(made.outcome) == 600
    labels = {finding.label: finding for finding in model.findings}
    assert labels["Temperature"].unit == "°C"
    assert labels["Portable film"].words == {0: "no", 1: "yes"}
    assert "P000001" not in (folder / "cohort.csv").read_text()
    assert "patient_id" in (folder / "datasheet.md").read_text()


@pytest.mark.parametrize(
    ("column", "parts"),
    [("set", ("train", "test")), ("train", ("TRUE", "FALSE")), ("in_test", ("0", "1"))],
)
def test_the_parts_that_r_writes_are_kept(tmp_path, column, parts):
    path = write_table(tmp_path / "c.csv", 700)
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{parts[at % 3 == 0]}" for at, line in enumerate(lines)]
    path.write_text("\n".join([f"{header},{column}", *lines]), encoding="utf-8")
    table = read_table_file(path)
    assert table.split == column
    made, _ = cohort_of(table, WantedLabel("pneumonia"), "chest", Drawn())
    assert made.training.tolist() == [at % 3 != 0 for at in range(700)]


def test_the_names_that_r_gives_to_rows_are_passed_over(plain, tmp_path):
    path = write_table(tmp_path / "c.csv", 700)
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f'"{at}",{line}' for at, line in enumerate(lines, 1)]
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    assert read_table_file(path).kinds.keys() == plain.kinds.keys()
    path.write_text("\n".join([header, *lines, "1,2"]), encoding="utf-8")
    with pytest.raises(BadFile, match=r"c\.csv, line 702: this row has 2 cells; the header has 10"):
        read_table_file(path)


def test_a_label_of_two_words_is_asked_for_the_one_that_is_present(tmp_path):
    path = write_table(tmp_path / "c.csv", 700)
    text = path.read_text(encoding="utf-8").replace(",1\n", ",M\n").replace(",0\n", ",B\n")
    path.write_text(text, encoding="utf-8")
    table = read_table_file(path)
    with pytest.raises(BadInput, match=r"Say --present M; there is B and M"):
        cohort_of(table, WantedLabel("pneumonia"), "chest", Drawn())
    made, _ = cohort_of(table, WantedLabel("pneumonia", "m", "cancer"), "chest", Drawn())
    assert (made.condition, made.absence) == ("cancer", "no cancer")
    assert 0.3 < made.outcome.mean() < 0.4


def test_a_column_that_is_not_there_is_told_with_those_that_are_near(plain):
    with pytest.raises(BadInput, match=r"no column 'pneumonja' in c\.csv; there is pneumonia"):
        plain.named("pneumonja", "label")
    with pytest.raises(BadInput, match="'patient_id' cannot be used: its name is that of an ident"):
        plain.named("patient_id", "label")


def test_chinese_saved_as_gbk_is_refused_rather_than_read_as_noise(tmp_path):
    path = tmp_path / "c.csv"
    path.write_bytes("年龄,咳嗽\n1,有\n2,无\n".encode("gbk"))
    with pytest.raises(BadFile, match=r"c\.csv is not in UTF-8.*no word"):
        read_table_file(path)
