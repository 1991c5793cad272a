"""What a column is, found from its header and its cells."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.content.column_kinds import ColumnKind, LeftOut, column_kind
from tutor.content.identifiers import names_people


def kind_of(header, cells, comma=True):
    found = column_kind(header, cells, comma)
    assert isinstance(found, ColumnKind), found
    return found


@pytest.mark.parametrize(
    ("header", "cells", "label", "unit", "reference"),
    [
        ("Age", ["20", "71"], "Age", "years", None),
        ("temp_c", ["36.5", "39.1"], "Temperature", "°C", (36.1, 37.8)),
        ("Temp", ["97.5", "101.2"], "Temperature", "°F", (97, 100)),
        ("creatinine", ["0.7", "1.4"], "Creatinine", "mg/dL", (0.6, 1.2)),
        ("creatinine", ["70", "140"], "Creatinine", "µmol/L", (50, 110)),
        ("Ferritin [µg/L]", ["30", "800"], "Ferritin", "µg/L", None),
        ("days_in_bed", ["3", "9", "1"], "Days in bed", "", None),
        ("spo2", ["850", "990"], "Oxygen saturation", "", None),
    ],
)
def test_a_number_gets_its_unit_and_usual_range(header, cells, label, unit, reference):
    found = kind_of(header, cells)
    assert (found.label, found.unit, found.reference) == (label, unit, reference)
    assert found.bounds[0] <= min(map(float, cells))
    assert found.bounds[1] >= max(map(float, cells))


@pytest.mark.parametrize(
    ("header", "cells", "words"),
    [
        ("fever", ["TRUE", "FALSE"], ("no", "yes")),
        ("fever", ["0", "1"], ("no", "yes")),
        ("Sex", ["F", "M"], ("male", "female")),
        ("ward", ["B", "A", "C"], ("A", "B", "C")),
    ],
)
def test_words_get_codes_and_truth_values_are_no_and_yes(header, cells, words):
    assert kind_of(header, cells).words == words


def test_a_decimal_comma_is_read_where_commas_part_no_cells():
    found = kind_of("temp", ["36,5", "39,25"], comma=False)
    assert (found.values.tolist(), found.decimals) == ([36.5, 39.25], 2)


@pytest.mark.parametrize(
    "name",
    ["MRN", "patientId", "Last Name", "date.of.birth", "e-mail", "id", "mobile phone"],
)
def test_names_of_columns_that_identify(name):
    assert names_people(name)


@pytest.mark.parametrize(
    "name", ["mobile", "drug_name", "medicare", "shock index", "hospital", "age_of_birth_mother"]
)
def test_names_of_columns_that_do_not(name):
    assert not names_people(name)


def test_a_missing_cell_is_no_number():
    found = kind_of("crp", ["NA", *"192837465"])
    assert np.isnan(found.values).sum() == 1


@pytest.mark.parametrize(
    ("header", "cells", "why"),
    [
        ("MRN", ["7", "9"], "identifier"),
        ("seen", ["2020-01-02", "2021-03-04"], "dates"),
        ("who", [f"Ann {letter}ee" for letter in "abcdefghijklmnopqrstuv"], "names"),
        ("code", [f"a{at}" for at in range(30)], "record numbers"),
        ("number", [str(at) for at in range(20)], "counts the rows"),
        ("crp", ["", "1", "2"], "1 of 3 cells are empty"),
        ("site", ["x", "x"], "one value"),
        ("note", [f"w{at % 30}" for at in range(60)], "30 different texts, such as 'w"),
    ],
)
def test_what_cannot_be_a_finding_is_left_out_with_why(header, cells, why):
    found = column_kind(header, cells, True)
    assert isinstance(found, LeftOut)
    assert why in found.why
