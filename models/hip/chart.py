"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.kit import (
    NO_YES,
    Feature,
)
from tutor.kit.hip_film import CLINIC, EMERGENCY, PORTABLE

from .cohort import ACUTE, OUTPATIENT, ROUTINE, URGENT, WALKS, WARD

Array = NDArray[Any]
Row = Mapping[str, float]
UNITS = {CLINIC: "outpatient unit", EMERGENCY: "emergency unit", PORTABLE: "portable unit"}
PRIORITY = {ROUTINE: "routine order", URGENT: "urgent order"}
PLACES = {OUTPATIENT: "outpatient clinic", WARD: "ward", ACUTE: "emergency"}
SEE = {0: "see the film"}
TAGS = (
    Feature("scanner", "Unit of the film", bounds=(0, 2), words=UNITS, short="Unit"),
    Feature("priority", "Order", bounds=(0, 1), words=PRIORITY),
    Feature("department", "Department", bounds=(0, 2), words=PLACES),
    Feature("hour", "Hour of the film", "h", bounds=(0, 23), short="Hour"),
)
READ = (
    Feature("m_brightness", "Brightness of the film", "of 255", 1, bounds=(0, 255)),
    Feature("m_bone", "Bone over soft tissue", "of 255", 0, bounds=(0, 255)),
    Feature("m_air", "Air beside the thigh", "% of film", 1, bounds=(0, 100)),
    Feature("m_frame", "Edge columns", "of 255", 1, bounds=(0, 255)),
    Feature("m_letters", "White letters", "% of film", 1, bounds=(0, 100)),
    Feature("m_grain", "Grain", "of 255", 2, bounds=(0, 255)),
    *TAGS,
)
FINDINGS = (
    Feature("on_film_cortex", "Cortex, neck to trochanters", words=SEE, bounds=(0, 1)),
    Feature("on_film_alignment", "Head on the neck, shaft under it", words=SEE, bounds=(0, 1)),
    Feature("on_film_marks", "Density of the bone, marks of the unit", words=SEE, bounds=(0, 1)),
    Feature("age", "Age", "years", bounds=(45, 98)),
    Feature("sex", "Sex", bounds=(0, 1), words={0: "woman", 1: "man"}),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25), (16, 42), short="BMI"),
    Feature("fall", "Fall", bounds=(0, 1), words=NO_YES),
    Feature("pain", "Pain in the hip", "of 10", bounds=(0, 10), short="Pain"),
    Feature(
        "walks",
        "Bears weight",
        bounds=(0, 2),
        words={0: "not at all", 1: "with help", WALKS: "walks"},
    ),
    Feature("leg", "Leg", bounds=(0, 1), words={0: "as the other", 1: "shorter, turned out"}),
    *TAGS,
)
