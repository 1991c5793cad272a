"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .cohort import KNOWN_INFECTION, NO_REASON, OPERATION, PROTOCOL, SUSPICION

Row = Mapping[str, float]
OPERATIONS = (
    "a bowel resection",
    "the repair of a broken hip",
    "a knee replacement",
    "the removal of a gallbladder",
    "the repair of a hernia",
)
INFECTIONS = (
    "a urinary tract infection",
    "cellulitis of the leg",
    "a chest infection",
    "an infected tooth",
)
ILLNESSES = (
    "with worsening heart failure",
    "with a flare of chronic bronchitis",
    "after a fall at home",
    "after days of vomiting",
    "with new diabetes",
    "with chest pain that has settled",
)
WORRIED = (
    "A relative says that this is not the person they know",
    'The nurse says: "I do not like the look of this one"',
    "The next bed called the nurse, because something seemed wrong",
)
CALM = (
    "The nurse on the round noted nothing new",
    "The night was quiet, and breakfast was eaten",
    "A visitor has just left and had no complaint",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _stay(row: Row, rng: np.random.Generator) -> str:
    """Why the patient is in hospital, as the history has it."""
    days = min(int(row["hours"] // 24), 3)
    if row["operated"] == 1:
        when = ("hours", "the day", "two days", "three days")[days]
        return f"on the surgical ward, {when} after {_one(OPERATIONS, rng)}"
    if row["known_infection"] == 1:
        given = "under" if row["antibiotic"] == 1 else "just after"
        return f"on a medical ward, {given} treatment for {_one(INFECTIONS, rng)}"
    return f"on a medical ward {_one(ILLNESSES, rng)}"


def story(row: Row, rng: np.random.Generator) -> str:
    """The round in two or three sentences, from history and what others noticed."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if row["age"] == 18 or 80 <= row["age"] < 90 else "A"
    worried, calm = _one(WORRIED, rng), _one(CALM, rng)
    troubled = row["confused"] == 1 or row["rigors"] == 1
    noticed = worried if row["concern"] == 1 else "Nobody has called you" if troubled else calm
    shaking = f" {they} had an attack of shaking in bed." if row["rigors"] == 1 else ""
    opening = f"{article} {row['age']:.0f}-year-old {person} {_stay(row, rng)}."
    return f"{opening} {noticed}.{shaking}"


BEHIND = {
    NO_REASON: "Nobody had ordered a culture or an antibiotic.",
    SUSPICION: "Orders followed somebody's suspicion.",
    OPERATION: "Orders were given because of the operation.",
    KNOWN_INFECTION: "Orders were given for the infection already known.",
    PROTOCOL: "Orders were given by custom.",
}


def truth_sentence(row: Row) -> str:
    """Whether sepsis had begun, when, and what stood behind the orders."""
    behind = BEHIND[round(row["reason"])]
    if row["sepsis"] == 0:
        return f"No sepsis. {behind}"
    ago = round(row["since_onset"])
    began = "within the last hour" if ago < 1 else f"about {ago} h ago"
    return f"Sepsis, which began {began}. {behind}"
