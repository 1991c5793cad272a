"""What each measure counts, and what it passes over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.reliance.counts import MEASURES, members, tally
from tutor.core.reliance.encounters import Encounter, Encounters
from tutor.core.verdicts import Outcome, Verdict

# Right is A, advice is right or wrong (B, C); each way to answer, with what it adds to which.
FIRST = {"accuracy_initial": 1, "accuracy_final": 1}
LOST = {"accuracy_initial": 1, "accuracy_final": 0}
FOUND = {"accuracy_initial": 0, "accuracy_final": 1}
WRONG = {"accuracy_initial": 0, "accuracy_final": 0}
ENCOUNTERS = [
    (("A", "A", "A"), FIRST | {"agreement": 1, "revision_bias": 0}),
    (("A", "A", "B"), LOST | {"agreement": 0, "revision_bias": 1}),
    (("B", "A", "A"), FOUND | {"agreement": 1, "switch": 1, "rair": 1}),
    (("B", "A", "B"), WRONG | {"agreement": 0, "switch": 0, "rair": 0}),
    (("A", "B", "A"), FIRST | {"agreement": 0, "switch": 0, "rsr": 1, "automation_bias": 0}),
    (("A", "B", "B"), LOST | {"agreement": 1, "switch": 1, "rsr": 0, "automation_bias": 1}),
    # It left the right answer, but not for the advice: that is no automation bias.
    (("A", "B", "C"), LOST | {"agreement": 0, "switch": 0, "rsr": 0, "automation_bias": 0}),
    # Wrong twice over: Schemmer's RSR leaves it out, though one implementation counts it.
    (("B", "C", "A"), FOUND | {"agreement": 0, "switch": 0}),
    (("B", "B", "A"), FOUND | {"agreement": 0}),
    (("A", None, None), {"accuracy_unaided": 1}),
    (("B", None, "A"), {"accuracy_unaided": 0}),
]


def answers(*ways, person=None):
    """Answers given as (initial, advice, final) where A is true."""
    codes = [[-1 if a is None else "ABC".index(a) for a in way] for way in ways]
    initial, advice, final = np.array(codes, np.int32).T
    who = np.array(person or [0] * len(ways), np.int32)
    return Encounters.of_codes(who, initial, advice, final, np.zeros(len(ways), np.int32))


def of_outcomes(*outcomes):
    """One person's encounters."""
    return Encounters.of(Encounter(0, outcome) for outcome in outcomes)


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
outcomes = st.builds(
    Outcome,
    st.just(0.4),
    probability,
    st.none() | probability,
    probability,
    st.booleans(),
    st.none() | probability,
    st.booleans(),
)


@given(st.lists(outcomes, max_size=20))
def test_columns_say_of_each_encounter_what_its_outcome_says(rows):
    columns = of_outcomes(*rows)
    assert columns.right_first.tolist() == [o.initial_right for o in rows]
    assert columns.aided.tolist() == [o.aided and o.scored for o in rows]
    for at, o in enumerate(rows):
        if o.aided:
            assert columns.right_advice[at] == o.advice_right
            assert columns.right_last[at] == o.final_right
        else:
            assert columns.right_last[at] == o.initial_right


@given(st.lists(outcomes, max_size=20))
def test_a_case_of_luck_is_below_no_line(rows):
    columns = of_outcomes(*rows)
    luck = np.array([not o.scored for o in rows], bool)
    for measure in MEASURES:
        assert not (members(columns, measure) & luck).any()
    counted = tally(columns, 1)
    alone = tally(of_outcomes(*[o for o in rows if o.scored]), 1)
    assert counted.below.tolist() == alone.below.tolist()
    assert counted.above.tolist() == alone.above.tolist()


def test_right_is_what_the_chart_supports_and_not_what_happened():
    unlucky = Outcome(0.4, 0.3, 0.9, 0.3, present=True, chart_risk=0.28)
    counted = tally(of_outcomes(unlucky), 1)
    rsr = MEASURES.index("rsr")
    assert (counted.above[0, rsr], counted.below[0, rsr]) == (1, 1)


def test_a_part_holds_every_column_of_its_rows():
    both = Encounters.of(
        [
            Encounter(0, Outcome(0.5, 0.2, 0.8, 0.6, True, 0.7), 1, (1, 1, 0, 0)),
            Encounter(1, Outcome(0.5, 0.9, None, None, False, None, False), 3),
        ]
    )
    second = both.where(np.array([False, True]))
    assert (len(second), second.person.tolist(), second.certainty.tolist()) == (1, [1], [3])
    assert (second.scored.tolist(), second.said_first.tolist()) == ([False], [0.9])
    assert np.isnan([second.algorithm[0], second.said_last[0], second.chart_risk[0]]).all()
    assert both.where(np.array([0], np.intp)).trials.tolist() == [[1, 1, 0, 0]]


def test_columns_come_to_the_verdicts_that_outcomes_come_to():
    sides = (0.1, 0.9)
    outcomes = [
        Outcome(0.5, first, advice, last if advice is not None else None, present)
        for first in sides
        for advice in (*sides, None)
        for last in sides
        for present in (True, False)
    ]
    rows = Encounters.of(Encounter(0, outcome) for outcome in outcomes)
    for verdict in Verdict:
        assert rows.came_to(verdict).tolist() == [o.verdict is verdict for o in outcomes]
