"""The alarm and the clock: an early-warning score for sepsis, after Wong 2021 and Kamran 2024.

Patients are drawn in causal order: infection → what shows at the bedside → what shows in vital
signs and blood → whether someone suspects → what is ordered. ``window`` says when the chart is
read: at any time of the stay, before the criteria of sepsis are met, or before any blood culture.
The algorithm learned from whole stays, in hospitals that ordered sparingly, so that an order
nearly always meant sepsis; it is asked before the criteria are met, in one that orders readily.

Sources of the mechanism (the free parameters were then set so that the published figures follow):
Wong 2021, doi 10.1001/jamainternmed.2021.2626 (discrimination and alerts before onset); Kamran
2024, doi 10.1056/AIoa2300032 (discrimination by horizon); Agniel 2018, doi 10.1136/bmj.k1479
(the hour of a blood test tells of the clinician's worry). What the bedside shows, how steroids
quieten signs and who receives which orders are teaching choices in the clinically usual direction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    NO_YES,
    Estimate,
    FailureKind,
    FailureMode,
    Feature,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    TeachingModel,
    Twin,
    World,
    everyone,
    happens,
    proportion,
    sigmoid,
)
from tutor.kit.units import BILIRUBIN, CREATININE

Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
WHOLE_STAY, BEFORE_CRITERIA, BEFORE_CULTURE = 0, 1, 2
# Hours since sepsis began at which the chart is read, by window; free parameters, set so that
# discrimination by horizon follows Kamran 2024.
EARLIEST = np.array([4.0, 0.0, 0.0])
LATEST = np.array([40.0, 11.85, 6.0])
HALF_WAY = 14.0  # hours until half of the change in vital signs and blood is there
NO_REASON, SUSPICION, OPERATION, KNOWN_INFECTION, PROTOCOL = range(5)
READY, SPARING = -2.08, -3.0  # log odds of ordering on a worry; here, and where it learned
FIGURE_SIZE = 120_000
THRESHOLD = 0.08


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adult inpatients at one moment, in causal order; every column has shape ``(n,)``.

    ``hours`` counts from arrival, ``since_onset`` from the beginning of sepsis (0 without it).
    Temperature is in °C, pressures in mmHg, cells in 10⁹/L, lactate in mmol/L, creatinine and
    bilirubin in µmol/L, urine in mL/kg/h. ``window`` is 0 (whole stay), 1 (before criteria of
    sepsis are met) or 2 (before a blood culture is ordered).
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _infection, _bedside, _vital_signs, _blood, _orders):
        stage(draw, drawn, n)
    return world.patients()


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("window", lambda r: np.full(n, WHOLE_STAY))
    draw("operated_share", lambda r: np.full(n, 0.28))
    draw("readiness", lambda r: np.full(n, READY))
    draw("age", lambda r: np.round(np.clip(r.normal(63, 17, n), 18, 97)))
    draw("sex", lambda r: happens(r, 0.5, n))
    draw("operated", lambda r: happens(r, p["operated_share"], n))
    draw("known_infection", lambda r: (1 - p["operated"]) * happens(r, 0.2, n))
    draw("steroids", lambda r: happens(r, 0.14, n))
    draw("hours", lambda r: np.round(np.clip(np.exp(r.normal(3.6, 0.8, n)), 6, 240)))
    draw("strain", lambda r: r.normal(0, 1, n))
    reacts = np.where(p["operated"] == 1, 0.4, np.where(p["known_infection"] == 1, 0.3, 0.08))
    draw("inflammation", lambda r: reacts * r.gamma(3.0, 1.0, n))


def _infection(draw: Draw, p: dict[str, Any], n: int) -> None:
    # 2,552 of 38,455 hospital stays: 6.6 % (Wong 2021).
    risk = sigmoid(-2.715 + 0.012 * (p["age"] - 63) + 0.35 * p["steroids"])
    draw("sepsis", lambda r: happens(r, risk, n))
    first, last = EARLIEST[p["window"]], LATEST[p["window"]]
    draw("since_onset", lambda r: p["sepsis"] * (first + (last - first) * r.random(n)))
    passed = p["since_onset"] ** 2
    draw("course", lambda r: 0.5 * passed / (passed + HALF_WAY**2))
    early = p["since_onset"] / (p["since_onset"] + 2)
    felt = p["sepsis"] * (0.6 + 0.6 * early)
    draw("hypoperfusion", lambda r: felt * np.exp(r.normal(0, 0.25, n)))


def _bedside(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What a hand and a question find; it changes within hours, before the numbers do."""
    poor = p["hypoperfusion"]
    slow = 2.0 + 0.15 * p["strain"] + 1.2 * poor
    draw("refill", lambda r: np.round(np.clip(r.normal(slow, 0.65), 1, 8)))
    draw("skin", lambda r: np.digitize(r.normal(1.4 * poor, 1.0), [1.7, 2.9]))
    muddled = sigmoid(-3.3 + 0.03 * (p["age"] - 63) + 2.2 * poor)
    draw("confused", lambda r: happens(r, muddled, n))
    shaken = sigmoid(-3.4 + 0.4 * p["inflammation"] + 1.7 * poor)
    draw("rigors", lambda r: happens(r, shaken, n))
    flow = 1.0 - 0.07 * p["strain"] - 0.38 * poor
    draw("urine", lambda r: np.round(np.clip(r.normal(flow, 0.22), 0.0, 2.5), 1))
    draw("concern", lambda r: happens(r, sigmoid(-2.6 + 2.0 * poor), n))


def _vital_signs(draw: Draw, p: dict[str, Any], n: int) -> None:
    damped = np.where(p["steroids"] == 1, 0.4, 1.0)
    draw("loud", lambda r: p["course"] * damped)
    draw("heat", lambda r: p["inflammation"] * (1 - 0.4 * p["steroids"]))
    warm = 36.7 + 0.45 * p["heat"] + 1.0 * p["loud"]
    draw("temperature", lambda r: np.round(np.clip(r.normal(warm, 0.45), 35, 41), 1))
    beats = 78 + 6 * p["strain"] + 7 * p["heat"] + 24 * p["loud"]
    draw("heart_rate", lambda r: np.round(np.clip(r.normal(beats, 10), 42, 170)))
    breaths = 16 + 1.3 * p["strain"] + 1.0 * p["heat"] + 6 * p["loud"]
    draw("respiratory_rate", lambda r: np.round(np.clip(r.normal(breaths, 2.2), 8, 45)))
    pressure = 130 - 4 * p["strain"] - 30 * p["course"]
    draw("systolic", lambda r: np.round(np.clip(r.normal(pressure, 16), 65, 210)))


def _blood(draw: Draw, p: dict[str, Any], n: int) -> None:
    def skewed(name: str, usual: float, shift: Any, low: float, high: float, spread: float) -> None:
        digits = 1 if usual < 10 else 0
        centre = np.log(usual) + shift
        draw(
            name,
            lambda r: np.round(np.clip(np.exp(r.normal(centre, spread)), low, high), digits),
        )

    heat, course = p["heat"], p["course"]
    skewed("wbc", 7.8, 0.16 * heat + 0.22 * p["steroids"] + 0.5 * p["loud"], 0.8, 45, 0.25)
    reserve = 0.12 * p["strain"] + 0.05 * p["inflammation"]
    skewed("lactate", 1.2, reserve + 0.9 * course, 0.4, 15, 0.28)
    skewed("creatinine", 82.0, 0.1 * p["strain"] + 0.5 * course, 35, 700, 0.28)
    cells = 245 + 12 * p["inflammation"] - 80 * course
    draw("platelets", lambda r: np.round(np.clip(r.normal(cells, 65), 15, 700)))
    skewed("bilirubin", 11.0, 0.35 * p["hypoperfusion"], 3, 300, 0.35)


def _orders(draw: Draw, p: dict[str, Any], n: int) -> None:
    """Orders follow suspicion, and suspicion follows loud signs; others are given by custom."""
    slow = np.log(9.0) + 0.9 * p["steroids"]
    draw("delay", lambda r: np.exp(r.normal(slow, 0.8, n)))
    fever = 0.55 * (p["temperature"] - 37) + 0.03 * (p["heart_rate"] - 85) + 0.25 * p["strain"]
    draw("worry", lambda r: happens(r, sigmoid(p["readiness"] + fever), n))
    open_to_orders = p["window"] != BEFORE_CULTURE
    found = np.where(p["sepsis"] == 1, p["since_onset"] > p["delay"], p["worry"] == 1)
    draw("suspicion", lambda r: (found & open_to_orders).astype(int))
    suspected, septic = p["suspicion"] == 1, p["sepsis"] == 1

    def ordered(name: str, if_true: float, if_unfounded: float, custom: Any, ready: Any) -> None:
        chance = np.select([suspected & septic, suspected], [if_true, if_unfounded], custom)
        draw(name, lambda r: ready * happens(r, chance, n))

    infected, operated = p["known_infection"], p["operated"]
    ordered("culture", 0.95, 0.85, 0.02 + 0.18 * infected, open_to_orders)
    ordered("antibiotic", 0.92, 0.60, 0.015 + 0.8 * infected + 0.45 * operated, 1)
    ordered("off_round", 0.80, 0.65, 0.10, 1)
    any_order = (p["culture"] == 1) | (p["antibiotic"] == 1)
    why = np.select(
        [~any_order, suspected, operated == 1, infected == 1],
        [NO_REASON, SUSPICION, OPERATION, KNOWN_INFECTION],
        PROTOCOL,
    )
    draw("reason", lambda r: why)


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=5, min_samples_leaf=20, random_state=0, n_jobs=1
    )


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

OPERATIONS = (
    "a bowel resection",
    "the repair of a broken hip",
    "a knee replacement",
    "the removal of a gallbladder",
    "the repair of a hernia",
)
INFECTIONS = (
    "a urinary tract infection",
    "cellulitis of the leg",
    "a chest infection",
    "an infected tooth",
)
ILLNESSES = (
    "with worsening heart failure",
    "with a flare of chronic bronchitis",
    "after a fall at home",
    "after days of vomiting",
    "with new diabetes",
    "with chest pain that has settled",
)
WORRIED = (
    "A relative says that this is not the person they know",
    'The nurse says: "I do not like the look of this one"',
    "The next bed called the nurse, because something seemed wrong",
)
CALM = (
    "The nurse on the round noted nothing new",
    "The night was quiet, and breakfast was eaten",
    "A visitor has just left and had no complaint",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _stay(row: Row, rng: np.random.Generator) -> str:
    """Why the patient is in hospital, as the history has it."""
    days = min(int(row["hours"] // 24), 3)
    if row["operated"] == 1:
        when = ("hours", "the day", "two days", "three days")[days]
        return f"on the surgical ward, {when} after {_one(OPERATIONS, rng)}"
    if row["known_infection"] == 1:
        given = "under" if row["antibiotic"] == 1 else "just after"
        return f"on a medical ward, {given} treatment for {_one(INFECTIONS, rng)}"
    return f"on a medical ward {_one(ILLNESSES, rng)}"


def story(row: Row, rng: np.random.Generator) -> str:
    """The round in two or three sentences, from history and what others noticed."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if row["age"] == 18 or 80 <= row["age"] < 90 else "A"
    worried, calm = _one(WORRIED, rng), _one(CALM, rng)
    troubled = row["confused"] == 1 or row["rigors"] == 1
    noticed = worried if row["concern"] == 1 else "Nobody has called you" if troubled else calm
    shaking = f" {they} had an attack of shaking in bed." if row["rigors"] == 1 else ""
    opening = f"{article} {row['age']:.0f}-year-old {person} {_stay(row, rng)}."
    return f"{opening} {noticed}.{shaking}"


BEHIND = {
    NO_REASON: "Nobody had ordered a culture or an antibiotic.",
    SUSPICION: "Orders followed somebody's suspicion.",
    OPERATION: "Orders were given because of the operation.",
    KNOWN_INFECTION: "Orders were given for the infection already known.",
    PROTOCOL: "Orders were given by custom.",
}


def truth_sentence(row: Row) -> str:
    """Whether sepsis had begun, when, and what stood behind the orders."""
    behind = BEHIND[round(row["reason"])]
    if row["sepsis"] == 0:
        return f"No sepsis. {behind}"
    ago = round(row["since_onset"])
    began = "within the last hour" if ago < 1 else f"about {ago} h ago"
    return f"Sepsis, which began {began}. {behind}"


READ = (
    Feature("hours", "Hours since arrival", "h", bounds=(6, 240), short="Since arrival"),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35, 41)),
    Feature("heart_rate", "Heart rate", "/min", 0, (60, 100), (42, 170)),
    Feature("respiratory_rate", "Respiratory rate", "/min", 0, (12, 20), (8, 45)),
    Feature("systolic", "Systolic blood pressure", "mmHg", 0, (100, 140), (65, 210)),
    Feature("wbc", "White cells", "10⁹/L", 1, (4, 11), (0.8, 45)),
    Feature("lactate", "Lactate", "mmol/L", 1, (0.5, 2.0), (0.4, 15)),
    Feature(
        "creatinine",
        "Creatinine",
        "µmol/L",
        0,
        (60, 110),
        (35, 700),
        conventional=CREATININE,
    ),
    Feature("platelets", "Platelets", "10⁹/L", 0, (150, 400), (15, 700)),
    Feature("culture", "Blood culture ordered", bounds=(0, 1), words=NO_YES),
    Feature("antibiotic", "Antibiotic ordered", bounds=(0, 1), words=NO_YES),
    Feature(
        "off_round",
        "Latest blood sample",
        bounds=(0, 1),
        words={0: "on the round", 1: "between rounds"},
    ),
)
WHY = {
    NO_REASON: "no orders",
    SUSPICION: "someone was worried",
    OPERATION: "around the operation",
    KNOWN_INFECTION: "known infection",
    PROTOCOL: "ward custom",
}
SKIN = {0: "warm, usual colour", 1: "pale and clammy", 2: "mottled"}
MIND = {0: "as usual", 1: "newly confused or drowsy"}
EXAMINED = (
    Feature("confused", "Mental state", bounds=(0, 1), words=MIND),
    Feature("skin", "Skin of the knees and hands", bounds=(0, 2), words=SKIN, short="Skin"),
    Feature("refill", "Capillary refill", "s", 0, (1, 2), (1, 8)),
    Feature("rigors", "Shaking chills", bounds=(0, 1), words=NO_YES),
    Feature("urine", "Urine, last 6 hours", "mL/kg/h", 1, (0.5, 2.5), (0, 2.5), short="Urine"),
)
REST = (
    Feature(
        "bilirubin",
        "Bilirubin",
        "µmol/L",
        0,
        (3, 21),
        (3, 300),
        conventional=BILIRUBIN,
    ),
    Feature("steroids", "Steroid or similar drug", bounds=(0, 1), words=NO_YES, short="Steroid"),
    Feature("reason", "Reason given for the orders", bounds=(0, 4), words=WHY, short="Reason"),
)

MODEL = TeachingModel(
    id="sepsis",
    title="The alarm and the clock",
    condition="sepsis",
    absence="no sepsis",
    simulate=simulate,
    label="sepsis",
    truth="sepsis",
    features=READ,
    findings=(READ[0], *EXAMINED, *READ[1:9], REST[0], REST[1], *READ[9:], REST[2]),
    estimator=_forest,
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=readable,
    training={"window": WHOLE_STAY, "operated_share": 0.1, "readiness": SPARING},
    deployment={"window": BEFORE_CRITERIA},
    training_size=20_000,
    alert_says="it would call for a sepsis review",
    silent_says="it would stay silent",
)
