"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.fundus import BLURRED, DARK, DUST, GLARE, SHARP

Array = NDArray[Any]
Row = Mapping[str, float]
STATES = {
    SHARP: "sharp, bright and clean",
    BLURRED: "out of focus",
    DARK: "too dark",
    DUST: "dust on the lens",
    GLARE: "a reflection in the lens",
}
PLACES = (
    "has come to the district clinic for the yearly photograph of the eyes",
    "sits in front of the camera at the district clinic",
    "is photographed at the health centre between two other appointments",
    "has waited all morning for the yearly eye photograph",
)
PUPILS = ("through an undilated pupil", "without drops")
ROOMS = (
    ("in a darkened room", "in a room without windows", "behind a drawn curtain"),
    ("in a room with a window and no blind", "in the bright corridor", "in full daylight"),
)
WELL = ("reads the paper without trouble", "has noticed nothing about the eyes", "sees as before")
DIM = ("holds the paper closer than last year", "finds the small print harder to read")


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """Who sits at the camera, what they say of their sight, and how far the eye hospital is."""
    man = row["sex"] == 1
    person, they, their = ("man", "He", "His") if man else ("woman", "She", "Her")
    article = "An" if 80 <= row["age"] < 90 else "A"
    eye = "left" if row["left_eye"] == 1 else "right"
    sight = _one(DIM if row["acuity"] < 0.7 else WELL, rng)
    floaters = " and sees dark threads float by" if row["floaters"] == 1 else ""
    hours = f"{row['travel']:.0f}" if row["travel"] >= 1.5 else "1"
    lit = int(row["lit_room"])
    far = "an hour" if hours == "1" else f"{hours} hours"
    return (
        f"{article} {row['age']:.0f}-year-old {person} with diabetes {_one(PLACES, rng)}. "
        f"{their} {eye} eye was taken {_one(PUPILS, rng)}, {_one(ROOMS[lit], rng)}. "
        f"{they} {sight}{floaters}. The eye hospital is {far} away."
    )


def truth_sentence(row: Row) -> str:
    """What a specialist saw through a widened pupil, and what the photograph was worth."""
    count, clusters = int(row["haemorrhages"]), int(row["exudates"])
    seen = [f"{count} haemorrhage{'s' if count > 1 else ''}"] if count else []
    seen += [f"{clusters} cluster{'s' if clusters > 1 else ''} of hard exudates"] * (clusters > 0)
    seen += ["new vessels"] * int(row["new_vessels"])
    if seen:
        found = f"{' and '.join(seen)}: more than microaneurysms, referable"
    elif row["microaneurysms"] > 0:
        found = "microaneurysms only: mild, not referable"
    else:
        found = "no lesion: not referable"
    state = STATES[int(row["fault"])]
    photo = "could be read" if row["fault"] == SHARP else f"should have been refused: {state}"
    return f"Through a widened pupil: {found}. The photograph {photo}."
