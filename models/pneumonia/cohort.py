"""Pneumonia on admission: the algorithm learned from deaths that care had already prevented.

Mechanism: Caruana R et al., KDD 2015:1721-30, doi 10.1145/2783258.2788613 (patients with asthma
went straight to intensive care, so "asthma lowers risk" stood in the records). Severity index:
Fine MJ et al., N Engl J Med 1997;336:243-50, doi 10.1056/NEJM199701233360402. A coefficient
without a source is ours, chosen so that the cohort reproduces the published figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    WOMAN,
    Patients,
    World,
    happens,
    sigmoid,
)

from .chart import FINDINGS

Column = NDArray[Any]
RECORDS, CLINIC = 0, 1
SEVERE = 2
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
    ``sex`` is coded as in ``tutor.kit.SEX``.
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
    draw("sex", lambda s: 1 - happens(s, 0.5, n))  # MAN is 1
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
    points = p["age"] - 10 * (p["sex"] == WOMAN) + 30 * p["cancer"] + 20 * p["altered"]
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
