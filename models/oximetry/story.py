"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .cohort import LOW_PERFUSION

Row = Mapping[str, float]
SAYS = (
    (3, ("is not troubled by breathlessness", "says that breathing feels easy")),
    (6, ("is more breathless than yesterday", "gets out of breath on crossing the room")),
    (11, ("cannot get a proper breath", "feels very short of breath")),
)
ADMITTED = (
    "on a medical ward",
    "on the ward, two days after an abdominal operation",
    "in the acute medical unit with a chest infection",
    "in the emergency department after a week of cough",
    "on the ward with an exacerbation of lung disease",
)
RESCUED = (
    "brought by ambulance from a house with a smoking stove",
    "brought in from a house where the boiler has been smoking",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _hand(row: Row, their: str) -> str:
    """What the examiner sees and feels of the hand; never silent about either clue."""
    seen = []
    if row["perfusion_index"] < LOW_PERFUSION:
        seen.append("is cool to the touch")
    if row["motion"] == 1:
        shivering = row["temperature"] >= 38 or row["temperature"] < 36
        seen.append("is shivering" if shivering else "will not keep still")
    if not seen:
        return f"{their} hand is warm and lies still."
    return f"{their} hand {' and '.join(seen)}."


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral in three short sentences, from what is seen, felt and told."""
    person, they, their = ("man", "He", "His") if row["sex"] == 1 else ("woman", "She", "Her")
    article = "An" if row["age"] == 18 or 80 <= row["age"] < 90 else "A"
    place = _one(RESCUED if row["co_exposure"] == 1 else ADMITTED, rng)
    complaint = _one(next(said for below, said in SAYS if row["dyspnoea"] < below), rng)
    ache = " and has a headache" if row["headache"] == 1 else ""
    opening = f"{article} {row['age']:.0f}-year-old {person} {place}."
    return f"{opening} {they} {complaint}{ache}. {_hand(row, their)}"


def truth_sentence(row: Row) -> str:
    """What the blood showed, and how far the probe was out."""
    state = "hypoxaemic" if row["hypoxaemic"] == 1 else "not hypoxaemic"
    off = round(row["spo2"] - row["sao2"])
    points = f"{abs(off)} points {'high' if off > 0 else 'low'}"
    probe = f"The probe read {points}." if abs(off) >= 2 else "The probe was about right."
    gas = ""
    if row["cohb"] >= 3:
        gas = f" Carboxyhaemoglobin {row['cohb']:.0f} %: the probe counted it as oxygen."
    return f"Arterial saturation {row['sao2']:.1f} %: {state}. {probe}{gas}"
