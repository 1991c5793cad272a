"""A table is drawn from, never intervened on; a predicate says what its sentence says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.errors import ContentError
from tutor.kit import Patients
from tutor.kit.tables import HELD_OUT, TRAINING, Predicate, TableCohort

SEEDS = st.integers(0, 2**31)
ROWS = 120
AGE = np.arange(ROWS) % 100
TABLE = Patients({"row": np.arange(ROWS), "age": AGE, "sex": np.arange(ROWS) % 2})
WORDS = {"row": {}, "age": {}, "sex": {"male": 0, "female": 1}}
COHORT = TableCohort(TABLE, np.arange(ROWS) % 3 > 0)


def drawn(seed, part):
    return COHORT(COHORT.size(part), seed, part=part)["row"].tolist()


@given(SEEDS, SEEDS)
def test_no_seed_holds_out_a_row_that_any_seed_learns_from(one, other):
    assert not {*drawn(one, TRAINING)} & {*drawn(other, HELD_OUT)}


@given(SEEDS, st.sampled_from([TRAINING, HELD_OUT]))
def test_a_row_is_drawn_once(seed, part):
    rows = drawn(seed, part)
    assert len({*rows}) == len(rows) == COHORT.size(part)


def test_a_seed_draws_the_same_rows_again_and_another_seed_others():
    assert drawn(1, TRAINING) == drawn(1, TRAINING)
    assert {*drawn(1, TRAINING)} != {*drawn(2, TRAINING)}


def test_those_who_are_met_are_the_held_out():
    assert (COHORT(10, 3)["row"] % 3 == 0).all()


@pytest.mark.parametrize("do", [{"age": 80}, {"part": "all"}, {"part": TRAINING, "sex": 1}])
def test_do_is_refused_with_the_reason(do):
    with pytest.raises(ContentError, match="come from a table"):
        COHORT(10, 1, **do)


def test_more_rows_than_there_are_is_refused_with_both_numbers():
    with pytest.raises(ContentError, match="held-out part of the table has 40 rows, not 41"):
        COHORT(41, 1)


YOUNG = Predicate.of("age < 20", WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age >= 80", AGE >= 80),
        ("60 <= age < 80", (AGE >= 60) & (AGE < 80)),
        ("80 > age", AGE < 80),
        ('sex == "female"', TABLE["sex"] == 1),
        ("sex != 'female' and age == 4", (TABLE["sex"] == 0) & (AGE == 4)),
        ("not (age > 3 or sex == 1)", ~((AGE > 3) | (TABLE["sex"] == 1))),
        ("young and sex == 1", (AGE < 20) & (TABLE["sex"] == 1)),
        ("not young", AGE >= 20),
        ("age > -1", AGE > -1),
        (" age <= 2.5 ", AGE <= 2),
        ("age > row", TABLE["row"] < AGE),
    ],
)
def test_a_predicate_touches_whom_its_sentence_says(text, expected):
    found = Predicate.of(text, WORDS, {"young": YOUNG})(TABLE)
    assert found.dtype == bool
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a condition"),
        ("age >=", "not a condition"),
        ("age", "not a condition"),
        ("age + 1", "not a condition"),
        ("weight > 80", "no column 'weight'; there is row, age, sex"),
        ("1 < 2", "compares no column"),
        ("age in (1, 2)", "`\\(1, 2\\)` is no number"),
        ("age in sex", "compares no column with a number"),
        ('sex == "other"', "no word of the column; its words are male, female"),
        ("age == 'old'", "is no number"),
        ("__import__('os').getpid() > 0", "is no number"),
        ("age.size > 0", "is no number"),
        ("[age for age in ()] > 0", "is no number"),
        ("age > 1 if sex else 0", "not a condition"),
        ("(" * 5000, "not a condition"),
    ],
)
def test_what_is_no_predicate_is_refused_and_nothing_of_it_run(text, says):
    with pytest.raises(ContentError, match=says):
        Predicate.of(text, WORDS)
