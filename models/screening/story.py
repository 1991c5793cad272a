"""The words: where she is seen and what she tells, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import choose
from tutor.kit.pictures.icon_array import PEOPLE
from tutor.kit.story import WOMAN, Person

from .cohort import (
    CHECK,
    CLINIC,
    FALSE_POSITIVE,
    LUMP,
    NOTHING,
    PAIN,
    PER_THOUSAND,
    PRACTICE,
    SCREENING,
    SENSITIVITY,
    SKIN,
)

Row = Mapping[str, float]
PLACES = {
    CHECK: "health check, six months after a clear mammogram",
    SCREENING: "screening programme",
    PRACTICE: "family practice, with a complaint",
    CLINIC: "breast clinic",
}
SEEN = {
    CHECK: "at a health check six months after a clear mammogram",
    SCREENING: "in the screening programme",
    PRACTICE: "in family practice with a complaint",
    CLINIC: "in the breast clinic",
}
COMES = {
    CHECK: (
        "has paid for a health check, six months after a clear mammogram",
        "comes for the health check that her employer offers; a mammogram six months ago was clear",
    ),
    SCREENING: (
        "accepted an invitation of the screening programme",
        "comes for her regular round of screening",
    ),
    PRACTICE: ("comes to her family doctor", "sees her family doctor"),
    CLINIC: ("is seen in the hospital's breast clinic", "was referred to the breast clinic"),
}
TELLS = {
    PAIN: ("has breast pain that comes and goes", "complains of an aching breast"),
    LUMP: ("found a lump in one breast", "noticed a lump while showering"),
    SKIN: ("saw that the skin over one breast has drawn in", "has a nipple that has turned in"),
}
QUIET = ("has noticed nothing unusual", "feels well and has noticed nothing")
SENT = (
    "has noticed nothing; a scan elsewhere had worried a doctor",
    "feels well and has noticed nothing; another hospital asked for a second opinion",
)


def story(row: Row, rng: np.random.Generator) -> str:
    """Where she is seen and what she tells; a scar and an old mammogram are always mentioned."""
    place, noticed = round(row["setting"]), round(row["noticed"])
    told = [f"{Person(row['age'], WOMAN).introduced} {choose(COMES[place], rng)}."]
    if noticed == NOTHING:
        told.append(f"She {choose(SENT if place == CLINIC else QUIET, rng)}.")
    else:
        told.append(f"She {choose(TELLS[noticed], rng)}.")
    if row["scar"] == 1:
        told.append("She has a scar in one breast from an operation two years ago.")
    if row["months_since"] > 0:
        told.append(f"Her last mammogram is {row['months_since']:.0f} months old.")
    return " ".join(told)


def thousand(setting: int) -> tuple[int, int, int, int]:
    """Of 1,000 women: cancer and suspicious, cancer and clear, the same without cancer."""
    ill = int(PER_THOUSAND[setting])
    found, alarmed = round(SENSITIVITY * ill), round(FALSE_POSITIVE * (PEOPLE - ill))
    return found, ill - found, alarmed, PEOPLE - ill - alarmed


def truth_sentence(row: Row) -> str:
    """What a biopsy or a year showed, and what this result means where she is seen."""
    state = "No breast cancer was found within a year."
    if row["cancer"] == 1:
        state = "She has breast cancer, confirmed by biopsy."
    if row["months_since"] > 0:
        return f"{state} The mammogram was {row['months_since']:.0f} months old."
    place = round(row["setting"])
    found, missed, alarmed, clear = thousand(place)
    result, ill, well = "suspicious", found, alarmed
    if row["film"] == 0:
        result, ill, well = "clear", missed, clear
    verb = "has" if ill <= 1 else "have"
    return (
        f"{state} Of 1,000 women seen {SEEN[place]}, {ill + well} have a {result} mammogram; "
        f"{ill or 'fewer than 1'} of these {verb} cancer."
    )
