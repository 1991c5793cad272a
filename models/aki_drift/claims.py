"""What is claimed of the algorithm: its failure modes, and the twins that show them."""

from __future__ import annotations

import numpy as np

from tutor.kit import (
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    Retrain,
    Twin,
    having,
)

from .cohort import SURGE

BETTER, WORSE = 85, 32  # eGFR of two twins, mL/min/1.73 m²
POOR_KIDNEYS = 55


def in_scope(patients: Patients) -> Mask:
    """Patients in some doubt. Patients in shock are watched whatever anybody predicts."""
    return np.asarray((patients["risk"] >= 0.03) & (patients["shock"] == 0))


def _second_contrast(patients: Patients) -> Mask:
    return np.asarray((patients["ct"] == 1) & (patients["infected"] == 0))


def _neither(patients: Patients) -> Mask:
    return np.asarray((patients["ct"] == 0) & (patients["infected"] == 0))


def _ticked(patients: Patients) -> Mask:
    return np.asarray((patients["shock_box"] == 1) & (patients["systolic"] >= 90))


def _not_ticked(patients: Patients) -> Mask:
    """Patients who came with the form of 2020 and without a tick on it."""
    came = (patients["year"] == SURGE) & (patients["planned"] == 0) & (patients["infected"] == 0)
    return np.asarray(came & (patients["shock_box"] == 0))


def _protected(patients: Patients) -> Mask:
    return np.asarray((patients["protocol"] == 1) & ~_ticked(patients))


def _unprotected(patients: Patients) -> Mask:
    return np.asarray((patients["protocol"] == 0) & ~_ticked(patients))


# The algorithm made anew with patients of 2013 to 2020, and with what it was never given.
BROUGHT_UP_TO_DATE = Retrain(training={}, also_reads=("temperature", "crp", "ct", "protocol"))

FAILURE_MODES = (
    FailureMode(
        id="infection",
        kind=FailureKind.DRIFT,
        title="The infection of 2020 is unknown to the algorithm",
        sentence="In the spring of 2020 patients come with fever and a viral infection that "
        "injures kidneys. The algorithm reads neither temperature nor C-reactive protein.",
        mechanism="This illness did not exist when the algorithm was trained. A patient with good "
        "kidneys, a good heart and no shock looks safe to it. Trained again on later patients, "
        "with temperature and C-reactive protein, the same algorithm gives a higher risk.",
        metric=Metric.MISSES,
        touches=having("infected"),
        compared_with=_neither,
        inside="patients with kidney injury who came with the infection",
        outside="patients with kidney injury, no infection and no second contrast",
        undo=BROUGHT_UP_TO_DATE,
    ),
    FailureMode(
        id="second_contrast",
        kind=FailureKind.BLIND,
        title="The CT of the day before is no input",
        sentence="More and more patients had a CT with contrast in the two days before. The "
        "algorithm counts only the contrast of the catheter laboratory.",
        mechanism="In 2012 hardly any patient had such a CT, so nobody made it an input. Practice "
        "changed and the inputs did not. Trained again with this input, the same algorithm gives "
        "a higher risk.",
        metric=Metric.MISSES,
        touches=_second_contrast,
        compared_with=_neither,
        inside="patients with kidney injury after a second dose of contrast within two days",
        outside="patients with kidney injury, no infection and no second contrast",
        undo=BROUGHT_UP_TO_DATE,
    ),
    FailureMode(
        id="ticked_box",
        kind=FailureKind.DRIFT,
        title="“Shock” is ticked on a new form, and the patient is not in shock",
        sentence="The emergency form of 2020 has “shock” ticked in advance. The algorithm takes "
        "the tick for shock. Blood pressure and lactate, which it does not read, are normal.",
        mechanism="In 2012 the box was ticked only for patients in shock, and shock injures "
        "kidneys. On the new form the tick means little. The patient is the same; the record "
        "has changed. With planned patients away, such forms are a large share of the list.",
        metric=Metric.FALSE_ALARMS,
        touches=_ticked,
        inside="patients with the box ticked, no shock and no kidney injury",
        outside="all others without kidney injury",
        figure="alerts_in_surge",
        undo=Intervene({"ticked": 0}),
    ),
    FailureMode(
        id="protected",
        kind=FailureKind.DRIFT,
        title="The algorithm still expects the outcomes of 2012",
        sentence="Most patients now get a kidney-protection protocol, patients with poor kidneys "
        "first. The algorithm expects the injuries that the protocol prevents here.",
        mechanism="The inputs look as they did in 2012, but fewer injuries follow. Nobody told the "
        "algorithm. It still ranks patients well, and its percentages are too high. Trained again "
        "with the protocol as an input, the same algorithm gives a lower risk.",
        metric=Metric.FALSE_ALARMS,
        touches=_protected,
        compared_with=_unprotected,
        inside="protected patients without kidney injury",
        outside="unprotected patients without kidney injury",
        figure="observed_to_expected",
        undo=BROUGHT_UP_TO_DATE,
    ),
)

TWINS = (
    Twin(
        id="box_empty",
        do={"ticked": 0},
        applies=_ticked,
        as_is=lambda row: f"As they are: “shock” ticked, systolic {row['systolic']:.0f} mmHg",
        changed="The same patient, box not ticked",
        lesson="The patient and the risk are the same. Only the form has changed.",
    ),
    Twin(
        id="box_ticked",
        do={"ticked": 1},
        applies=_not_ticked,
        as_is=lambda row: "As they are: “shock” not ticked",
        changed="The same patient, with “shock” ticked on the form",
        lesson="The patient and the risk are the same. A tick on a form has moved the algorithm.",
    ),
    Twin(
        id="better_kidneys",
        do={"gfr": BETTER},
        applies=lambda patients: np.asarray(patients["egfr"] < POOR_KIDNEYS),
        as_is=lambda row: f"As they are: eGFR {row['egfr']:.0f}",
        changed=f"The same patient with an eGFR of {BETTER}",
        lesson="The risk falls, and the algorithm follows: what it learned of kidneys still holds.",
        plain=True,
    ),
    Twin(
        id="worse_kidneys",
        do={"gfr": WORSE},
        applies=lambda patients: np.asarray(patients["egfr"] >= POOR_KIDNEYS),
        as_is=lambda row: f"As they are: eGFR {row['egfr']:.0f}",
        changed=f"The same patient with an eGFR of {WORSE}",
        lesson="The risk rises, and the algorithm follows: what it learned of kidneys still holds.",
        plain=True,
    ),
)
