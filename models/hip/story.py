"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cohort import ACUTE, OUTPATIENT, WARD

Array = NDArray[Any]
Row = Mapping[str, float]
CAME = {
    OUTPATIENT: ("was sent to the outpatient clinic", "came to the outpatient clinic"),
    WARD: ("is on a medical ward", "has been on the geriatric ward since yesterday"),
    ACUTE: ("was brought to the emergency department", "came to the emergency department"),
}
FELL = ("fell at home", "fell on the stairs", "slipped on the way to the bathroom")
NO_FALL = ("recalls no fall", "has not fallen, as far as anyone knows")
ACHES = (
    (3, ("hardly hurts", "aches a little")),
    (7, ("hurts", "is painful on every movement")),
    (11, ("hurts badly", "hurts so much that nobody may touch it")),
)
STANDS = {
    0: ("cannot put weight on the leg", "does not try to stand"),
    1: ("stands with two people helping", "takes a step or two on somebody's arm"),
    2: ("limps but walks", "walked in"),
}


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral in two or three short sentences, from what is seen, felt and told."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if 80 <= row["age"] < 90 else "A"
    came = _one(CAME[round(row["department"])], rng)
    fell = _one(FELL if row["fall"] == 1 else NO_FALL, rng)
    aches = _one(next(said for below, said in ACHES if row["pain"] < below), rng)
    stands = _one(STANDS[round(row["walks"])], rng)
    side = "left" if row["side"] == 1 else "right"
    return (
        f"{article} {row['age']:.0f}-year-old {person} {came}. {they} {fell}. "
        f"The {side} hip {aches}; {they.lower()} {stands}."
    )


def truth_sentence(row: Row) -> str:
    """What the surgeon, or the further course, showed."""
    if row["fracture"] == 1:
        kind = "Displaced" if row["displaced"] == 1 else "Undisplaced"
        place = "between the trochanters" if row["line"] == 1 else "of the femoral neck"
        return f"{kind} fracture {place}."
    fold = " The edge across the neck was a fold of skin." if row["fold"] == 1 else ""
    return f"No fracture, then or in the weeks after.{fold}"
