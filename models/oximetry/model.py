"""The reading on the finger: pulse oximetry beside the arterial blood, after Sjoding 2020.

Patients are drawn in causal order: lung disease → oxygen on the haemoglobin → what the probe on
the finger makes of it. The probe's error depends on skin pigment and on perfusion, on a moving
hand and on carbon monoxide; the algorithm reads none of pigment, movement and exposure, and
learned from a cohort that was mostly light-skinned, still and unexposed.

Sources of the mechanism (the free parameters were then set so that the published figures follow):
Sjoding 2020, doi 10.1056/NEJMc2029240 (the figures); Gudelunas 2024, doi
10.1213/ANE.0000000000006755 (error grows with pigment, low perfusion index and depth of
hypoxaemia); Hampson 1998, doi 10.1378/chest.114.4.1036 (carboxyhaemoglobin raises the reading,
usually by less than its level); Petterson 2007, doi 10.1213/01.ane.0000278134.47777.a5
(movement spoils readings and causes false alarms). Race is not a variable here: skin tone is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tutor.kit import (
    NO_YES,
    Estimate,
    FailureKind,
    FailureMode,
    Feature,
    Mask,
    Metric,
    Patients,
    Picture,
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
from tutor.kit.monitor import monitor
from tutor.kit.units import HAEMOGLOBIN

Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
HYPOXAEMIC_BELOW = 88.0  # % by co-oximetry, the definition of Sjoding 2020
DARKER_FROM = 6  # Monk 6 to 10 against Monk 1 to 5
LOW_PERFUSION = 1.0  # %, "low" in Gudelunas 2024
LIGHTER_TONES = np.cumsum([0.14, 0.30, 0.30, 0.18, 0.08])[:-1]  # Monk 1..5; a teaching choice
DARKER_TONES = np.cumsum([0.10, 0.22, 0.30, 0.25, 0.13])[:-1]  # Monk 6..10; a teaching choice
# Set so that the four figures of Sjoding 2020 follow: points of SpO2 for 10 points of
# desaturation in the darkest skin with a strong pulse, and the scatter that a weak pulse adds.
BIAS = 0.525
SPREAD = 2.44


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adult inpatients, drawn in causal order; every column has shape ``(n,)``.

    ``site`` is 0 (hospital ward) or 1 (intensive care), ``darker_share`` the share of patients
    with Monk tones 6 to 10. Saturations are in %, ``fio2`` is a fraction, ``pao2`` in kPa,
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
    draw("co_exposure", lambda r: happens(r, 0.03, n))
    draw("motion", lambda r: happens(r, 0.16, n))
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
    draw("sao2", lambda r: np.round(p["functional"] * (1 - p["cohb"] / 100), 1))
    draw("hypoxaemic", lambda r: (p["sao2"] < HYPOXAEMIC_BELOW).astype(int))


def _signs(draw: Draw, p: dict[str, Any], n: int) -> None:
    # Breathing answers to dissolved oxygen, which carbon monoxide leaves alone; the heart and
    # the lactate answer to what the blood carries.
    dissolved, carried = np.clip(93 - p["functional"], 0, 15), np.clip(93 - p["sao2"], 0, 25)
    breathing = 17 + 1.2 * np.maximum(p["severity"], -1) + 0.4 * dissolved
    draw("respiratory_rate", lambda r: np.round(np.clip(r.normal(breathing, 3), 8, 45)))
    beats = 84 + carried + 6 * p["shock"] + 8 * np.maximum(p["temperature"] - 37.2, 0)
    draw("heart_rate", lambda r: np.round(np.clip(r.normal(beats, 12), 42, 170)))
    breathless = 2 + 0.9 * p["severity"] + 0.25 * dissolved
    draw("dyspnoea", lambda r: np.round(np.clip(r.normal(breathless, 1.5), 0, 10)))
    effort = sigmoid(-3.2 + 0.15 * dissolved + 0.4 * p["severity"])
    draw("accessory_muscles", lambda r: happens(r, effort, n))
    draw("speech", lambda r: np.digitize(r.normal(0.35 * dissolved, 1.0), [1.9, 3.6]))
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
    bias = 0.3 + depth * (BIAS * tone * (1 + 11 * weak) + 1.6 * weak)
    spread = (1 + SPREAD * weak * (1 + 0.25 * tone)) * (1 + 0.092 * p["site"])
    draw("probe_error", lambda r: bias + spread * r.normal(0, 1, n))
    still = p["sao2"] + 0.9 * p["cohb"] + p["probe_error"]
    # A shaken finger modulates both wavelengths alike, and a ratio of 1 reads about 85 %.
    draw("motion_pull", lambda r: p["motion"] * r.beta(6, 2.5, n))
    draw("motion_jitter", lambda r: p["motion"] * r.normal(0, 1, n))
    read = still + p["motion_pull"] * (85 - still) + p["motion_jitter"]
    draw("spo2", lambda r: np.round(np.clip(read, 60, 100)))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=15, random_state=0, n_jobs=1
    )


def in_scope(patients: Patients) -> Mask:
    """A reading of 87 to 97 %, and an arterial saturation not within a point of the line."""
    reading = patients["spo2"]
    clear = np.abs(patients["sao2"] - HYPOXAEMIC_BELOW) >= 1
    return np.asarray((reading >= 87) & (reading <= 97) & clear)


def _exposed(patients: Patients) -> Mask:
    return np.asarray(patients["co_exposure"] == 1)


def _moving(patients: Patients) -> Mask:
    return np.asarray(patients["motion"] == 1)


def _darker(patients: Patients) -> Mask:
    return np.asarray(patients["pigment"] >= DARKER_FROM)


def _cool(patients: Patients) -> Mask:
    return np.asarray(patients["perfusion_index"] < LOW_PERFUSION)


def _dark_and_cool(patients: Patients) -> Mask:
    return _darker(patients) & _cool(patients) & ~_exposed(patients)


def _light_and_cool(patients: Patients) -> Mask:
    return ~_darker(patients) & _cool(patients) & ~_exposed(patients)


def _light_and_warm(patients: Patients) -> Mask:
    return ~_darker(patients) & ~_cool(patients) & ~_exposed(patients)


FAILURE_MODES = (
    FailureMode(
        id="dark_skin",
        kind=FailureKind.MEASUREMENT,
        title="Reads high in dark skin with poor perfusion",
        sentence="Where skin is darker (Monk 6 to 10) and the finger poorly perfused, the probe "
        "reads high. The algorithm takes the reading at its word: it does not know the skin tone.",
        mechanism="Melanin absorbs the probe's light, and a weak pulse leaves little signal to "
        "correct for it: the reading comes out too high, most of all when saturation is low. "
        "Hardly anyone in the training data had dark skin, so nothing taught the algorithm this.",
        metric=Metric.MISSES,
        touches=_dark_and_cool,
        compared_with=_light_and_warm,
        inside="hypoxaemic patients with darker skin and cool hands",
        outside="hypoxaemic patients with lighter skin and warm hands",
        figure="occult_darker",
    ),
    FailureMode(
        id="weak_pulse",
        kind=FailureKind.ARTEFACT,
        title="Guesses when the pulse in the finger is weak",
        sentence="With a perfusion index below 1 % the reading scatters, in lighter skin too; a "
        "saturation that should alarm can read as safe.",
        mechanism="The probe measures the part of the light that pulses. When that part is tiny, "
        "noise is read as oxygen and the number wanders by several points, up or down.",
        metric=Metric.MISSES,
        touches=_light_and_cool,
        compared_with=_light_and_warm,
        inside="hypoxaemic patients with lighter skin and cool hands",
        outside="hypoxaemic patients with lighter skin and warm hands",
    ),
    FailureMode(
        id="carbon_monoxide",
        kind=FailureKind.SCOPE,
        title="Never saw carbon monoxide",
        sentence="The probe counts carbon monoxide as oxygen, and nobody in the training data "
        "had been exposed: the reading and the algorithm both look calm.",
        mechanism="Carboxyhaemoglobin absorbs red light almost as oxyhaemoglobin does, so the "
        "probe shows nearly the sum of the two. Breathing stays quiet too, because the dissolved "
        "oxygen is normal. Only co-oximetry tells them apart.",
        metric=Metric.MISSES,
        touches=_exposed,
        inside="patients with low saturation from a house with a smoking stove or boiler",
        outside="patients with low saturation and no such history",
    ),
    FailureMode(
        id="moving_hand",
        kind=FailureKind.ARTEFACT,
        title="False alarms with a moving hand",
        sentence="A shivering or restless hand drags the reading down. The algorithm learned "
        "from still hands and believes the low number.",
        mechanism="Movement shakes the blood in the veins, and both colours of light flicker "
        "alike; the probe's table turns that into a reading near 85 %, whatever the truth.",
        metric=Metric.FALSE_ALARMS,
        touches=_moving,
        inside="patients who are not hypoxaemic but move the hand",
        outside="patients who are not hypoxaemic and keep it still",
    ),
)


def _finger(row: Row) -> str:
    hands = "cool" if row["perfusion_index"] < LOW_PERFUSION else "warm"
    return f"As they are: skin tone {row['pigment']:.0f}, {hands} hands"


TWINS = (
    Twin(
        id="no_carbon_monoxide",
        do={"co_exposure": 0},
        applies=_exposed,
        as_is=lambda row: f"As they are: carboxyhaemoglobin {row['cohb']:.0f} %",
        changed="Without the smoking stove or boiler",
        lesson="The blood changes; the reading on the finger hardly does.",
    ),
    Twin(
        id="still_hand",
        do={"motion": 0},
        applies=_moving,
        as_is=lambda row: "As they are: the hand moves",
        changed="The same hand, held still",
        lesson="The blood is the same; the number was made by movement.",
    ),
    Twin(
        id="light_and_warm",
        do={"pigment": 2, "perfusion_index": 3.0},
        applies=_dark_and_cool,
        as_is=_finger,
        changed="Skin tone 2, warm hands",
        lesson="The blood is the same; only the light's way through the finger has changed.",
    ),
    Twin(
        id="warm_hand",
        do={"perfusion_index": 3.0},
        applies=_light_and_cool,
        as_is=_finger,
        changed="The same hand, warmed",
        lesson="The blood is the same; a stronger pulse steadies the reading.",
    ),
    Twin(
        id="dark_and_cool",
        do={"pigment": 9, "perfusion_index": 0.4},
        applies=everyone,
        as_is=_finger,
        changed="Skin tone 9, cool hands",
        lesson="The blood is the same; the finger, and with it the reading, is not.",
    ),
)


def _occult(dark: bool, site: int) -> Callable[[Study], Estimate]:
    """Share with SaO2 < 88 % among readings of 92 to 96 %, in still, unexposed patients."""

    def compute(study: Study) -> Estimate:
        cohort = study.simulate(150_000, site=site, motion=0, co_exposure=0)
        shown = (cohort["spo2"] >= 92) & (cohort["spo2"] <= 96) & (_darker(cohort) == dark)
        return proportion(int(cohort["hypoxaemic"][shown].sum()), int(shown.sum()))

    return compute


def _figure(
    id: str, dark: bool, site: int, published: float, interval: tuple[float, float] | None
) -> PublishedFigure:
    people = "darker skin" if dark else "lighter skin"
    race, tones = ("Black", "6 to 10") if dark else ("White", "1 to 5")
    place = "intensive care units" if site else "one hospital"
    return PublishedFigure(
        id=id,
        label=f"Saturation below 88 % behind a reading of 92 to 96 %, {people}, {place} "
        f"(published by recorded race, {race} patients; ours by skin tone, Monk {tones})",
        published=published,
        doi="10.1056/NEJMc2029240",
        basis="S",
        tolerance=0.01,
        compute=_occult(dark, site),
        interval=interval,
        citation="sjoding2020",
    )


FIGURES = (
    _figure("occult_darker", True, 0, 0.117, (0.085, 0.160)),
    _figure("occult_lighter", False, 0, 0.036, (0.027, 0.047)),
    _figure("occult_darker_icu", True, 1, 0.170, None),
    _figure("occult_lighter_icu", False, 1, 0.062, None),
)


SAYS = (
    (3, ("is not troubled by breathlessness", "says that breathing feels easy")),
    (6, ("is more breathless than yesterday", "gets out of breath on crossing the room")),
    (11, ("cannot get a proper breath", "feels very short of breath")),
)
ADMITTED = (
    "on a medical ward",
    "on the ward, two days after an abdominal operation",
    "in the acute medical unit with a chest infection",
    "in the emergency department after a week of cough",
    "on the ward with an exacerbation of lung disease",
)
RESCUED = (
    "brought by ambulance from a house with a smoking stove",
    "brought in from a house where the boiler has been smoking",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _hand(row: Row, their: str) -> str:
    """What the examiner sees and feels of the hand; never silent about either clue."""
    seen = []
    if row["perfusion_index"] < LOW_PERFUSION:
        seen.append("is cool to the touch")
    if row["motion"] == 1:
        shivering = row["temperature"] >= 38 or row["temperature"] < 36
        seen.append("is shivering" if shivering else "will not keep still")
    if not seen:
        return f"{their} hand is warm and lies still."
    return f"{their} hand {' and '.join(seen)}."


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral in three short sentences, from what is seen, felt and told."""
    person, they, their = ("man", "He", "His") if row["sex"] == 1 else ("woman", "She", "Her")
    article = "An" if row["age"] == 18 or 80 <= row["age"] < 90 else "A"
    place = _one(RESCUED if row["co_exposure"] == 1 else ADMITTED, rng)
    complaint = _one(next(said for below, said in SAYS if row["dyspnoea"] < below), rng)
    ache = " and has a headache" if row["headache"] == 1 else ""
    opening = f"{article} {row['age']:.0f}-year-old {person} {place}."
    return f"{opening} {they} {complaint}{ache}. {_hand(row, their)}"


def truth_sentence(row: Row) -> str:
    """What the blood showed, and how far the probe was out."""
    state = "hypoxaemic" if row["hypoxaemic"] == 1 else "not hypoxaemic"
    off = round(row["spo2"] - row["sao2"])
    points = f"{abs(off)} points {'high' if off > 0 else 'low'}"
    probe = f"The probe read {points}." if abs(off) >= 2 else "The probe was about right."
    gas = ""
    if row["cohb"] >= 3:
        gas = f" Carboxyhaemoglobin {row['cohb']:.0f} %: the probe counted it as oxygen."
    return f"Arterial saturation {row['sao2']:.1f} %: {state}. {probe}{gas}"


def picture(row: Row) -> Picture:
    """The bedside monitor: the reading, the pulse, and a wave of perfusion and movement."""
    return monitor(
        spo2=row["spo2"],
        pulse=row["heart_rate"],
        perfusion=row["perfusion_index"],
        moving=row["motion"] == 1,
        seed=int(row["wave"]),
    )


READ = (
    Feature("spo2", "Oxygen saturation, probe (SpO₂)", "%", 0, (95, 100), (60, 100), short="SpO₂"),
    Feature("heart_rate", "Pulse", "/min", 0, (60, 100), (42, 170)),
    Feature("perfusion_index", "Perfusion index", "%", 1, (1.0, 12.0), (0.1, 12.0)),
    Feature("respiratory_rate", "Respiratory rate", "/min", 0, (12, 20), (8, 45)),
    Feature("dyspnoea", "Dyspnoea", "of 10", bounds=(0, 10)),
    Feature("accessory_muscles", "Accessory muscle use", bounds=(0, 1), words=NO_YES),
    Feature("fio2", "Inspired oxygen (fraction)", "", 2, bounds=(0.21, 0.6)),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (34.5, 40.5)),
    Feature("lactate", "Lactate", "mmol/L", 1, (0.5, 2.0), (0.4, 12.0)),
    Feature(
        "haemoglobin", "Haemoglobin", "g/L", 0, (120, 160), (65, 185), conventional=HAEMOGLOBIN
    ),
    Feature("age", "Age", "years", bounds=(18, 95)),
)
SPOKEN = {0: "whole sentences", 1: "short phrases", 2: "single words"}
SEEN_ONLY = (
    Feature("motion", "Hand with the probe", bounds=(0, 1), words={0: "still", 1: "moving"}),
    Feature("pigment", "Skin tone (Monk scale)", "of 10", bounds=(1, 10), short="Skin tone"),
    Feature("speech", "Speech", bounds=(0, 2), words=SPOKEN),
    Feature("headache", "Headache", bounds=(0, 1), words=NO_YES),
)

MODEL = TeachingModel(
    id="oximetry",
    title="The reading on the finger",
    condition="hypoxaemic",
    absence="not hypoxaemic",
    simulate=simulate,
    label="hypoxaemic",
    truth="hypoxaemic",
    features=READ,
    findings=(*READ[:3], *SEEN_ONLY, *READ[3:]),
    estimator=_forest,
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    scope=in_scope,
    training={"co_exposure": 0, "motion": 0, "darker_share": 0.05},
    alert_says="it would ask for an arterial blood gas",
    silent_says="it would stay silent",
)
