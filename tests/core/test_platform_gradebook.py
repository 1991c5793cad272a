"""Gradebooks that go back to Canvas and Moodle: our column's own cells change, and nothing else."""

from __future__ import annotations

import csv
import io
import unicodedata
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.column_names import Role
from tutor.core.gradebook import Mark
from tutor.core.learner_match import Person
from tutor.core.platform_gradebook import NEW_COLUMN, fill
from tutor.errors import BadFile

CANVAS_HEAD = "Student,ID,SIS User ID,SIS Login ID,Section"
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week one (4711),Other (12),Final Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,5.00,10,(read only)\r\n"
    '"Lovelace, Ada",901,A1,ada,Year three,, -2.5,"=1"\r\n'
    '"Ash, Zoë",902,,,"Year three and Year four",,+1,\r\n'
    '"Bell, Kit",903,,kit@x.example,Year three,7.50,,\r\n'
    '"Student, Test",904,,0f3c,Year three,,,\r\n'
)
MOODLE = (
    '"First name",Surname,"ID number",Institution,"Email address","Quiz: Week one (Real)",'
    '"Essay (Feedback)","Last downloaded from this course"\n'
    'Ada,Lovelace,A1,,ada@x.example,-,"- see me\n- cite sources",1790000000\n'
    "Zoë,Ash,,,zoe@x.example,-,+1 for the figure,1790000000\n"
)
GERMAN = (
    "Vorname;Nachname;ID-Nummer;E-Mail-Adresse;Test: Woche 1 (Punkte);Aufsatz (Punkte)\r\n"
    "Ada;Lovelace;A1;ada@x.example;-;4,5\r\n"
)


def mark(name, points, number="", email="", begun=True, by_hand=False):
    return Mark(Person(name, number, email), "", points, 10, by_hand, "", begun)


ADA, ZOE = mark("Ada Lovelace", 7.5, "A1"), mark("Zoë Ash", 3, "", "zoe@x.example")
KIT = mark("Kit Bell", 7.5, "", "kit@x.example")


def lines_changed(before, after):
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(was, now) for was, now in pairs if was != now]


def filled(text, title, marks, **more):
    """The gradebook filled, and which of its lines changed to what."""
    book = fill(text.encode(), "book.csv", title, marks, **more)
    return book, lines_changed(text.encode(), book.data)


def test_canvas_gets_its_file_back_and_our_cells_alone_are_others():
    book, changed = filled(CANVAS, "Week one", [ADA, ZOE, KIT])
    assert [now for _, now in changed] == [
        b'"Lovelace, Ada",901,A1,ada,Year three,7.5, -2.5,"=1"',
        '"Ash, Zoë",902,,,"Year three and Year four",3,+1,'.encode(),
    ]
    assert [(c.learner, c.by, c.before, c.after, c.is_new) for c in book.changes] == [
        ("Ada Lovelace", "number", "", "7.5", True),
        ("Zoë Ash", "name", "", "3", True),
        ("Kit Bell", "e-mail", "7.50", "7.50", False),
    ]
    assert [(row.name, row.line) for row in book.rows_left] == [("Student, Test", 7)]
    assert (book.missing, len(book.notes)) == ((), 1)
    assert "Canvas says 5.00 for points possible" in book.notes[0]


def test_a_new_column_keeps_all_rows_of_one_width():
    book, _ = filled(CANVAS, "Week, two", [ADA])
    rows = list(csv.reader(io.StringIO(book.data.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {9}
    assert [row[8] for row in rows] == ["Week, two", "", "10", "7.5", "", "", ""]
    assert book.chosen == NEW_COLUMN


def test_moodle_gets_our_column_and_keeps_the_others():
    _, changed = filled(MOODLE, "Week one", [ADA, ZOE])
    assert [now for _, now in changed] == [
        b'Ada,Lovelace,A1,,ada@x.example,7.5,"- see me',
        "Zoë,Ash,,,zoe@x.example,3,+1 for the figure,1790000000".encode(),
    ]


def test_a_decimal_comma_is_written_where_the_file_has_them():
    _, changed = filled(GERMAN, "Woche 1", [ADA])
    assert changed[0][1] == b"Ada;Lovelace;A1;ada@x.example;7,5;4,5"


# --- which column is ours -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ("AI module (practice) (98765),AI module (98766)", "6"),
        ("AI module (98766),AI module (practice) (98765)", "5"),
        ("ai  MODULE (98766),AI modules (1)", "5"),
        ("AI module (98766),AI module (98767)", ""),
        ("AI module 2 (98765)", NEW_COLUMN),
        ("AI module (7b)", NEW_COLUMN),
        ("Quiz: AI module (98765)", NEW_COLUMN),
    ],
)
def test_canvass_column_is_told_by_its_title_and_digits_alone(columns, chosen):
    text = f'{CANVAS_HEAD},{columns}\n"Archer, Dana",1041,S1,,,,,\n'
    book, changed = filled(text, "AI module", [mark("Dana Archer", 9, "S1")])
    assert book.chosen == chosen
    assert bool(changed) == bool(chosen)


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ("AI module (Real),AI module (Percentage),AI module (Feedback)", "2"),
        ("Quiz: AI module (Percentage),Quiz: AI module (Real)", "3"),
        ("Quiz: AI module (Real),Assignment: AI module (Real)", ""),
        ("AI module (Letter)", ""),
        ("AI module: part two (Real)", ""),
        ("Essay (Real)", NEW_COLUMN),
    ],
)
def test_moodles_column_is_the_one_of_points_or_is_chosen(columns, chosen):
    text = f"Email address,ID number,{columns}\nd@x.example,S1,,,\n"
    book, _ = filled(text, "AI module", [mark("Dana Archer", 9, "S1")])
    assert book.chosen == chosen


def test_a_person_chooses_the_column_but_none_that_says_who_somebody_is():
    book, changed = filled(CANVAS, "Week one", [ADA], column="6")
    assert (book.chosen, changed[0][1].split(b",")[-2]) == ("6", b"7.5")
    assert "7" not in dict(book.columns)  # read only
    for forbidden in ("0", "1", "2", "3", "4", "99", "-1", "x"):
        assert filled(CANVAS, "Week one", [ADA], column=forbidden)[0].chosen == "5"


# --- what stays ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "given", "left"),
    [
        ("EX", mark("Dana", None, "S1"), "no grade yet"),
        ("6.5", mark("Dana", None, "S1"), "no grade yet"),
        ("ex", mark("Dana", 9, "S1"), "excused"),
        ("N/A", mark("Dana", 9, "S1"), "not assigned"),
        ("6.5", mark("Dana", 0, "S1", begun=False), "not begun"),
        ("6.5", replace(mark("Dana", None, "S1"), status="not yet due"), "not yet due"),
    ],
)
def test_nothing_is_erased(cell, given, left):
    text = f"{CANVAS_HEAD},W (1)\nArcher,1041,S1,,,{cell}\n"
    book, changed = filled(text, "W", [given])
    assert (book.changes[0].left, book.changes[0].after, changed) == (left, cell, [])


def test_a_0_of_somebody_who_has_not_begun_fills_an_empty_cell_alone():
    text = f"{CANVAS_HEAD},W (1)\nArcher,1041,S1,,,\n"
    assert filled(text, "W", [mark("Dana", 0, "S1", begun=False)])[1][0][1].endswith(b",0")


def test_a_grade_by_hand_goes_out_though_nothing_was_begun():
    text = f"{CANVAS_HEAD},W (1)\nArcher,1041,S1,,,6.5\n"
    given = mark("Dana", 8, "S1", begun=False, by_hand=True)
    assert filled(text, "W", [given])[1][0][1] == b"Archer,1041,S1,,,8"


def test_canvass_own_number_is_nobodys():
    text = 'Student,ID,SIS Login ID,Section,W (1)\n"Brook, Eli",1042,ebrook7,S1,\n'
    book, changed = filled(text, "W", [mark("Dana Archer", 9, "1042")])
    assert (changed, book.missing[0].name, book.rows_left[0].name) == (
        [],
        "Dana Archer",
        "Brook, Eli",
    )


def test_numbers_that_excel_rounded_match_nobody_and_are_pointed_out():
    text = f'{CANVAS_HEAD},W (1)\n"Archer, D.",1041,1.23457E+15,,,\n"Cole, F.",1043,00417,,,\n'
    people = [mark("Dana Archer", 3, "1.23457E+15"), mark("Fay Cole", 5, "417")]
    book, changed = filled(text, "W", people)
    assert [now for _, now in changed] == [b'"Cole, F.",1043,00417,,,5']
    assert "such as 1.23457E+15" in book.notes[0]


def test_a_row_whose_cells_are_shifted_is_nobodys():
    text = f"{CANVAS_HEAD},W (1)\nArcher, Dana,1041,S1,darcher,M,\nArcher, Dana,1041,S1,,M,x\n"
    book, changed = filled(text, "W", [mark("Dana Archer", 9, "1041")])
    assert (changed, len(book.rows_left)) == ([], 2)


def test_a_class_of_two_halves_of_names_is_read():
    text = "LastName,FirstName,ID,SIS User ID,W (1)\n    Points Possible,,,,10\nArcher,Dana,1,,\n"
    assert filled(text, "W", [mark("Dana Archer", 9)])[1][0][1] == b"Archer,Dana,1,,9"


# --- both ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_accents_marks_and_delimiters_do_not_matter_and_are_kept(form, encoding, delimiter):
    rows = [["Student", "ID", "SIS User ID", "W (1)"], ["Zoë Ash", "902", "", ""]]
    text = unicodedata.normalize(form, "\r\n".join(map(delimiter.join, rows)))
    book = fill(text.encode(encoding), "b.csv", "W", [ZOE])
    assert book.data.decode(encoding) == text + "3"


def test_columns_nobody_knows_are_told_by_a_person():
    text = "Ime i prezime,Broj indeksa,Bodovi\nX Y,S1,\n"
    with pytest.raises(BadFile, match="Ime i prezime, Broj indeksa, Bodovi"):
        fill(text, "b.csv", "W", [ADA])
    told = {Role.NUMBER: "Broj indeksa"}
    book = fill(text, "b.csv", "W", [mark("Dana", 9, "S1")], column="2", told=told)
    assert book.data.decode() == "Ime i prezime,Broj indeksa,Bodovi\nX Y,S1,9\n"


@given(text=st.text())
def test_any_text_is_a_gradebook_or_a_sentence(text):
    with suppress(BadFile):
        fill(text, "b.csv", "Week one", [ADA])


@pytest.mark.parametrize("header", [CANVAS_HEAD, "Username,ID number"])
@given(rest=st.text())
def test_whatever_follows_a_true_header_goes_back_as_it_came(header, rest):
    text = f"{header}\n{rest}".replace("\x00", "")
    with suppress(BadFile):
        book = fill(text, "b.csv", header.split(",")[1], [])
        without = book.data.decode("utf-8", "surrogatepass")
        assert book.changes == ()
        assert len(without) >= len(text)


@pytest.mark.parametrize(
    ("other", "written"), [("1,000", "4.5"), ("7,5", '"4,5"'), ("1,234,567", "4.5")]
)
def test_a_thousand_is_no_decimal_comma(other, written):
    """Canvas would read 4,5 as 45 where its users write 1,000."""
    text = f'{CANVAS_HEAD},W (1),Other (2)\n"Archer, D.",1041,S1,,,,"{other}"\n'
    _, changed = filled(text, "W", [mark("Dana Archer", 4.5, "S1")])
    assert changed[0][1].decode() == f'"Archer, D.",1041,S1,,,{written},"{other}"'


@pytest.mark.parametrize(
    "header",
    [
        "Étudiant,ID,ID utilisateur du SIS,ID de connexion du SIS",
        "Alumno,ID,ID de usuario del SIS,ID de inicio de sesión del SIS",
        "Student*in,ID,SIS-Benutzer-ID,SIS-Anmelde-ID",
    ],
)
def test_canvass_own_number_is_nobodys_in_any_language(header):
    text = f'{header},W (1)\n"Brook, Eli",101,102,103,\n"Archer, Dana",102,101,104,\n'
    people = [mark("Dana Archer", 9, "101"), mark("Fay Cole", 5, "103")]
    book, changed = filled(text, "W", people)
    assert [now for _, now in changed] == [b'"Archer, Dana",102,101,104,9']
    assert [one.name for one in book.missing] == ["Fay Cole"]
