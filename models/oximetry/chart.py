"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.kit import (
    NO_YES,
    Feature,
    Picture,
)
from tutor.kit.pictures.monitor import monitor
from tutor.kit.units import HAEMOGLOBIN

Row = Mapping[str, float]


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
        "haemoglobin",
        "Haemoglobin",
        "g/L",
        0,
        (120, 150),
        (65, 185),
        conventional=HAEMOGLOBIN,
        men=(130, 170),
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
