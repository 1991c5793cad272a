"""Tables of our own: what a spreadsheet opens, and that it runs nothing of them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.spreadsheet import BOM, CsvStyle, safe, table

CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


def read(text):
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


@given(CELL)
def test_no_cell_runs(cell):
    shown = safe(cell)
    if shown.startswith(("=", "@", "\t", "\r")):
        pytest.fail(shown)
    if shown.startswith(("+", "-")):
        assert shown == "-" or float(shown.rstrip("%").replace(",", ".")) is not None


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_as_it_was_written(rows):
    assert read(table(("a", "b"), rows)) == [["a", "b"], *([safe(c) for c in row] for row in rows)]


@pytest.mark.parametrize("cell", ["-", "-2.5", "+3", "-4,5", "-10%", "7", "Ann-Marie", ""])
def test_numbers_and_dashes_stay(cell):
    assert safe(cell) == cell


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        " =1",
        "\ufeff+1+1",
        "＝1+1",
        "－1+1",
        "-cmd|' /C calc'!A0",
    ],
)
def test_formulas_are_only_shown(cell):
    assert safe(cell) == f"'{cell}"


def test_numbers_are_written_with_the_sign_that_is_wanted():
    text = table(("a", "b;c"), [("=1", 7.5), ("x", 10.0)], CsvStyle(";", ","))
    assert text == BOM + 'a;"b;c"\r\n\'=1;7,5\r\nx;10\r\n'


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        ("a;=1+1", "a;'=1+1"),
        ('a; "=1+1', "a; \"'=1+1"),
        ("a\r\n@SUM(A1)", "a\r\n'@SUM(A1)"),
        ("a;-2+3+cmd|' /C calc'!A0", "a;'-2+3+cmd|' /C calc'!A0"),
        ("from 3; -5 now", "from 3; '-5 now"),
        ("3;-5;+7,5%", "3;-5;+7,5%"),
        ("pain; then none", "pain; then none"),
        ("fever, -rash", "fever, -rash"),
        ("a|=1+1", "a|'=1+1"),
        ("\t=1", "'\t'=1"),
        ("\n=1", "\n'=1"),
        ("a;＝1+1", "a;'＝1+1"),
    ],
)
def test_no_cell_that_a_semicolon_makes_runs(cell, held):
    assert safe(cell) == held


@pytest.mark.parametrize("style", [CsvStyle(";", ","), CsvStyle("\t", ".")])
@pytest.mark.parametrize("cell", ["a,=1+1", "a ,@SUM(1)", "a, ＝1+1", "a;=1+1"])
def test_no_cell_of_a_file_without_commas_runs_where_commas_separate(cell, style):
    text = table(("a", cell), [(cell, 7.5), ("3,-5", "x")], style)
    for line in text.splitlines():
        for piece in line.replace(";", ",").replace("\t", ",").split(","):
            assert not piece.strip("\"'\ufeff ").startswith(("=", "@", "＝")) or "'" in piece
    assert "3,-5" in text
