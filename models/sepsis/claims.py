"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

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

from .cohort import BEFORE_CRITERIA, BEFORE_CULTURE, NO_REASON, OPERATION, SUSPICION, WHOLE_STAY

Row = Mapping[str, float]
FIGURE_SIZE = 120_000
THRESHOLD = 0.08


def having(column: str, value: int = 1) -> Callable[[Patients], Mask]:
    """The patients whose ``column`` is ``value``."""
    return lambda patients: np.asarray(patients[column] == value)


def unordered(patients: Patients) -> Mask:
    """Nobody has ordered a blood culture or an antibiotic yet."""
    return np.asarray(patients["reason"] == NO_REASON)


def slowed(patients: Patients) -> Mask:
    """Septic, unsuspected only because steroids kept the signs quiet."""
    in_time = patients["since_onset"] > patients["delay"] / np.exp(0.9)
    hidden = (patients["sepsis"] == 1) & (patients["suspicion"] == 0)
    return np.asarray(hidden & in_time & (patients["steroids"] == 1))


def no_context(patients: Patients) -> Mask:
    """Neither a recent operation nor an infection under treatment."""
    return np.asarray((patients["operated"] == 0) & (patients["known_infection"] == 0))


def signs(patients: Mapping[str, Any]) -> NDArray[np.int_]:
    """How many of five bedside signs of poor perfusion are there, shape ``(n,)``."""
    p = patients
    marks = [p["refill"] >= 3, p["skin"] >= 1, p["confused"] == 1, p["rigors"] == 1]
    return np.asarray(sum(np.asarray(m, dtype=int) for m in [*marks, p["urine"] < 0.5]))


def readable(patients: Patients) -> Mask:
    """For the bank: the bedside agrees with the truth, so that an examination could tell."""
    found = signs(patients)
    return np.asarray(np.where(patients["sepsis"] == 1, found >= 2, found <= 2))


FAILURE_MODES = (
    FailureMode(
        id="before_orders",
        kind=FailureKind.SUSPICION,
        title="Silent until somebody orders something",
        sentence="Its alarm follows blood cultures and antibiotics. Where nobody has ordered "
        "either, it stays silent, whatever the patient looks like.",
        mechanism="In the stays it learned from, sepsis and the orders for it came together, and "
        "the order was the loudest signal. Before anyone suspects, that signal does not exist: "
        "the algorithm knows what the staff know, and knows it later.",
        metric=Metric.MISSES,
        touches=unordered,
        inside="patients with sepsis and no culture or antibiotic ordered",
        outside="patients with sepsis and an order in place",
        figure="before_culture",
    ),
    FailureMode(
        id="steroids",
        kind=FailureKind.BLIND,
        title="Deaf to sepsis under steroids",
        sentence="Steroids and similar drugs quieten fever and pulse, and staff suspect later. "
        "The algorithm has no input for the drug. Measured on this cohort only.",
        mechanism="Quiet signs delay suspicion, suspicion makes the orders, and the orders make "
        "the alarm: the blind spot of the ward becomes the blind spot of the algorithm.",
        metric=Metric.MISSES,
        touches=having("steroids"),
        inside="patients with sepsis under steroids or similar drugs",
        outside="patients with sepsis and no such drug",
    ),
    FailureMode(
        id="after_operation",
        kind=FailureKind.SHORTCUT,
        title="Takes an operation for sepsis",
        sentence="After an operation, tissue damage warms the patient and raises white cells, "
        "and antibiotics are given by custom. The algorithm alarms. Measured on this cohort only.",
        mechanism="Where it learned, few patients had been operated on, and an antibiotic nearly "
        "always meant infection. Here it often means prophylaxis.",
        metric=Metric.FALSE_ALARMS,
        touches=having("operated"),
        compared_with=no_context,
        inside="patients without sepsis after an operation",
        outside="patients without sepsis, operation or known infection",
    ),
    FailureMode(
        id="known_infection",
        kind=FailureKind.SHORTCUT,
        title="Takes treated infection for sepsis",
        sentence="A simple infection that is being treated brings fever, a blood culture, an "
        "antibiotic, and an alarm. Infection is not yet sepsis. Measured on this cohort only.",
        mechanism="The orders are the same; only the reason for them differs, and the algorithm "
        "does not read reasons.",
        metric=Metric.FALSE_ALARMS,
        touches=having("known_infection"),
        compared_with=no_context,
        inside="patients without sepsis whose infection is being treated",
        outside="patients without sepsis, operation or known infection",
    ),
    FailureMode(
        id="suspicion",
        kind=FailureKind.SUSPICION,
        title="Repeats the worry of the staff",
        sentence="Where someone was worried and ordered a culture, it alarms, right or wrong. "
        "It adds its voice to a worry that is already being acted on.",
        mechanism="This hospital orders readily, for fevers that turn out harmless. The algorithm "
        "learned where an order was rare and nearly always meant sepsis.",
        metric=Metric.FALSE_ALARMS,
        touches=having("reason", SUSPICION),
        inside="patients without sepsis for whom a worry led to orders",
        outside="patients without sepsis and no such orders",
        figure="predictive_value",
    ),
)


def _orders_now(row: Row) -> str:
    return f"As they are: {'no orders' if row['reason'] == NO_REASON else 'orders'} in place"


TWINS = (
    Twin(
        id="without_steroids",
        do={"steroids": 0, "sepsis": 1},
        applies=slowed,
        as_is=lambda row: "As they are: under steroids, nobody suspects",
        changed="The same infection without steroids",
        lesson="Louder signs, earlier suspicion, earlier orders: the alarm comes last of all.",
    ),
    Twin(
        id="ordered",
        do={"suspicion": 1, "culture": 1, "antibiotic": 1, "off_round": 1},
        applies=unordered,
        as_is=_orders_now,
        changed="The same patient, the same minute, once somebody has ordered",
        lesson="Nothing in the patient has changed; the algorithm read the orders.",
    ),
    Twin(
        id="no_operation",
        do={"operated": 0, "known_infection": 0},
        applies=having("reason", OPERATION),
        as_is=lambda row: "As they are: after an operation, antibiotics by custom",
        changed="The same patient without the operation",
        lesson="Whether there is sepsis stays the same; custom and tissue damage are gone.",
    ),
    Twin(
        id="unordered",
        do={"suspicion": 0, "culture": 0, "antibiotic": 0, "off_round": 0},
        applies=everyone,
        as_is=_orders_now,
        changed="The same patient, the same minute, with nothing ordered",
        lesson="Nothing in the patient has changed; the algorithm has lost the staff's opinion.",
    ),
)


def auroc(score: NDArray[np.float64], present: Mask) -> Estimate:
    """Area under the ROC curve with the interval of Hanley and McNeil 1982."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    sick, well = int(present.sum()), int((~present).sum())
    area = float((rank[present].sum() - sick * (sick + 1) / 2) / (sick * well))
    two_sick, two_well = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (sick - 1) * (two_sick - area**2)
    half = 1.96 * sqrt((spread + (well - 1) * (two_well - area**2)) / (sick * well))
    return Estimate(area, area - half, area + half, sick + well)


Judged = tuple[NDArray[np.float64], Mask]


class _Cohorts:
    """The cohorts of one study by window, kept while its figures are computed from them."""

    def __init__(self) -> None:
        self._study: Study | None = None
        self._judged: dict[int, Judged] = {}

    def judged(self, study: Study, window: int) -> Judged:
        """The probability and the truth of each patient of a fresh cohort."""
        if self._study is not study:
            self._study, self._judged = study, {}
        if window not in self._judged:
            cohort = study.simulate(FIGURE_SIZE, window=window)
            self._judged[window] = (study.predict(cohort), cohort["sepsis"] == 1)
        return self._judged[window]


_COHORTS = _Cohorts()


def _auroc_in(window: int) -> Callable[[Study], Estimate]:
    return lambda study: auroc(*_COHORTS.judged(study, window))


def _share(counted: str) -> Callable[[Study], Estimate]:
    """Sensitivity, specificity, predictive value or share of alerts at the threshold."""

    def compute(study: Study) -> Estimate:
        chance, present = _COHORTS.judged(study, BEFORE_CRITERIA)
        alert = chance >= THRESHOLD
        among, counts = {
            "sensitivity": (present, alert),
            "specificity": (~present, ~alert),
            "predictive_value": (alert, present),
            "alerts": (np.ones_like(alert), alert),
        }[counted]
        return proportion(int((among & counts).sum()), int(among.sum()))

    return compute


WONG: dict[str, Any] = {"doi": "10.1001/jamainternmed.2021.2626", "citation": "wong2021"}
KAMRAN: dict[str, Any] = {"doi": "10.1056/AIoa2300032", "citation": "kamran2024"}


def _at_threshold(id: str, label: str, published: float) -> PublishedFigure:
    return PublishedFigure(
        id, label, published, basis="S", tolerance=0.01, compute=_share(id), **WONG
    )


def _by_horizon(id: str, when: str, published: float, window: int) -> PublishedFigure:
    return PublishedFigure(
        id,
        f"Discrimination (AUROC), {when}",
        published,
        basis="S",
        tolerance=0.02,
        compute=_auroc_in(window),
        unit="",
        **KAMRAN,
    )


FIGURES = (
    PublishedFigure(
        id="external_auroc",
        label="Discrimination (AUROC) in a hospital it did not learn from, before onset",
        published=0.63,
        basis="P",
        tolerance=0.01,
        compute=_auroc_in(BEFORE_CRITERIA),
        interval=(0.62, 0.64),
        unit="",
        **WONG,
    ),
    _at_threshold("sensitivity", "Sepsis found at the alert threshold (sensitivity)", 0.33),
    _at_threshold("specificity", "No alert without sepsis (specificity)", 0.83),
    _at_threshold("predictive_value", "Alerts that meant sepsis (positive predictive value)", 0.12),
    _at_threshold("alerts", "Patients with an alert", 0.18),
    _by_horizon("whole_stay", "over the whole stay", 0.87, WHOLE_STAY),
    _by_horizon("before_criteria", "before criteria of sepsis were met", 0.62, BEFORE_CRITERIA),
    _by_horizon("before_culture", "before a blood culture was ordered", 0.53, BEFORE_CULTURE),
)
