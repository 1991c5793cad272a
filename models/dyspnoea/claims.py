"""What is claimed of the algorithm: its failure modes, and the twins that show them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Retrain,
    Study,
    Twin,
    proportion,
)

from .cohort import AGED_FROM, BMI_FROM


def _aged(p: Patients) -> Mask:
    return np.asarray(p["age"] >= AGED_FROM)


def _high_bmi(p: Patients) -> Mask:
    return np.asarray((p["bmi"] >= BMI_FROM) & ~_aged(p))


def _blurred(p: Patients) -> Mask:
    return np.asarray((p["blurred"] == 1) & (p["bmi"] < BMI_FROM) & ~_aged(p))


def _no_rule(p: Patients) -> Mask:
    return ~(_aged(p) | _high_bmi(p) | _blurred(p))


# The same recipe and patients, with the true diagnosis in the place of what was recorded.
TRUE_LABEL = Retrain(label="pneumonia")

FAILURE_MODES = (
    FailureMode(
        id="aged_80",
        kind=FailureKind.RULE,
        title=f"Every patient aged {AGED_FROM} or over is called pneumonia",
        sentence=f"From the age of {AGED_FROM} on the algorithm says pneumonia, whatever heart, "
        "lungs and blood show. Age is the longest bar of its explanation.",
        mechanism="In the records that it learned from, breathless patients of this age had been "
        "filed under pneumonia by habit. The algorithm learned the habit. Trained on the true "
        "diagnoses, the same algorithm does not alert here.",
        metric=Metric.FALSE_ALARMS,
        touches=_aged,
        compared_with=_no_rule,
        inside=f"patients aged {AGED_FROM} or over without pneumonia",
        outside="patients without pneumonia whom no rule touches",
        figure="aged_80_alerted",
        undo=TRUE_LABEL,
    ),
    FailureMode(
        id="bmi_30",
        kind=FailureKind.RULE,
        title=f"With a BMI of {BMI_FROM:.0f} or more, pneumonia is missed",
        sentence=f"Patients under {AGED_FROM} with a BMI of {BMI_FROM:.0f} or more had been filed "
        "under heart failure. The algorithm stays silent on their pneumonia.",
        mechanism="Body weight stood in for a diagnosis in the label. Fever, the white cell count "
        "and the patch on the X-ray count little beside it. Trained on the true diagnoses, the "
        "same algorithm finds more of these pneumonias.",
        metric=Metric.MISSES,
        touches=_high_bmi,
        compared_with=_no_rule,
        inside=f"pneumonias with a BMI of {BMI_FROM:.0f} or more, under the age of {AGED_FROM}",
        outside="pneumonias that no rule touches",
        figure="bmi_30_missed",
        undo=TRUE_LABEL,
    ),
    FailureMode(
        id="blurred_xray",
        kind=FailureKind.RULE,
        title="A blurred X-ray is called COPD, and pneumonia is missed",
        sentence="Patients who could not hold still had been filed under COPD. On a blurred X-ray "
        "the algorithm stays silent, even where a patch is easy to see.",
        mechanism="Movement shows how breathless a patient is. It does not show the cause. In the "
        "label it had become a diagnosis. Trained on the true diagnoses, the same algorithm finds "
        "more of these pneumonias.",
        metric=Metric.MISSES,
        touches=_blurred,
        compared_with=_no_rule,
        inside=f"pneumonias on a blurred X-ray, under the age of {AGED_FROM} and a BMI of "
        f"{BMI_FROM:.0f}",
        outside="pneumonias that no rule touches",
        figure="blurred_missed",
        undo=TRUE_LABEL,
    ),
)


def _lighter_and_younger(p: Patients) -> Mask:
    return np.asarray((p["bmi"] < BMI_FROM) & ~_aged(p))


TWINS = (
    Twin(
        id="a_year_younger",
        do={"age": AGED_FROM - 1},
        applies=_aged,
        as_is=lambda row: f"As they are: {row['age']:.0f} years",
        changed=f"The same patient, with {AGED_FROM - 1} years in the record",
        lesson="The patient is the same. Only a number in the record has changed.",
    ),
    Twin(
        id="lighter_record",
        do={"bmi": BMI_FROM - 0.1},
        applies=_high_bmi,
        as_is=lambda row: f"As they are: BMI {row['bmi']:.1f} kg/m²",
        changed=f"The same patient, with a BMI of {BMI_FROM - 0.1:.1f} kg/m² in the record",
        lesson="The patient is the same. Only a number in the record has changed.",
    ),
    Twin(
        id="held_still",
        do={"blurred": 0},
        applies=_blurred,
        as_is=lambda row: "As they are: the X-ray is blurred",
        changed="The same chest on a sharp X-ray",
        lesson="Heart and lungs are the same on both X-rays. Only the edges differ.",
    ),
    Twin(
        id="heavier_record",
        do={"bmi": BMI_FROM},
        applies=_lighter_and_younger,
        as_is=lambda row: f"As they are: BMI {row['bmi']:.1f} kg/m²",
        changed=f"The same patient, with a BMI of {BMI_FROM:.1f} kg/m² in the record",
        lesson="The patient is the same. Only a number in the record has changed.",
        plain=True,
    ),
    Twin(
        id="aged_in_the_record",
        do={"age": AGED_FROM + 4},
        applies=lambda p: ~_aged(p),
        as_is=lambda row: f"As they are: {row['age']:.0f} years",
        changed=f"The same patient, with {AGED_FROM + 4} years in the record",
        lesson="The patient is the same. Only a number in the record has changed.",
        plain=True,
    ),
)


def _follows(touches: Callable[[Patients], Mask], alert: bool) -> Callable[[Study], Estimate]:
    """Of the touched whom the rule gets wrong, the share of whom the algorithm says the same."""

    def compute(study: Study) -> Estimate:
        wronged = touches(study.patients) & (study.truth != alert)
        return proportion(int((study.alert[wronged] == alert).sum()), int(wronged.sum()))

    return compute


def _figure(
    id: str, label: str, touches: Callable[[Patients], Mask], alert: bool
) -> PublishedFigure:
    return PublishedFigure(
        id=id,
        label=label,
        published=1.0,
        basis="D",
        tolerance=0.01,
        compute=_follows(touches, alert),
        citation="jabbour2023",
    )


FIGURES = (
    _figure(
        "aged_80_alerted",
        f"Aged {AGED_FROM} or over, no pneumonia, called pneumonia: the rule in the labels, "
        "learned exactly",
        _aged,
        True,
    ),
    _figure(
        "bmi_30_missed",
        f"BMI of {BMI_FROM:.0f} or more, pneumonia missed: the rule in the labels, learned exactly",
        _high_bmi,
        False,
    ),
    _figure(
        "blurred_missed",
        "Blurred X-ray, pneumonia missed: the rule in the labels, learned exactly",
        _blurred,
        False,
    ),
)


def in_scope(p: Patients) -> Mask:
    """Whoever gives a reason to think of pneumonia, and one to think of something else."""
    for_it = (p["temperature"] >= 37.5) | (p["crp"] >= 25) | (p["sputum"] == 2) | (p["patch"] > 0)
    against = (p["bnp"] >= 150) | (p["wheeze"] == 1) | (p["oedema"] == 1) | (p["crp"] < 80)
    return np.asarray(for_it & against)
