"""The kidney and the calendar: an algorithm of 2012 meets the patients of later years.

Patients before cardiac catheterisation are drawn in causal order: the calendar → who comes →
kidney, heart and blood → what the unit does for the kidney → acute kidney injury. The algorithm
learned in 2012. Afterwards a protocol protected kidneys and contrast CT became common. In the
spring of 2020 planned patients stayed away, an infection came that injures kidneys, and a new
admission form had the box "shock" ticked in advance. Patients, outcomes and records changed; the
algorithm did not.

Sources: Davis 2017, doi 10.1093/jamia/ocx030 (discrimination held, risk over-predicted); Davis
2022, doi 10.1161/CIRCOUTCOMES.121.008635 (observed to expected, with and without surveillance);
Wong 2021, doi 10.1001/jamanetworkopen.2021.35286 (alerts and census in the surge, of a sepsis
alert); Inker 2021, doi 10.1056/NEJMoa2102953 (CKD-EPI equation without race). The sizes of the
single causes are not published: they were set so that the published figures follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import Patients, World, happens, sigmoid

Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
LEARNED, SURGE = 2012, 2020
YEARS = np.arange(2013, 2021)
YEAR_SHARES = np.cumsum([0.05, 0.05, 0.05, 0.15, 0.15, 0.15, 0.15, 0.25])[:-1]
PLANNED = 0.45  # of patients in usual times
PLANNED_IN_SURGE = 0.154  # leaves 65 % of the usual number, with as many unplanned patients
UMOL_PER_MG = 88.42  # µmol/L of creatinine in 1 mg/dL
RISE = 26.5  # µmol/L: the smallest rise in creatinine called acute kidney injury (KDIGO)
BASE = -4.0
PROTECTED = -0.744
SECOND_CONTRAST = 2.5
INFECTION = 2.8
SHOCK_IN_SURGE = 0.8
TICKED = 0.48  # of unplanned patients without the infection and without shock, in the surge


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults before cardiac catheterisation; every column has shape ``(n,)``.

    ``year`` 2012 to 2020 moves who comes; ``practice`` (the same year unless set) what the unit
    does. eGFR in mL/min/1.73 m², creatinine and its ``rise`` in µmol/L, haemoglobin in g/L,
    contrast in mL, ejection fraction and ``census`` in %, lactate in mmol/L, systolic pressure in
    mmHg. ``shock_box`` is what the admission form says of ``shock``. ``risk`` is the true
    probability; all that it is computed from stands on the chart or in the story.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_calendar, _people, _kidney, _heart, _care, _outcome):
        stage(draw, drawn, n)
    return world.patients()


def _calendar(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("year", lambda r: YEARS[np.searchsorted(YEAR_SHARES, r.random(n))])
    draw("practice", lambda r: p["year"])
    draw("surge", lambda r: (p["year"] == SURGE).astype(int))
    usual = np.where(p["surge"] == 1, 65, 99)
    draw("census", lambda r: np.round(usual + np.clip(r.normal(0, 3, n), -8, 8)))
    planned = np.where(p["surge"] == 1, PLANNED_IN_SURGE, PLANNED)
    draw("planned", lambda r: happens(r, planned, n))
    came = (p["surge"] == 1) & (p["planned"] == 0)
    draw("infected", lambda r: happens(r, np.where(came, 0.30, 0.0), n))


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    since = np.clip(p["year"] - LEARNED, 0, 7)
    draw("sex", lambda r: happens(r, 0.62, n))
    draw("age", lambda r: np.round(np.clip(r.normal(65 + 0.25 * since, 11), 30, 92)))
    draw("diabetes", lambda r: happens(r, 0.32 + 0.01 * since, n))
    draw("ace_inhibitor", lambda r: happens(r, 0.40 + 0.20 * p["diabetes"], n))


def _kidney(draw: Draw, p: dict[str, Any], n: int) -> None:
    since = np.clip(p["year"] - LEARNED, 0, 7)
    usual = 80 - 0.8 * (p["age"] - 66) - 6 * p["diabetes"]
    top = 142 * 0.9938 ** p["age"] * 1.15
    draw("gfr", lambda r: np.clip(r.normal(usual, 18 + 0.2 * since), 15, top))
    draw("creatinine", lambda r: np.round(_creatinine(p["gfr"], p["age"], p["sex"])))
    draw("egfr", lambda r: np.round(p["gfr"]))
    pale = np.where(p["sex"] == 1, 142.0, 130.0) - 0.25 * np.maximum(70 - p["gfr"], 0)
    draw("haemoglobin", lambda r: np.round(np.clip(r.normal(pale, 13), 70, 180)))


def _creatinine(gfr: Any, age: Any, sex: Any) -> NDArray[np.float64]:
    """The creatinine (µmol/L) whose CKD-EPI 2021 eGFR is ``gfr``."""
    kappa, alpha = np.where(sex == 1, 0.9, 0.7), np.where(sex == 1, -0.302, -0.241)
    share = gfr / (142 * 0.9938**age * np.where(sex == 1, 1.0, 1.012))
    power = np.where(share <= 1, 1 / -1.2, 1 / alpha)
    return np.asarray(UMOL_PER_MG * kappa * share**power)


def _heart(draw: Draw, p: dict[str, Any], n: int) -> None:
    unplanned = 1 - p["planned"]
    draw("weak_heart", lambda r: r.normal(0, 1, n))
    own = 57 - 3 * unplanned + np.where(p["weak_heart"] < 0, 15, 5) * p["weak_heart"]
    draw("ejection", lambda r: np.round(np.clip(own, 15, 72)))
    failing = sigmoid(-1.6 + 0.08 * (50 - p["ejection"]) + 0.02 * (70 - p["gfr"]))
    draw("diuretic", lambda r: happens(r, failing, n))
    late_call = SHOCK_IN_SURGE * p["surge"] * (1 - p["infected"])
    collapse = sigmoid(-3.3 + 0.06 * (50 - p["ejection"]) + late_call) * unplanned
    draw("shock", lambda r: happens(r, collapse, n))
    # The form of 2020 had the box ticked in advance; patients with the infection had another form.
    form = p["surge"] * unplanned * (1 - p["infected"]) * (1 - p["shock"])
    draw("ticked", lambda r: happens(r, TICKED * form, n))
    draw("shock_box", lambda r: np.maximum(p["shock"], p["ticked"]))
    pressure, spread = np.where(p["shock"] == 1, 80, 134), np.where(p["shock"] == 1, 6, 17)
    low, high = np.where(p["shock"] == 1, 58, 96), np.where(p["shock"] == 1, 89, 205)
    draw("systolic", lambda r: np.round(np.clip(r.normal(pressure, spread), low, high)))
    acid = np.log(np.where(p["shock"] == 1, 4.2, 1.1))
    least, most = np.where(p["shock"] == 1, 2.5, 0.5), np.where(p["shock"] == 1, 14.0, 2.0)
    draw("lactate", lambda r: np.round(np.clip(np.exp(r.normal(acid, 0.28)), least, most), 1))
    draw("fever", lambda r: p["infected"] * np.clip(r.normal(1.8, 0.5, n), 1.2, 3.0))
    warm = 36.8 + p["fever"]
    draw("temperature", lambda r: np.round(np.clip(r.normal(warm, 0.3), 35.8, 40.0), 1))
    inflamed = 3.2 * p["infected"] + 0.6 * unplanned
    draw("crp", lambda r: np.round(np.clip(np.exp(r.normal(0.8 + inflamed, 0.6)), 1, 350)))


def _care(draw: Draw, p: dict[str, Any], n: int) -> None:
    since = np.clip(p["practice"] - LEARNED, 0, 8)
    volume = 115 + 30 * (1 - p["planned"])
    draw("contrast", lambda r: np.round(np.clip(r.normal(volume, 40), 30, 350), -1))
    adopted = np.clip(0.75 * since, 0, 0.85)
    draw("protocol", lambda r: happens(r, adopted * np.where(p["gfr"] < 60, 1.0, 0.75), n))
    draw("ct", lambda r: happens(r, np.clip(0.0048 * since, 0, 0.04), n))


def _outcome(draw: Draw, p: dict[str, Any], n: int) -> None:
    logit = BASE + 0.02 * (p["age"] - 66) - 0.055 * (p["egfr"] - 75) + 0.4 * p["diabetes"]
    logit += 1.8 * p["shock"] + 0.06 * np.maximum(52 - p["ejection"], 0)
    logit += 0.010 * (p["contrast"] - 120) - 0.02 * (p["haemoglobin"] - 135)
    logit += 0.45 * p["diuretic"]
    logit += PROTECTED * p["protocol"] + SECOND_CONTRAST * p["ct"] + INFECTION * p["infected"]
    draw("risk", lambda r: sigmoid(logit))
    draw("luck", lambda r: r.random(n))
    draw("injury", lambda r: (p["luck"] < p["risk"]).astype(int))
    draw("swing", lambda r: r.gamma(2.0, 25.0, n))
    small = np.minimum(p["swing"] / 4, np.minimum(RISE - 2, 0.4 * p["creatinine"]))
    draw("rise", lambda r: np.round(np.where(p["injury"] == 1, RISE + p["swing"], small)))
