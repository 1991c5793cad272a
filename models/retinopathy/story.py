"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.pictures.fundus.photograph import BLURRED, DARK, DUST, GLARE, SHARP
from tutor.kit.story import Person, choose

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
    "sits at the camera of the district clinic",
    "is photographed at the health centre between two other appointments",
    "has waited all morning for the yearly eye photograph",
)
PUPILS = ("through an undilated pupil", "without drops")
ROOMS = (
    ("in a darkened room", "in a room without windows", "behind a drawn curtain"),
    ("in a room with a window and no blind", "in the bright corridor", "in full daylight"),
)
WELL = ("reads the paper without trouble", "has noticed nothing about the eyes", "sees as before")
GOOD = 0.7  # decimal acuity from which the paper is read as before
DIM = ("holds the paper closer than last year", "finds the small print harder to read")


def story(row: Row, rng: np.random.Generator) -> str:
    """Who sits at the camera, what they say of their sight, and how far the eye hospital is."""
    person = Person.of(row)
    eye = "left" if row["left_eye"] == 1 else "right"
    place, pupil = choose(PLACES, rng), choose(PUPILS, rng)
    room = choose(ROOMS[int(row["lit_room"])], rng)
    well = WELL[:1] if row["floaters"] == 1 else WELL
    sight = choose(DIM if row["acuity"] < GOOD else well, rng)
    floaters = " and sees dark threads float by" if row["floaters"] == 1 else ""
    hours = max(1, round(row["travel"]))
    far = "an hour" if hours == 1 else f"{hours} hours"
    return (
        f"{person.introduced} with diabetes {place}. "
        f"{person.their.capitalize()} {eye} eye was photographed {pupil}, {room}. "
        f"{person.they.capitalize()} {sight}{floaters}. The eye hospital is {far} away."
    )


def truth_sentence(row: Row) -> str:
    """Whether the photograph could be graded, and what a specialist saw through a wide pupil."""
    state, fault = STATES[int(row["fault"])], row["fault"]
    photo = after = ""
    if fault in (BLURRED, DARK):
        photo = f"Nobody can grade this photograph: it is {state}. That alone is a need for "
        photo += "referral or a new photograph. "
    elif fault != SHARP:
        after = f" There was {state}; a person can still grade this photograph."
    count, clusters = int(row["haemorrhages"]), int(row["exudates"])
    seen = [f"{count} haemorrhage{'s' if count > 1 else ''}"] if count else []
    seen += [f"{clusters} cluster{'s' if clusters > 1 else ''} of hard exudates"] * (clusters > 0)
    seen += ["new vessels"] * int(row["new_vessels"])
    if seen:
        found = f"{' and '.join(seen)}: referable retinopathy"
    elif row["microaneurysms"] > 0:
        found = "microaneurysms only: mild retinopathy, not referable"
    else:
        found = "no lesion: no retinopathy"
    return f"{photo}Through a widened pupil the specialist saw {found}.{after}"
