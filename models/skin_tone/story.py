"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .cohort import CARCINOMA, KERATOSIS, MELANOMA

Row = Mapping[str, float]
ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
SITES = {0: "face", 1: "trunk", 2: "arm", 3: "leg", 4: "palm", 5: "sole"}
UNCHANGED = ("has seen no change in it", "says it has always looked like this")
CHANGED = ("has seen it change in the last months", "says it looks different from last year")
CAME = (
    "comes to the skin clinic about a mark on the {site}",
    "is sent by the practice because of a mark on the {site}",
    "asks about a mark on the {site} while here for something else",
    "has come because a relative worried about a mark on the {site}",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _since(years: float) -> str:
    if years < 1:
        return f"{max(2, round(12 * years))} months"
    return "a year" if years < 1.5 else f"{years:.0f} years"


def story(row: Row, rng: np.random.Generator) -> str:
    """Who comes, why, and what the patient says of the mark's past."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    age = f"{row['age']:.0f}"
    article = "An" if age == "18" or age[0] == "8" else "A"
    came = _one(CAME, rng).format(site=SITES[round(row["site"])])
    told = _one(CHANGED if row["changed"] == 1 else UNCHANGED, rng)
    return (
        f"{article} {age}-year-old {person} {came}. {they} has known it for "
        f"{_since(row['known_for'])} and {told}."
    )


def truth_sentence(row: Row) -> str:
    """What the histology showed."""
    what, pale, palm = round(row["what"]), row["pale"] == 1, row["palm"] == 1
    if what == MELANOMA:
        return f"Histology: {'acral melanoma' if palm else 'melanoma'}."
    if what == CARCINOMA:
        return f"Histology: {'' if pale else 'pigmented '}basal cell carcinoma."
    if what == KERATOSIS:
        return "Histology: seborrhoeic keratosis, benign."
    kind = "acral melanocytic" if palm else "dermal" if pale else "melanocytic"
    return f"Histology: {kind} naevus, benign."
