"""The words: how the patient arrives, and what would have happened without intensive care."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import Person, choose

Row = Mapping[str, float]
FEVER = 38.0
HOMES = ("who lives alone", "who lives with family", "who lives with a partner")
WAYS = (
    "is sent in by the general practitioner",
    "is brought in by ambulance",
    "comes to the emergency department",
)
COUGHS = ("a cough", "a productive cough", "a cough and pain on one side of the chest")
DAYS = ("two days", "three days", "four days", "almost a week")
FILMS = ("The chest X-ray shows consolidation", "There is a new shadow on the chest X-ray")
TALKS = ("speaks in full sentences", "pauses for breath between phrases", "speaks in single words")
MINDS = (" and does not know the day", " and seems confused")


def story(row: Row, rng: np.random.Generator) -> str:
    """Two sentences on arrival, from what is seen and heard at the door."""
    person = Person.of(row)
    home = choose(HOMES, rng)
    if row["nursing_home"] == 1:
        home = "who lives in a nursing home"
    unwell = row["altered"] == 1 or row["speech"] > 0
    came = choose(WAYS[:2] if unwell else WAYS, rng)
    cough, days = choose(COUGHS, rng), choose(DAYS, rng)
    fever = row["temperature"] >= FEVER
    also = choose(("fever", "shivering and fever") if fever else ("tiredness", "no appetite"), rng)
    mind = choose(MINDS, rng) if row["altered"] == 1 else ""
    return (
        f"{person.introduced} {home} {came} after {days} of {cough}, with {also}. "
        f"{choose(FILMS, rng)}; {person.they} {TALKS[round(row['speech'])]}{mind}."
    )


def truth_sentence(row: Row) -> str:
    """What would have happened without intensive care, and what the record holds."""
    dies = "died" if row["dies_without_escalation"] == 1 else "survived"
    care = "intensive care" if row["escalated"] == 1 else "care on an ordinary ward"
    left = "died in hospital" if row["died_in_hospital"] == 1 else "left hospital alive"
    return f"Without intensive care this patient would have {dies}. On record: {care}, {left}."
