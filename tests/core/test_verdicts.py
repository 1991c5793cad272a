"""What an encounter came to, in each of its ten ways."""

from __future__ import annotations

import pytest

from tests.core import encounters as e
from tutor.core.case import Truth
from tutor.core.encounter import close, close_unaided
from tutor.core.verdicts import (
    Marks,
    Outcome,
    Verdict,
    brier,
    certainty_mark,
    certainty_marks,
)

LOW, HIGH = 0.2, 0.8


@pytest.mark.parametrize(
    ("initial", "advice", "final", "verdict"),
    [
        (HIGH, HIGH, HIGH, Verdict.AGREED_RIGHT),
        (LOW, HIGH, HIGH, Verdict.CORRECTED),
        (LOW, HIGH, LOW, Verdict.KEPT_WRONG),
        (HIGH, HIGH, LOW, Verdict.TALKED_OUT),
        (HIGH, LOW, HIGH, Verdict.KEPT_RIGHT),
        (LOW, LOW, HIGH, Verdict.RECOVERED),
        (HIGH, LOW, LOW, Verdict.MISLED),
        (LOW, LOW, LOW, Verdict.BOTH_WRONG),
        (HIGH, None, None, Verdict.ALONE_RIGHT),
        (LOW, None, None, Verdict.ALONE_WRONG),
    ],
)
@pytest.mark.parametrize("present", [True, False])
def test_every_way_an_encounter_can_go_has_its_verdict(initial, advice, final, verdict, present):
    given = [p if p is None or present else 1 - p for p in (initial, advice, final)]
    assert Outcome(0.5, *given, present).verdict is verdict


def test_a_probability_at_the_threshold_says_present():
    assert Outcome(0.3, 0.3, 0.3, 0.2999, True).verdict is Verdict.TALKED_OUT


def test_an_aided_encounter_becomes_an_outcome():
    truth = Truth(True, 0.7, False, ("masked_fever",), ("masked_fever", "young"))
    closed = close(e.decided(initial=0.6, algorithm=0.3, final=0.4), truth, e.AT)
    assert closed.outcome == Outcome(0.5, 0.6, 0.3, 0.4, True, 0.7, False)
    assert (closed.acting, closed.touched) == (truth.acting, truth.touched)


def test_an_unaided_encounter_has_neither_advice_nor_a_second_answer():
    closed = close_unaided(e.committed(0.7, aided=False), Truth(True, 0.2), 0.4, e.AT)
    assert closed.outcome == Outcome(0.4, 0.7, None, None, True, 0.2)


@pytest.mark.parametrize("present", [True, False])
def test_a_decision_is_judged_by_the_charts_risk_and_not_by_what_happened(present):
    acted = Outcome(0.3, 0.4, 0.1, 0.4, present, chart_risk=0.53)
    assert (acted.sound, acted.initial_right, acted.advice_right) == (True, True, False)
    assert acted.verdict is Verdict.KEPT_RIGHT
    held_back = Outcome(0.3, 0.2, 0.1, 0.2, present, chart_risk=0.28)
    assert (held_back.sound, held_back.verdict) == (False, Verdict.AGREED_RIGHT)


def test_a_charts_risk_at_the_threshold_says_act():
    assert Outcome(0.3, 0.3, None, None, False, chart_risk=0.3).verdict is Verdict.ALONE_RIGHT


@pytest.mark.parametrize(
    ("right", "marks"), [(True, [1, 2, 3]), (False, [0, -2, -6])], ids=["right", "wrong"]
)
def test_certainty_based_marks(right, marks):
    assert [certainty_mark(right, level) for level in (1, 2, 3)] == marks


@pytest.mark.parametrize(
    ("chance", "present", "score"), [(1.0, True, 0), (1.0, False, 1), (0.3, True, 0.49)]
)
def test_brier(chance, present, score):
    assert brier(chance, present) == pytest.approx(score)


def test_certainty_marks_are_summed_over_answers():
    found = certainty_marks([(True, 3), (False, 2), (True, 1)])
    assert found == Marks(2, 3)
    assert found.mean == pytest.approx(2 / 3)
    assert certainty_marks([]).mean is None
