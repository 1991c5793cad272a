"""What is told of a patient: the story, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import Person, choose

from .cohort import FAR, GAPS, HIGH_COST, MEDICINE, OPERATION

Row = Mapping[str, float]
RETIRED = 65  # years: from here on nobody changes the plan with a new job
CLOSE = 3  # km

MEDICINES = (
    "injects one drug every two weeks, for psoriasis that is now well controlled",
    "has an infusion every two months, for arthritis that no longer hurts",
    "takes one tablet a day for a slow leukaemia, which is in remission",
)
OPERATIONS = (
    "had a knee operated on last spring, which has healed",
    "had a shoulder repaired last year, which has healed",
    "had an operation on the back last year, which has healed",
)
MOVED = "joined the plan in January, after moving here"
NEW_JOB = "changed to this plan in January, with a new job"
SKIPS = (
    "goes without care when money is short",
    "cancelled two visits because of the fee",
)
UNCOVERED = (
    "had no insurance cover for part of last year",
    "lost insurance cover last year and has just regained it",
)
TRAVELS = (
    "takes two buses to the clinic",
    "needs half a day to get to the clinic and back",
)
NEAR = ("lives near the clinic and gets there easily", "has a regular doctor round the corner")
REACHED = ("gets to the clinic without trouble", "reaches the clinic easily")
HELP = (
    (1, ("manages stairs, shopping and cooking alone", "needs no help at home")),
    (3, ("needs help with the shopping", "no longer manages the heavy housework")),
    (5, ("needs help with washing and dressing", "needs help with cooking and getting dressed")),
    (7, ("is helped by family from morning to night", "needs help with nearly all daily tasks")),
)


def _told(row: Row, rng: np.random.Generator) -> list[str]:
    """What patients say of their access to care and of the largest bill."""
    close, retired = row["distance"] <= CLOSE, row["age"] >= RETIRED
    return [
        choose(words, rng)
        for there, words in (
            (row["new_member"] == 1, (MOVED,) if retired else (MOVED, NEW_JOB)),
            (row["largest_item"] == MEDICINE, MEDICINES),
            (row["largest_item"] == OPERATION, OPERATIONS),
            (row["skipped"] == 1, SKIPS),
            (row["insurance"] == GAPS, UNCOVERED),
            (row["distance"] >= FAR, TRAVELS),
            (row["hurdles"] == 0, NEAR if close else REACHED),
        )
        if there
    ]


def story(row: Row, rng: np.random.Generator) -> str:
    """The care manager's note: who it is, what they say of care, how they manage at home."""
    person = Person.of(row)
    they = person.they.capitalize()
    home = choose(next(words for below, words in HELP if row["daily_help"] < below), rng)
    opening = choose(("is on the list for the programme", "comes for the yearly review"), rng)
    told = " ".join(f"{they} {what}." for what in (*_told(row, rng), home))
    return f"{person.introduced} {opening}. {told}"


def truth_sentence(row: Row) -> str:
    """Need and cost of the coming year, side by side."""
    conditions, cost = round(row["conditions"]), row["cost_next"]
    need = "high need" if row["high_need"] == 1 else "not high need"
    count = f"{conditions} active chronic condition{'' if conditions == 1 else 's'}"
    side = "above" if row["high_cost"] == 1 else "below"
    return (
        f"In the coming year: {count}, which is {need}. Care cost ${cost:,.0f}. That is {side} "
        f"the ${HIGH_COST:,} that the algorithm learned to predict."
    )
