"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.story import Person, choose

from .cohort import CARCINOMA, KERATOSIS, MELANOMA

Row = Mapping[str, float]
ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
SITES = {0: "face", 1: "trunk", 2: "arm", 3: "leg", 4: "palm", 5: "sole"}
NEW = 1.5  # years; a mark known for less cannot look "different from last year"
UNCHANGED = ("has seen no change in it", "says it has always looked like this")
CHANGED = ("has seen it change in the last months", "says it looks different from last year")
CAME = (
    "comes to the skin clinic about a mark on the {site}",
    "is referred by a general practitioner because of a mark on the {site}",
    "asks about a mark on the {site} during a visit for something else",
    "has come because a relative was worried about a mark on the {site}",
)


def since(years: float) -> str:
    """How long the mark has been known, as people say it."""
    if years < 1:
        return f"about {max(2, round(12 * years))} months"
    return "about a year" if years < NEW else f"about {years:.0f} years"


def story(row: Row, rng: np.random.Generator) -> str:
    """Who comes, why, and what the patient says of the mark's past."""
    person = Person.of(row)
    came = choose(CAME, rng).format(site=SITES[round(row["site"])])
    changed = CHANGED if row["known_for"] >= NEW else CHANGED[:1]
    told = choose(changed if row["changed"] == 1 else UNCHANGED, rng)
    return (
        f"{person.introduced} {came}. {person.they.capitalize()} has known it for "
        f"{since(row['known_for'])} and {told}."
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
