"""What the chart shows, and what the algorithm reads of it."""

from __future__ import annotations

from tutor.kit import NO_YES, Feature
from tutor.kit.units import CREATININE, HAEMOGLOBIN

TICKED = {0: "not ticked", 1: "ticked"}
READ = (
    Feature("egfr", "eGFR", "mL/min/1.73 m²", 0, (90, 130), (12, 140)),
    Feature(
        "creatinine",
        "Creatinine",
        "µmol/L",
        0,
        (45, 90),
        (30, 460),
        conventional=CREATININE,
        men=(60, 110),
    ),
    Feature("age", "Age", "years", bounds=(30, 92)),
    Feature("diabetes", "Diabetes", bounds=(0, 1), words=NO_YES),
    Feature(
        "haemoglobin",
        "Haemoglobin",
        "g/L",
        0,
        (120, 155),
        (70, 180),
        conventional=HAEMOGLOBIN,
        men=(130, 170),
    ),
    Feature("ejection", "Ejection fraction", "%", 0, (55, 70), (10, 75)),
    Feature(
        "shock_box",
        "“Shock” on the admission form",
        bounds=(0, 1),
        words=TICKED,
        short="“Shock” on the form",
    ),
    Feature("contrast", "Contrast planned", "mL", bounds=(30, 350)),
    Feature("diuretic", "Diuretic", bounds=(0, 1), words=NO_YES),
    Feature("ace_inhibitor", "ACE inhibitor", bounds=(0, 1), words=NO_YES),
    Feature("planned", "Planned procedure", bounds=(0, 1), words=NO_YES),
)
SEEN_ONLY = (
    Feature("year", "Year", bounds=(2012, 2020)),
    Feature("census", "Patients on the unit", "% of usual", bounds=(50, 110)),
    Feature("systolic", "Systolic blood pressure", "mmHg", 0, (100, 140), (58, 205)),
    Feature("lactate", "Lactate", "mmol/L", 1, (0.5, 2.0), (0.5, 14.0)),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35.8, 40.0)),
    Feature("crp", "C-reactive protein", "mg/L", 0, (0, 5), (0, 350), short="CRP"),
    Feature("ct", "Contrast CT in the two days before", bounds=(0, 1), words=NO_YES),
    Feature("protocol", "Kidney-protection protocol", bounds=(0, 1), words=NO_YES),
)
