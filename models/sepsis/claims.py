"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
    having,
    proportion,
)
from tutor.kit.caching import once_per_study
from tutor.kit.metrics import auroc

from .cohort import BEFORE_CRITERIA, BEFORE_CULTURE, NO_REASON, SUSPICION, WHOLE_STAY

Row = Mapping[str, float]
FIGURE_SIZE = 120_000
THRESHOLD = 0.08


def no_culture(patients: Patients) -> Mask:
    """Nobody has ordered a blood culture yet."""
    return np.asarray(patients["culture"] == 0)


def ill_without_culture(patients: Patients) -> Mask:
    """A sign at the bedside, and nobody has ordered a blood culture yet."""
    sign = (patients["confused"] == 1) | (patients["skin"] > 0) | (patients["rigors"] == 1)
    sign |= (patients["refill"] > 2) | (patients["urine"] < 0.5)
    return np.asarray(no_culture(patients) & sign)


def with_culture(patients: Patients) -> Mask:
    """A blood culture has been ordered."""
    return ~no_culture(patients)


def some_order(patients: Patients) -> Mask:
    """A blood culture or an antibiotic has been ordered."""
    return np.asarray(patients["reason"] != NO_REASON)


def slowed(patients: Patients) -> Mask:
    """Septic, unsuspected only because steroids kept the signs quiet."""
    in_time = patients["since_onset"] > patients["delay"] / np.exp(0.9)
    hidden = (patients["sepsis"] == 1) & (patients["suspicion"] == 0)
    return np.asarray(hidden & in_time & (patients["steroids"] == 1))


def no_context(patients: Patients) -> Mask:
    """Neither a recent operation nor an infection under treatment."""
    return np.asarray((patients["operated"] == 0) & (patients["known_infection"] == 0))


ORDERED = {"suspicion": 1, "culture": 1, "antibiotic": 1, "off_round": 1}
UNORDERED = {"suspicion": 0, "culture": 0, "antibiotic": 0, "off_round": 0}
NO_OPERATION = {"operated": 0, "known_infection": 0}
FAILURE_MODES = (
    FailureMode(
        id="before_orders",
        kind=FailureKind.SUSPICION,
        title="Stays silent until somebody orders a blood culture",
        sentence="The algorithm's alarm follows the orders of the staff. Where nobody has ordered "
        "a blood culture, it nearly always stays silent, even if the patient looks very ill.",
        mechanism="In the stays it learned from, sepsis and the orders for it came together, and "
        "an order was the strongest sign. Before anyone suspects sepsis, that sign does not exist. "
        "The algorithm knows what the staff know, and knows it later.",
        metric=Metric.MISSES,
        touches=ill_without_culture,
        compared_with=with_culture,
        inside="patients with sepsis, a sign at the bedside and no blood culture ordered",
        outside="patients with sepsis and a blood culture ordered",
        figure="before_culture",
        undo=Intervene(ORDERED),
    ),
    FailureMode(
        id="steroids",
        kind=FailureKind.BLIND,
        title="Does not know about steroids",
        sentence="Steroids and similar drugs suppress fever and a fast pulse, and staff suspect "
        "sepsis later. The algorithm has no input for the drug. Measured on this cohort only.",
        mechanism="Quiet signs delay suspicion, suspicion leads to orders, and orders lead to the "
        "alarm. What the ward cannot see, the algorithm cannot see either.",
        metric=Metric.MISSES,
        touches=having("steroids"),
        inside="patients with sepsis who take steroids or similar drugs",
        outside="patients with sepsis and no such drug",
        undo=Intervene({"steroids": 0, "sepsis": lambda patients: patients["sepsis"]}),
    ),
    FailureMode(
        id="after_operation",
        kind=FailureKind.SHORTCUT,
        title="Takes an operation for sepsis",
        sentence="After an operation, tissue damage raises temperature and white cells, and "
        "antibiotics are given as prophylaxis. The algorithm raises an alarm. Measured on this "
        "cohort only.",
        mechanism="Few patients had been operated on where it learned, and an antibiotic nearly "
        "always meant infection. Here it often means prophylaxis.",
        metric=Metric.FALSE_ALARMS,
        touches=having("operated"),
        compared_with=no_context,
        inside="patients without sepsis after an operation",
        outside="patients without sepsis, operation or known infection",
        undo=Intervene(NO_OPERATION),
    ),
    FailureMode(
        id="known_infection",
        kind=FailureKind.SHORTCUT,
        title="Takes a treated infection for sepsis",
        sentence="A simple infection under treatment brings fever, a blood culture and an "
        "antibiotic, and the algorithm raises an alarm. Infection alone is not sepsis. Measured "
        "on this cohort only.",
        mechanism="The orders are the same as in sepsis. Only the reason differs, and the "
        "algorithm does not read reasons.",
        metric=Metric.FALSE_ALARMS,
        touches=having("known_infection"),
        compared_with=no_context,
        inside="patients without sepsis whose infection is being treated",
        outside="patients without sepsis, operation or known infection",
        undo=Intervene({"known_infection": 0}),
    ),
    FailureMode(
        id="suspicion",
        kind=FailureKind.SUSPICION,
        title="Repeats the worry of the staff",
        sentence="Where somebody was worried and ordered tests or an antibiotic, the algorithm "
        "raises an alarm, right or wrong. It repeats a worry that is already being acted on.",
        mechanism="This hospital orders readily, also for fevers that turn out to be harmless. "
        "The algorithm learned where an order was rare and nearly always meant sepsis.",
        metric=Metric.FALSE_ALARMS,
        touches=having("reason", SUSPICION),
        inside="patients without sepsis for whom a worry led to orders",
        outside="patients without sepsis and no such orders",
        figure="predictive_value",
        undo=Intervene(UNORDERED),
    ),
)


def orders_now(row: Row) -> str:
    """The heading of the patient as they are: what has been ordered."""
    names = {"culture": "a blood culture", "antibiotic": "an antibiotic"}
    ordered = [name for column, name in names.items() if row[column] == 1]
    return f"As they are: {' and '.join(ordered) or 'nothing'} ordered"


TWINS = (
    Twin(
        id="without_steroids",
        do={"steroids": 0, "sepsis": 1},
        applies=slowed,
        as_is=lambda row: "As they are: on steroids, nobody suspects sepsis",
        changed="The same infection without steroids",
        lesson="Clearer signs, earlier suspicion, earlier orders. The alarm comes last.",
    ),
    Twin(
        id="ordered",
        do=ORDERED,
        applies=no_culture,
        as_is=orders_now,
        changed="The same patient and minute, with a blood culture and an antibiotic ordered",
        lesson="Nothing in the patient has changed. The algorithm read the orders.",
    ),
    Twin(
        id="no_operation",
        do=NO_OPERATION,
        applies=having("operated"),
        as_is=lambda row: "As they are: after an operation",
        changed="The same patient without the operation",
        lesson="Whether sepsis has begun stays the same. The operation and what came with it are "
        "gone.",
    ),
    Twin(
        id="no_infection",
        do={"known_infection": 0},
        applies=having("known_infection"),
        as_is=lambda row: "As they are: a known infection",
        changed="The same patient without the known infection",
        lesson="Whether sepsis has begun stays the same. The infection and what came with it "
        "are gone.",
    ),
    Twin(
        id="unordered",
        do=UNORDERED,
        applies=some_order,
        as_is=orders_now,
        changed="The same patient and minute, with nothing ordered",
        lesson="Nothing in the patient has changed. The algorithm no longer sees an order.",
    ),
)


@once_per_study
def _judged(study: Study, window: int) -> tuple[NDArray[np.float64], Mask]:
    """The probability and the truth of each patient of a fresh cohort of ``window``."""
    cohort = study.simulate(FIGURE_SIZE, window=window)
    return study.predict(cohort), cohort["sepsis"] == 1


def _auroc_in(window: int) -> Callable[[Study], Estimate]:
    return lambda study: auroc(*_judged(study, window))


def _share(counted: str) -> Callable[[Study], Estimate]:
    """Sensitivity, specificity, predictive value or share of alerts at the threshold."""

    def compute(study: Study) -> Estimate:
        chance, present = _judged(study, BEFORE_CRITERIA)
        alert = chance >= THRESHOLD
        among, counts = {
            "sensitivity": (present, alert),
            "specificity": (~present, ~alert),
            "predictive_value": (alert, present),
            "alerts": (np.ones_like(alert), alert),
        }[counted]
        return proportion(int((among & counts).sum()), int(among.sum()))

    return compute


def _at_threshold(id: str, label: str, published: float) -> PublishedFigure:
    return PublishedFigure(
        id, label, published, basis="S", tolerance=0.01, compute=_share(id), citation="wong2021"
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
        citation="kamran2024",
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
        citation="wong2021",
    ),
    _at_threshold("sensitivity", "Sepsis found at the alert threshold (sensitivity)", 0.33),
    _at_threshold("specificity", "No alert without sepsis (specificity)", 0.83),
    _at_threshold("predictive_value", "Alerts that meant sepsis (positive predictive value)", 0.12),
    _at_threshold("alerts", "Patients with an alert", 0.18),
    _by_horizon("whole_stay", "over the whole stay", 0.87, WHOLE_STAY),
    _by_horizon("before_criteria", "before criteria of sepsis were met", 0.62, BEFORE_CRITERIA),
    _by_horizon("before_culture", "before a blood culture was ordered", 0.53, BEFORE_CULTURE),
)
