"""What some lesions have besides: the ridges of palms and soles, and a sore.

Columns, all optional. ``palm`` 0/1: skin of a palm or sole, with fine parallel lines and, along the
middle of each ridge, the white openings of sweat ducts. ``furrows`` and ``ridges``, 0..1: how far
the lesion's pigment keeps to the narrow furrows or to the broad ridges between them (Iyatomi 2008,
doi 10.1038/jid.2008.28). ``sore``, 0..1: how much of the lesion is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.pictures.lesion.grid import Points

Array = NDArray[Any]
APART = 1.1  # mm between two ridges
PORES = 0.8  # mm between two openings on a ridge
PORE, SORE, CRUST = (236.0, 222.0, 208.0), (132.0, 36.0, 32.0), (92.0, 42.0, 28.0)


def _across(on: Points, turn: Array, bend: Array) -> tuple[Array, Array]:
    """Where each point lies across and along the lines, in turns of a wave; ``turn`` 0..1."""
    angle = (np.pi * turn).astype(np.float32)[:, None]
    cos, sin = np.cos(angle), np.sin(angle)
    across = (cos * on.x + sin * on.y) / APART + 0.22 * bend
    along = (cos * on.y - sin * on.x) / PORES
    return 2 * np.pi * across, 2 * np.pi * along


def lined(c: Mapping[str, Array], on: Points, turn: Array, bend: Array) -> tuple[Array, Array]:
    """What the lines of a palm make of pigment: factors for the skin's and for the lesion's.

    ``turn`` has shape ``(n,)``, ``bend`` and both answers ``(n, points)``.
    """
    wave = np.cos(_across(on, turn, bend)[0])
    furrow = ((-wave - 0.45) / 0.35).clip(0, 1)
    ridge = ((wave + 0.55) / 0.35).clip(0, 1)
    lesion = 1 - c["furrows"] * (1 - 1.55 * furrow) - c["ridges"] * (1 - 1.15 * ridge)
    return np.asarray(1 + 0.5 * furrow), np.asarray(lesion.clip(0.12, 1.6))


def open_pores(rgb: Array, rows: Array, on: Points, turn: Array, bend: Array, dim: Array) -> None:
    """The openings of sweat ducts, a row of white dots on each ridge, laid over in place."""
    across, along = _across(on, turn, bend)
    over = 0.6 * ((np.cos(across) + np.cos(along) - 1.5) / 0.4).clip(0, 1)
    for i in range(3):
        rgb[i, rows] += over * (PORE[i] * dim - rgb[i, rows])


def open_sore(rgb: Array, rows: Array, on: Points, c: Mapping[str, Array], bend: Array) -> None:
    """A red sore with a brown crust at its rim, off the middle of the lesion, laid over in place.

    ``bend`` has shape ``(2, n, points)``: one field bends the rim, the other mottles the floor.
    """
    size = (0.35 + 0.3 * c["sore"]) * c["radius"]
    far = np.hypot(on.x - 0.25 * c["radius"], on.y + 0.15 * c["radius"])
    deep = ((size - far) / 0.7 + 0.75 * bend[0]).clip(0, 1)
    dull = np.exp(-0.2 * c["tone"]) * (1 + 0.12 * bend[1])
    floor = (2.2 * deep - 1.2 + 0.25 * bend[1]).clip(0, 1)
    for over, colour in ((0.85 * (1.6 * deep).clip(0, 1), CRUST), (0.9 * floor, SORE)):
        for i in range(3):
            rgb[i, rows] += over * (colour[i] * dull - rgb[i, rows])
