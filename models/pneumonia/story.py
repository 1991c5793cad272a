"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def story(row: Mapping[str, float], rng: np.random.Generator) -> str:
    """Two sentences on arrival, from what is seen and heard at the door."""

    def one_of(*choices: str) -> str:
        return choices[int(rng.integers(len(choices)))]

    she, person = ("she", "woman") if row["sex"] == 1 else ("he", "man")
    age = round(row["age"])
    article = "An" if age in (18, *range(80, 90)) else "A"
    home = one_of("who lives alone", "who lives with family", "who lives with a partner")
    if row["nursing_home"] == 1:
        home = "who lives in a nursing home"
    came = one_of(
        "is sent in by the GP", "comes to the emergency department", "is brought in by ambulance"
    )
    if row["altered"] == 1 or row["speech"] > 0:
        came = one_of("is sent in by the GP", "is brought in by ambulance")
    cough = one_of("a cough", "a productive cough", "a cough and pain on one side of the chest")
    days = one_of("two days", "three days", "four days", "almost a week")
    also = one_of("tiredness", "no appetite")
    if row["temperature"] >= 38:
        also = one_of("fever", "shivering and fever")
    film = one_of("The film shows consolidation", "There is a new shadow on the chest film")
    talk = (
        "tells the story without stopping for breath",
        "pauses for breath between phrases",
        "gets out one word at a time",
    )[round(row["speech"])]
    mind = (
        one_of(", but does not know the day", ", but seems muddled") if row["altered"] == 1 else ""
    )
    return (
        f"{article} {age}-year-old {person} {home} {came} after {days} of {cough}, with {also}. "
        f"{film}; {she} {talk}{mind}."
    )


def truth_sentence(row: Mapping[str, float]) -> str:
    """What would have happened without escalation, and what the record holds."""
    dies = "died" if row["dies_without_escalation"] == 1 else "survived"
    care = "intensive care" if row["escalated"] == 1 else "ordinary care"
    left = "died in hospital" if row["died_in_hospital"] == 1 else "left hospital alive"
    risk = f"{100 * row['ward_risk']:.0f} %"
    return (
        f"Without escalation this patient would have {dies} (risk before the fact {risk}). "
        f"On record: {care}, {left}."
    )
