"""A finished set in counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor.core.set_summary import Disagreements, SecondLook, disagreements, second_looks
from tutor.core.verdicts import Outcome

AGREED = Outcome(0.4, 0.6, 0.7, 0.7, True, 0.8)
CAME_ROUND = replace(AGREED, initial=0.1)
STOOD_FIRM = replace(AGREED, advice=0.1)
MISLED = replace(AGREED, advice=0.1, final=0.1)
KEPT_WRONG = replace(AGREED, initial=0.1, final=0.1)
ALONE = replace(AGREED, advice=None, final=None)


def test_a_disagreement_is_two_answers_on_two_sides_of_the_line():
    played = [AGREED, CAME_ROUND, KEPT_WRONG, STOOD_FIRM, MISLED, MISLED, ALONE]
    assert disagreements(played) == Disagreements(2, 1, 3, 1)
    assert disagreements(played).total == 5


def test_luck_is_no_disagreement():
    assert disagreements([replace(MISLED, scored=False)]).total == 0


@pytest.mark.parametrize(
    ("outcome", "certainty", "reason"),
    [
        (MISLED, 1, SecondLook.MISLED),
        (KEPT_WRONG, 1, SecondLook.KEPT_WRONG),
        (CAME_ROUND, 3, SecondLook.CERTAIN),
        (replace(ALONE, initial=0.1), 3, SecondLook.CERTAIN),
        (replace(MISLED, scored=False), 3, SecondLook.LUCK),
    ],
)
def test_each_reason_to_look_again(outcome, certainty, reason):
    assert second_looks([(AGREED, 3), (outcome, certainty)]) == [(1, reason)]


@pytest.mark.parametrize(
    ("outcome", "certainty"), [(AGREED, 3), (CAME_ROUND, 2), (STOOD_FIRM, 3), (ALONE, 3)]
)
def test_what_went_well_needs_no_second_look(outcome, certainty):
    assert second_looks([(outcome, certainty)]) == []


def test_at_most_three_each_reason_once_before_one_comes_twice():
    luck = replace(AGREED, scored=False)
    played = [(MISLED, 1), (MISLED, 1), (luck, 1), (MISLED, 1), (KEPT_WRONG, 1)]
    assert [at for at, _ in second_looks(played)] == [0, 2, 4]
    assert [at for at, _ in second_looks(played[:4])] == [0, 1, 2]
    assert [at for at, _ in second_looks(played[:2])] == [0, 1]
