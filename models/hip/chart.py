"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from tutor.kit import (
    NO_YES,
    Feature,
)
from tutor.kit.pictures.hip.film import CLINIC, EMERGENCY, PORTABLE
from tutor.kit.story import SEX

from .cohort import ACUTE, OUTPATIENT, ROUTINE, URGENT, WALKS, WARD

UNITS = {
    CLINIC: "main X-ray room",
    EMERGENCY: "emergency X-ray room",
    PORTABLE: "portable unit",
}
PRIORITY = {ROUTINE: "routine", URGENT: "urgent"}
PLACES = {OUTPATIENT: "outpatient clinic", WARD: "ward", ACUTE: "emergency department"}
SEE = {0: "see the X-ray"}
TAGS = (
    Feature("scanner", "X-ray unit", bounds=(0, 2), words=UNITS, short="Unit"),
    Feature("priority", "Request", bounds=(0, 1), words=PRIORITY),
    Feature("department", "Requested by", bounds=(0, 2), words=PLACES),
    Feature("hour", "Hour of the X-ray", "h", bounds=(0, 23), short="Hour"),
)
READ = (
    Feature("m_brightness", "Brightness of the X-ray", "of 255", 1, bounds=(0, 255)),
    Feature("m_bone", "Bone brighter than soft tissue by", "of 255", 0, bounds=(0, 255)),
    Feature("m_air", "Air beside the thigh", "% of picture", 1, bounds=(0, 100)),
    Feature("m_frame", "Brightness of the outer edge", "of 255", 1, bounds=(0, 255)),
    Feature("m_letters", "White letters", "% of picture", 1, bounds=(0, 100)),
    Feature("m_grain", "Graininess", "of 255", 2, bounds=(0, 255)),
    *TAGS,
)
FINDINGS = (
    Feature("on_film_cortex", "Cortex, neck to trochanters", words=SEE, bounds=(0, 1)),
    Feature("on_film_alignment", "Head on the neck, shaft under it", words=SEE, bounds=(0, 1)),
    Feature("on_film_marks", "Density of the bone, marks of the unit", words=SEE, bounds=(0, 1)),
    Feature("age", "Age", "years", bounds=(45, 98)),
    Feature("sex", "Sex", bounds=(0, 1), words=SEX),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25), (16, 42), short="BMI"),
    Feature("fall", "Fall", bounds=(0, 1), words=NO_YES),
    Feature("pain", "Pain in the hip", "of 10", bounds=(0, 10), short="Pain"),
    Feature(
        "walks",
        "Bears weight",
        bounds=(0, 2),
        words={0: "not at all", 1: "with help", WALKS: "walks alone"},
    ),
    Feature("leg", "Leg", bounds=(0, 1), words={0: "like the other", 1: "shorter, turned out"}),
    *TAGS,
)

# What the X-ray shows to a reader, as its text alternative says it.
VISIBLE = ("break_shown", "displaced", "density")
