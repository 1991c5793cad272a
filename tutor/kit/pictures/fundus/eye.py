"""A healthy fundus, the frame it is photographed in, and new vessels: what the camera finds.

A 45° field centred on the fovea, to scale (1,500 µm a disc); colours and the vessels' course are
free-hand. Colour has two coordinates: green, where the retina has its contrast, and chroma, how
far from grey towards deep red.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Array = NDArray[Any]
Path = tuple[Array, Array, Array]  # points (k, 2), widths (k,), depths (k,)

SIZE = 168
RADIUS = 80.0  # of the aperture, pixels
MICRONS = 84.0  # a pixel
DISC = np.array([53.0, -3.0])  # from the fovea, in a right eye; x to the right, y down
DISC_RADIUS = 9.0
EYES = 12  # vessel trees; each also upside down
SHADES = 32  # of green
CHROMA = np.array([0.0, 7.0, 17.0, 30.0, 46.0, 60.0, 74.0, 90.0])  # %, from grey to deep red

ACROSS = np.arange(SIZE) - (SIZE - 1) / 2
X, Y = (grid.astype(np.float32) for grid in np.meshgrid(ACROSS, ACROSS))
FROM_FOVEA = np.hypot(X, Y)
FROM_DISC = np.hypot(X - DISC[0], (Y - DISC[1]) * 0.9)


def palette() -> Array:
    """Red, green and blue of each pixel code (``shade * 8 + chroma``), shape ``(256, 3)``."""
    green = np.repeat(np.arange(SHADES) / (SHADES - 1), len(CHROMA))
    chroma = np.tile(CHROMA / 100, SHADES)
    rgb = np.column_stack(
        [green * (1 + 1.3 * chroma + 0.8 * chroma**2), green, green * (1 - 0.8 * chroma**0.4)]
    )
    return np.round(255 * np.clip(rgb, 0, 1)).astype(np.uint8)


@cache
def eye(number: int) -> Array:
    """Green (0..1) and chroma (%) of a healthy right eye, evenly lit, ``(2, SIZE, SIZE)``."""
    plan = Plan.of(number)
    coarse = plan.mottle
    macula = np.exp(-(FROM_FOVEA**2) / 260)
    disc = 1 / (1 + np.exp((FROM_DISC - DISC_RADIUS) / 0.6))
    cup = 1 / (1 + np.exp((FROM_DISC - plan.cup) / 0.7))
    green = (
        0.42 * (1 + 0.07 * coarse) * (1 - 0.30 * macula) * (1 - 0.28 * (FROM_FOVEA / RADIUS) ** 3)
    )
    chroma = 61 + 2 * coarse + 4 * macula
    green += disc * (0.66 + 0.13 * cup - green)
    chroma += disc * (24 - 9 * cup - chroma)
    dark = _vessels([path for tree in plan.trees for path in tree.paths])
    green *= 1 - dark
    chroma += 30 * dark * (1 - 0.5 * disc)
    made = np.stack([green, chroma]).astype(np.float32)
    return np.ascontiguousarray(made[:, ::-1]) if number >= EYES else made


@dataclass(frozen=True)
class Tree:
    """A trunk and its twigs, of a vein or of an artery."""

    vein: bool
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Plan:
    """What one eye has of its own."""

    mottle: Array  # slow shades of the fundus, (SIZE, SIZE)
    cup: float  # radius of the cup of the disc, pixels
    trees: tuple[Tree, ...]

    @classmethod
    def of(cls, number: int) -> Plan:
        """The plan of eye ``number``; every ``EYES``-th has the same."""
        stream = np.random.default_rng([20190, number % EYES])
        coarse = np.kron(stream.normal(0, 1, (11, 11)), np.ones((16, 16)))[:SIZE, :SIZE]
        for axis in (0, 1):
            kernel = np.hanning(33) / np.hanning(33).sum()
            coarse = np.apply_along_axis(np.convolve, axis, coarse, kernel, "same")
        return cls(coarse, stream.uniform(3.0, 4.5), tuple(_trees(stream)))


def _trees(stream: np.random.Generator) -> Iterator[Tree]:
    """Arcades, nasal branches, and their twigs."""
    for up in (-1.0, 1.0):
        for vein in (True, False):
            spread = stream.normal(0, 4, 8) + (5 if vein else -3)
            far = np.array([[38, 48], [-2, 55], [-63, 32]]) + spread[:6].reshape(3, 2)
            nasal = np.array([[63, 17], [66, 34], [70, 50]]) + spread[2:].reshape(3, 2) / 2
            for corners, width in ((far, 1.25), (nasal, 0.85)):
                trunk = _trunk(corners * [1, up], width * (1 if vein else 0.75), vein)
                yield Tree(vein, (trunk, *_twigs(stream, trunk, 12 if width > 1 else 5)))


def _vessels(paths: list[Path]) -> Array:
    """How far the vessels darken each pixel (0..1)."""
    points, widths, depths = (np.concatenate(parts) for parts in zip(*paths, strict=True))
    pixels = np.column_stack([X.ravel(), Y.ravel()])
    distance, at = cKDTree(points).query(pixels, distance_upper_bound=5.0)
    near = np.isfinite(distance)
    dark = np.zeros(SIZE * SIZE)
    dark[near] = depths[at[near]] * np.exp(-((distance[near] / widths[at[near]]) ** 2) / 2)
    return dark.reshape(SIZE, SIZE)


def _trunk(corners: Array, width: float, vein: bool) -> Path:
    """A cubic Bézier curve from the disc, tapering."""
    t = np.linspace(0, 1, 240)[:, None]
    a, b, c = corners
    curve = (1 - t) ** 3 * DISC + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c
    taper = 1 - 0.5 * t[:, 0]
    return curve, width * taper, (0.46 if vein else 0.34) * (0.6 + 0.4 * taper)


def _twigs(stream: np.random.Generator, trunk: Path, count: int) -> list[Path]:
    curve, widths, depths = trunk
    grown = []
    for at in stream.integers(25, 235, count):
        ahead = np.arctan2(*(curve[at + 4] - curve[at])[::-1])
        turn = stream.choice([-1, 1]) * stream.uniform(0.5, 1.0)
        length = int(stream.uniform(16, 44))
        bend = -turn / 55 + 0.09 * stream.normal(0, 1, length)
        heading = ahead + turn + np.cumsum(bend)
        steps = np.column_stack([np.cos(heading), np.sin(heading)])
        points = curve[at] + np.cumsum(steps, axis=0)
        taper = np.linspace(0.75, 0.45, length)
        keep = np.hypot(*points.T) > 17  # the fovea has no vessels
        end = length if keep.all() else int(np.argmin(keep))
        grown.append((points[:end], widths[at] * taper[:end], depths[at] * taper[:end]))
    return grown


def curls(number: int) -> Array:
    """The courses of nine fine new vessels from where they spring, ``(9, 30, 2)`` in pixels."""
    stream = np.random.default_rng([20200, number])
    bends = 0.45 * stream.normal(0, 1, (9, 30))
    heading = np.linspace(0, 2 * np.pi, 9, endpoint=False)[:, None] + np.cumsum(bends, axis=1)
    return np.asarray(np.cumsum(np.stack([np.cos(heading), np.sin(heading)], -1), axis=1))


@cache
def tuft(number: int) -> Array:
    """A tangle of fine new vessels: how far it darkens a patch of 37 pixels square."""
    points = curls(number).reshape(-1, 2)
    grid = np.stack(np.meshgrid(np.arange(-18, 19), np.arange(-18, 19)), -1).reshape(-1, 2)
    distance, _ = cKDTree(points).query(grid)
    return np.asarray(0.38 * np.exp(-(distance**2) / 0.7)).reshape(37, 37).astype(np.float32)
