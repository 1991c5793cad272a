"""A fundus photograph as a clinician meets it: the picture, and a colleague's words for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from tutor.kit.cohorts import Patients
from tutor.kit.drawing import Picture
from tutor.kit.pictures.fundus.eye import DISC_RADIUS, MICRONS
from tutor.kit.pictures.fundus.photograph import (
    BLURRED,
    DARK,
    DUST,
    GLARE,
    MOST_BLOTS,
    exudate_places,
    places,
    tuft_place,
)
from tutor.kit.pictures.fundus.screen import screen
from tutor.kit.pictures.jpeg import Raster

Row = Mapping[str, float]
DRAWN_FROM = (
    *("eye_seed", "left_eye", "pigment", "microaneurysms", "haemorrhages", "exudates"),
    *("confluent", "new_vessels", "dot_size", "blot_size", "conspicuity"),
    *("fault", "defocus", "light", "specks", "strength"),
)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
CONDITION = {
    BLURRED: "The picture is out of focus: the disc and the arcades are soft bands, fine vessels "
    "are lost.",
    DARK: "The picture is very dark: the disc and the large vessels are just visible.",
    DUST: "The picture is sharp and bright.",
    GLARE: "The picture is sharp and bright.",
}
SMUDGE = 0.13  # a blurred spot's least contrast that an eye still finds
SHADOW = 88.0  # µm at full light: the least blot that an eye still finds in a dark picture


def fundus_picture(row: Row) -> Picture:
    """The photograph as a person sees it, and the text that stands in for it."""
    return _shown(tuple(float(row[name]) for name in DRAWN_FROM)).picture(describe(row))


@lru_cache(maxsize=8)
def _shown(drawn_from: tuple[float, ...]) -> Raster:
    """The photograph for the screen; kept for a while, because some twins have the same one."""
    return Raster.of(screen(dict(zip(DRAWN_FROM, drawn_from, strict=True))), best=78)


def _alone(row: Row) -> Patients:
    return Patients({name: np.array([value]) for name, value in row.items()})


def describe(row: Row) -> str:
    """What can be seen on the photograph, without a diagnosis."""
    side = "left" if row["left_eye"] == 1 else "right"
    fault = int(row["fault"])
    said = [f"Photograph of the back of the {side} eye, centred on the macula."]
    said.append(CONDITION.get(fault, "The picture is sharp, bright and clean."))
    if fault == BLURRED:
        said.append(_smudges(row))
    elif fault == DARK:
        said.append(_shadows(row))
    else:
        said += _lesions(row)
    if fault == DUST:
        said.append(
            f"{_many(row['specks'], 'round grey-black speck').capitalize()}, soft-edged, without "
            "any red, scattered without regard to the vessels."
        )
    if fault == GLARE:
        said.append(
            f"{_many(row['specks'], 'round grey-white spot').capitalize()}, without any yellow, "
            "strung along an arc like beads."
        )
    return " ".join(said)


def _many(count: float, what: str) -> str:
    """``three pinpoint red dots``; figures from eleven on."""
    number = NUMBERS[int(count)] if count <= 10 else f"{count:.0f}"
    return f"{number} {what}{'' if count == 1 else 's'}"


def _lesions(row: Row) -> list[str]:
    one = _alone(row)
    count = int(row["microaneurysms"])
    touch = {2: ", touching", 3: ", touching"}.get(count, ", three of them touching")
    said = [_many(count, "pinpoint red dot").capitalize()]
    said[0] += (touch if row["confluent"] == 1 and count > 1 else "") + "."
    if row["haemorrhages"] > 0:
        points = places(one["eye_seed"].astype(np.uint64), 3, MOST_BLOTS)[0]
        points = points[: int(row["haemorrhages"])]
        quadrants = len({(x > 0, y > 0) for x, y in points})
        where = "in one quadrant" if quadrants == 1 else f"in {NUMBERS[quadrants]} quadrants"
        size = row["blot_size"] / 125
        said.append(
            f"{_many(row['haemorrhages'], 'dark red blot').capitalize()} {where}, about "
            f"{size:.0f} times as wide as a pinpoint dot may be."
        )
    if row["exudates"] > 0:
        points, _ = exudate_places(one)
        nearest = np.hypot(*points.T).min() / (2 * DISC_RADIUS)
        said.append(
            f"{_many(row['exudates'], 'cluster').capitalize()} of small yellow spots, the nearest "
            f"{nearest:.1f} disc diameters from the fovea."
        )
    if row["new_vessels"] == 1:
        x, _ = tuft_place(one["eye_seed"].astype(np.uint64))
        place = "on the disc" if x > 40 else "along an arcade"
        said.append(f"A tangle of fine curled vessels {place}.")
    return said


def _smudges(row: Row) -> str:
    """What defocus leaves of the largest spots: a blur of area over blurred area."""
    radius = row["blot_size"] / MICRONS / 2
    left = 0.7 * row["conspicuity"] * radius**2 / (radius**2 + 2 * row["defocus"] ** 2)
    if (row["haemorrhages"] > 0 and left > SMUDGE) or row["new_vessels"] == 1:
        return "There are faint dark smudges, but no spot of a definite size can be made out."
    return "No spot of any definite size can be made out, and none could be."


def _shadows(row: Row) -> str:
    """What darkness leaves of the largest spots."""
    left = row["conspicuity"] * row["light"] * row["blot_size"]
    if row["haemorrhages"] > 0 and left > SHADOW:
        return "Faint darker patches might be spots on the retina, or grain."
    return "Whether there are spots on the retina cannot be told from the grain."
