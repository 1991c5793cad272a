"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from tutor.kit import (
    NO_YES,
    Feature,
    Patients,
)
from tutor.kit.pictures.fundus import reader

from .cohort import LESIONS


def measure(patients: Patients) -> Patients:
    """What is read off each photograph, and whether it passes the gate (``gradable``)."""
    read = reader.measure(patients)
    return read.with_columns(gradable=reader.gradable(read).astype(int))


READ = (
    Feature("m_dots", "Small dark spots", "", 0, None, (0, 40)),
    Feature("m_blots", "Large dark spots", "", 0, None, (0, 40)),
    Feature(
        "m_blot",
        "Contrast of the darkest large spot",
        "shades",
        1,
        None,
        (0, 31),
        short="Darkest spot",
    ),
    Feature(
        "m_quadrants", "Quadrants with large dark spots", "of 4", 0, None, (0, 4), short="Quadrants"
    ),
    Feature("m_pale", "Pale spots", "", 0, None, (0, 40)),
    Feature(
        "m_palest", "Contrast of the palest spot", "shades", 1, None, (0, 31), short="Palest spot"
    ),
    Feature(
        "m_macula",
        "Nearest pale spot to the fovea",
        "disc ⌀",
        1,
        None,
        (0, 15),
        short="Fovea to pale spot",
    ),
    Feature(
        "m_tangle", "Densest mesh of fine vessels", "%", 0, None, (0, 100), short="Vessel mesh"
    ),
    Feature(
        "m_light", "Brightness of the photograph", "%", 0, (20, 60), (0, 100), short="Brightness"
    ),
    Feature("m_grey", "Pixels without colour", "‰", 1, (0, 0.4), (0, 40), short="Grey pixels"),
)
ON_PHOTO = {0: "see the photograph"}


def _look(column: str, label: str) -> Feature:
    return Feature(column, label, words=ON_PHOTO, bounds=(0, 1))


FINDINGS = (
    _look("on_photo_red", "Dark spots and their colour"),
    _look("on_photo_yellow", "Pale spots and their colour"),
    _look("on_photo_vessels", "Disc and vessels"),
    _look("on_photo_quality", "Focus and light"),
    Feature("acuity", "Visual acuity", "decimal", 1, (0.8, 1.2), (0.1, 1.2)),
    Feature("floaters", "Floaters", words=NO_YES, bounds=(0, 1)),
    Feature("diabetes_years", "Diabetes known for", "years", 0, None, (0, 40), short="Diabetes"),
    Feature("hba1c", "HbA1c", "%", 1, (4.0, 6.0), (4.0, 14.0), note="6.0 % is 42 mmol/mol"),
    Feature(
        "systolic", "Systolic blood pressure", "mmHg", 0, (100, 140), (90, 210), short="Systolic"
    ),
    Feature(
        "acr",
        "Urine albumin/creatinine",
        "mg/mmol",
        1,
        (0.0, 3.0),
        (0.0, 300.0),
        short="Albuminuria",
    ),
    Feature(
        "feet_numb",
        "Monofilament not felt on the feet",
        words=NO_YES,
        bounds=(0, 1),
        short="Numb feet",
    ),
    Feature(
        "lens_haze",
        "Red reflex through the lens",
        words={0: "clear", 1: "hazy"},
        bounds=(0, 1),
        short="Red reflex",
    ),
    Feature("lit_room", "Room with the camera", words={0: "darkened", 1: "lit"}, bounds=(0, 1)),
    Feature("pupil", "Pupil at the camera", "mm", 1, (3.0, 8.0), (1.5, 8.0), short="Pupil"),
    Feature("age", "Age", "years", 0, None, (18, 95)),
    Feature("travel", "Travel to the eye hospital", "hours", 1, None, (0.5, 8.0), short="Travel"),
)

# What the photograph shows to a reader, as its text alternative says it.
VISIBLE = ("gradable_by_eye", *(f"seen_{lesion}" for lesion in LESIONS))
