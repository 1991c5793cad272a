"""A healthy fundus for the screen: three times as fine as the one that is measured.

Disc, macula, vessels and slow shades are those of :mod:`tutor.kit.pictures.fundus.eye`, in the same
places. Vessels are drawn as lines: veins wide and dark, arteries narrower, redder, and with a
bright reflex along their middle. Lines of nerve fibres and the grain of the pigment are added.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, map_coordinates

from tutor.kit.pictures.fundus.eye import (
    DISC,
    DISC_RADIUS,
    EYES,
    RADIUS,
    SIZE,
    Array,
    Path,
    Plan,
    curls,
)
from tutor.kit.pictures.grain import FINE, enlarged

SIDE = FINE * SIZE
TWICE = 2 * FINE  # what lines are drawn at, before they are thinned
ACROSS = ((np.arange(SIDE) - (SIDE - 1) / 2) / FINE).astype(np.float32)
X, Y = np.meshgrid(ACROSS, ACROSS)
FROM_FOVEA = np.hypot(X, Y)
FROM_DISC = np.hypot(X - np.float32(DISC[0]), (Y - np.float32(DISC[1])) * np.float32(0.9))


@cache
def retina(number: int) -> Array:
    """Green (0..1) and chroma (%) of a healthy right eye, evenly lit, ``(2, SIDE, SIDE)``."""
    if number >= EYES:
        return np.ascontiguousarray(retina(number - EYES)[:, ::-1])
    plan = Plan.of(number)
    stream = np.random.default_rng([20203, number])
    slow = enlarged(plan.mottle)
    macula = np.exp(-(FROM_FOVEA**2) / 260)
    pit = np.exp(-(FROM_FOVEA**2) / 14)
    reflex = np.exp(-((FROM_FOVEA - 0.4) ** 2) / 0.5)
    green = 0.42 * (1 + 0.07 * slow) * (1 - 0.27 * macula - 0.09 * pit)
    green *= 1 - 0.28 * (FROM_FOVEA / RADIUS) ** 3
    green *= 1 + 0.028 * _pigment(stream) + 0.028 * _fibres(stream)
    green += 0.05 * reflex
    chroma = 61 + 2 * slow + 4 * macula + 3 * pit
    green, chroma = _with_disc(green, chroma, plan.cup, stream)
    dark, red, shine = _vessels(plan)
    # Before the pale disc there is more of a vessel to be seen.
    disc = np.clip((DISC_RADIUS - FROM_DISC) / 4 + 0.5, 0, 1)
    green *= 1 - dark * (1 + 0.4 * disc)
    green += shine
    chroma += red * (1 + 1.1 * disc)
    return np.stack([green, chroma]).astype(np.float32)


def _with_disc(
    green: Array, chroma: Array, cup: float, stream: np.random.Generator
) -> tuple[Array, Array]:
    """The disc: a pink rim, broad above and below, around a pale cup; a thin crescent beside it."""
    turn = np.arctan2(Y - DISC[1], X - DISC[0])
    edge = DISC_RADIUS + 0.35 * np.cos(2 * turn + 0.4) + 0.2 * np.sin(3 * turn)
    disc = 1 / (1 + np.exp((FROM_DISC - edge) / 0.35))
    hollow = cup * (1 + 0.10 * np.cos(2 * turn + np.pi))
    pale = 1 / (1 + np.exp((FROM_DISC - hollow) / 0.55))
    rim = 0.60 + 0.05 * np.cos(turn) + 0.012 * _streaks(stream, turn)
    green = green + disc * (rim + 0.20 * pale - green)
    chroma = chroma + disc * (37 - 20 * pale - chroma)
    crescent = np.exp(-(((FROM_DISC - edge - 0.8) / 0.7) ** 2)) * np.clip(-np.cos(turn), 0, 1)
    return green * (1 + 0.10 * crescent), chroma - 5 * crescent


def _streaks(stream: np.random.Generator, turn: Array) -> Array:
    """Nerve fibres as they leave over the rim, by their direction."""
    line = gaussian_filter(stream.standard_normal(720), 2, mode="wrap")
    return np.asarray((line / line.std())[((turn + np.pi) * 114.5).astype(int) % 720])


def _pigment(stream: np.random.Generator) -> Array:
    """The grain of the pigment, and the choroid's vessels dimly behind it."""
    fine = gaussian_filter(stream.standard_normal((SIDE, SIDE), dtype=np.float32), 1.3)
    bands = enlarged(gaussian_filter(stream.standard_normal((SIZE, SIZE)), 2.2))
    ridge = -np.abs(bands / bands.std())
    fade = np.clip((FROM_FOVEA - 18) / 30, 0, 1)
    return np.asarray(fine / fine.std() + 0.4 * (ridge + 0.8) * fade)


def _fibres(stream: np.random.Generator) -> Array:
    """Nerve fibres: faint bright lines that leave the disc in arcs around the macula."""
    noise = stream.standard_normal((256, 256), dtype=np.float32)
    x, y = X - DISC[0], Y - DISC[1]
    turn = np.arctan2(y, -x) * (1 + 0.35 * np.clip(-x / 70, 0, 1))
    found = map_coordinates(noise, [60 * turn + 128, FROM_DISC / 9], order=1, mode="wrap")
    near = np.exp(-FROM_DISC / 22) * np.clip((FROM_DISC - DISC_RADIUS) / 3, 0, 1)
    return np.asarray(2.2 * found * near)


def _vessels(plan: Plan) -> tuple[Array, Array, Array]:
    """How far vessels darken (0..1), redden (% of chroma), and shine (of green) at each pixel."""
    veins = _lines([p for tree in plan.trees if tree.vein for p in tree.paths], 2.1)
    arteries = _lines([p for tree in plan.trees if not tree.vein for p in tree.paths], 2.0)
    trunks = [tree.paths[0] for tree in plan.trees if not tree.vein]  # twigs are too thin
    shine = _lines(trunks, 0.7)
    dark = np.maximum(veins, 0.95 * arteries)
    return dark, 30 * veins + 26 * arteries, 0.16 * shine


def _lines(paths: list[Path], thick: float) -> Array:
    """Paths as lines ``thick`` times as wide as they say and as dark as they say, 0..1."""
    plate = Image.new("L", (TWICE * SIZE, TWICE * SIZE))
    pen = ImageDraw.Draw(plate)
    pieces = [
        (depth * fade, wide * (0.5 + 0.5 * fade), (*one, *other))
        for points, widths, depths in paths
        for (one, other), wide, depth, fade in zip(
            pairwise(points[::2].tolist()),
            widths[::2].tolist(),
            depths[::2].tolist(),
            np.minimum(np.linspace(4, 0, len(points[::2])), 1).tolist(),  # towards its end
            strict=False,
        )
    ]
    for depth, wide, course in sorted(pieces, key=lambda piece: piece[0]):
        at = [TWICE * (place + SIZE / 2) for place in course]
        width = max(1, round(TWICE * thick * wide))
        shade = round(255 * depth)
        pen.line(at, shade, width)
        if width > 3:
            half = width / 2 - 0.5
            pen.ellipse((at[2] - half, at[3] - half, at[2] + half, at[3] + half), shade)
    small = plate.resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(gaussian_filter(np.asarray(small, np.float32) / 255, 0.8))


@cache
def tangle(number: int) -> Array:
    """A tangle of fine new vessels: how far it darkens a patch of 111 pixels square."""
    side = 37
    plate = Image.new("L", (TWICE * side, TWICE * side))
    pen = ImageDraw.Draw(plate)
    for course in curls(number):
        ends = np.vstack([np.zeros(2), course])
        smooth = np.linspace(0, len(ends) - 1, 3 * len(ends))
        bent = [np.interp(smooth, np.arange(len(ends)), gaussian_filter(p, 0.7)) for p in ends.T]
        at = TWICE * (np.column_stack(bent) + side / 2)
        pen.line([tuple(place) for place in at.tolist()], 255, round(1.15 * TWICE), "curve")
    small = plate.resize((FINE * side, FINE * side), Image.Resampling.BOX)
    return np.asarray(0.40 * gaussian_filter(np.asarray(small, np.float32) / 255, 0.8))
