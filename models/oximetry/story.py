"""The words: where the patient is, what is felt and seen, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.story import Person, choose

from .cohort import LOW_BELOW, LOW_PERFUSION

Row = Mapping[str, float]
GAS_FROM = 3.0  # % carboxyhaemoglobin worth telling
SAYS = (
    (3, ("is not troubled by breathlessness", "says that breathing feels easy")),
    (6, ("feels rather breathless", "gets out of breath on sitting up")),
    (11, ("cannot get a proper breath", "feels very short of breath")),
)
ADMITTED = (
    "is on a medical ward",
    "is on the ward two days after an abdominal operation",
    "is in the acute medical unit with a chest infection",
    "is in the emergency department after a week of cough",
    "is on the ward with an exacerbation of lung disease",
)
RESCUED = (
    "was brought by ambulance from a house with a smoking stove",
    "was brought in from a house where the boiler has been smoking",
)


def hand(row: Row, person: Person) -> str:
    """What the examiner sees and feels of the hand; never silent about either clue."""
    their = person.their.capitalize()
    cool, moves = row["perfusion_index"] < LOW_PERFUSION, row["motion"] == 1
    if not cool and not moves:
        return f"{their} hand is warm and lies still."
    felt = f"{their} hand is {'cool' if cool else 'warm'} to the touch"
    if not moves:
        return f"{felt} and lies still."
    shivers = row["temperature"] >= 38 or row["temperature"] < 36
    they = person.they
    return f"{felt}, and {they} {'is shivering' if shivers else 'will not keep it still'}."


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral in three short sentences, from what is seen, felt and told."""
    person = Person.of(row)
    place = choose(RESCUED if row["co_exposure"] == 1 else ADMITTED, rng)
    complaint = choose(next(said for below, said in SAYS if row["dyspnoea"] < below), rng)
    ache = " and has a headache" if row["headache"] == 1 else ""
    they = person.they.capitalize()
    return f"{person.introduced} {place}. {they} {complaint}{ache}. {hand(row, person)}"


def truth_sentence(row: Row) -> str:
    """What co-oximetry showed, and how far the probe was from it."""
    low = row["oxyhaemoglobin"] < LOW_BELOW
    side = f"below {LOW_BELOW:.0f} %" if low else f"not below {LOW_BELOW:.0f} %"
    off = round(row["spo2"] - row["oxyhaemoglobin"])
    points = f"{abs(off)} points too {'high' if off > 0 else 'low'}"
    probe = f"The probe read {points}." if abs(off) >= 2 else "The probe was about right."
    gas = ""
    if row["cohb"] >= GAS_FROM:
        gas = (
            f" Carboxyhaemoglobin was {row['cohb']:.0f} %, and the probe counted most of it as "
            f"oxygen. The oxygen pressure was {row['pao2']:.1f} kPa."
        )
    return f"Co-oximetry: oxyhaemoglobin {row['oxyhaemoglobin']:.1f} %, {side}. {probe}{gas}"
