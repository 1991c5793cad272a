"""Pulse oximetry and the arterial blood, after Sjoding 2020.

Patients are drawn in causal order: lung disease → oxygen on the haemoglobin → what the probe on
the finger shows. The probe's error depends on skin pigment and on perfusion, on a moving hand and
on carbon monoxide. The algorithm reads none of pigment, movement and exposure, and learned from
patients who mostly had light skin, held the hand still and were not exposed.

Sources of the mechanism, by their ids in ``exercise.toml`` (the free parameters were then set so
that the published figures follow): sjoding2020 (the figures); gudelunas2024 (error grows with
pigment, low perfusion index and depth of hypoxaemia); hampson1998 (carboxyhaemoglobin raises the
reading, usually by less than its level; all of its patients had more than 25 %, ours have a median
of 11 %); petterson2007 (movement spoils readings and causes false alarms). Race is not a variable
here: skin tone is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.kit import (
    Mask,
    Patients,
    World,
    happens,
    sigmoid,
)

Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
LOW_BELOW = 88.0  # % oxyhaemoglobin by co-oximetry, after Sjoding 2020
DARKER_FROM = 6  # Monk 6 to 10 against Monk 1 to 5
LOW_PERFUSION = 1.0  # %, "low" in Gudelunas 2024
LIGHTER_TONES = np.cumsum([0.14, 0.30, 0.30, 0.18, 0.08])[:-1]  # Monk 1..5; a teaching choice
DARKER_TONES = np.cumsum([0.10, 0.22, 0.30, 0.25, 0.13])[:-1]  # Monk 6..10; a teaching choice
# Set so that the four figures of Sjoding 2020 follow: points of SpO2 for 10 points of
# desaturation in the darkest skin with a strong pulse, and the scatter that a weak pulse adds.
BIAS = 0.525
USUAL_ERROR = 0.3  # points that the probe reads too high in everyone
SPREAD = 2.44


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adult inpatients, drawn in causal order; every column has shape ``(n,)``.

    ``site`` is 0 (hospital ward) or 1 (intensive care), ``darker_share`` the share of patients
    with Monk tones 6 to 10. ``functional`` is the saturation of the haemoglobin that can carry
    oxygen, ``oxyhaemoglobin`` the fraction of all haemoglobin; they differ by carbon monoxide.
    ``co_counted`` is the share of carboxyhaemoglobin that the probe counts as oxygen. Both
    saturations are in %, ``fio2`` is a fraction, ``pao2`` in kPa,
    haemoglobin in g/L, lactate in mmol/L, temperature in °C.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _illness, _oxygen, _signs, _reading):
        stage(draw, drawn, n)
    return world.patients()


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("age", lambda r: np.round(np.clip(r.normal(64, 16, n), 18, 95)))
    draw("sex", lambda r: happens(r, 0.5, n))
    draw("site", lambda r: np.zeros(n, dtype=int))
    draw("darker_share", lambda r: np.full(n, 0.4))

    def tone(r: np.random.Generator) -> Any:
        dark, shade = r.random(n) < p["darker_share"], r.random(n)
        darker, lighter = (
            np.searchsorted(DARKER_TONES, shade),
            np.searchsorted(LIGHTER_TONES, shade),
        )
        return np.where(dark, 6 + darker, 1 + lighter)

    draw("pigment", tone)
    draw("co_exposure", lambda r: happens(r, 0.02, n))
    draw("motion", lambda r: happens(r, 0.16, n))
    draw("co_counted", lambda r: np.full(n, 0.9))
    draw("wave", lambda r: r.integers(0, 2**31, n))


def _illness(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("severity", lambda r: r.normal(0, 1, n))
    draw("deterioration", lambda r: happens(r, 0.325 + 0.117 * p["site"], n))
    draw("shock", lambda r: (0.36 + 0.18 * p["site"]) * r.normal(0, 1, n) ** 2)
    draw("cold_hands", lambda r: happens(r, 0.2, n))
    warmth = 37.1 + 0.2 * p["deterioration"]
    draw("temperature", lambda r: np.round(np.clip(r.normal(warmth, 0.7), 34.5, 40.5), 1))
    flow = np.log(2.0) - 0.5 * p["shock"] - 1.0 * p["cold_hands"] - 0.8 * p["deterioration"]
    draw("perfusion_index", lambda r: np.round(np.clip(np.exp(r.normal(flow, 0.45)), 0.1, 12), 1))


def _oxygen(draw: Draw, p: dict[str, Any], n: int) -> None:
    care = 0.21 + 0.07 * (p["severity"] + 0.3 * p["deterioration"])
    draw("fio2", lambda r: np.clip(np.round(r.normal(care - 0.02, 0.056), 2), 0.21, 0.6))
    usual = np.log(np.where(p["deterioration"] == 1, 7.0, 10.5)) - 0.13 * p["severity"]
    draw("pao2", lambda r: np.exp(r.normal(usual, 0.10)))
    # Hill's curve with a P50 of 3.55 kPa.
    draw("functional", lambda r: np.clip(100 / (1 + (3.55 / p["pao2"]) ** 2.7), 60, 99))
    draw("cohb", lambda r: p["co_exposure"] * np.clip(np.exp(r.normal(2.4, 0.5, n)), 1, 40))
    draw("oxyhaemoglobin", lambda r: np.round(p["functional"] * (1 - p["cohb"] / 100), 1))
    draw("low_oxygen", lambda r: (p["oxyhaemoglobin"] < LOW_BELOW).astype(int))


def _signs(draw: Draw, p: dict[str, Any], n: int) -> None:
    # Breathing answers to dissolved oxygen, which carbon monoxide leaves alone; the heart and
    # the lactate answer to what the blood carries.
    dissolved, carried = (
        np.clip(93 - p["functional"], 0, 15),
        np.clip(93 - p["oxyhaemoglobin"], 0, 25),
    )
    breathing = 17 + 1.2 * np.maximum(p["severity"], -1) + 0.4 * dissolved
    draw("respiratory_rate", lambda r: np.round(np.clip(r.normal(breathing, 3), 8, 45)))
    beats = 84 + carried + 6 * p["shock"] + 8 * np.maximum(p["temperature"] - 37.2, 0)
    draw("heart_rate", lambda r: np.round(np.clip(r.normal(beats, 12), 42, 170)))
    breathless = 2 + 0.9 * p["severity"] + 0.25 * dissolved
    draw("dyspnoea", lambda r: np.round(np.clip(r.normal(breathless, 1.5), 0, 10)))
    effort = sigmoid(-3.2 + 0.15 * dissolved + 0.4 * p["severity"])
    draw("accessory_muscles", lambda r: happens(r, effort, n))
    # Nobody who feels little dyspnoea speaks in single words.
    breath = np.digitize(p["dyspnoea"], [3, 5])
    draw(
        "speech",
        lambda r: np.minimum(np.digitize(r.normal(0.35 * dissolved, 1.0), [1.9, 3.6]), breath),
    )
    lactate = np.log(1.2) + 0.35 * p["shock"] + 0.03 * carried
    draw("lactate", lambda r: np.round(np.clip(np.exp(r.normal(lactate, 0.25)), 0.4, 12), 1))
    usual = np.where(p["sex"] == 1, 131.0, 121.0)
    draw("haemoglobin", lambda r: np.round(np.clip(r.normal(usual, 17), 65, 185)))
    aching = sigmoid(np.where(p["co_exposure"] == 1, -0.6 + 0.15 * p["cohb"], -2.2))
    draw("headache", lambda r: happens(r, aching, n))


def _reading(draw: Draw, p: dict[str, Any], n: int) -> None:
    """The probe: oxygen plus carbon monoxide, plus an error of pigment, perfusion and movement."""
    tone = np.clip((p["pigment"] - 3) / 5, 0, 1)
    weak = 1 / (1 + p["perfusion_index"] ** 12)
    depth = np.clip((98 - p["functional"]) / 10, 0, 1.2)
    bias = USUAL_ERROR + depth * (BIAS * tone * (1 + 11 * weak) + 1.6 * weak)
    spread = (1 + SPREAD * weak * (1 + 0.25 * tone)) * (1 + 0.092 * p["site"])
    draw("probe_error", lambda r: bias + spread * r.normal(0, 1, n))
    still = p["oxyhaemoglobin"] + p["co_counted"] * p["cohb"] + p["probe_error"]
    # A shaken finger modulates both wavelengths alike, and a ratio of 1 reads about 85 %.
    draw("motion_pull", lambda r: p["motion"] * r.beta(6, 2.5, n))
    draw("motion_jitter", lambda r: p["motion"] * r.normal(0, 1, n))
    read = still + p["motion_pull"] * (85 - still) + p["motion_jitter"]
    draw("spo2", lambda r: np.round(np.clip(read, 60, 100)))


def in_scope(patients: Patients) -> Mask:
    """A reading of 87 to 97 %: lower ones need no question, higher ones seldom hide anything."""
    return np.asarray((patients["spo2"] >= 87) & (patients["spo2"] <= 97))
