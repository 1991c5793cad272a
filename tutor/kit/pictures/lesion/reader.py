"""What a program measures on the picture of a lesion: from its pixels and nothing else.

The lesion is found by walking outward from the middle along rays until the skin begins. Nothing
tells the program what ink or a scale is: it sees violet and black pixels beside the lesion.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.pictures.lesion.grid import MM, SIDE, lamp, plate
from tutor.kit.pictures.lesion.pixels import batches

Array = NDArray[Any]
STEP = 2  # every second pixel of the picture is read
GRID = SIDE // STEP
PITCH = STEP / MM  # mm between two points
RAYS = 64
REACH = 29  # steps along a ray
BATCH = 64  # pictures at a time, to stay in the processor's cache
ENDS = np.r_[:7, GRID - 7 : GRID]
CORNERS = np.add.outer(ENDS * GRID, ENDS).ravel()


@cache
def _rays() -> tuple[Array, Array, Array]:
    """The points on each ray, shape ``(RAYS, REACH)``; and each point's ray and radius (mm)."""
    angle = 2 * np.pi * np.arange(RAYS) / RAYS
    steps = 0.5 + np.arange(REACH)
    # Drawing puts the middle a quarter step beside the middle of the thinned grid.
    middle = (GRID - 1) / 2 + 0.25 * (STEP == 2)
    column = np.rint(middle + steps * np.cos(angle)[:, None]).astype(int)
    line = np.rint(middle + steps * np.sin(angle)[:, None]).astype(int)
    at = np.arange(GRID) - middle
    x, y = np.meshgrid(at, at)
    ray = np.rint(np.arctan2(y, x) / (2 * np.pi) * RAYS).astype(int) % RAYS
    return line * GRID + column, ray.ravel(), PITCH * np.hypot(x, y).ravel()


def measure(patients: Patients) -> Patients:
    """The patients with what the program reads off their pictures, drawn batch by batch.

    Columns: ``m_diameter`` (mm), ``m_asymmetry`` and ``m_border`` (% of the radius),
    ``m_contrast``, ``m_colour_spread``, ``m_edge`` and ``m_redness`` (levels of 255),
    ``m_darkest`` and ``m_skin`` (brightness, %), ``m_blue`` and ``m_white`` (% of the lesion),
    ``m_colours`` (n), ``m_violet`` and ``m_black`` (% of the picture, outside the lesion).
    """
    found: dict[str, Array] = {}
    for rows, levels in batches(patients, STEP, BATCH):
        for name, values in _read(levels).items():
            found.setdefault(name, np.empty(patients.n, values.dtype))[rows] = values
    return patients.with_columns(**found)


def read(pictures: NDArray[np.uint8]) -> dict[str, Array]:
    """What is measured on pictures of shape ``(n, GRID, GRID, 3)``, rounded as it is printed."""
    levels = np.moveaxis(pictures, -1, 0).reshape(3, len(pictures), -1)
    return _read(levels.astype(np.float32))


def _read(rgb: NDArray[np.float32]) -> dict[str, Array]:
    """The same of red, green and blue, shape ``(3, n, points)``, which are overwritten."""
    rgb /= lamp(plate(STEP).radius)  # as measured once on a white card
    skin = _skin(rgb)
    unlike = _unlike(rgb, skin)
    edge, sharpness = _outline(unlike)
    return {
        **_shape(edge),
        "m_edge": sharpness.round(),
        **_colours(rgb, *_inside(edge), unlike),
        **_around(rgb, edge),
        "m_skin": (skin.mean(0) / 2.55).round(),
        "m_redness": (skin[0] - skin[1]).round(),
    }


def _skin(rgb: Array) -> Array:
    """The middling colour of the four corners, shape ``(3, n)``."""
    corners = rgb.take(CORNERS, axis=2)
    middle = len(CORNERS) // 2
    corners.partition(middle)
    return np.asarray(corners[..., middle])


def _unlike(rgb: Array, skin: Array) -> Array:
    """How far each point is from the skin's colour, shape ``(n, points)``."""
    total = np.zeros(rgb.shape[1:], np.float32)
    for plane, usual in zip(rgb, skin, strict=True):
        apart = plane - usual[:, None]
        apart *= apart
        total += apart
    total /= 3
    return np.asarray(np.sqrt(total, out=total))


def _outline(unlike: Array) -> tuple[Array, Array]:
    """The lesion's edge along each ray (mm) and how steeply colour changes there."""
    along = unlike.take(_rays()[0], axis=1)
    line = 0.45 * along[:, :, :6].mean((1, 2))[:, None, None]
    beyond = along < line
    skin = beyond[..., :-2] & beyond[..., 1:-1] & beyond[..., 2:]
    skin[..., -1] = True
    first = np.maximum(skin.argmax(2), 1)
    start = REACH * np.arange(first.size).reshape(first.shape)

    def at(step: Array) -> Array:
        return np.asarray(along.ravel().take(start + step))

    outer, inner = at(first), at(first - 1)
    part = ((inner - line[..., 0]) / np.maximum(inner - outer, 1)).clip(0, 1)
    edge = PITCH * (first - 0.5 + part)
    within, without = at(np.maximum(first - 3, 0)), at(np.minimum(first + 2, REACH - 1))
    return edge, (within - without).mean(1)


def _inside(edge: Array) -> tuple[Array, Array]:
    """The points within each outline, by their place among those of all pictures; how many each."""
    _, ray, radius = _rays()
    near = np.flatnonzero(radius < edge.max())
    within = np.flatnonzero(radius[near] < edge.take(ray[near], axis=1))
    starts = near.size * np.arange(len(edge) + 1)
    area = np.diff(np.searchsorted(within, starts))
    point = near.take(within - np.repeat(starts[:-1], area))
    return point + np.repeat(radius.size * np.arange(len(edge)), area), area


def _shape(edge: Array) -> dict[str, Array]:
    """Size, asymmetry and raggedness of the outline, shape ``(n, RAYS)`` in mm."""
    size = np.sqrt((edge**2).mean(1))
    across = (edge + np.roll(edge, RAYS // 2, 1)).max(1)
    wave = np.abs(np.fft.rfft(edge, axis=1)) * 2 / RAYS / size[:, None]
    return {
        "m_diameter": across.round(1),
        "m_asymmetry": (100 * np.sqrt((wave[:, [1, 3]] ** 2).sum(1))).round(),
        "m_border": (100 * np.sqrt((wave[:, 4:13] ** 2).sum(1))).round(),
    }


def _colours(rgb: Array, at: Array, area: Array, unlike: Array) -> dict[str, Array]:
    """Colours of the lesion: how many, how far apart, how dark, how blue, how white.

    Its points lie ``at`` these places, ``area`` of them in each picture: never 0, for an edge
    lies beyond the middlemost points.
    """
    n, starts = len(area), np.cumsum(area) - area
    row = np.repeat(np.arange(n), area)
    red, _, blue = held = rgb.reshape(3, -1).take(at, axis=1)

    def mean(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values, starts, axis=-1, dtype=np.float64) / area)

    variance = mean(held**2) - mean(held) ** 2
    grey = held[0] + held[1]
    grey += held[2]
    levels = _counts((grey / 3 / 4).astype(np.int32), row, n, 64)
    darkest = (np.cumsum(levels, 1) < 0.1 * area[:, None]).sum(1) * 4 / 2.55
    coarse = (held / 48).astype(np.int32)
    bins = _counts(coarse[0] * 36 + coarse[1] * 6 + coarse[2], row, n, 216)
    bluish = blue > red - 8
    return {
        "m_contrast": mean(unlike.ravel().take(at)).round(),
        "m_colour_spread": np.sqrt(np.maximum(variance, 0)).mean(0).round(),
        "m_darkest": darkest.round(),
        "m_blue": (100 * mean(bluish)).round(),
        "m_white": (100 * mean((blue > 0.84 * red) & ~bluish)).round(),
        "m_colours": (bins > 0.04 * area[:, None]).sum(1),
    }


def _counts(code: Array, row: Array, n: int, most: int) -> Array:
    """How many points of each row have each code, shape ``(n, most)``."""
    return np.bincount(code + row * most, minlength=n * most).reshape(n, most)


def _around(rgb: Array, edge: Array) -> dict[str, Array]:
    """Violet and black beside the lesion."""
    red, _, blue = rgb
    at, (r, g, b) = _those(rgb, blue > red + 6)
    violet = _share(at[b > g + 20], edge)
    at, (r, g, b) = _those(rgb, red < 75)
    black = _share(at[(g < 75) & (np.abs(r - b) < 25)], edge)
    return {"m_violet": violet, "m_black": black}


def _those(rgb: Array, mask: Array) -> tuple[Array, Array]:
    """The points in ``mask``, which are few, and their colours."""
    at = np.flatnonzero(mask)
    return at, rgb.reshape(3, -1).take(at, axis=1)


def _share(at: Array, edge: Array) -> Array:
    """How many of the points ``at`` these places lie beside the lesion, % of each picture."""
    _, ray, radius = _rays()
    row, point = np.divmod(at, radius.size)
    beside = row[radius[point] >= edge[row, ray[point]]]
    return (100 * (np.bincount(beside, minlength=len(edge)) / radius.size)).round(1)
