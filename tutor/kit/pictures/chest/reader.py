"""A film of the chest as a program reads it, pixel by pixel, and as a person would describe it.

The program reads every seventh row between the collar bones and the diaphragm of its own, coarser
rendering of the film that is shown: the two sides set against each other, the haze around both
roots of the lung, the width of the heart's shadow, and how sharp the edges are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.drawing import Picture
from tutor.kit.pictures.chest.film import films
from tutor.kit.pictures.chest.screen import screen
from tutor.kit.pictures.jpeg import Raster

Row = Mapping[str, float]
BATCH = 64  # films at a time, to stay in the processor's cache
ROWS_READ = tuple(range(31, 129, 7))
APEX, UPPER, ROOT, LOWER, BASE = (
    slice(*ends) for ends in ((0, 4), (1, 6), (5, 10), (8, 12), (10, 13))
)
DRAWN_FROM = (
    "film_seed",
    "sex",
    "build",
    "patch",
    "zone",
    "congestion",
    "stretch",
    "heart",
    "blurred",
)
PLACES = ("right upper", "right lower", "left upper", "left lower")


def measure(patients: Patients) -> Patients:
    """The patients with what a program reads off their films, as columns ``m_…``.

    ``m_patch``, the larger difference between the two sides, and ``m_haze``, the darker of the
    two roots of the lung, are in shades of grey, of 255. ``m_heart`` is how much of the chest's
    width, in %, is not dark at the heart's height; ``m_sharp`` how much of the step from lung to
    mediastinum, in %, is taken within three pixels.
    """
    parts = []
    for start in range(0, patients.n, BATCH):
        some = {name: patients[name][start : start + BATCH] for name in DRAWN_FROM}
        parts.append(films(some, ROWS_READ))
    grey = np.concatenate(parts).astype(np.float32)

    def mean(rows: slice, left: int, right: int) -> NDArray[Any]:
        return np.asarray(grey[:, rows, left:right].mean((1, 2)))

    upper = np.abs(mean(UPPER, 52, 72) - mean(UPPER, 112, 132))
    lower = np.abs(mean(LOWER, 38, 54) - mean(LOWER, 130, 146))
    chest = grey[:, BASE, 36:148]
    dark = (grey[:, UPPER, 50:70].mean((1, 2)) + 24)[:, None, None]
    edges = (_steepness(grey[:, APEX, left : left + 18]) for left in (68, 98))
    return patients.with_columns(
        m_patch=np.maximum(upper, lower).astype(float).round(1),
        m_haze=np.minimum(mean(ROOT, 56, 72), mean(ROOT, 112, 128)).astype(float).round(1),
        m_heart=(100 * (chest > dark).mean((1, 2))).astype(float).round(1),
        m_sharp=np.maximum(*edges).astype(float).round(1),
    )


def _steepness(strip: NDArray[Any]) -> NDArray[Any]:
    """How much of the step between dark and bright, in %, is taken within three pixels."""
    rise = np.abs(strip[:, :, 3:] - strip[:, :, :-3]).max(2)
    return np.asarray(100 * rise.mean(1) / (strip.max(2) - strip.min(2)).mean(1))


def chest_picture(row: Row) -> Picture:
    """The film as a person sees it, and what a radiographer would say of it."""
    return _shown(tuple(float(row[name]) for name in DRAWN_FROM)).picture(describe(row))


@lru_cache(maxsize=8)
def _shown(drawn_from: tuple[float, ...]) -> Raster:
    """The film for the screen; kept for a while, because most twins have the same one."""
    return Raster.of(screen(dict(zip(DRAWN_FROM, drawn_from, strict=True))), best=84)


def describe(row: Row) -> str:
    """The film in words, without a diagnosis."""
    said = ["Chest, front view."]
    if row["blurred"]:
        said.append("The patient moved: ribs and edges are blurred.")
    if row["patch"] > 0:
        dense = "dense" if row["patch"] > 0.5 else "faint"
        said.append(f"A {dense}, mottled patch in the {PLACES[int(row['zone'])]} lung field.")
    if row["congestion"] > 0:
        much = "Marked" if row["congestion"] > 0.5 else "Slight"
        said.append(
            f"{much} haze around both roots of the lungs, and the angles at both bases are veiled."
        )
    if row["patch"] <= 0 and row["congestion"] <= 0:
        said.append("The lung fields are clear on both sides.")
    if row["stretch"] > 0.25:
        said.append("The lungs are long and dark; the diaphragm stands low and flat.")
    else:
        said.append("The diaphragm stands at its usual height, well domed.")
    share = 100 * row["heart"]
    said.append(f"The heart takes up {share:.0f} % of the width of the chest.")
    return " ".join(said)
