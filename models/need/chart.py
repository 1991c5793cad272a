"""What the chart shows, and what the algorithm reads of it."""

from __future__ import annotations

from tutor.kit import NO_YES, Feature
from tutor.kit.units import CREATININE, LDL_CHOLESTEROL

from .cohort import GAPS, MEDICINE, NOTHING, OPERATION, PRIVATE, PUBLIC

BILLED = {NOTHING: "nothing stands out", MEDICINE: "one drug", OPERATION: "one operation"}
COVER = {GAPS: "gaps in cover", PUBLIC: "public", PRIVATE: "private"}
RATED = {1: "excellent", 2: "very good", 3: "good", 4: "fair", 5: "poor"}
READ = (
    Feature("age", "Age", "years", bounds=(18, 95)),
    Feature("recorded", "Chronic conditions on record", bounds=(0, 14), short="Conditions"),
    Feature("medicines", "Medicines collected", bounds=(0, 30)),
    Feature("visits", "Outpatient visits, last year", bounds=(0, 60), short="Visits"),
    Feature("ed_visits", "Emergency visits, last year", bounds=(0, 20), short="Emergency visits"),
    Feature("admissions", "Hospital stays, last year", bounds=(0, 12), short="Hospital stays"),
    Feature("cost", "Cost of care, last year", "$", bounds=(0, 400_000), short="Cost"),
    Feature("insurance", "Insurance", bounds=(0, 2), words=COVER),
)
ASKED = (
    Feature(
        "largest_item",
        "Largest item on the bill",
        bounds=(0, 2),
        words=BILLED,
        short="Largest item",
    ),
    Feature("distance", "Distance to the clinic", "km", bounds=(1, 120), short="Distance"),
    Feature("skipped", "Care skipped because of cost", bounds=(0, 1), words=NO_YES),
    Feature("self_rated", "Health in the patient's words", bounds=(1, 5), words=RATED),
    Feature("daily_help", "Daily tasks that need help", "of 6", bounds=(0, 6)),
)
EXAMINED = (
    Feature("hba1c", "HbA1c", "%", 1, (4.0, 6.0), (4.0, 14), note="6.0 % is 42 mmol/mol"),
    Feature("systolic", "Systolic blood pressure", "mmHg", 0, (100, 140), (85, 220)),
    Feature(
        "creatinine",
        "Creatinine",
        "µmol/L",
        0,
        (45, 90),
        (35, 600),
        conventional=CREATININE,
        men=(60, 110),
    ),
    Feature("haematocrit", "Haematocrit", "%", 0, (36, 46), (20, 54), men=(40, 50)),
    Feature(
        "ldl",
        "LDL cholesterol",
        "mmol/L",
        1,
        (0.8, 3.0),
        (0.8, 7.0),
        conventional=LDL_CHOLESTEROL,
    ),
)
