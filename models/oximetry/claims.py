"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

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

from .cohort import DARKER_FROM, LOW_PERFUSION

Row = Mapping[str, float]


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
