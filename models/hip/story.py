"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.pictures.hip.film import TROCHANTER
from tutor.kit.story import Person, choose

from .cohort import ACUTE, OUTPATIENT, WALKS, WARD

Row = Mapping[str, float]
CAME = {
    OUTPATIENT: ("was sent to the outpatient clinic", "came to the outpatient clinic"),
    WARD: ("is on a medical ward", "has been on a medical ward since yesterday"),
    ACUTE: ("was brought to the emergency department", "came to the emergency department"),
}
FELL = ("fell at home", "fell on the stairs", "slipped on the way to the bathroom")
FELL_ON_WARD = ("fell beside the bed", "slipped on the way to the bathroom")
NO_FALL = ("recalls no fall", "has not fallen, as far as anyone knows")
SEVERE = 7  # of 10
ACHES = (
    (3, ("hardly hurts", "aches a little")),
    (SEVERE, ("hurts", "hurts on movement")),
    (11, ("hurts badly", "is very painful")),
)
STANDS = {
    0: ("cannot put weight on the leg", "does not try to stand"),
    1: ("stands with two people helping", "takes a step or two with help"),
    WALKS: ("limps but walks", "walked in with a limp"),
}


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral in three short sentences, from what is seen, felt and told."""
    person, place = Person.of(row), round(row["department"])
    came = choose(CAME[place], rng)
    falls = FELL_ON_WARD if place == WARD else FELL
    fell = choose(falls if row["fall"] == 1 else NO_FALL, rng)
    aches = choose(next(said for below, said in ACHES if row["pain"] < below), rng)
    stands = choose(STANDS[round(row["walks"])], rng)
    side = "left" if row["side"] == 1 else "right"
    return (
        f"{person.introduced} {came}. {person.they.capitalize()} {fell}. "
        f"The {side} hip {aches}; {person.they} {stands}."
    )


def truth_sentence(row: Row) -> str:
    """What the surgeon, or the further course, showed."""
    if row["fracture"] == 1:
        kind = "Displaced" if row["displaced"] == 1 else "Undisplaced"
        place = "between the trochanters" if row["line"] == TROCHANTER else "of the femoral neck"
        occult = " The X-ray did not show it; MRI did." if row["occult"] == 1 else ""
        return f"{kind} fracture {place}.{occult}"
    fold = " The edge across the neck was a skin fold." if row["fold"] == 1 else ""
    return f"No fracture, then or in the following weeks.{fold}"
