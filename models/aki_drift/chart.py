"""What the chart shows, and what the algorithm reads of it."""

from __future__ import annotations

from tutor.kit import NO_YES, Feature
from tutor.kit.units import CREATININE, HAEMOGLOBIN

READ = (
    Feature("egfr", "eGFR", "mL/min/1.73 m²", 0, (90, 130), (12, 140)),
    Feature("creatinine", "Creatinine", "µmol/L", 0, (60, 110), (30, 460), conventional=CREATININE),
    Feature("age", "Age", "years", bounds=(30, 92)),
    Feature("diabetes", "Diabetes", bounds=(0, 1), words=NO_YES),
    Feature(
        "haemoglobin", "Haemoglobin", "g/L", 0, (120, 160), (70, 180), conventional=HAEMOGLOBIN
    ),
    Feature("ejection", "Ejection fraction", "%", 0, (55, 70), (10, 75)),
    Feature("shock", "Cardiogenic shock", bounds=(0, 1), words=NO_YES),
    Feature("contrast", "Contrast planned", "mL", bounds=(30, 350)),
    Feature("diuretic", "Diuretic", bounds=(0, 1), words=NO_YES),
    Feature("ace_inhibitor", "ACE inhibitor", bounds=(0, 1), words=NO_YES),
    Feature("planned", "Planned procedure", bounds=(0, 1), words=NO_YES),
)
SEEN_ONLY = (
    Feature("year", "Year", bounds=(2012, 2020)),
    Feature("census", "Patients on the unit", "% of usual", bounds=(50, 110)),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35.8, 40.0)),
    Feature("crp", "C-reactive protein", "mg/L", 0, (0, 5), (0, 350)),
    Feature("late", "Came more than a day after the pain", bounds=(0, 1), words=NO_YES),
    Feature("ct", "Contrast CT in the two days before", bounds=(0, 1), words=NO_YES),
    Feature("protocol", "Kidney-protection protocol", bounds=(0, 1), words=NO_YES),
)
