"""Pneumonia at the front door: the algorithm learned from deaths that care had already prevented.

Mechanism: Caruana R et al., KDD 2015:1721-30, doi 10.1145/2783258.2788613 (patients with asthma
went straight to intensive care, so "asthma lowers risk" stood in the records). Severity index:
Fine MJ et al., N Engl J Med 1997;336:243-50, doi 10.1056/NEJM199701233360402. A coefficient
without a source is ours, chosen so that the cohort reproduces the figures at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    NO_YES,
    Z95,
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
from tutor.kit.units import GLUCOSE, UREA

Column = NDArray[Any]
RECORDS, CLINIC = 0, 1
SEVERE = 2
SPEECH = {0: "sentences", 1: "phrases", 2: "single words"}
IMMUNITY = {0: "no", 1: "yes (transplant or chemotherapy)"}


def _yes_no(column: str, label: str, short: str = "") -> Feature:
    return Feature(column, label, bounds=(0, 1), words=NO_YES, short=short)


FINDINGS = (
    Feature("age", "Age", "years", bounds=(18, 100)),
    _yes_no("asthma", "Asthma"),
    _yes_no("asthma_icu", "Earlier intensive care for asthma", "Asthma ICU"),
    Feature("peak_flow", "Peak flow", "% predicted", reference=(80, 120), bounds=(10, 130)),
    Feature("speech", "Speaks in", bounds=(0, 2), words=SPEECH, short="Speech"),
    _yes_no("copd", "COPD"),
    _yes_no("heart_failure", "Heart failure"),
    _yes_no("cancer", "Active cancer"),
    _yes_no("kidney_disease", "Chronic kidney disease", "Kidney disease"),
    Feature("immunosuppressed", "Immunosuppression", bounds=(0, 1), words=IMMUNITY),
    _yes_no("altered", "Altered mental status", "Mental status"),
    Feature("rr", "Respiratory rate", "/min", reference=(12, 20), bounds=(8, 55), short="RR"),
    Feature("sbp", "Systolic pressure", "mmHg", 0, (100, 139), (55, 220), short="SBP"),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (33.5, 41.5)),
    Feature("pulse", "Pulse", "/min", reference=(60, 100), bounds=(40, 180)),
    Feature("spo2", "SpO₂ on air", "%", reference=(95, 100), bounds=(60, 100), short="SpO₂"),
    Feature("usual_spo2", "Usual SpO₂", "%", 0, (95, 100), (84, 100), note="last clinic visit"),
    Feature("urea", "Urea", "mmol/L", 1, (2.5, 7.1), (1.5, 70), conventional=UREA),
    Feature(
        "usual_urea",
        "Usual urea",
        "mmol/L",
        1,
        (2.5, 7.1),
        (2, 45),
        note="last year",
        conventional=UREA,
    ),
    Feature("sodium", "Sodium", "mmol/L", reference=(135, 145), bounds=(110, 155)),
    Feature("glucose", "Glucose", "mmol/L", 1, (3.9, 7.8), (2.5, 35), conventional=GLUCOSE),
    Feature("ph", "Arterial pH", "", 2, (7.35, 7.45), (6.9, 7.6), short="pH"),
)
NOT_READ = {"asthma_icu", "peak_flow", "speech", "copd", "kidney_disease", "immunosuppressed"}
NOT_READ |= {"usual_spo2", "usual_urea", "temperature", "pulse", "sodium", "glucose"}
SHOWN = {finding.column: finding for finding in FINDINGS}

# Log odds of death without escalation. That asthma raises it and that escalation lowers it is
# Caruana's finding; the sizes are ours.
INTERCEPT, ASTHMA_EFFECT = -7.05, np.array([0.0, 0.2, 3.0])
EFFECTS = {"severity": 1.96, "older": 0.055, "heart_failure": 0.75, "cancer": 1.5}
EFFECTS |= {"nursing_home": 0.3, "kidney_disease": 0.1, "copd": 0.1, "immunosuppressed": 2.2}
ESCALATION_EFFECT, ESCALATION_EFFECT_IN_ASTHMA = -1.0, -5.0


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults with community-acquired pneumonia, in causal order; every column ``(n,)``.

    ``site`` 0 is the hospitals whose records trained the algorithm, 1 the one that uses it now:
    with a kidney unit, a transplant service and a chest clinic. ``severity`` (0 to 6) is latent.
    """
    world = World(n, seed, do)
    had = _history(world)
    _findings(world, had)
    _course(world, had)
    return world.patients()


def _history(world: World) -> dict[str, Column]:
    """Who they are, what they had before, and how bad this infection is."""
    n, draw = world.n, world.draw
    had: dict[str, Column] = {}
    site = draw("site", lambda s: np.full(n, RECORDS))
    draw("sex", lambda s: happens(s, 0.5, n))
    age = draw("age", lambda s: np.round(18 + 80 * s.beta(2.6, 1.25, n)))
    had["older"] = older = age - 65

    def has(name: str, chance: Any) -> None:
        had[name] = draw(name, lambda s: happens(s, chance, n))

    has("copd", np.where(site == CLINIC, 0.18, 0.03) * (age > 45))
    has("asthma", sigmoid(-1.55 - 0.012 * older) * (had["copd"] == 0))
    has("heart_failure", sigmoid(-2.35 + 0.05 * older))
    has("cancer", sigmoid(-2.8 + 0.03 * older))
    has("kidney_disease", np.where(site == CLINIC, 0.15, 0.03) * (age > 40))
    has("immunosuppressed", np.where(site == CLINIC, 0.05, 0.005))
    has("nursing_home", sigmoid(-3.2 + 0.09 * (age - 75)))
    had["grade"] = draw("asthma_severity", lambda s: had["asthma"] * (1 + happens(s, 0.42, n)))
    had["severity"] = draw("severity", lambda s: np.minimum(s.gamma(1.45, 1.0, n), 6.0))
    return had


def _findings(world: World, had: dict[str, Column]) -> None:
    """Measured at the door; asthma itself shows only in peak flow, speech and its history.

    Immunosuppression blunts the response, but not urea, glucose or pressure.
    """
    n, draw = world.n, world.draw
    copd, older, severity = had["copd"], had["older"], had["severity"]
    response = np.maximum(severity - had["immunosuppressed"], 0)

    def measure(name: str, mean: Column, spread: float = 0.0) -> Column:
        shown = SHOWN[name]
        low, high = shown.bounds or (-np.inf, np.inf)

        def read(stream: np.random.Generator) -> Column:
            return np.clip(
                np.round(mean + spread * stream.normal(size=n), shown.decimals), low, high
            )

        return draw(name, read)

    measure("rr", 17 + 4.8 * response + 3 * copd, 4)
    measure("sbp", 140 - 12 * severity - 5 * np.maximum(severity - 2, 0) + 0.15 * older, 11)
    measure("temperature", 37.6 + 0.35 * response - 0.012 * older, 0.65)
    measure("pulse", 82 + 14.5 * response, 13)
    usual_spo2 = measure("usual_spo2", 97 - 8.8 * copd, 1)
    measure("spo2", usual_spo2 + 0.3 - 2.9 * response, 1.0)
    acid = 0.033 * np.maximum(response - 0.5, 0)
    measure("ph", 7.45 - acid - 0.025 * had["kidney_disease"], 0.022)
    healthy = draw("healthy_urea", lambda s: 5.2 * np.exp(0.006 * older + s.normal(0, 0.15, n)))
    chronic = draw("kidney_factor", lambda s: np.exp(s.normal(1.25, 0.2, n)))
    usual_urea = measure("usual_urea", healthy * np.where(had["kidney_disease"], chronic, 1))
    rise = draw("urea_factor", lambda s: np.exp(0.02 + 0.4 * severity + s.normal(0, 0.2, n)))
    measure("urea", usual_urea * rise)
    measure("sodium", 138.5 - 2.1 * response, 2.8)
    diabetes = draw("diabetes", lambda s: happens(s, 0.16, n))
    sugar = draw("sugar", lambda s: np.exp(1.72 + 0.1 * severity + s.normal(0, 0.14, n)))
    measure("glucose", sugar * (1 + 0.7 * diabetes))
    draw("altered", lambda s: happens(s, sigmoid(-4.65 + 1.35 * severity + 0.04 * older), n))
    fluid = sigmoid(-2.8 + 0.68 * severity + 0.6 * had["heart_failure"])
    draw("effusion", lambda s: happens(s, fluid, n))
    narrowing = np.array([0, 10, 46])[had["grade"]] + 25 * copd
    measure("peak_flow", 82 - 4 * severity - narrowing, 6)
    draw("asthma_icu", lambda s: happens(s, np.array([0, 0.02, 0.7])[had["grade"]], n))
    winded = severity + np.array([0, 0, 1.6])[had["grade"]]
    draw("speech", lambda s: np.digitize(winded + s.normal(0, 0.4, n), [2.2, 3.8]))


def _course(world: World, had: dict[str, Column]) -> None:
    """Care, and the outcome with and without escalation: two risks, one fate."""
    n, draw = world.n, world.draw
    logit = INTERCEPT + ASTHMA_EFFECT[had["grade"]]
    logit = logit + sum(effect * had[name] for name, effect in EFFECTS.items())
    by_severity = sigmoid(-4.6 + 1.1 * had["severity"] - 0.02 * had["older"])
    policy = np.choose(had["grade"], [by_severity, 0.74, 0.98])
    escalated = draw("escalated", lambda s: happens(s, policy, n))
    effect = np.where(had["asthma"], ESCALATION_EFFECT_IN_ASTHMA, ESCALATION_EFFECT)
    ward_risk = draw("ward_risk", lambda s: sigmoid(logit))
    care_risk = draw("care_risk", lambda s: sigmoid(logit + effect * escalated))
    fate = draw("fate", lambda s: s.random(n))
    draw("dies_without_escalation", lambda s: (fate < ward_risk).astype(int))
    draw("died_in_hospital", lambda s: (fate < care_risk).astype(int))


def psi_points(patients: Mapping[str, Any]) -> NDArray[np.float64]:
    """Points of the Pneumonia Severity Index (Fine 1997), shape ``(n,)``; asthma earns none.

    Not simulated, so never scored: liver disease, stroke, haematocrit. SpO2 below 90 % stands
    for an arterial oxygen below 60 mmHg, as the rule allows.
    """
    p = patients
    points = p["age"] - 10 * p["sex"] + 30 * p["cancer"] + 20 * p["altered"]
    for ten in ("nursing_home", "heart_failure", "kidney_disease", "effusion"):
        points = points + 10 * p[ten]
    points = points + 20 * (p["rr"] >= 30) + 20 * (p["sbp"] < 90) + 10 * (p["pulse"] >= 125)
    points = points + 15 * ((p["temperature"] < 35) | (p["temperature"] >= 40))
    points = points + 30 * (p["ph"] < 7.35) + 20 * (p["urea"] >= 11) + 20 * (p["sodium"] < 130)
    return np.asarray(points + 10 * (p["glucose"] >= 14) + 10 * (p["spo2"] < 90), dtype=float)


def psi_class(patients: Mapping[str, Any]) -> NDArray[np.int_]:
    """Risk class 1 to 5 (Fine 1997): class 1 by history and examination, the rest by points."""
    p = patients
    ill = (p["altered"] == 1) | (p["pulse"] >= 125) | (p["rr"] >= 30) | (p["sbp"] < 90)
    ill |= (p["temperature"] < 35) | (p["temperature"] >= 40)
    ill |= (p["cancer"] == 1) | (p["heart_failure"] == 1) | (p["kidney_disease"] == 1)
    by_points = 2 + np.digitize(psi_points(p), [71, 91, 131])
    return np.where((p["age"] <= 50) & ~ill, 1, by_points)


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


def estimator() -> Any:
    """A forest, which can be explained exactly in probability.

    Its cuts are drawn at random and the best is kept, so that a yes/no input such as asthma is
    not crowded out by the many that can be cut anywhere.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    shape = {"n_estimators": 60, "max_depth": 8, "min_samples_leaf": 5, "max_features": None}
    return ExtraTreesClassifier(**shape, random_state=0, n_jobs=1)


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


def story(row: Mapping[str, float], rng: np.random.Generator) -> str:
    """Two sentences on arrival, from what is seen and heard at the door."""

    def one_of(*choices: str) -> str:
        return choices[int(rng.integers(len(choices)))]

    she, person = ("she", "woman") if row["sex"] == 1 else ("he", "man")
    age = round(row["age"])
    article = "An" if age in (18, *range(80, 90)) else "A"
    home = one_of("who lives alone", "who lives with family", "who lives with a partner")
    if row["nursing_home"] == 1:
        home = "who lives in a nursing home"
    came = one_of(
        "is sent in by the GP", "comes to the emergency department", "is brought in by ambulance"
    )
    if row["altered"] == 1 or row["speech"] > 0:
        came = one_of("is sent in by the GP", "is brought in by ambulance")
    cough = one_of("a cough", "a productive cough", "a cough and pain on one side of the chest")
    days = one_of("two days", "three days", "four days", "almost a week")
    also = one_of("tiredness", "no appetite")
    if row["temperature"] >= 38:
        also = one_of("fever", "shivering and fever")
    film = one_of("The film shows consolidation", "There is a new shadow on the chest film")
    talk = (
        "tells the story without stopping for breath",
        "pauses for breath between phrases",
        "gets out one word at a time",
    )[round(row["speech"])]
    mind = (
        one_of(", but does not know the day", ", but seems muddled") if row["altered"] == 1 else ""
    )
    return (
        f"{article} {age}-year-old {person} {home} {came} after {days} of {cough}, with {also}. "
        f"{film}; {she} {talk}{mind}."
    )


def truth_sentence(row: Mapping[str, float]) -> str:
    """What would have happened without escalation, and what the record holds."""
    dies = "died" if row["dies_without_escalation"] == 1 else "survived"
    care = "intensive care" if row["escalated"] == 1 else "ordinary care"
    left = "died in hospital" if row["died_in_hospital"] == 1 else "left hospital alive"
    risk = f"{100 * row['ward_risk']:.0f} %"
    return (
        f"Without escalation this patient would have {dies} (risk before the fact {risk}). "
        f"On record: {care}, {left}."
    )


MODEL = TeachingModel(
    id="pneumonia",
    title="Risk of death from pneumonia",
    condition="death within 30 days without escalation",
    absence="survival at home or on an ordinary ward",
    simulate=simulate,
    label="died_in_hospital",
    truth="dies_without_escalation",
    features=tuple(finding for finding in FINDINGS if finding.column not in NOT_READ),
    findings=FINDINGS,
    estimator=estimator,
    threshold=0.10,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=foreseeable,
    training={"site": RECORDS},
    deployment={"site": CLINIC},
    training_size=14_199,
    alert_says="it would admit",
    silent_says="it would call this safe at home",
)
