"""A finding says its value, its flag and its name as a clinician reads them."""

from __future__ import annotations

import pytest

from tutor.kit import NO_YES, Feature

TEMPERATURE = Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), short="Temp")
AGE = Feature("age", "Age", "years")
SMOKER = Feature("smoker", "Smokes", words=NO_YES)


@pytest.mark.parametrize(
    ("feature", "value", "said"),
    [(TEMPERATURE, 37.04, "37.0"), (AGE, 63.0, "63"), (SMOKER, 1.0, "yes"), (SMOKER, 0, "no")],
)
def test_a_value_is_said(feature, value, said):
    assert feature.say(value) == said


@pytest.mark.parametrize(
    ("value", "flag"),
    [(36.0, "L"), (36.1, ""), (37.8, ""), (37.9, "H"), (37.84, ""), (36.06, "")],
)
def test_a_flag_goes_by_the_value_that_is_shown(value, flag):
    assert TEMPERATURE.flag(value) == flag


def test_without_a_reference_range_there_is_no_flag():
    assert AGE.flag(200) == ""


def test_the_short_name_where_there_is_one():
    assert TEMPERATURE.name == "Temp"
    assert AGE.name == "Age"


@pytest.mark.parametrize(
    ("row", "flag"),
    [({"sex": 0.0}, "H"), ({"sex": 1.0}, ""), ({}, "H")],
    ids=["woman", "man", "not known"],
)
def test_a_range_may_differ_for_men(row, flag):
    creatinine = Feature("creatinine", "Creatinine", "µmol/L", reference=(45, 90), men=(60, 110))
    assert creatinine.of(row).flag(100) == flag


def test_a_range_for_everyone_does_not_ask_for_sex():
    assert TEMPERATURE.of({"sex": 1.0}) is TEMPERATURE
