"""Findings in the units of the United States: factors from molar masses, and how they are said."""

from __future__ import annotations

import pytest

from tutor.kit import Conventional, Feature
from tutor.kit import units as us

# g/mol; a mg/dL is 10 mg/L, so mmol/L * g/mol / 10 = mg/dL and µmol/L * g/mol / 10,000 = mg/dL.
GLUCOSE, CREATININE, BILIRUBIN, CHOLESTEROL, NITROGEN = 180.16, 113.12, 584.66, 386.65, 28.014


@pytest.mark.parametrize(
    ("conventional", "factor"),
    [
        (us.GLUCOSE, GLUCOSE / 10),
        (us.CREATININE, CREATININE / 10_000),
        (us.BILIRUBIN, BILIRUBIN / 10_000),
        (us.UREA, NITROGEN / 10),
        (us.LDL_CHOLESTEROL, CHOLESTEROL / 10),
        (us.HAEMOGLOBIN, 1 / 10),
    ],
)
def test_a_factor_follows_from_the_molar_mass(conventional: Conventional, factor: float) -> None:
    assert conventional.factor == pytest.approx(factor, rel=1e-3)


def test_the_value_that_is_shown_is_the_one_converted() -> None:
    sugar = Feature("glucose", "Glucose", "mmol/L", 1, conventional=us.GLUCOSE)
    assert sugar.say(5.54) == "5.5"
    assert sugar.say_conventional(5.54) == "99"


def test_a_finding_with_one_unit_has_no_other() -> None:
    assert Feature("age", "Age", "years").say_conventional(60) == ""
