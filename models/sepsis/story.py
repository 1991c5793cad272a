"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import Person, choose

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
    "with an exacerbation of COPD",
    "after a fall at home",
    "after days of vomiting",
    "with new diabetes",
    "with chest pain that has settled",
)
CHANGED = "A relative says that this is not the person they know"
WORRIED = (
    "The nurse says: “I am worried about this patient”",
    "The patient in the next bed called the nurse, because something seemed wrong",
)
CALM = (
    "The nurse on the round noted nothing new",
    "A visitor has just left and reported nothing unusual",
)
NIGHT = "The night was quiet, and breakfast was eaten"
EARLIER = "Earlier today a doctor was concerned about the temperature or the pulse"
A_DAY = 24  # hours after arrival from which there has been a night on the ward


def _stay(row: Row, rng: np.random.Generator) -> str:
    """Why the patient is in hospital, as the history has it."""
    days = min(int(row["hours"] // 24), 3)
    if row["operated"] == 1:
        when = ("hours", "the day", "two days", "three days")[days]
        return f"on the surgical ward, {when} after {choose(OPERATIONS, rng)}"
    if row["known_infection"] == 1:
        given = "under" if row["antibiotic"] == 1 else "just after"
        return f"on a medical ward, {given} treatment for {choose(INFECTIONS, rng)}"
    return f"on a medical ward {choose(ILLNESSES, rng)}"


def _noticed(row: Row, rng: np.random.Generator) -> str:
    """What others noticed, in agreement with the examination and the reason for the orders."""
    confused = row["confused"] == 1
    if row["concern"] == 1:
        return choose((CHANGED, *WORRIED) if confused else WORRIED, rng)
    if round(row["reason"]) == SUSPICION:
        return EARLIER
    if confused or row["rigors"] == 1:
        return "Nobody has called you"
    return choose((*CALM, NIGHT) if row["hours"] >= A_DAY else CALM, rng)


def story(row: Row, rng: np.random.Generator) -> str:
    """The round in two or three sentences, from history and what others noticed."""
    person = Person.of(row)
    shaking = ""
    if row["rigors"] == 1:
        shaking = f" {person.they.capitalize()} had an attack of shaking in bed."
    return f"{person.introduced} {_stay(row, rng)}. {_noticed(row, rng)}.{shaking}"


BEHIND = {
    NO_REASON: "Nobody had ordered a culture or an antibiotic.",
    SUSPICION: "Somebody had suspected sepsis and given orders.",
    OPERATION: "Orders were given because of the operation.",
    KNOWN_INFECTION: "Orders were given for the infection already known.",
    PROTOCOL: "Orders were given as ward routine.",
}


def truth_sentence(row: Row) -> str:
    """Whether sepsis had begun, when, and what stood behind the orders."""
    behind = BEHIND[round(row["reason"])]
    if row["sepsis"] == 0:
        return f"No sepsis. {behind}"
    ago = round(row["since_onset"])
    began = "within the last hour" if ago < 1 else f"about {ago} h ago"
    return f"Sepsis, which began {began}. {behind}"
