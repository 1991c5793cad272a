"""What is told of a patient: the story, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import Person, choose
from tutor.kit.units import CREATININE

from .cohort import SURGE

Row = Mapping[str, float]

SEASONS = ("February", "May", "September", "November")
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
    "tested positive a week ago and has been feverish since",
)
SCANNED = ("had a CT with contrast yesterday", "had a contrast CT of the chest yesterday")


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral: the date, the reason, and what the patient tells of the last days."""
    person = Person.of(row)
    spring = row["year"] == SURGE
    when = "Spring 2020." if spring else f"{choose(SEASONS, rng)} {row['year']:.0f}."
    said = [f"{when} {person.introduced} {choose(COMPLAINTS[round(row['planned'])], rng)}."]
    for column, choices in (("infected", FEVERISH), ("ct", SCANNED)):
        if row[column] == 1:
            said.append(f"{person.they.capitalize()} {choose(choices, rng)}.")
    return " ".join(said)


def truth_sentence(row: Row) -> str:
    """What the creatinine did within two days."""
    state = "Acute kidney injury" if row["injury"] == 1 else "No acute kidney injury"
    rise = f"{row['rise']:.0f} µmol/L ({CREATININE.say(row['rise'])} {CREATININE.unit})"
    return f"{state}: creatinine rose by {rise} within two days."
