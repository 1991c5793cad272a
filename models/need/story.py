"""What is told of a patient: the story, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .cohort import FAR, GAPS, MEDICINE, OPERATION

Row = Mapping[str, float]

MEDICINES = (
    "injects one medicine every two weeks, for psoriasis that has gone quiet",
    "has an infusion every two months, for arthritis that no longer hurts",
    "takes one tablet a day against a slow leukaemia, with normal counts",
)
OPERATIONS = (
    "had a knee operated on in spring and walks well",
    "had a shoulder repaired last year and uses it freely",
    "had an operation on the back last year, which worked",
)
NEW = (
    "joined the plan in January, after moving here",
    "changed to this plan in January, with a new job",
)
SKIPS = (
    "leaves out medicines when money is short",
    "cancelled two visits because of the fee",
)
UNCOVERED = ("had no cover for part of last year", "lost cover last year and has just regained it")
TRAVELS = ("takes two buses to the clinic", "needs half a day to get to the clinic and back")
NEAR = (
    "lives near the clinic and goes when called",
    "has a regular doctor round the corner",
    "gets appointments without trouble",
)
HELP = (
    (1, ("manages stairs, shopping and kitchen alone", "needs no help at home")),
    (3, ("needs a hand with the shopping", "no longer manages the heavy housework")),
    (7, ("needs help with washing and dressing", "is helped by family from morning to night")),
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _told(row: Row, rng: np.random.Generator) -> list[str]:
    """What patients say of their access to care and of the largest bill."""
    said = []
    for there, words in (
        (row["new_member"] == 1, NEW),
        (row["dearest"] == MEDICINE, MEDICINES),
        (row["dearest"] == OPERATION, OPERATIONS),
        (row["skipped"] == 1, SKIPS),
        (row["insurance"] == GAPS, UNCOVERED),
        (row["distance"] >= FAR, TRAVELS),
        (row["hurdles"] == 0, NEAR),
    ):
        if there:
            said.append(_one(words, rng))
    return said


def story(row: Row, rng: np.random.Generator) -> str:
    """The care manager's note: who it is, what they say of care, how they manage at home."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if row["age"] == 18 or 80 <= row["age"] < 90 else "A"
    home = _one(next(words for below, words in HELP if row["daily_help"] < below), rng)
    opening = _one(("is on the list for the programme", "comes for the yearly review"), rng)
    told = ". ".join(f"{they} {what}" for what in _told(row, rng))
    return f"{article} {row['age']:.0f}-year-old {person} {opening}. {told}. {they} {home}."


def truth_sentence(row: Row) -> str:
    """Need and cost of the coming year, side by side."""
    conditions, cost = round(row["conditions"]), row["cost_next"]
    need = "high need" if row["high_need"] == 1 else "not high need"
    count = f"{conditions} active chronic condition{'' if conditions == 1 else 's'}"
    dear = "among" if row["high_cost"] == 1 else "not among"
    return f"The coming year: {count}, {need}. It cost ${cost:,.0f}, {dear} the dearest 3 %."
