"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .cohort import IRREGULAR_FROM

Row = Mapping[str, float]
SITES = {0: "back", 1: "chest", 2: "arm", 3: "leg"}
UNCHANGED = ("has seen no change in it", "says it has always looked like this")
CHANGED = ("has seen it change in the last months", "says it looks different from last year")
BLEEDING = ("it has bled without being hurt", "it bleeds when the towel touches it")
CAME = (
    "comes to the skin clinic about a lesion on the {site}",
    "is sent by the practice because of a lesion on the {site}",
    "asks about a lesion on the {site} at a yearly skin check",
    "has a lesion on the {site} photographed",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _since(years: float) -> str:
    if years < 1:
        months = max(2, round(12 * years))
        return f"{months} months"
    return "a year" if years < 1.5 else f"{years:.0f} years"


def story(row: Row, rng: np.random.Generator) -> str:
    """Who comes, why, and what the patient says of the lesion's past."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    age = f"{row['age']:.0f}"
    article = "An" if age == "18" or age[0] == "8" else "A"
    came = _one(CAME, rng).format(site=SITES[round(row["site"])])
    told = _one(CHANGED if row["changed"] == 1 else UNCHANGED, rng)
    blood = f"; {_one(BLEEDING, rng)}" if row["bleeds"] == 1 else ""
    return (
        f"{article} {age}-year-old {person} {came}. {they} has known it for "
        f"{_since(row['known_for'])} and {told}{blood}."
    )


def truth_sentence(row: Row) -> str:
    """What the histology showed."""
    if row["melanoma"] == 1:
        kind = "amelanotic melanoma" if row["pale"] == 1 else "melanoma"
        return f"Histology: {kind}."
    kind = "dermal naevus" if row["pale"] == 1 else "melanocytic naevus"
    irregular = row["pale"] == 0 and row["atypia"] >= IRREGULAR_FROM
    return f"Histology: {kind}{', irregular but benign' if irregular else ''}."
