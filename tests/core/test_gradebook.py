"""Our own gradebook: what a spreadsheet makes of it."""

from __future__ import annotations

import csv
import io

from tutor.core.gradebook import Mark, Total, own_rows, plain, total
from tutor.core.learner_match import Person
from tutor.core.spreadsheet import BOM, CsvStyle

ADA = Mark(Person("Ada Lovelace", "00417", "ada@x.example", "al"), "", 7.5, 10, False, "")
ZOE = Mark(Person("Zoë Ash"), "Tuesday", 3, 10, True, "Well argued")
NONE_YET = Mark(Person("Kit Bell", "", "kit@x.example"), "", None, 10, False, "")


def read(text, **style):
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), **style))


def test_excel_opens_our_own():
    text = plain("Week one", [ADA, ZOE, NONE_YET])
    assert text.startswith(BOM)
    assert "\n" not in text.replace("\r\n", "")
    header, ada, zoe, kit = read(text)
    assert header[4] == "Week one (points)"
    assert ada == [
        "Ada Lovelace",
        "ada@x.example",
        "00417",
        "",
        "7.5",
        "10",
        "no",
        "",
        "al",
        "",
        "",
    ]
    assert zoe[3:] == ["Tuesday", "3", "10", "yes", "Well argued", "", "", ""]
    assert kit[4] == ""


def test_a_german_excel_opens_it_in_columns_with_numbers():
    _, ada, *_ = read(plain("Week one", [ADA], CsvStyle(";", ",")), delimiter=";")
    assert ada[4:6] == ["7,5", "10"]


def test_points_are_numbers_and_student_numbers_are_text():
    _, (ada, _, kit) = own_rows("Week one", [ADA, ZOE, NONE_YET])
    assert (ada[2], ada[4], kit[4]) == ("00417", 7.5, "")


def test_a_total_leaves_out_what_has_no_points():
    assert total([(7.5, 10), (None, 10), (0, 5)]) == Total(7.5, 15)
    assert total([(None, 10)]).share == 0
