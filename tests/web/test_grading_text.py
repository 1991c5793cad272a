"""How work is graded is said in one place, and its example is computed by the rule."""

from __future__ import annotations

import re

import pytest

from tutor.core.assignment import Grading, OutcomesShown
from tutor.core.grade_rules import GradeRule
from tutor.web.grading_text import BLUFF, HONEST, grading_text
from tutor.web.words import NARROW


def text(grading, late=0, outcomes=OutcomesShown.EACH, **more):
    return grading_text(GradeRule(grading, 10, 4, late, **more), outcomes)


@pytest.mark.parametrize("grading", Grading)
def test_what_counts_and_when_it_is_seen_is_said_of_every_rule(grading):
    said = " ".join(text(grading, outcomes=OutcomesShown.DUE).sentences)
    assert "worth 10 points" in said
    assert "You have no grade until" in said
    assert "You see your grade after the due date." in said


def test_a_late_deduction_is_said_and_so_is_none():
    assert f"loses 20{NARROW}%" in " ".join(text(Grading.COMPLETION, 20).sentences)
    assert "Nothing is taken off" in " ".join(text(Grading.COMPLETION).sentences)


def test_the_example_is_of_the_same_answers_and_honesty_earns_more():
    """Both judge as many right of as many; what is said of it alone differs."""
    rights = [sum(n for n, right, _ in answers if right) for answers in (HONEST, BLUFF)]
    alls = [sum(n for n, *_ in answers) for answers in (HONEST, BLUFF)]
    assert (rights, alls) == ([8, 8], [10, 10])
    _, honest, bluff = text(Grading.CERTAINTY).example
    earned = [float(re.search(r"which is ([\d.]+)", said)[1]) for said in (honest, bluff)]
    assert earned == [8.89, 8]


def test_the_credits_are_those_of_the_marks():
    rows = text(Grading.CERTAINTY).credits
    assert [row[1:] for row in rows] == [(7, 6), (8, 4), (9, 0)]


def test_a_rubric_says_its_criteria():
    said = text(Grading.RUBRIC, rubric=(("Reasons", 4.0), ("Mode", 1.5))).sentences[0]
    assert "Reasons (4), Mode (1.5)" in said
