"""The waterfall says a finding in both units, and neither saying changes a bar."""

from __future__ import annotations

from tutor.web.charts import waterfall

SUGAR = {"said": "99", "unit": "mg/dL", "range": "70–141"}
ADVICE = {
    "base": 0.2,
    "probability": 0.45,
    "contributions": [
        {
            "column": "glucose",
            "label": "Glucose",
            "said": "5.5 mmol/L",
            "us": SUGAR,
            "share": 0.15,
        },
        {"column": "age", "label": "Age", "said": "70 years", "us": None, "share": 0.1},
    ],
}


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


def test_an_explanation_of_an_earlier_version_has_one_unit() -> None:
    old = [{k: v for k, v in part.items() if k != "us"} for part in ADVICE["contributions"]]
    fall = waterfall({**ADVICE, "contributions": old})
    assert fall.alt_us == fall.alt
    assert {bar.us for bar in fall.bars} == {""}


def test_small_contributions_together_have_no_unit() -> None:
    parts = [{**ADVICE["contributions"][0], "column": f"c{n}", "share": 0.03} for n in range(9)]
    fall = waterfall({"base": 0.2, "probability": 0.47, "contributions": parts})
    assert fall.bars[-1].label == "3 more findings"
    assert (fall.bars[-1].said, fall.bars[-1].us) == ("", "")
    assert "3 more findings +" in fall.alt
