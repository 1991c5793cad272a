"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.kit import (
    NO_YES,
    Feature,
)
from tutor.kit.units import BILIRUBIN, CREATININE

from .cohort import KNOWN_INFECTION, NO_REASON, OPERATION, PROTOCOL, SUSPICION

Row = Mapping[str, float]
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
        (45, 90),
        (35, 700),
        conventional=CREATININE,
        men=(60, 110),
    ),
    Feature("platelets", "Platelets", "10⁹/L", 0, (150, 400), (15, 700)),
    Feature("culture", "Blood culture ordered", bounds=(0, 1), words=NO_YES),
    Feature("antibiotic", "Antibiotic ordered", bounds=(0, 1), words=NO_YES),
    Feature(
        "off_round",
        "Latest blood sample",
        bounds=(0, 1),
        words={0: "taken on the round", 1: "taken between rounds"},
    ),
)
WHY = {
    NO_REASON: "no orders",
    SUSPICION: "someone was worried",
    OPERATION: "around the operation",
    KNOWN_INFECTION: "known infection",
    PROTOCOL: "ward routine",
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
