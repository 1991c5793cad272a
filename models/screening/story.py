"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.icon_array import PEOPLE

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
    CHECK: "health check soon after a clear film",
    SCREENING: "screening programme",
    PRACTICE: "family practice, with a complaint",
    CLINIC: "breast clinic",
}
SEEN = {
    CHECK: "at a health check soon after a clear film",
    SCREENING: "in the screening programme",
    PRACTICE: "in family practice with a complaint",
    CLINIC: "in the breast clinic",
}
COMES = {
    CHECK: (
        "has paid for a health check, half a year after a clear film",
        "comes for the health check her employer offers; a film half a year ago was clear",
    ),
    SCREENING: (
        "came on the screening programme's invitation",
        "was invited for her round of screening",
    ),
    PRACTICE: ("was sent by her family doctor", "comes with a letter from her family doctor"),
    CLINIC: ("is seen in the hospital's breast clinic", "sits in the specialists' breast clinic"),
}
TELLS = {
    PAIN: ("has had breast pain that comes and goes", "complains of an aching breast"),
    LUMP: ("found a lump in one breast", "noticed a lump under the shower"),
    SKIN: ("saw that the skin over one breast has drawn in", "has a nipple that has turned in"),
}
SENT = (
    "has noticed nothing; an earlier scan elsewhere had worried a doctor",
    "feels well and noticed nothing; another hospital asked for a second look",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """Where she comes from and what she tells; a scar and an old film are never left out."""
    place, noticed = round(row["setting"]), round(row["noticed"])
    article = "An" if 80 <= row["age"] < 90 else "A"
    said = [f"{article} {row['age']:.0f}-year-old woman {_one(COMES[place], rng)}."]
    if noticed == NOTHING:
        quiet = ("has noticed nothing unusual", "feels well and noticed nothing")
        said.append(f"She {_one(SENT if place == CLINIC else quiet, rng)}.")
    else:
        said.append(f"She {_one(TELLS[noticed], rng)}.")
    if row["scar"] == 1:
        said.append("A scar from an operation two years ago runs across the breast.")
    if row["months_since"] > 0:
        said.append(f"The last film is {row['months_since']:.0f} months old.")
    return " ".join(said)


def thousand(setting: int) -> tuple[int, int, int, int]:
    """Of 1,000 women: cancer and suspicious, cancer and clear, the same without cancer."""
    ill = int(PER_THOUSAND[setting])
    found, alarmed = round(SENSITIVITY * ill), round(FALSE_POSITIVE * (PEOPLE - ill))
    return found, ill - found, alarmed, PEOPLE - ill - alarmed


def truth_sentence(row: Row) -> str:
    """What a needle or a year showed, and what this result means where she comes from."""
    state = "Cancer, proved by biopsy." if row["cancer"] == 1 else "No cancer within a year."
    if row["months_since"] > 0:
        return f"{state} The film was {row['months_since']:.0f} months old."
    place = round(row["setting"])
    found, missed, alarmed, clear = thousand(place)
    result, ill, well = "suspicious", found, alarmed
    if row["film"] == 0:
        result, ill, well = "clear", missed, clear
    verb = "has" if ill <= 1 else "have"
    return (
        f"{state} Of 1,000 women seen {SEEN[place]}, {ill + well} have a {result} film; "
        f"{ill or 'fewer than 1'} of these {verb} cancer."
    )
