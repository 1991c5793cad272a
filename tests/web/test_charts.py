"""The waterfall says a finding in both units, and neither saying changes a bar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor.core.case import AlgorithmView, Contribution, Conventional
from tutor.core.natural_frequency import NaturalFrequency
from tutor.core.verdicts import Outcome
from tutor.web import words
from tutor.web.layout.charts import Dots, dots, outcome_rail, rail, waterfall

GLUCOSE = Contribution(
    "glucose", "Glucose", "5.5 mmol/L", Conventional("99", "mg/dL", "70–141"), 0.15
)
LESS = Contribution("age", "Age", "30 years", None, -0.15)
ADVICE = AlgorithmView(
    probability=0.45,
    base=0.2,
    contributions=(GLUCOSE, Contribution("age", "Age", "70 years", None, 0.1)),
    like=NaturalFrequency(90, 200, 0.4, 0.5),
    frequency_headline=False,
    answers=None,
    unlike=None,
)


def test_each_unit_has_a_description_of_its_own() -> None:
    fall = waterfall(ADVICE)
    assert fall.alt == (
        "From 20 percent, usual here: Glucose 5.5 mmol/L +15, Age 70 years +10; "
        "45 percent for this patient."
    )
    assert fall.alt_us == fall.alt.replace("5.5 mmol/L", "99 mg/dL")


def test_a_bar_and_a_row_know_both_sayings() -> None:
    fall = waterfall(ADVICE)
    assert [(bar.said, bar.us) for bar in fall.bars] == [
        ("5.5 mmol/L", "99 mg/dL"),
        ("70 years", ""),
    ]
    assert [row[1:3] for row in fall.table] == [("5.5 mmol/L", "99 mg/dL"), ("70 years", "")]


def test_small_contributions_together_have_no_unit() -> None:
    parts = tuple(replace(GLUCOSE, column=f"c{n}", share=0.03) for n in range(9))
    fall = waterfall(replace(ADVICE, probability=0.47, contributions=parts))
    assert fall.bars[-1].label == "6 more findings"
    assert (fall.bars[-1].said, fall.bars[-1].us) == ("", "")
    assert "6 more findings +" in fall.alt
    four = waterfall(replace(ADVICE, probability=0.32, contributions=parts[:4]))
    assert (len(four.bars), four.rest) == (4, 0)


def test_a_bar_starts_in_the_middle_and_the_longest_reaches_an_end() -> None:
    fall = waterfall(replace(ADVICE, probability=0.2, contributions=(GLUCOSE, LESS)))
    assert [(bar.start, bar.width) for bar in fall.bars] == [(50.0, 50.0), (0.0, 50.0)]
    small = waterfall(
        replace(ADVICE, probability=0.22, contributions=(replace(GLUCOSE, share=0.02),))
    )
    assert small.bars[0].width == 12.5


@pytest.mark.parametrize(
    ("events", "n", "drawn"), [(0, 200, (40, 0, 0)), (13, 200, (40, 2, 3)), (200, 200, (40, 40, 0))]
)
def test_a_natural_frequency_is_drawn_column_by_column(events, n, drawn) -> None:
    assert dots(events, n) == Dots(*drawn)


def test_the_charts_risk_stands_on_the_rail_of_a_closing_alone() -> None:
    outcome = Outcome(0.3, 0.4, 0.1, 0.4, False, chart_risk=0.53)
    assert "whole chart 53 percent" in outcome_rail(outcome, chart=True).alt
    assert "chart" not in outcome_rail(outcome).alt
    assert "chart" not in outcome_rail(replace(outcome, chart_risk=None), chart=True).alt


@pytest.mark.parametrize(
    ("value", "line", "told"),
    [
        (0.0998, 0.1, "9.98"),
        (0.1, 0.1, "10"),
        (0.07, 0.07, "7"),
        (0.2951, 0.3, "29.5"),
        (0.304, 0.3, "30"),
        (0.4, 0.3, "40"),
        (0.001, 0.1, "<1"),
    ],
)
def test_a_number_is_read_on_its_own_side_of_the_line(value, line, told) -> None:
    assert words.percent_beside(value, line) == told
    assert f"algorithm {told} percent" in rail([("algo", "algorithm", value)], line).alt
