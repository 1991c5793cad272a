"""Class lists: any text is a roster or a clear refusal; every row is taken or told."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.roster import FORMULA, MOST_ROWS, read_roster

CELL = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


@given(st.text())
def test_any_text_is_a_roster_or_a_sentence(text):
    with suppress(ValueError):
        read_roster(text)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=8), st.sampled_from(",;\t"))
def test_every_row_is_taken_or_told_with_its_line(rows, delimiter):
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    text = "\r\n".join(["name,email,group".replace(",", delimiter), *map(delimiter.join, quoted)])
    roster = read_roster(text, new_groups=True)
    lines = [e.line for e in roster.entries] + [r.line for r in roster.refused]
    assert len(lines) == len(set(lines))
    assert len(lines) <= len(rows)
    assert all(line > 1 for line in lines)


@given(st.sampled_from(FORMULA[:4]), CELL, st.integers(0, 3))
def test_no_formula_comes_in(sign, rest, column):
    cells = ["Dee", "dee@x.example", "7", "Tuesday"]
    cells[column] = f'"{sign}{rest.replace(chr(34), chr(34) * 2)}"'
    roster = read_roster("name,email,number,group\n" + ",".join(cells), new_groups=True)
    assert roster.entries == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(delimiter, mark, end):
    rows = ["Name,E-Mail,Group", "Dee,dee@x.example,", '"Eli ""E"" Ash",,']
    text = mark + end.join(rows).replace(",", delimiter) + end
    assert [(e.name, e.email) for e in read_roster(text).entries] == [
        ("Dee", "dee@x.example"),
        ('Eli "E" Ash', ""),
    ]


def test_first_and_last_names_make_a_name():
    (entry,) = read_roster("Last name,First name\nLovelace,Ada\n").entries
    assert entry.name == "Ada Lovelace"


def test_one_name_written_two_ways_is_one_person():
    apart = unicodedata.normalize("NFD", "Zoë")
    roster = read_roster(f"name\nZoë\n{apart}\n")
    assert [e.name for e in roster.entries] == ["Zoë"]
    assert [(r.line, "line 2" in r.reason) for r in roster.refused] == [(3, True)]


def test_two_of_one_name_are_two_by_their_number():
    roster = read_roster("name,number\nKim Lee,1\nKim Lee,2\n")
    assert [e.number for e in roster.entries] == ["1", "2"]


def test_a_line_is_counted_across_cells_of_several_lines():
    roster = read_roster('name,group\n"Dee\nDoe",\nEli,Nowhere\n')
    assert roster.entries[0].name == "Dee Doe"
    assert roster.refused[0].line == 4


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",dee@x.example,", "no name"),
        ("Dee,nowhere,", "no e-mail address"),
        ("Dee,,Friday", "no group “Friday”"),
        ("Dee,,,,", "cells"),
        ("D\x07ee,,", "cannot be seen"),
        ("D" * 201 + ",,", "longer than"),
        ('"=HYPERLINK(""http://x.example"")",,', "formula"),
    ],
)
def test_a_refused_row_says_why(row, why):
    roster = read_roster(f"name,email,group\n{row}\nEli,,tuesday\n", ["Tuesday"])
    (refusal,) = roster.refused
    assert refusal.line == 2
    assert why in refusal.reason
    assert [e.group for e in roster.entries] == ["Tuesday"]


@pytest.mark.parametrize("text", ["", " \n ", "email\na@b.c", "just some words\nand more\n"])
def test_a_list_without_names_is_refused_whole(text):
    with pytest.raises(ValueError, match="name"):
        read_roster(text)


def test_too_many_rows_are_refused_whole():
    rows = "".join(f"Learner {n}\n" for n in range(MOST_ROWS + 1))
    with pytest.raises(ValueError, match="Split it"):
        read_roster("name\n" + rows)
