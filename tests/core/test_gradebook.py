"""Gradebooks: our own survives a spreadsheet; Canvas's and Moodle's keep their shape."""

from __future__ import annotations

import csv
import io
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.gradebook import BOM, Mark, canvas, moodle, plain, safe, table

ADA = Mark("Ada Lovelace", "ada@x.example", "A1", "", 7.5, 10, False, "")
ZOE = Mark("Zoë Ash", "", "", "", 3, 10, True, "Well argued")
NONE_YET = Mark("Kit Bell", "kit@x.example", "", "", None, 10, False, "")
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week one (4711),Other (12)\r\n"
    ",,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,5,(read only)\r\n"
    '"Lovelace, Ada",901,A1,ada,Year three,,-2.5\r\n'
    '"Ash, Zoë",902,,,Year three,,\r\n'
    '"Bell, Kit",903,,kit@x.example,Year three,,\r\n'
    '"Student, Test",904,,,Year three,,\r\n'
)
MOODLE = (
    "First name;Surname;ID number;Institution;Email address;Quiz: Two (Real);Last downloaded\n"
    "Ada;Lovelace;A1;;ada@x.example;-;1790000000\n"
    "Zoë;Ash;;;zoe@elsewhere.example;4,5;1790000000\n"
)
CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


def read(text):
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


# --- tables -------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "-cmd|' /C calc'!A0"])
def test_formulas_are_only_shown(cell):
    assert safe(cell) == f"'{cell}"


def test_excel_opens_our_own():
    text = plain("Week one", [ADA, ZOE, NONE_YET])
    assert text.startswith(BOM)
    assert "\n" not in text.replace("\r\n", "")
    header, ada, zoe, kit = read(text)
    assert header[4] == "Week one (points)"
    assert ada == ["Ada Lovelace", "ada@x.example", "A1", "", "7.5", "10", "no", ""]
    assert zoe[4:] == ["3", "10", "yes", "Well argued"]
    assert kit[4] == ""


# --- Canvas -------------------------------------------------------------------------------------


def test_canvas_gets_its_file_back_with_our_column_filled():
    filled = canvas(CANVAS, "Week one", [ADA, ZOE, NONE_YET])
    before, after = read(BOM + CANVAS.lstrip(BOM)), read(filled.text)
    assert after[0] == before[0]
    assert [row[5] for row in after[1:]] == ["Manual Posting", "10", "7.5", "3", "", ""]
    for was, now in zip(before, after, strict=True):
        assert was[:5] + was[6:] == now[:5] + now[6:]
    assert (filled.matched, filled.missing) == (3, ())


def test_canvas_gets_a_new_column_where_there_is_none():
    header, _, possible, ada, *_ = read(canvas(CANVAS, "Week two", [ADA]).text)
    assert header[-1] == "Week two"
    assert (possible[-1], ada[-1]) == ("10", "7.5")


# --- Moodle -------------------------------------------------------------------------------------


def test_moodle_gets_our_column_and_keeps_the_others():
    filled = moodle(MOODLE, "Week one", [ADA, ZOE])
    header, ada, zoe = read(filled.text)
    assert header[:7] == MOODLE.split("\n")[0].split(";")
    assert (ada[5], ada[-1], zoe[5], zoe[-1]) == ("-", "7.5", "4,5", "3")
    assert filled.missing == ()


def test_moodle_names_columns_by_last_name_too():
    text = "First name,Last name,Username\nAda,Lovelace,al\n"
    assert moodle(text, "Week one", [ADA]).matched == 1


# --- both ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("mark", ["", BOM])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_accents_marks_and_delimiters_do_not_matter(form, mark, delimiter):
    rows = [["Student", "ID", "SIS User ID"], ["Zoë Ash", "902", ""]]
    text = mark + unicodedata.normalize(form, "\n".join(map(delimiter.join, rows)))
    assert canvas(text, "Week one", [ZOE]).matched == 1


def test_two_of_one_name_are_told_apart_by_number_or_not_at_all():
    kims = [Mark("Kim Lee", "", n, "", p, 10, False, "") for n, p in (("1", 1.0), ("2", 2.0))]
    text = "Student,ID,SIS User ID\n{}Kim Lee,11,2\n{}"
    by_number = canvas(text.format("Kim Lee,10,1\n", ""), "W", kims)
    assert [row[3] for row in read(by_number.text)[1:]] == ["1", "2"]
    by_name = canvas("Student,ID,SIS User ID\nKim Lee,10,\n", "W", kims)
    assert (by_name.matched, by_name.missing) == (0, ("Kim Lee", "Kim Lee"))


def test_a_name_that_stands_there_twice_gets_nobodys_grade():
    kim = Mark("Kim Lee", "", "", "", 9, 10, False, "")
    filled = canvas("Student,ID\nKim Lee,10\nKim Lee,11\n", "W", [kim])
    assert [row[2] for row in read(filled.text)[1:]] == ["", ""]
    assert filled.missing == ("Kim Lee",)


def test_whom_we_do_not_find_is_told():
    assert canvas("Student,ID\nSomebody Else,1\n", "W", [ADA]).missing == ("Ada Lovelace",)


@pytest.mark.parametrize("fill", [canvas, moodle])
@given(text=st.text())
def test_any_text_is_a_gradebook_or_a_sentence(fill, text):
    with suppress(ValueError):
        fill(text, "Week one", [ADA])


@pytest.mark.parametrize("heads", [(canvas, "Student,ID"), (moodle, "Username,ID number")])
@given(rest=st.text())
def test_whatever_follows_a_true_header_does_not_crash(heads, rest):
    fill, header = heads
    with suppress(ValueError):
        fill(f"{header}\n{rest}", "Week one", [ADA])


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
    ],
)
def test_no_cell_that_a_semicolon_makes_runs(cell, held):
    assert safe(cell) == held
