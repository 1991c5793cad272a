"""The bones of a right hip as shapes on a grid, which every film is a part of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[Any]

WIDTH, HEIGHT = 192, 208  # of a film, in pixels
MARGIN = 24  # the atlas reaches further than the film, so that it can be shifted


@dataclass(frozen=True)
class Atlas:
    """A right hip on a grid that reaches ``MARGIN`` beyond the film on every side."""

    femur: Grey  # brightness of the inside of the bone
    cortex: Grey  # brightness of its wall
    pelvis: Grey
    y: Grey
    x: Grey


def capsule(x: Grey, y: Grey, ends: tuple[float, ...], wide: float, wide_end: float) -> Grey:
    """Distance to a rounded bar, negative inside, from ``wide`` at one end to ``wide_end``."""
    ax, ay, bx, by = ends
    dx, dy = bx - ax, by - ay
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(x - ax - along * dx, y - ay - along * dy) - (wide + along * (wide_end - wide))


def join(first: Grey, second: Grey, soft: float) -> Grey:
    """The smooth union of two shapes."""
    blend = np.clip(0.5 + 0.5 * (second - first) / soft, 0, 1)
    return second + (first - second) * blend - soft * blend * (1 - blend)


def femur_shape(x: Grey, y: Grey, size: float) -> Grey:
    """Distance to the edge of the thigh bone at these pixels, negative inside."""
    shape = np.hypot(x - 113, y - 72) - 23 * size
    shape = join(shape, capsule(x, y, (110, 75, 78, 108), 12.5 * size, 16.5 * size), 6)
    shape = join(shape, capsule(x, y, (59, 93, 66, 118), 8.5, 14 * size), 7)
    shape = join(shape, capsule(x, y, (72, 112, 80, 260), 19 * size, 15 * size), 10)
    return join(shape, np.hypot(x - 93, y - 138) - 6.5 * size, 7)


def _pelvis(x: Grey, y: Grey) -> Grey:
    """Brightness of ilium, ischium and pubis, and of the socket's walls seen through the head."""
    ilium = join(
        capsule(x, y, (126, 38, 148, -50), 21, 52),
        capsule(x, y, (146, 56, 150, 84), 16, 13),
        12,
    )
    ischium = capsule(x, y, (147, 92, 134, 158), 14, 12)
    rami = np.minimum(
        capsule(x, y, (150, 84, 230, 104), 13, 8), capsule(x, y, (134, 160, 230, 140), 10, 7)
    )
    shape = join(join(ilium, ischium, 12), rami, 8)
    radius, angle = np.hypot(x - 113, y - 72), np.arctan2(y - 72, x - 113)
    shape = np.maximum(shape, 28 - radius)
    wall = np.exp(-(((shape + 2.0) / 2.2) ** 2))
    roof = np.exp(-(((radius - 29.5) / 2.0) ** 2)) * np.clip(1.6 - np.abs(angle + 0.9), 0, 1)
    behind = x - 101 - 5 * np.sin((y - 72) / 14)
    rim = np.exp(-((behind / 1.3) ** 2)) + 1.1 * _inside(-behind)
    tear = np.exp(-(((np.hypot(x - 140, (y - 96) / 2.2) - 4) / 1.3) ** 2))
    walls = 11 * rim * _inside(radius - 25) * (y > 46)
    bright = 48 * _inside(shape) + 22 * wall + 34 * roof + walls + 14 * tear
    return np.asarray(bright, dtype=np.float32)


def _inside(distance: Grey) -> Grey:
    return np.asarray(np.clip(0.5 - distance / 1.6, 0, 1))


@cache
def atlas(sex: int) -> Atlas:
    """The hip of a woman (0) or of a man (1)."""
    y, x = np.mgrid[-MARGIN : HEIGHT + MARGIN, -MARGIN : WIDTH + MARGIN].astype(np.float32)
    femur = femur_shape(x, y, 1.0 if sex else 0.92)
    # Walls are thin at the head and thick along the shaft; between the neck's bundles it is pale.
    thick = np.clip(1.7 + (y - 70) / 26, 1.6, 4.6)
    wall = np.exp(-(((femur + thick) / thick) ** 2)) * (0.75 + 0.25 * np.clip((y - 80) / 50, 0, 1))
    bundles = np.exp(-((((x - 97) * 0.73 + (y - 98) * 0.69) / 7) ** 2))
    strands = 0.5 + 0.5 * np.sin(0.9 * ((x - 80) * 0.73 + (y - 108) * 0.69))
    low = np.clip((y - 112) / 30, 0, 1)
    marrow = 0.5 * low * np.exp(-((femur + 17) ** 2) / 70)
    pattern = (0.2 * bundles + 0.1 * strands) * (1 - low)
    inside = _inside(femur) * (0.72 + pattern - marrow)
    cortex = _inside(femur) * wall
    return Atlas(*(part.astype(np.float32) for part in (inside, cortex, _pelvis(x, y), y, x)))
