"""What the reports' sentences say, and how many they say were left out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tutor.core.reliance.calibration import calibration, nearness
from tutor.core.reliance.encounters import Encounter, Encounters
from tutor.core.reliance.measures import Share
from tutor.core.reliance.signal_detection import Detection
from tutor.core.verdicts import Outcome
from tutor.web.reports import report_text

EMPTY = Share(0, 0, None)


def known(*rows):
    """Rows of (said, chart risk)."""
    said, risk = zip(*rows, strict=True)
    return calibration(np.zeros(len(rows), np.int32), np.array(said), np.array(risk))


def says(*rows):
    found = known(*rows)
    return report_text.calibration_says(found, found, None)[0]


def test_a_lean_is_said_with_its_way_and_its_interval():
    high = says((0.5, 0.4), (0.7, 0.6), (0.3, 0.2), (0.61, 0.5))
    assert "your probabilities were on average 10 points higher than the chart’s own risk" in high
    assert "95 % interval +9 to +11" in high
    assert "10 points lower" in says((0.4, 0.5), (0.6, 0.7), (0.2, 0.3), (0.5, 0.61))


def test_a_difference_that_may_be_chance_is_not_said_to_be_one():
    assert "did not clearly differ" in says((0.9, 0.1), (0.1, 0.8), (0.5, 0.2))


def test_whoever_says_the_charts_risk_is_said_to_be_close():
    assert "the mean difference was 0 points" in says((0.5, 0.5), (0.7, 0.7), (0.3, 0.3))


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (0.0, "Your last answers were nearer."),
        (0.3, "Your last answers were further away."),
        (0.1, "may be chance"),
    ],
)
def test_it_is_said_whether_the_second_answers_were_nearer(last, said):
    rows = [
        Encounter(0, Outcome(0.5, risk + 0.1, 0.4, risk + last, True, risk))
        for risk in (0.1, 0.2, 0.3, 0.4, 0.5)
    ]
    near = nearness(Encounters.of(rows))
    (sentence,) = report_text.calibration_says(known((0.5, 0.5)), known((0.5, 0.5)), near)[2:]
    assert said in sentence
    assert "for the algorithm; 0 is perfect" in sentence


@pytest.mark.parametrize(
    ("luck", "start"),
    [(0, ""), (1, "One patient is left out of your verdicts"), (3, "3 patients are left out")],
)
def test_cases_of_luck_are_said_to_be_left_out(luck, start):
    said = report_text.left_out(luck)
    assert said.startswith(start)
    assert ("unlucky outcome" in said) == (luck > 0)


def test_encounters_without_a_chart_risk_are_said_to_be_left_out():
    nan = float("nan")
    assert report_text.without_risk(known((0.5, 0.4))) == ""
    assert report_text.without_risk(known((0.5, nan))).startswith("One patient is left out: the")
    two = known((0.5, nan), (0.5, nan), (0.5, 0.5))
    assert report_text.without_risk(two).startswith(
        "2 patients are left out: the chart’s own risk is not known"
    )


def test_what_cannot_be_measured_yet_is_said_in_a_whole_sentence():
    hits, alarms = Share(3, 4, (0.3, 0.95)), Share(0, 9, (0.0, 0.3))
    for says_it in (
        report_text.switch_says,
        report_text.agreement_says,
        report_text.alone_says,
        lambda share: report_text.noticing_says(Detection(share, alarms, None, None)),
    ):
        assert re.search(r"\bno\b|\bnever\b|\bnot\b", says_it(EMPTY), re.IGNORECASE)
        assert " in Not yet" not in says_it(EMPTY)
        assert "3 of 4 (30–95 of 100)" in says_it(hits)


def test_the_two_biases_are_told_apart():
    misled, revised = Share(2, 5, (0.1, 0.7)), Share(1, 9, (0.02, 0.4))
    assert "for its wrong advice in 2 of 5 (10–70 of 100)" in report_text.automation_bias_says(
        misled
    )
    assert "both right, you left the right answer in 1 of 9" in report_text.revision_bias_says(
        revised
    )
    for says_it in (report_text.automation_bias_says, report_text.revision_bias_says):
        assert says_it(EMPTY).startswith("Not yet measurable")
