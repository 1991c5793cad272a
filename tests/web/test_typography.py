"""A number and its unit stand on one line."""

from __future__ import annotations

from tutor.web.layout.typography import amount, grouped, render, tied


def test_a_number_does_not_part_from_its_unit() -> None:
    assert tied("7 mmol/L, 9 % or 5 hospitals") == "7\u202fmmol/L, 9\u202f% or 5 hospitals"


def test_a_packs_text_is_tied_and_its_addresses_are_not() -> None:
    html = render('At 88 %, [5 mm of ST](https://doi.org/1 "9 % there") in 5 hospitals.')
    assert "At 88\u202f%" in html
    assert "5\u202fmm of" in html
    assert "in 5 hospitals" in html
    assert 'title="9 % there"' in html


def test_thousands_are_parted_where_a_unit_follows_and_a_year_is_left() -> None:
    assert amount("53100", "$") == grouped("53100 $") == "$53,100"
    assert amount("1200", "ms") == "1,200"
    assert amount("2020", "") == grouped("2020") == "2020"
    assert grouped("2013 to 2019") == "2013 to 2019"
    assert grouped("0.1234 mg/dL and 980 ms") == "0.1234 mg/dL and 980 ms"
