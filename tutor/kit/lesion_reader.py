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
from tutor.kit.lesion import channels
from tutor.kit.lesion_plate import MM, SIDE, lamp, plate

Array = NDArray[Any]
STEP = 2  # every second pixel of the picture is read
GRID = SIDE // STEP
PITCH = STEP / MM  # mm between two points
RAYS = 64
REACH = 29  # steps along a ray
BATCH = 32  # pictures at a time, to stay in the processor's cache
CORNER = 7


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
    parts = []
    for start in range(0, patients.n, BATCH):
        batch = patients.take(np.arange(start, min(start + BATCH, patients.n)))
        parts.append(_read(channels(batch, STEP)))
    return patients.with_columns(**{k: np.concatenate([q[k] for q in parts]) for k in parts[0]})


def read(pictures: NDArray[np.uint8]) -> dict[str, Array]:
    """What is measured on pictures of shape ``(n, GRID, GRID, 3)``, rounded as it is printed."""
    return _read(np.moveaxis(pictures, -1, 0).reshape(3, len(pictures), -1))


def _read(levels: NDArray[np.uint8]) -> dict[str, Array]:
    """The same of red, green and blue, shape ``(3, n, points)``."""
    rgb = levels / lamp(plate(STEP).radius)  # as measured once on a white card
    skin = _skin(rgb)
    unlike = np.sqrt(((rgb - skin[:, :, None]) ** 2).sum(0) / 3)
    edge, sharpness = _outline(unlike)
    _, ray, radius = _rays()
    inside = radius < edge[:, ray]
    return {
        **_shape(edge),
        "m_edge": sharpness.round(),
        **_colours(rgb, inside, unlike),
        **_around(rgb, ~inside),
        "m_skin": (skin.mean(0) / 2.55).round(),
        "m_redness": (skin[0] - skin[1]).round(),
    }


def _skin(rgb: Array) -> Array:
    """The middling colour of the four corners, shape ``(3, n)``."""
    square = rgb.reshape(3, rgb.shape[1], GRID, GRID)
    ends = np.r_[:CORNER, -CORNER:0]
    corners = square[:, :, ends][..., ends].reshape(3, rgb.shape[1], -1)
    return np.asarray(np.partition(corners, corners.shape[2] // 2)[..., corners.shape[2] // 2])


def _outline(unlike: Array) -> tuple[Array, Array]:
    """The lesion's edge along each ray (mm) and how steeply colour changes there."""
    along = unlike[:, _rays()[0]]
    line = 0.45 * along[:, :, :6].mean((1, 2))[:, None, None]
    beyond = along < line
    skin = beyond[..., :-2] & beyond[..., 1:-1] & beyond[..., 2:]
    skin[..., -1] = True
    first = np.maximum(skin.argmax(2), 1)[..., None]
    outer, inner = (np.take_along_axis(along, first - k, 2)[..., 0] for k in (0, 1))
    part = ((inner - line[..., 0]) / np.maximum(inner - outer, 1)).clip(0, 1)
    edge = PITCH * (first[..., 0] - 0.5 + part)
    within, without = (
        np.take_along_axis(along, (first + k).clip(0, REACH - 1), 2)[..., 0] for k in (-3, 2)
    )
    return edge, (within - without).mean(1)


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


def _colours(rgb: Array, inside: Array, unlike: Array) -> dict[str, Array]:
    """Colours of the lesion: how many, how far apart, how dark, how blue, how white."""
    n, area = len(inside), inside.sum(1)  # never 0: an edge lies beyond the middlemost points
    at = np.flatnonzero(inside)  # the lesion is a small part of the picture
    row, starts = np.repeat(np.arange(n), area), np.cumsum(area) - area
    red, _, blue = held = rgb.reshape(3, -1)[:, at]

    def mean(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values, starts, axis=-1, dtype=np.float64) / area)

    variance = mean(held**2) - mean(held) ** 2
    levels = _counts((held.mean(0) / 4).astype(np.int32), row, n, 64)
    darkest = (np.cumsum(levels, 1) < 0.1 * area[:, None]).sum(1) * 4 / 2.55
    coarse = (held / 48).astype(np.int32)
    bins = _counts(coarse[0] * 36 + coarse[1] * 6 + coarse[2], row, n, 216)
    bluish = blue > red - 8
    return {
        "m_contrast": mean(unlike.ravel()[at]).round(),
        "m_colour_spread": np.sqrt(np.maximum(variance, 0)).mean(0).round(),
        "m_darkest": darkest.round(),
        "m_blue": (100 * mean(bluish)).round(),
        "m_white": (100 * mean((blue > 0.84 * red) & ~bluish)).round(),
        "m_colours": (bins > 0.04 * area[:, None]).sum(1),
    }


def _counts(code: Array, row: Array, n: int, most: int) -> Array:
    """How many points of each row have each code, shape ``(n, most)``."""
    return np.bincount(code + row * most, minlength=n * most).reshape(n, most)


def _around(rgb: Array, outside: Array) -> dict[str, Array]:
    """Violet and black beside the lesion."""
    red, green, blue = rgb
    violet = outside & (blue > red + 6) & (blue > green + 20)
    black = outside & (red < 75) & (green < 75) & (np.abs(red - blue) < 25)
    return {
        "m_violet": (100 * violet.mean(1)).round(1),
        "m_black": (100 * black.mean(1)).round(1),
    }
