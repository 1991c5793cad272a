"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.story import Person, choose

from .cohort import IRREGULAR_FROM

Row = Mapping[str, float]
SITES = {0: "back", 1: "chest", 2: "arm", 3: "leg"}
NEW = 1.5  # years; a lesion known for less cannot look "different from last year"
UNCHANGED = ("has seen no change in it", "says it has always looked like this")
CHANGED = ("has seen it change in the last months", "says it looks different from last year")
BLEEDING = ("It has bled without being hurt", "It bleeds when the towel touches it")
CAME = (
    "comes to the skin clinic about a lesion on the {site}",
    "is referred by a general practitioner because of a lesion on the {site}",
    "asks about a lesion on the {site} at a skin check",
    "has a lesion on the {site} photographed",
)


def since(years: float) -> str:
    """How long the lesion has been known, as people say it."""
    if years < 1:
        return f"about {max(2, round(12 * years))} months"
    return "about a year" if years < NEW else f"about {years:.0f} years"


def story(row: Row, rng: np.random.Generator) -> str:
    """Who comes, why, and what the patient says of the lesion's past."""
    person = Person.of(row)
    came = choose(CAME, rng).format(site=SITES[round(row["site"])])
    changed = CHANGED if row["known_for"] >= NEW else CHANGED[:1]
    told = choose(changed if row["changed"] == 1 else UNCHANGED, rng)
    blood = f" {choose(BLEEDING, rng)}." if row["bleeds"] == 1 else ""
    return (
        f"{person.introduced} {came}. {person.they.capitalize()} has known it for "
        f"{since(row['known_for'])} and {told}.{blood}"
    )


def truth_sentence(row: Row) -> str:
    """What the histology showed."""
    if row["melanoma"] == 1:
        kind = "amelanotic melanoma" if row["pale"] == 1 else "melanoma"
        return f"Histology: {kind}."
    kind = "dermal naevus" if row["pale"] == 1 else "melanocytic naevus"
    irregular = row["pale"] == 0 and row["atypia"] >= IRREGULAR_FROM
    return f"Histology: {kind}{', irregular but benign' if irregular else ', benign'}."
