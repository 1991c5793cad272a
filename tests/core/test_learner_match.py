"""Whose row it is: by one kind of identifier, and never by chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.learner_match import Person, match

DANA = Person("Dana Archer", "S100200", "dana@uni.example", "darcher3")
ELI = Person("Eli Brook", "S100201", "eli@uni.example")
WEI_1 = Person("Wei Li", "S1", "wei.li1@uni.example")
WEI_2 = Person("Wei Li", "S2", "wei.li2@uni.example")
GUEST = Person("Fay Cole")
CLASS = [DANA, ELI, WEI_1, WEI_2, GUEST, Person("Gus Hale", "417"), Person("Ian Judd", "1042")]


def matched(*rows, learners=CLASS):
    found = match(learners, rows).by_row
    return [
        (learners[found[at][0]].name, found[at][1].value) if at in found else None
        for at in range(len(rows))
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (Person("D. Archer", "s100200"), ("Dana Archer", "number")),
        (Person("D. Archer", "", "DANA@uni.example"), ("Dana Archer", "e-mail")),
        (Person("D. Archer", "", "", "dArcher3"), ("Dana Archer", "login")),
        (Person("D. Archer", "", "", "eli@uni.example"), ("Eli Brook", "e-mail")),
        (Person("Archer, Dana"), ("Dana Archer", "name")),
        (Person("Cole, Fay", "S9", "fay@uni.example"), ("Fay Cole", "name")),
        (Person("Hale, G.", "00417"), ("Gus Hale", "number without its leading zeros")),
    ],
)
def test_a_row_is_found_by_what_tells_it(row, found):
    assert matched(row) == [found]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Person("Archer, D."), ""),
        (Person("Wei Li"), "several people have this name"),
        (Person("Wei Li", "S3"), "several people have this name"),
        (Person("Archer, Dana", "S9"), "but another number"),
        (Person("Archer, Dana", "", "dana@elsewhere.example"), "but another e-mail"),
        (Person("Archer, Dana", "S100200", "eli@uni.example"), "those of Dana Archer and Eli"),
        (Person("Brook, Eli", "", "", "1042"), None),
        (Person("X", "", "", "S100200"), ""),
        (Person("X", "1.23457E+15"), ""),
    ],
)
def test_what_could_be_somebody_else_is_nobody(row, why):
    found = match(CLASS, [row])
    if why is None:
        assert matched(row) == [("Eli Brook", "name")]
        return
    assert found.by_row == {}
    assert why in found.why.get(0, "")


def test_two_rows_with_one_identifier_are_both_nobodys():
    assert matched(Person("a", "S1"), Person("b", "S1")) == [None, None]
    assert matched(Person("a", "S1"), Person("b", "", "wei.li1@uni.example")) == [None, None]


def test_two_learners_with_one_identifier_are_both_not_found():
    twins = [Person("Dana Archer", "7"), Person("Eli Brook", "7")]
    assert matched(Person("Brook, E.", "7"), learners=twins) == [None]


def test_leading_zeros_tell_two_apart_where_both_are_there():
    both = [Person("Ann", "417"), Person("Bo", "00417")]
    assert matched(Person("x", "00417"), Person("y", "417"), learners=both) == [
        ("Bo", "number"),
        ("Ann", "number"),
    ]
    assert matched(Person("x", "0417"), learners=both) == [None]


def test_what_excel_has_rounded_is_no_number():
    rounded = [Person("Dana Archer", "1.23457E+15"), Person("Eli Brook", "1,23457E+15")]
    assert matched(Person("Archer, D.", "1.23457E+15"), learners=rounded) == [None]


NAMES, IDS = st.sampled_from(["Ann", "Bo", "Cy"]), st.sampled_from(["", "1", "01", "2", "a@b"])
PEOPLE = st.lists(st.builds(Person, NAMES, IDS, IDS, IDS), max_size=6)


@given(PEOPLE, PEOPLE)
def test_nobody_is_matched_twice_or_against_an_identifier(learners, rows):
    found = match(learners, rows).by_row
    taken = [learner for learner, _ in found.values()]
    assert len(taken) == len(set(taken))
    for at, (learner, kind) in found.items():
        ours, theirs = learners[learner].identifiers(), rows[at].identifiers()
        if kind.value == "name":
            assert not [k for k in ours if k in theirs and ours[k] != theirs[k]]
