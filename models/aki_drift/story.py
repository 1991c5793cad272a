"""What is told of a patient: the story, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.units import CREATININE

from .cohort import SURGE

Row = Mapping[str, float]

COMPLAINTS = {
    1: (
        "is booked for coronary angiography because of chest tightness on the stairs",
        "comes for planned catheterisation after an abnormal stress test",
        "comes for planned angiography before a valve operation",
    ),
    0: (
        "was admitted with chest pain at rest and needs catheterisation",
        "is brought for catheterisation with chest pain and a raised troponin",
        "needs urgent angiography for chest pain that keeps coming back",
    ),
}
FEVERISH = (
    "has had fever and a cough for five days, and the swab was positive",
    "tested positive a week ago and has a fever",
)
WAITED = (
    "waited two days at home with the pain, afraid of the hospital",
    "had the pain since the day before yesterday and did not dare to call",
)
SCANNED = (
    "had a CT with contrast yesterday",
    "came by way of the scanner: a contrast CT yesterday",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral: the date, the reason, and what the patient tells of the last days."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if 80 <= row["age"] < 90 else "A"
    spring = row["year"] == SURGE
    when = "Spring 2020." if spring else f"{_one(SEASONS, rng)} {row['year']:.0f}."
    reason = _one(COMPLAINTS[round(row["planned"])], rng)
    said = [f"{when} {article} {row['age']:.0f}-year-old {person} {reason}."]
    for column, choices in (("infected", FEVERISH), ("late", WAITED), ("ct", SCANNED)):
        if row[column] == 1:
            said.append(f"{they} {_one(choices, rng)}.")
    return " ".join(said)


SEASONS = ("February", "May", "September", "November")


def truth_sentence(row: Row) -> str:
    """What the creatinine did, and how often it does so in such patients."""
    risk = min(max(round(100 * row["risk"]), 1), 99)
    like = f"Of 100 patients with this whole chart, about {risk} would have an injury."
    state = "Acute kidney injury" if row["injury"] == 1 else "No kidney injury"
    rise = f"{row['rise']:.0f} µmol/L ({CREATININE.say(row['rise'])} {CREATININE.unit})"
    return f"{state}: creatinine rose by {rise}. {like}"
