"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

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
    everyone,
    proportion,
)

from .cohort import DARKER_FROM, LOW_PERFUSION, USUAL_ERROR

Row = Mapping[str, float]


def _exposed(patients: Patients) -> Mask:
    return np.asarray(patients["co_exposure"] == 1)


def _moving(patients: Patients) -> Mask:
    return np.asarray(patients["motion"] == 1)


def _darker(patients: Patients) -> Mask:
    return np.asarray(patients["pigment"] >= DARKER_FROM)


def _cool(patients: Patients) -> Mask:
    return np.asarray(patients["perfusion_index"] < LOW_PERFUSION)


def _reads_low(patients: Patients) -> Mask:
    """A weak pulse in a still hand, whose noise pulled the reading down."""
    return np.asarray(_cool(patients) & ~_moving(patients) & (patients["probe_error"] < 0))


def _warm_and_still(patients: Patients) -> Mask:
    return ~_cool(patients) & ~_moving(patients)


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
        title="The probe reads too high in dark skin with poor perfusion",
        sentence="With darker skin (Monk 6 to 10) and a poorly perfused finger, the probe reads "
        "too high. The algorithm does not know the skin tone and takes the reading as true.",
        mechanism="Melanin absorbs the probe's light, and a weak pulse leaves little signal to "
        "correct for it. The reading is then too high, most of all when saturation is low. "
        "The training data held hardly any patients with dark skin.",
        metric=Metric.MISSES,
        touches=_dark_and_cool,
        compared_with=_light_and_warm,
        inside="patients with low oxyhaemoglobin, darker skin and cool hands",
        outside="patients with low oxyhaemoglobin, lighter skin and warm hands",
        figure="occult_darker",
        undo=Intervene({"pigment": 2, "perfusion_index": 3.0}),
    ),
    FailureMode(
        id="weak_pulse",
        kind=FailureKind.ARTEFACT,
        title="The reading scatters when the pulse in the finger is weak",
        sentence="With a perfusion index below 1 % the reading scatters, in lighter skin too. A "
        "low saturation can then read as safe.",
        mechanism="The probe measures the part of the light that pulses. When that part is tiny, "
        "noise counts as signal, and the reading is off by several points, up or down.",
        metric=Metric.MISSES,
        touches=_light_and_cool,
        compared_with=_light_and_warm,
        inside="patients with low oxyhaemoglobin, lighter skin and cool hands",
        outside="patients with low oxyhaemoglobin, lighter skin and warm hands",
        undo=Intervene({"perfusion_index": 3.0}),
    ),
    FailureMode(
        id="weak_pulse_low",
        kind=FailureKind.ARTEFACT,
        title="A weak pulse in the finger can also read too low",
        sentence="With a perfusion index below 1 % the reading scatters both ways. A normal "
        "saturation can then read as low, and the algorithm alerts.",
        mechanism="When the pulsing part of the light is tiny, noise counts as signal. The reading "
        "can then fall several points below what the blood holds.",
        metric=Metric.FALSE_ALARMS,
        touches=_reads_low,
        compared_with=_warm_and_still,
        inside="patients without low oxyhaemoglobin whose cool, still hand reads too low",
        outside="patients without low oxyhaemoglobin who have warm, still hands",
        undo=Intervene({"probe_error": USUAL_ERROR}),
    ),
    FailureMode(
        id="carbon_monoxide",
        kind=FailureKind.SCOPE,
        title="The probe counts carbon monoxide as oxygen",
        sentence="The probe counts most carboxyhaemoglobin as oxyhaemoglobin, and no patient in "
        "the training data had been exposed. Reading and algorithm both look normal.",
        mechanism="Carboxyhaemoglobin absorbs red light almost as oxyhaemoglobin does, so the "
        "probe shows nearly the sum of the two. Breathing stays quiet, because the oxygen "
        "pressure does not fall. Only co-oximetry tells the two apart.",
        metric=Metric.MISSES,
        touches=_exposed,
        inside="patients with low oxyhaemoglobin from a house with a smoking stove or boiler",
        outside="patients with low oxyhaemoglobin and no such history",
        undo=Intervene({"co_counted": 0}),
    ),
    FailureMode(
        id="moving_hand",
        kind=FailureKind.ARTEFACT,
        title="A moving hand causes false alarms",
        sentence="A shivering or restless hand pulls the reading down. The algorithm learned from "
        "still hands and takes the low number as true.",
        mechanism="Movement shakes the blood in the veins, and both colours of light flicker "
        "alike. The probe's table turns that into a reading near 85 %, whatever the blood holds.",
        metric=Metric.FALSE_ALARMS,
        touches=_moving,
        inside="patients without low oxyhaemoglobin who move the hand",
        outside="patients without low oxyhaemoglobin who keep it still",
        undo=Intervene({"motion": 0}),
    ),
)


def _finger(row: Row) -> str:
    hands = "cool" if row["perfusion_index"] < LOW_PERFUSION else "warm"
    return f"As they are: skin tone {row['pigment']:.0f}, {hands} hands"


TWINS = (
    Twin(
        id="co_oximetry",
        do={"co_counted": 0},
        applies=_exposed,
        as_is=lambda row: f"As they are: carboxyhaemoglobin {row['cohb']:.0f} %",
        changed="The same blood, with a probe that does not count carbon monoxide",
        lesson="The blood is the same; only the device differs. Co-oximetry measures this way.",
    ),
    Twin(
        id="no_carbon_monoxide",
        do={"co_exposure": 0},
        applies=_exposed,
        as_is=lambda row: f"As they are: carboxyhaemoglobin {row['cohb']:.0f} %",
        changed="Without the smoking stove or boiler",
        lesson="The blood changes, and the reading on the finger hardly changes.",
    ),
    Twin(
        id="still_hand",
        do={"motion": 0},
        applies=_moving,
        as_is=lambda row: "As they are: the hand moves",
        changed="The same hand, held still",
        lesson="The blood is the same; movement changed the reading.",
    ),
    Twin(
        id="exact_probe",
        do={"probe_error": USUAL_ERROR},
        applies=_reads_low,
        as_is=_finger,
        changed="The same finger, with an exact probe",
        lesson="The blood is the same; only the error of the reading has gone.",
    ),
    Twin(
        id="light_and_warm",
        do={"pigment": 2, "perfusion_index": 3.0},
        applies=_dark_and_cool,
        as_is=_finger,
        changed="Skin tone 2, warm hands",
        lesson="The blood is the same; only the path of the light through the finger differs.",
    ),
    Twin(
        id="warm_hand",
        do={"perfusion_index": 3.0},
        applies=_cool,
        as_is=_finger,
        changed="The same hand, warmed",
        lesson="The blood is the same; the perfusion index and the reading have changed.",
    ),
    Twin(
        id="dark_and_cool",
        do={"pigment": 9, "perfusion_index": 0.4},
        applies=everyone,
        as_is=_finger,
        changed="Skin tone 9, cool hands",
        lesson="The blood is the same; only the finger, and with it the reading, differs.",
    ),
    Twin(
        id="moving",
        do={"motion": 1},
        applies=lambda p: ~_moving(p),
        as_is=lambda row: "As they are: the hand lies still",
        changed="The same hand, moving",
        lesson="The blood is the same; movement changed the reading.",
    ),
)


def _occult(dark: bool, site: int) -> Callable[[Study], Estimate]:
    """Share below 88 % among readings of 92 to 96 %, in still, unexposed patients."""

    def compute(study: Study) -> Estimate:
        cohort = study.simulate(150_000, site=site, motion=0, co_exposure=0)
        shown = (cohort["spo2"] >= 92) & (cohort["spo2"] <= 96) & (_darker(cohort) == dark)
        return proportion(int(cohort["low_oxygen"][shown].sum()), int(shown.sum()))

    return compute


def _figure(
    id: str, dark: bool, site: int, published: float, interval: tuple[float, float] | None
) -> PublishedFigure:
    people = "darker skin" if dark else "lighter skin"
    race, tones = ("Black", "6 to 10") if dark else ("White", "1 to 5")
    place = "intensive care units" if site else "one hospital"
    return PublishedFigure(
        id=id,
        label=f"Arterial saturation below 88 % with a reading of 92 to 96 %, {people}, {place} "
        f"(published by recorded race, {race} patients; ours by skin tone, Monk {tones})",
        published=published,
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
