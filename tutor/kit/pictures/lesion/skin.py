"""Sheets for the shown picture of a lesion: the lines of the skin, meshes and dots, made once.

They are three times as fine as the plates of :mod:`tutor.kit.pictures.lesion.grid`. Meshes and dots
are those of the plates, their lines and edges less even. The lines of the skin and its hairs know
nothing of the lesion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from tutor.kit.pictures.grain import FINE, enlarged, finer_grain
from tutor.kit.pictures.lesion.grid import (
    MM,
    SIDE,
    WAVES,
    Array,
    Mesh,
    edges,
    plate,
    ruler,
    shares,
    strewn,
)

FULL, DENSE = FINE * SIDE, FINE * MM  # pixels along an edge; pixels to a millimetre
ROOM = 160  # pixels by which the sheets are larger than a picture
MOST_HAIRS = 6
PITCH = 0.52  # mm between two of the skin's furrows


@dataclass(frozen=True)
class Place:
    """Every pixel of the shown picture, as one long row: mm from the middle."""

    x: Array
    y: Array
    radius: Array
    angle: Array  # in steps of ``TURNS`` to a turn


TURNS = 1440


@cache
def places() -> Place:
    """The pixels, line by line, shape ``(FULL * FULL,)``."""
    at = ((np.arange(FULL, dtype=np.float32) - (FULL - 1) / 2) / DENSE).astype(np.float32)
    x, y = (grid.ravel() for grid in np.meshgrid(at, at))
    turn = np.arctan2(y, x) / (2 * np.pi) * TURNS
    return Place(x, y, np.hypot(x, y), np.rint(turn).astype(np.int32) % TURNS)


@cache
def _waves() -> Array:
    """Cosines, then sines, of 0 to 3 waves along an edge, and the place itself: ``(9, FULL)``."""
    at = places().x[:FULL]
    turn = 2 * np.pi * MM / SIDE * np.arange(4)[:, None] * at
    return np.concatenate([np.cos(turn), np.sin(turn), at[None] / 3]).astype(np.float32)


def slow_field(weights: Array) -> Array:
    """A slow field of these weights, as on the coarse plate, at every pixel; a long row.

    Each plane wave is a product of waves down and across, so that the field is a small matrix
    between the waves of both edges.
    """
    mixed = np.zeros((9, 9))
    mixed[0, 8], mixed[8, 0] = weights[:2]
    count = len(WAVES)
    cosines, sines = weights[2 : 2 + count] * shares(), weights[2 + count :] * shares()
    for (u, v), a, b in zip(WAVES, cosines, sines, strict=True):
        w, sign = abs(v), np.sign(v)
        mixed[w, u] += a
        mixed[4 + w, 4 + u] -= sign * a
        mixed[w, 4 + u] += b
        mixed[4 + w, u] += sign * b
    waves = _waves()
    return np.asarray((waves.T @ mixed.astype(np.float32) @ waves).ravel())


@cache
def furrows() -> Array:
    """The skin's net of furrows: how deep each pixel of a sheet lies in one, about 0..1."""
    side, stream = FULL + ROOM, np.random.default_rng(1911)
    count = int(side / DENSE / PITCH) + 4
    seeds = np.stack(np.meshgrid(np.arange(count), np.arange(count)), -1).reshape(-1, 2) - 1.0
    seeds[:, 0] += 0.5 * (seeds[:, 1] % 2)  # lozenges, not squares
    seeds += stream.normal(0, 0.24, seeds.shape)
    lines, columns = np.mgrid[:side, :side] / (DENSE * PITCH)
    bend = gaussian_filter(stream.standard_normal((2, side, side)), (0, 5, 5)) * 5 * 0.35
    points = np.column_stack([(columns + bend[0]).ravel(), (lines + bend[1]).ravel()])
    far, _ = cKDTree(seeds).query(points, k=2, workers=1)
    gap = (far[:, 1] - far[:, 0]).reshape(side, side)
    depth = np.exp(-((gap / 0.10) ** 2)) + 0.4 * np.exp(-((gap / 0.28) ** 2))
    strength = 0.75 + 0.35 * gaussian_filter(stream.standard_normal((side, side)), 22) * 22 * 3.5
    deep = gaussian_filter(depth, 0.8) * np.clip(strength, 0.2, 1.4)
    return np.asarray(deep, dtype=np.float32)


@cache
def speckle() -> Array:
    """Noise of three sizes, each of unit variance: ``(3, side, side)``, from fine to slow."""
    stream, side = np.random.default_rng(1912), FULL + ROOM
    made = [gaussian_filter(stream.standard_normal((side, side)), s) for s in (1.0, 2.6, 7.0)]
    return np.stack([one / one.std() for one in made]).astype(np.float32)


@cache
def grain() -> Array:
    """The sheet of grain of the coarse picture between its pixels, levels of 255."""
    return finer_grain(plate().grain[0, 0], 1913, 0.35)


@cache
def lattice(wild: int, variant: int) -> Array:
    """The lines of a network, 0..1, less even than on the coarse plate; a long row."""
    mesh: Mesh = strewn().meshes[wild][variant]
    stream, at = np.random.default_rng([1914, wild, variant]), places()
    across, down, width = (
        sheet(speckle()[2], (int(v), int(w))) for v, w in stream.integers(0, ROOM, (3, 2))
    )
    push = (
        enlarged(mesh.push[0]).ravel() + np.float32(0.04) * across,
        enlarged(mesh.push[1]).ravel() + np.float32(0.04) * down,
    )
    lines = mesh.at(at.x, at.y, push)
    even = lines * (1 + 0.16 * width)
    return np.asarray(np.clip(even, 0, 1), dtype=np.float32)


@cache
def dots(wild: int, variant: int) -> Array:
    """Dots, 0..1, in the places of the coarse plate's but none quite round; a long row."""
    stream, out = np.random.default_rng([1915, wild, variant]), np.zeros((FULL, FULL), np.float32)
    at = places().x[:FULL]
    for px, dx, py, dy, size in strewn().dots[wild][variant]:
        uneven = stream.normal(0, 1, 4)
        column, line = (round((v * DENSE) + (FULL - 1) / 2) for v in (px + dx, py + dy))
        reach = round(0.5 * DENSE)
        if not (reach < column < FULL - reach and reach < line < FULL - reach):
            continue
        near = slice(line - reach, line + reach + 1), slice(column - reach, column + reach + 1)
        x, y = at[near[1]] - px - dx, (at[near[0]] - py - dy)[:, None]
        turn = np.arctan2(y, x)
        bumps = uneven[0] * np.cos(2 * turn) + uneven[1] * np.sin(2 * turn)
        bumps = bumps + 0.7 * (uneven[2] * np.cos(3 * turn) + uneven[3] * np.sin(3 * turn))
        radius = size * (1 + 0.07 * bumps) + 0.03
        dot = np.clip((radius + 0.05 - np.hypot(x, y)) / 0.12, 0, 1)
        out[near] = np.maximum(out[near], dot)
    return out.ravel()


@cache
def scale(edge: int) -> Array:
    """The millimetre scale at an edge: how much of each pixel it covers, 0..1; a long row."""
    small = FINE * FULL
    at = ((np.arange(small, dtype=np.float32) - (small - 1) / 2) / (FINE * DENSE)).astype(
        np.float32
    )
    x, y = np.meshgrid(at, at)
    marked = ruler(*edges(x, y)[edge]).reshape(FULL, FINE, FULL, FINE)
    return np.asarray(marked.mean((1, 3), dtype=np.float32).ravel())


def hairs(stream: np.random.Generator) -> Array | None:
    """A few fine hairs across the skin, 0..1; None where there are none."""
    count = min(MOST_HAIRS, int(stream.poisson(1.5)))
    if not count:
        return None
    draft = Image.new("L", (2 * FULL, 2 * FULL))
    pen = ImageDraw.Draw(draft)
    t = np.linspace(0, 1, 33)
    for _ in range(count):
        start, turn = stream.uniform(-0.1, 1.1, 2), stream.normal(0.9, 0.45)
        long, bend = stream.uniform(0.2, 0.6), stream.normal(0, 0.6)
        x = start[0] + long * t * np.cos(turn + bend * t)
        y = start[1] + long * t * np.sin(turn + bend * t)
        ends = (2 * FULL * np.column_stack([x, y])).tolist()
        shade, wide = stream.uniform(90, 165), stream.uniform(2.2, 4.2)
        for k, (one, other) in enumerate(pairwise(ends)):  # a hair grows thinner to its tip
            left = 1 - k / 32
            course = (*one, *other)
            pen.line(course, int(shade * min(1, 0.25 + 1.5 * left)), max(1, round(wide * left)))
    small = draft.resize((FULL, FULL), Image.Resampling.BOX)
    return np.asarray(small, np.float32).ravel() / 255


def sheet(of: Array, offset: tuple[int, int]) -> Array:
    """A picture's part of a sheet, as a long row."""
    down, across = offset
    return np.ascontiguousarray(of[down : down + FULL, across : across + FULL]).ravel()
