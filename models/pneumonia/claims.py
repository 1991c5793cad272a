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
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
    everyone,
    proportion,
)
from tutor.kit.units import UREA

from .cohort import RECORDS, SEVERE, Column, psi_class, psi_points


def severe_asthma(patients: Patients) -> Mask:
    """Asthma with a sign of severity that anyone can see on the chart."""
    signs = (patients["peak_flow"] < 50) | (patients["asthma_icu"] == 1)
    return np.asarray((patients["asthma"] == 1) & signs)


def has(column: str, value: int = 1) -> Callable[[Patients], Mask]:
    """The patients whose ``column`` is ``value``."""
    return lambda patients: np.asarray(patients[column] == value)


def chronic(patients: Patients) -> Mask:
    """No asthma, but a finding that is abnormal every day."""
    old = (patients["copd"] == 1) | (patients["kidney_disease"] == 1)
    return np.asarray(old & (patients["asthma"] == 0))


def alarming(patients: Patients) -> Mask:
    """A sign for which anyone would admit, whatever the risk of death."""
    falling = patients["spo2"] <= patients["usual_spo2"] - 8
    shocked = (patients["sbp"] < 90) | (patients["rr"] >= 30) | (patients["altered"] == 1)
    return np.asarray(falling | shocked)


def foreseeable(patients: Patients) -> Mask:
    """For the bank: no extremes (index 31 to 170 points), and nobody struck by pure chance.

    A death counts where the risk without escalation was at least 25 %; a survival where it was
    below 3.5 % and nothing else called for a bed. Whoever weighed the whole chart could have been
    right.
    """
    risk, dies = patients["ward_risk"], patients["dies_without_escalation"] == 1
    fair = np.where(dies, risk >= 0.25, (risk < 0.035) & ~alarming(patients))
    points = psi_points(patients)
    return fair & (points > 30) & (points <= 170)


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
    """The same patients, all with asthma against none with it, and nobody escalated."""
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


CARUANA: dict[str, Any] = {"doi": "10.1145/2783258.2788613", "citation": "caruana2015"}
COOPER: dict[str, Any] = {"doi": "10.1016/S0933-3657(96)00367-3", "citation": "cooper1997"}
FINE: dict[str, Any] = {"doi": "10.1056/NEJM199701233360402", "citation": "fine1997"}


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
        **FINE,
    )


FIGURES = (
    PublishedFigure(
        id="mortality",
        label="Deaths in hospital",
        published=0.1086,
        basis="S",  # 1,542 of 14,199, seen in lecture slides on the paper
        tolerance=0.005,
        compute=_mortality,
        **CARUANA,
    ),
    PublishedFigure(
        id="asthma_in_records",
        label="Sign of asthma's log odds ratio of death, as recorded",
        published=-1,
        basis="P",
        tolerance=0,
        compute=_asthma_in_records,
        unit="",
        **CARUANA,
    ),
    PublishedFigure(
        id="asthma_unescalated",
        label="Sign of asthma's log odds ratio of death if nobody were escalated (derived)",
        published=1,
        basis="D",
        tolerance=0,
        compute=_asthma_unescalated,
        unit="",
        **CARUANA,
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
        **COOPER,
    ),
    _psi_figure(1, "I", 0.001, 0.004),
    _psi_figure(2, "II", 0.006, 0.007),
    _psi_figure(3, "III", 0.009, 0.028),
)
FAILURE_MODES = (
    FailureMode(
        id="asthma",
        kind=FailureKind.TREATMENT,
        title="Asthma looks protective",
        sentence="It learned from deaths after care. Patients with asthma had been taken straight "
        "to intensive care, so it reads asthma as a sign of safety.",
        mechanism="Intensive care prevented the deaths that asthma would have caused. The record "
        "kept the survival and lost the reason, so the algorithm would send home the very "
        "patients whom care had protected.",
        metric=Metric.MISSES,
        touches=severe_asthma,
        inside="patients with severe asthma",
        outside="patients without asthma",
        compared_with=has("asthma", 0),
        figure="asthma_in_records",
    ),
    FailureMode(
        id="immunosuppression",
        kind=FailureKind.REPRESENTATION,
        title="Immunosuppression was rare in its records",
        sentence="It has no input for immunosuppression and met almost none in training; pulse, "
        "breathing and temperature stay quiet while the infection spreads. Measured on this "
        "cohort only.",
        mechanism="Drugs that damp the immune response also damp the signs the algorithm counts, "
        "while they raise the risk those signs stand for.",
        metric=Metric.MISSES,
        touches=has("immunosuppressed"),
        inside="immunosuppressed patients",
        outside="patients with normal immunity",
    ),
    FailureMode(
        id="kidney_disease",
        kind=FailureKind.SCOPE,
        title="Old kidney disease read as new illness",
        sentence="It reads a high urea as acute illness. Where urea is high every day because of "
        "kidney disease, it alarms. Measured on this cohort only.",
        mechanism="In the training hospitals a high urea nearly always meant an acutely ill "
        "patient. It has no input for what is usual in this one.",
        metric=Metric.FALSE_ALARMS,
        touches=has("kidney_disease"),
        inside="patients with chronic kidney disease",
        outside="patients without it",
    ),
    FailureMode(
        id="copd",
        kind=FailureKind.SCOPE,
        title="A usual low saturation read as new",
        sentence="It reads a low saturation as acute illness. Where that is the saturation of any "
        "ordinary day because of COPD, it alarms. Measured on this cohort only.",
        mechanism="The fall from the usual saturation carries the risk. The algorithm sees only "
        "today's value, and few patients in its records lived with a low one.",
        metric=Metric.FALSE_ALARMS,
        touches=has("copd"),
        inside="patients with COPD",
        outside="patients without it",
    ),
)
TWINS = (
    Twin(
        "without_asthma",
        {"asthma": 0},
        severe_asthma,
        lambda row: f"As they are: asthma, peak flow {row['peak_flow']:.0f} %",
        "The same infection without asthma",
        "Without asthma the danger is smaller. Did the algorithm's number follow?",
    ),
    Twin(
        "without_immunosuppression",
        {"immunosuppressed": 0},
        has("immunosuppressed"),
        lambda row: "As they are: immunosuppressed",
        "The same infection, normal immunity",
        "With normal immunity the signs are louder and the danger is smaller.",
    ),
    Twin(
        "without_chronic_disease",
        {"copd": 0, "kidney_disease": 0, "asthma": 0},
        chronic,
        lambda row: (
            f"As they are: usual SpO₂ {row['usual_spo2']:.0f} %, "
            f"usual urea {row['usual_urea']:.1f} mmol/L "
            f"({UREA.say(row['usual_urea'])} {UREA.unit})"
        ),
        "The same infection, healthy lungs and kidneys before",
        "The old disease moves the algorithm's number; it hardly moves the danger.",
    ),
    Twin(
        "not_escalated",
        {"escalated": 0},
        lambda p: np.asarray(p["dies_without_escalation"] > p["died_in_hospital"]),
        lambda row: "As it went: taken to intensive care",
        "The same patient, kept on the ward",
        "The record of the survivor taught the algorithm; the danger was there all the same.",
    ),
    Twin(
        "worse_asthma",
        {"asthma_severity": SEVERE},
        has("asthma"),
        lambda row: "As they are: asthma without a sign of severity",
        "The same infection, severe asthma",
        "The algorithm knows asthma only as yes or no: it cannot tell these two apart.",
    ),
    Twin(
        "with_severe_asthma",
        {"asthma": 1, "asthma_severity": SEVERE},
        everyone,
        lambda row: "As they are: no asthma",
        "The same infection with severe asthma",
        "Severe asthma adds danger. Did the algorithm's number follow?",
    ),
)
