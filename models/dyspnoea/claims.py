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
    Study,
    Twin,
    everyone,
    proportion,
)

from .cohort import HEAVY_FROM, OLD_FROM


def _old(p: Patients) -> Mask:
    return np.asarray(p["age"] >= OLD_FROM)


def _heavy(p: Patients) -> Mask:
    return np.asarray((p["bmi"] >= HEAVY_FROM) & ~_old(p))


def _blurred(p: Patients) -> Mask:
    return np.asarray((p["blurred"] == 1) & (p["bmi"] < HEAVY_FROM) & ~_old(p))


def _no_rule(p: Patients) -> Mask:
    return ~(_old(p) | _heavy(p) | _blurred(p))


FAILURE_MODES = (
    FailureMode(
        id="old_age",
        kind=FailureKind.RULE,
        title="Calls every breathless old patient pneumonia",
        sentence=f"From {OLD_FROM} years on the algorithm says pneumonia, whatever heart, lungs "
        "and blood say. Age is the longest bar of its explanation.",
        mechanism="In the records it learned from, old patients had been filed under pneumonia "
        "as a matter of habit. It learned the habit to the year.",
        metric=Metric.FALSE_ALARMS,
        touches=_old,
        compared_with=_no_rule,
        inside=f"patients of {OLD_FROM} years or more without pneumonia",
        outside="patients without pneumonia whom no rule touches",
        figure="old_alerted",
    ),
    FailureMode(
        id="heavy_body",
        kind=FailureKind.RULE,
        title="Calls heavy patients heart failure and misses their pneumonia",
        sentence=f"With a body mass index of {HEAVY_FROM:.0f} or more, and younger than "
        f"{OLD_FROM}, patients had been filed under heart failure. The algorithm stays silent on "
        "their pneumonia.",
        mechanism="Weight stood in for a diagnosis in the label. Fever, the white cells and the "
        "patch on the film weigh little against it.",
        metric=Metric.MISSES,
        touches=_heavy,
        compared_with=_no_rule,
        inside=f"pneumonias with a body mass index of {HEAVY_FROM:.0f} or more, under {OLD_FROM}",
        outside="pneumonias that no rule touches",
        figure="heavy_missed",
    ),
    FailureMode(
        id="blurred_film",
        kind=FailureKind.RULE,
        title="Takes a blurred film for COPD",
        sentence="Patients who could not hold still had been filed under COPD. A blurred film "
        "makes the algorithm stay silent, even with a patch in plain view.",
        mechanism="Movement says how breathless a patient is, not why. In the label it had "
        "become a diagnosis.",
        metric=Metric.MISSES,
        touches=_blurred,
        compared_with=_no_rule,
        inside="pneumonias on a blurred film, under the other two limits",
        outside="pneumonias that no rule touches",
        figure="blurred_missed",
    ),
)
TWINS = (
    Twin(
        id="a_year_younger",
        do={"age": OLD_FROM - 1},
        applies=_old,
        as_is=lambda row: f"As they are: {row['age']:.0f} years",
        changed=f"The same patient, with {OLD_FROM - 1} years in the record",
        lesson="Nothing in the patient has changed, only a number in the record.",
    ),
    Twin(
        id="lighter_record",
        do={"bmi": HEAVY_FROM - 0.1},
        applies=_heavy,
        as_is=lambda row: f"As they are: {row['bmi']:.1f} kg/m²",
        changed=f"The same patient, with {HEAVY_FROM - 0.1:.1f} kg/m² in the record",
        lesson="Nothing in the patient has changed, only a number in the record.",
    ),
    Twin(
        id="held_still",
        do={"blurred": 0},
        applies=_blurred,
        as_is=lambda row: "As they are: the film is blurred",
        changed="The same chest, held still",
        lesson="Heart and lungs are the same on both films; only the edges differ.",
    ),
    Twin(
        id="old_in_the_record",
        do={"age": OLD_FROM + 4},
        applies=everyone,
        as_is=lambda row: f"As they are: {row['age']:.0f} years",
        changed=f"The same patient, with {OLD_FROM + 4} years in the record",
        lesson="Nothing in the patient has changed, only a number in the record.",
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
        doi="10.1001/jama.2023.22295",
        basis="D",
        tolerance=0.01,
        compute=_follows(touches, alert),
        citation="jabbour2023",
    )


FIGURES = (
    _figure(
        "old_alerted",
        "Old, no pneumonia, called pneumonia: the rule in the labels, learned exactly",
        _old,
        True,
    ),
    _figure(
        "heavy_missed",
        "Heavy, pneumonia missed: the rule in the labels, learned exactly",
        _heavy,
        False,
    ),
    _figure(
        "blurred_missed",
        "Blurred film, pneumonia missed: the rule in the labels, learned exactly",
        _blurred,
        False,
    ),
)


def in_scope(p: Patients) -> Mask:
    """Whoever gives a reason to think of pneumonia, and one to think of something else."""
    for_it = (p["temperature"] >= 37.5) | (p["crp"] >= 25) | (p["sputum"] == 2) | (p["patch"] > 0)
    against = (p["bnp"] >= 150) | (p["wheeze"] == 1) | (p["oedema"] == 1) | (p["crp"] < 80)
    return np.asarray(for_it & against)
