"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from tutor.kit import (
    Z95,
    Estimate,
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Retrain,
    Study,
    Twin,
    having,
    proportion,
)
from tutor.kit.units import UREA

from .cohort import CLINIC, RECORDS, SEVERE, Column, psi_class, psi_points

LINE = 0.10  # from this risk on, critical care is called


def severe_asthma(patients: Patients) -> Mask:
    """Asthma with a sign of severity that is on the chart."""
    signs = (patients["peak_flow"] < 50) | (patients["asthma_icu"] == 1)
    return np.asarray((patients["asthma"] == 1) & signs)


def without_asthma(patients: Patients) -> Mask:
    """No asthma; COPD is possible."""
    return np.asarray(patients["asthma"] == 0)


def alarming(patients: Patients) -> Mask:
    """A sign for which critical care would be called whatever the risk of death."""
    falling = patients["spo2"] <= patients["usual_spo2"] - 8
    shocked = (patients["sbp"] < 90) | (patients["rr"] >= 30) | (patients["altered"] == 1)
    return np.asarray(falling | shocked)


def in_scope(patients: Patients) -> Mask:
    """For the bank: no extremes (index 31 to 170 points), nobody to be called for another reason.

    Left out are the few with an alarming sign and a low risk: calling critical care is right
    there, although the question asks about the risk alone.
    """
    points = psi_points(patients)
    other_reason = alarming(patients) & (patients["ward_risk"] < LINE)
    return np.asarray((points > 30) & (points <= 170) & ~other_reason)


def _like_the_records(study: Study, n: int = 100_000, **do: Any) -> Patients:
    return study.simulate(n, **{"site": RECORDS, **do})


def _mortality(study: Study) -> Estimate:
    died = _like_the_records(study)["died_in_hospital"]
    return proportion(int(died.sum()), len(died))


def _sign_of_log_odds_ratio(exposed: Column, others: Column) -> Estimate:
    """The sign of the log odds ratio of two 0/1 columns, and of Woolf's interval around it."""
    a, c = float(exposed.sum()), float(others.sum())
    b, d = len(exposed) - a, len(others) - c
    half = Z95 * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    value, low, high = np.sign(np.log(a * d / (b * c)) + np.array([0, -half, half]))
    return Estimate(float(value), float(low), float(high), len(exposed) + len(others))


def _asthma_in_records(study: Study) -> Estimate:
    p = _like_the_records(study)
    died, asthma = p["died_in_hospital"], p["asthma"] == 1
    return _sign_of_log_odds_ratio(died[asthma], died[~asthma])


def _asthma_unescalated(study: Study) -> Estimate:
    """The same patients, all with asthma against none with it, and nobody in intensive care."""
    died = [
        _like_the_records(study, 50_000, asthma=asthma, escalated=0)["died_in_hospital"]
        for asthma in (1, 0)
    ]
    return _sign_of_log_odds_ratio(*died)


def _safest_30(study: Study) -> Estimate:
    p = _like_the_records(study, 20_000)
    safest = np.argsort(study.predict(p), kind="stable")[: int(0.3 * p.n)]
    return proportion(int(p["died_in_hospital"][safest].sum()), len(safest))


def _class_mortality(risk_class: int) -> Callable[[Study], Estimate]:
    """Mean structural risk under the care given: expected mortality, without the luck of draws."""

    def compute(study: Study) -> Estimate:
        p = _like_the_records(study)
        risk = p["care_risk"][psi_class(p) == risk_class]
        mean, half = float(risk.mean()), Z95 * float(risk.std(ddof=1)) / sqrt(len(risk))
        return Estimate(mean, mean - half, mean + half, len(risk))

    return compute


def _psi_figure(risk_class: int, roman: str, low: float, high: float) -> PublishedFigure:
    return PublishedFigure(
        id=f"psi_{roman.lower()}",
        label=f"Deaths within 30 days, severity index class {roman} (middle of published range)",
        published=(low + high) / 2,
        basis="P",
        tolerance=(high - low) / 2,
        compute=_class_mortality(risk_class),
        interval=(low, high),
        bounded=True,
        citation="fine1997",
    )


FIGURES = (
    PublishedFigure(
        id="mortality",
        label="Deaths in hospital",
        published=0.1086,
        basis="S",  # 1,542 of 14,199, seen in lecture slides on the paper
        tolerance=0.005,
        compute=_mortality,
        citation="caruana2015",
    ),
    PublishedFigure(
        id="asthma_in_records",
        label="Sign of asthma's log odds ratio of death, as recorded",
        published=-1,
        basis="P",
        tolerance=0,
        compute=_asthma_in_records,
        unit="",
        citation="caruana2015",
    ),
    PublishedFigure(
        id="asthma_unescalated",
        label="Sign of asthma's log odds ratio of death if nobody had intensive care (derived)",
        published=1,
        basis="D",
        tolerance=0,
        compute=_asthma_unescalated,
        unit="",
        citation="caruana2015",
    ),
    PublishedFigure(
        id="safest_30",
        label="Deaths among the 30 % the algorithm calls safest (published: upper bound)",
        published=0.015,
        basis="P",
        tolerance=0.015,
        compute=_safest_30,
        interval=(0.0, 0.015),
        bounded=True,
        citation="cooper1997",
    ),
    _psi_figure(1, "I", 0.001, 0.004),
    _psi_figure(2, "II", 0.006, 0.007),
    _psi_figure(3, "III", 0.009, 0.028),
)
FAILURE_MODES = (
    FailureMode(
        id="asthma",
        kind=FailureKind.TREATMENT,
        title="Reads asthma as a sign of safety",
        sentence="The algorithm learned from deaths after care. Patients with asthma had gone "
        "straight to intensive care, so few of them died, and asthma looked protective.",
        mechanism="Intensive care prevented the deaths that severe asthma would have caused. The "
        "record kept the survival and lost the reason. The algorithm would keep the patients whom "
        "intensive care had protected on an ordinary ward.",
        metric=Metric.MISSES,
        touches=severe_asthma,
        inside="patients with severe asthma",
        outside="patients without asthma",
        compared_with=without_asthma,
        figure="asthma_in_records",
        undo=Retrain(label="dies_without_escalation"),
    ),
    FailureMode(
        id="immunosuppression",
        kind=FailureKind.REPRESENTATION,
        title="Hardly met immunosuppression",
        sentence="The algorithm has no input for immunosuppression and met almost none in "
        "training. Pulse, breathing and temperature stay near normal while the infection spreads. "
        "Measured on this cohort only.",
        mechanism="Drugs that suppress the immune response also suppress the signs that the "
        "algorithm reads. They raise the risk at the same time.",
        metric=Metric.MISSES,
        touches=having("immunosuppressed"),
        inside="immunosuppressed patients",
        outside="patients with normal immunity",
        undo=Retrain(training={"site": CLINIC}, also_reads=("immunosuppressed",)),
    ),
    FailureMode(
        id="kidney_disease",
        kind=FailureKind.SCOPE,
        title="Takes chronic kidney disease for acute illness",
        sentence="The algorithm reads a high urea as acute illness. In chronic kidney disease urea "
        "is high every day, and the algorithm raises a false alarm. Measured on this cohort only.",
        mechanism="In the training hospitals a high urea nearly always meant an acutely ill "
        "patient. The algorithm has no input for this patient's usual urea.",
        metric=Metric.FALSE_ALARMS,
        touches=having("kidney_disease"),
        inside="patients with chronic kidney disease",
        outside="patients without it",
        undo=Intervene({"kidney_disease": 0}),
    ),
    FailureMode(
        id="copd",
        kind=FailureKind.SCOPE,
        title="Takes the usual low saturation of COPD for acute illness",
        sentence="The algorithm reads a low saturation as acute illness. In COPD saturation can be "
        "low every day, and the algorithm raises a false alarm. Measured on this cohort only.",
        mechanism="The fall from the usual saturation carries the risk. The algorithm sees only "
        "today's value, and few patients in its records lived with a low one.",
        metric=Metric.FALSE_ALARMS,
        touches=having("copd"),
        inside="patients with COPD",
        outside="patients without it",
        undo=Intervene({"copd": 0, "asthma": 0}),
    ),
)

TWINS = (
    Twin(
        "without_asthma",
        {"asthma": 0},
        having("asthma"),
        lambda row: f"As they are: asthma, peak flow {row['peak_flow']:.0f} % of predicted",
        "The same infection without asthma",
        "Asthma adds danger. Look which way the algorithm's number moved.",
    ),
    Twin(
        "without_immunosuppression",
        {"immunosuppressed": 0},
        having("immunosuppressed"),
        lambda row: "As they are: immunosuppressed",
        "The same infection with normal immunity",
        "With normal immunity the signs are clearer and the danger is smaller.",
    ),
    Twin(
        "without_kidney_disease",
        {"kidney_disease": 0},
        having("kidney_disease"),
        lambda row: (
            f"As they are: usual urea {row['usual_urea']:.1f} mmol/L "
            f"({UREA.say(row['usual_urea'])} {UREA.unit})"
        ),
        "The same infection with healthy kidneys before",
        "Chronic kidney disease moves the algorithm's number and hardly changes the danger.",
    ),
    Twin(
        "without_copd",
        {"copd": 0, "asthma": 0},
        having("copd"),
        lambda row: f"As they are: usual SpO₂ {row['usual_spo2']:.0f} %",
        "The same infection with healthy lungs before",
        "COPD moves the algorithm's number and hardly changes the danger.",
    ),
    Twin(
        "with_severe_asthma",
        {"asthma": 1, "asthma_severity": SEVERE},
        lambda p: np.asarray((p["asthma"] == 0) & (p["copd"] == 0)),
        lambda row: "As they are: no asthma",
        "The same infection with severe asthma",
        "Severe asthma adds danger. Look which way the algorithm's number moved.",
    ),
    Twin(
        "more_severe",
        {"severity": 4},
        lambda p: np.asarray(p["severity"] < 3),
        lambda row: "As they are",
        "The same patient with a more severe infection",
        "The algorithm reads breathing, pressure and urea, and its number follows the infection.",
        plain=True,
    ),
)
