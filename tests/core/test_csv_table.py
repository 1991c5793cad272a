"""A table goes back byte for byte but for the cells changed, however it was saved."""

from __future__ import annotations

import csv
import io
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.csv_table import key, one_line, read_table, read_titles
from tutor.errors import BadFile

ROWS = [["Name", "Note"], ["Zoë", 'says "hm"'], ["Eli", "two\r\nlines"], ["", ""], ["Ann;x", "-"]]
CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)


def written(delimiter=",", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(ROWS)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_however_it_is_saved_it_is_read_and_goes_back(encoding, delimiter, end, quoting):
    data = written(delimiter, end, quoting).encode(encoding)
    table = read_table(data, "list.csv")
    assert [table.header.text(0), *(row.text(0) for row in table.rows)] == [
        *("Name", "Zoë", "Eli", "Ann;x"),
    ]
    assert table.source.guessed == (encoding == "cp1252")
    assert table.changed({}) == data
    changed = read_table(table.changed({(1, 1): "a,b;c"}), "list.csv")
    assert [row.text(1) for row in changed.rows] == ['says "hm"', "a,b;c", "-"]


def test_a_changed_cell_keeps_its_quotation_marks_and_all_else_its_bytes():
    data = b'a,"b" ,c\r\n1 ,"2",\t3\n\n"x ""y""",4\r"",,'
    table = read_table(data, "list.csv")
    changed = table.changed({(0, 1): "9", (1, 2): "new", (-1, 3): "more"})
    assert changed == b'a,"b" ,c,more\r\n1 ,"9",\t3\n\n"x ""y""",4,new\r"",,'


def test_a_cell_of_several_lines_counts_them():
    table = read_table('\nname,note\n"Dee",  \n"Eli","a\r\nb"\n\nFay,', "list.csv")
    assert (table.header.line, [row.line for row in table.rows]) == (2, [3, 4, 7])


def test_a_line_that_tells_excel_the_separator_is_kept_and_heeded():
    data = b"sep=|\r\nname|note\r\na,b|c\r\n"
    table = read_table(data, "list.csv")
    assert (table.delimiter, table.rows[0].text(0)) == ("|", "a,b")
    assert table.changed({}) == data


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("name\nArcher, Dana\n", "Archer, Dana"),
        ("name;points, all\nDana;3,5\nEli;4,0\n", "Dana"),
        ('Student,ID,"a;b;c;d;e"\n"Archer; Dana",1,\n', "Archer; Dana"),
    ],
)
def test_the_delimiter_is_the_one_that_makes_rows_alike(text, first):
    assert read_table(text, "list.csv").rows[0].text(0) == first


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"PK\x03\x04" + b"\0" * 9, "workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 9, "workbook"),
        ("name,email\n".encode("utf-16-le"), "not text"),
        (b"\xff\xfea\0b", "not text"),
        (b"na\x81me,\xe4\n", "not text"),
        (b'name,email\nDee,"x\nEli,y\n', "line 2: a quotation mark"),
    ],
)
def test_what_is_no_table_is_a_sentence(data, said):
    with pytest.raises(BadFile, match=said):
        read_table(data, "list.csv")


def test_a_letter_that_the_encoding_does_not_have_is_refused():
    table = read_table("name;x\nJürgen;\n".encode("cp1252"), "list.csv")
    with pytest.raises(BadFile, match="no letter “Ω”"):
        table.changed({(0, 1): "Ω"})


@given(st.text())
def test_any_text_is_a_table_or_a_sentence(text):
    with suppress(BadFile):
        table = read_table(text.encode("utf-8", "replace"), "list.csv")
        assert table.changed({}) == text.encode("utf-8", "replace")


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5), CELL)
def test_one_cell_is_changed_and_no_other(rows, cell):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    table = read_table(out.getvalue().encode(), "list.csv", ("a", "b", "c"))
    if not table.rows:
        return
    after = read_table(table.changed({(0, 1): cell}), "list.csv", ("a", "b", "c"))
    for was, now in zip(table.rows[1:], after.rows[-len(table.rows) + 1 :], strict=False):
        assert [c.text for c in was.cells] == [c.text for c in now.cells]
    if one_line(cell):
        assert after.rows[0].text(1) == cell


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("علی\u200cرضا  کریمی", "علی\u200cرضا کریمی"),
        ("\u200fنورا حسن\u200e", "نورا حسن"),
        ("Ada\u200b Byron\u200d", "Ada Byron"),
        ("\u200cශ්\u200dරී\u200c", "ශ්\u200dරී"),
        (" Zoe\u0308\u00a0Ash\t", "Zoë Ash"),
    ],
)
def test_names_are_kept_as_typed_and_what_copying_left_goes(cell, shown):
    assert one_line(cell) == shown
    assert key(shown.replace("\u200c", "").upper()) == key(cell)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,email\n" + "," * 2_900_000, "line 2: there are more than 500 columns"),
        ("name," + ",".join(f"c{n}" for n in range(300_000)), "line 1: .* more than 500 columns"),
        ('name,email\n"' + '""' * 2_400_000 + '"\n', "line 2: a cell is longer than 32,767"),
        ("name\n" + "x" * 5_000_000, "line 2: a cell is longer than 32,767"),
        ('name\n"x"' + " " * 5_000_000, "line 2: a cell is longer than 32,767"),
        ('name\n"x' + "\n" * 5_000_000, "line 2: a cell is longer than 32,767"),
        ("n" * 2_000 + ",email\nx,y\n", "line 1: the name of a column is longer than 1,000"),
        ("name,email\n" + "x,y\n" * 700_000, "more than 20,000 rows"),
        ("\n" * 5_000_000 + "name", "more than 20,000 rows"),
        ("name,email\n" + ("," * 499 + "\n") * 12_000, "more than 500,000 cells"),
    ],
    ids=range(10),
)
def test_a_table_beyond_the_bounds_is_refused_before_it_costs_much(text, said):
    began = time.process_time()
    with pytest.raises(BadFile, match=said):
        read_table(text, "list.csv")
    assert time.process_time() - began < 4


def test_a_table_at_the_bounds_is_read_and_goes_back():
    names = ",".join(f"c{n}" for n in range(500))
    data = f'{names}\n"{"x" * 32_766}é"\n{"y" * 32_767}'.encode()
    table = read_table(data, "list.csv")
    assert [len(row.text(0)) for row in table.rows] == [32_767] * 2
    assert (len(table.columns), table.changed({})) == (500, data)


def test_the_names_of_columns_are_read_without_what_stands_below():
    assert read_titles('Name, E-mail \n"never closed', "list.csv") == ("Name", "E-mail")
