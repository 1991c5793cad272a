"""What is claimed of the algorithm: its failure modes, and the twins that show them."""

from __future__ import annotations

import numpy as np

from tutor.kit import FailureKind, FailureMode, Mask, Metric, Patients, Twin, everyone

from .cohort import LEARNED


def in_scope(patients: Patients) -> Mask:
    """Patients in doubt, whose course the whole chart could have foretold.

    Left out: hardly any risk; injury at a risk below 20 %; no injury at a risk above 35 %.
    """
    risk, injured = patients["risk"], patients["injury"] == 1
    return np.asarray((risk >= 0.03) & np.where(injured, risk >= 0.20, risk <= 0.35))


def _infected(patients: Patients) -> Mask:
    return np.asarray(patients["infected"] == 1)


def _second_contrast(patients: Patients) -> Mask:
    return np.asarray((patients["ct"] == 1) & (patients["infected"] == 0))


def _neither(patients: Patients) -> Mask:
    return np.asarray((patients["ct"] == 0) & (patients["infected"] == 0))


def _late(patients: Patients) -> Mask:
    return np.asarray(patients["late"] == 1)


def _protected(patients: Patients) -> Mask:
    return np.asarray((patients["protocol"] == 1) & (patients["late"] == 0))


def _in_time(patients: Patients) -> Mask:
    return np.asarray(patients["late"] == 0)


FAILURE_MODES = (
    FailureMode(
        id="infection",
        kind=FailureKind.DRIFT,
        title="Has never met the infection of 2020",
        sentence="In the spring of 2020 patients come with fever and a viral infection that "
        "injures kidneys. The algorithm reads neither temperature nor C-reactive protein.",
        mechanism="The illness did not exist when the algorithm learned. Such patients can have "
        "good kidneys, a good heart and no shock: by the measure of 2012 they are safe.",
        metric=Metric.MISSES,
        touches=_infected,
        compared_with=_neither,
        inside="patients with kidney injury who came with the infection",
        outside="patients with kidney injury, no infection and no second contrast",
    ),
    FailureMode(
        id="second_contrast",
        kind=FailureKind.BLIND,
        title="Does not know of the CT of the day before",
        sentence="More and more patients have had a CT with contrast just before. The algorithm "
        "counts the contrast of the catheter laboratory alone.",
        mechanism="In 2012 hardly anyone came by way of the scanner, so nobody made it an input. "
        "Practice changed; the list of inputs did not.",
        metric=Metric.MISSES,
        touches=_second_contrast,
        compared_with=_neither,
        inside="patients with kidney injury after a second dose of contrast within two days",
        outside="patients with kidney injury, no infection and no second contrast",
    ),
    FailureMode(
        id="late_heart",
        kind=FailureKind.DRIFT,
        title="Alarmed by hearts that came late",
        sentence="In 2020 people wait at home with chest pain. Their hearts are stunned and pump "
        "badly; the algorithm takes this for long-standing heart failure.",
        mechanism="In 2012 a low ejection fraction and a diuretic meant a heart, and kidneys, worn "
        "for years. A heart stunned for a day looks the same and recovers. With the planned "
        "patients gone, such charts fill the list: more alerts from fewer patients.",
        metric=Metric.FALSE_ALARMS,
        touches=_late,
        inside="patients who came late and kept their kidney function",
        outside="all others who kept their kidney function",
        figure="alerts_in_surge",
    ),
    FailureMode(
        id="protected",
        kind=FailureKind.DRIFT,
        title="Still expects the outcomes of 2012",
        sentence="Most units now run a kidney-protection protocol, first of all for patients "
        "with poor kidneys. The algorithm expects the injuries that it used to prevent.",
        mechanism="Fluids before and after, harmful drugs held back: fewer injuries at the same "
        "creatinine. The inputs look as they did, the outcome has moved, and nobody told the "
        "algorithm. Its ranking is as good as ever; its percentages are too high.",
        metric=Metric.FALSE_ALARMS,
        touches=_protected,
        compared_with=_in_time,
        inside="protected patients who kept their kidney function",
        outside="unprotected patients who kept their kidney function",
        figure="observed_to_expected",
    ),
)
TWINS = (
    Twin(
        id="no_infection",
        do={"infected": 0, "late": 0, "shock": 0},
        applies=lambda patients: _infected(patients) & (patients["shock"] == 0),
        as_is=lambda row: f"As they are: temperature {row['temperature']:.1f} °C",
        changed="Without the infection",
        lesson="What endangers the kidneys has gone; the algorithm had never counted it.",
    ),
    Twin(
        id="no_ct",
        do={"ct": 0},
        applies=_second_contrast,
        as_is=lambda row: "As they are: contrast CT just before",
        changed="Without the CT",
        lesson="Half of the contrast has gone; the algorithm had never counted it.",
    ),
    Twin(
        id="came_at_once",
        do={"late": 0},
        applies=_late,
        as_is=lambda row: f"As they are: ejection fraction {row['ejection']:.0f} %, came late",
        changed="Had they come at once",
        lesson="The kidneys are the same, and so is their risk. A stunned heart and its diuretic "
        "had moved the algorithm.",
    ),
    Twin(
        id="care_of_2012",
        do={"practice": LEARNED},
        applies=_protected,
        as_is=lambda row: f"As they are: the care of {row['practice']:.0f}",
        changed="With the care of 2012",
        lesson="For this world the algorithm was made: compare the risks. It answers the same.",
    ),
    Twin(
        id="protocol",
        do={"protocol": 1},
        applies=everyone,
        as_is=lambda row: "As they are: no kidney-protection protocol",
        changed="With the protocol",
        lesson="The risk is lower; the algorithm answers the same.",
    ),
)
