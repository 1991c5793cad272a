"""What each measure counts, and what it passes over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.reliance.advice_weight import reliance
from tutor.core.reliance.counts import MEASURES, Answers, tally
from tutor.core.scoring import Outcome

# Right is A, advice is right or wrong (B, C); each way to answer, with what it adds to which.
ENCOUNTERS = [
    (("A", "A", "A"), {"accuracy_initial": 1, "accuracy_final": 1, "agreement": 1}),
    (("A", "A", "B"), {"accuracy_initial": 1, "accuracy_final": 0, "agreement": 0}),
    (
        ("B", "A", "A"),
        {"accuracy_initial": 0, "accuracy_final": 1, "agreement": 1, "switch": 1, "rair": 1},
    ),
    (
        ("B", "A", "B"),
        {"accuracy_initial": 0, "accuracy_final": 0, "agreement": 0, "switch": 0, "rair": 0},
    ),
    (
        ("A", "B", "A"),
        {"accuracy_initial": 1, "accuracy_final": 1, "agreement": 0, "switch": 0, "rsr": 1},
    ),
    (
        ("A", "B", "B"),
        {"accuracy_initial": 1, "accuracy_final": 0, "agreement": 1, "switch": 1, "rsr": 0},
    ),
    (
        ("A", "B", "C"),
        {"accuracy_initial": 1, "accuracy_final": 0, "agreement": 0, "switch": 0, "rsr": 0},
    ),
    # Wrong twice over: Schemmer's RSR leaves it out, though one implementation counts it.
    (
        ("B", "C", "A"),
        {"accuracy_initial": 0, "accuracy_final": 1, "agreement": 0, "switch": 0},
    ),
    (("B", "B", "A"), {"accuracy_initial": 0, "accuracy_final": 1, "agreement": 0}),
    (("A", None, None), {"accuracy_unaided": 1}),
    (("B", None, "A"), {"accuracy_unaided": 0}),
]


def answers(*ways, person=None):
    """Answers given as (initial, advice, final) where A is true."""
    codes = [[-1 if a is None else "ABC".index(a) for a in way] for way in ways]
    initial, advice, final = np.array(codes, np.int32).T
    who = np.array(person or [0] * len(ways), np.int32)
    return Answers(who, initial, advice, final, np.zeros(len(ways), np.int32))


@pytest.mark.parametrize(("way", "expected"), ENCOUNTERS)
def test_one_encounter_adds_to_what_it_belongs_to(way, expected):
    counted = tally(answers(way), 1)
    added = dict(zip(MEASURES, counted.above[0].tolist(), strict=True))
    of = dict(zip(MEASURES, counted.below[0].tolist(), strict=True))
    assert {m: added[m] for m in MEASURES if of[m]} == expected
    assert set(of.values()) <= {0, 1}


def test_people_are_counted_apart_and_one_without_answers_has_none():
    counted = tally(answers(("B", "A", "A"), ("B", "A", "B"), person=[2, 0]), 3)
    rair = MEASURES.index("rair")
    assert counted.above[:, rair].tolist() == [0, 0, 1]
    assert counted.below[:, rair].tolist() == [1, 0, 1]


probability = st.floats(0, 1)


@given(
    st.lists(
        st.tuples(probability, st.none() | probability, probability, st.booleans()), max_size=20
    )
)
def test_encounters_of_the_tutor_count_as_the_sets_summary_counts_them(rows):
    """Two ways to the same RAIR and RSR: codes here, sides of the threshold there."""
    outcomes = [
        Outcome(0.4, initial, advice, None if advice is None else final, present)
        for initial, advice, final, present in rows
    ]
    counted = tally(Answers.of((0, o) for o in outcomes), 1)
    measured = reliance(outcomes)
    for name, ratio in (("rair", measured.rair), ("rsr", measured.rsr)):
        at = MEASURES.index(name)
        assert (ratio.numerator, ratio.denominator) == (counted.above[0, at], counted.below[0, at])
