"""What all shown films of the chest share: bones, vessels, airway, on a grid as fine as the screen.

Places are those of the coarse film's fields (:mod:`tutor.kit.pictures.chest.film`), in its pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from tutor.kit.pictures.chest import film as coarse
from tutor.kit.pictures.chest.film import HEIGHT, MIDDLE, WIDTH
from tutor.kit.pictures.grain import FINE, enlarged

Grey = NDArray[Any]
ROOTS = ((-1, 78.0), (1, 74.0))  # of the lungs: which side, and at what height
TREES = 3  # of vessels; a film's seed takes one


@dataclass(frozen=True)
class Anatomy:
    """Fields of the shape of the shown film; brightness in shades of grey."""

    x: Grey
    y: Grey
    aside: Grey
    tall: Grey  # as in the coarse film: how much of its width the rib cage has at this height
    ribs: Grey  # in the coarse film's measure: 1 is about a rib
    mottle: Grey
    fine_mottle: Grey
    flesh: Grey  # spine, mediastinum and belly
    windpipe: Grey
    wings: Grey
    streaks: Grey
    shoulders: Grey  # 0..1: how far a point belongs to neck, shoulders and arms
    blades: Grey  # shoulder blades and arms
    breasts: Grey


@cache
def anatomy() -> Anatomy:
    """The fields, made once."""
    x, y = _grid()
    aside = np.abs(x - MIDDLE)
    fields = coarse.fields()
    kept = slice(coarse.MARGIN, -coarse.MARGIN)
    stream = np.random.default_rng(1898)
    fine_mottle = gaussian_filter(stream.standard_normal(x.shape), 1.6)
    mottle = enlarged(fields.mottle[kept])
    parts = (
        x,
        y,
        aside,
        np.sqrt(np.clip(1 - ((y - 108) / 96) ** 2, 0, 1)),
        _ribs(x, y, aside),
        mottle,
        fine_mottle / fine_mottle.std(),
        _flesh(x, y, aside),
        _windpipe(x, y, aside),
        enlarged(fields.wings[kept]),
        _streaks(y, aside),
        _shoulders(y, aside),
        _blades(x, y, aside),
        _breasts(y, aside),
    )
    return Anatomy(*(part.astype(np.float32) for part in parts))


def _grid() -> tuple[Grey, Grey]:
    """Columns and rows in pixels of the coarse film."""

    def along(length: int) -> Grey:
        return (np.arange(FINE * length, dtype=np.float32) - (FINE - 1) / 2) / FINE

    return tuple(np.meshgrid(along(WIDTH), along(HEIGHT)))  # type: ignore[return-value]


def step(value: Grey, soft: float) -> Grey:
    """0 to 1 as ``value`` grows from ``-soft`` to ``soft``."""
    found = np.multiply(value, 0.5 / soft)
    found += 0.5
    return np.asarray(np.clip(found, 0, 1, out=found))


def _tube(away: Grey, wide: Grey | float, rim: float = 0.5) -> Grey:
    """A hollow bone across its course: bright at both walls, ``wide`` from its middle."""
    far = np.abs(away) / wide
    wall = rim * np.exp(-(((far - 0.86) / 0.13) ** 2))
    return np.asarray(step(1 - far, 0.12) * (0.72 + wall))


def _ribs(x: Grey, y: Grey, aside: Grey) -> Grey:
    """Ribs behind and in front, and the collar bones, along the courses of the coarse film."""
    ribs = np.zeros_like(x)
    for k in range(11):
        behind = 22 + 12.5 * k - 9 * np.exp(-((aside - 26) ** 2) / 500) + 0.004 * aside**2
        before = 46 + 14.0 * k - 0.42 * aside + 0.0016 * aside**2
        thin = 3.3 - 0.012 * np.abs(aside - 40)
        back = 0.8 * _tube((y - behind) * 0.97, thin) * np.clip((aside - 6) / 8, 0, 1)
        front = 0.46 * _tube((y - before) * 0.95, 3.5, 0.22) * np.clip((aside - 34) / 12, 0, 1)
        # Where a rib turns forward at the side it is seen edge on.
        ribs += back * (1 + 0.25 * np.clip((aside - 50) / 10, 0, 1)) + front
    collar = 30 - 0.16 * (aside - 10) + 1.8 * np.sin((aside - 10) / 15)
    wide = 3.0 + 1.0 * np.exp(-(((aside - 12) / 7) ** 2))
    ribs += 1.4 * _tube(y - collar, 1.0 * wide) * step(aside - 9.5, 1.2) * step(78 - aside, 2)
    return ribs


def _flesh(x: Grey, y: Grey, aside: Grey) -> Grey:
    middle = 118 + 26 * step(14 - aside, 9) + 9 * step(5 - aside, 2) + 24 * step(y - 128, 14)
    # Bodies of the spine with their discs, and the roots of their arches.
    height = 8.6 + 0.02 * y
    place = (y / height) % 1
    disc = np.exp(-(((place - 0.5) / 0.11) ** 2))
    body = step(7.6 - aside - 0.8 * np.cos(2 * np.pi * place), 0.8)
    root = np.exp(-(((aside - 5.2) / 1.1) ** 2) - ((place - 0.12) / 0.16) ** 2)
    root += 0.8 * np.exp(-((aside / 0.9) ** 2) - ((place - 0.2) / 0.2) ** 2)
    spine = 3.5 * body * (1 - 1.2 * disc) + 3 * root
    # The stomach's air lies under the left dome.
    air = step(1 - np.hypot((x - MIDDLE - 36) / 13, (y - 146) / 7.5), 0.28)
    return np.asarray(middle + spine - 26 * air * step(y - 136, 3))


def _windpipe(x: Grey, y: Grey, aside: Grey) -> Grey:
    """The air of windpipe and main bronchi, taken from what lies around it."""
    pipe = step(4.4 - aside + 0.3 * np.sin(y * 1.9), 0.9) * step(64 - y, 3)
    pipe = 26 * pipe * (0.45 + 0.55 * step(54 - y, 12))
    for side, drop, long in ((-1, 1.05, 17), (1, 0.72, 23)):
        out = side * (x - MIDDLE)
        line = (y - 62 - drop * out) / np.hypot(1, drop)
        pipe = np.maximum(
            pipe, 11 * step(2.6 - np.abs(line), 1) * step(out, 1) * step(long - out, 5)
        )
    return np.asarray(pipe)


def _streaks(y: Grey, aside: Grey) -> Grey:
    """Fluid in the walls between lobules: short level lines at the sides of the bases."""
    lines = np.clip(2.2 * np.sin(1.25 * y) - 1.2, 0, 1)
    return np.asarray(24 * lines * np.exp(-((aside - 52) ** 2) / 18) * step(y - 85, 1))


def _shoulders(y: Grey, aside: Grey) -> Grey:
    neck = step(25 - aside + 0.12 * y, 2)
    line = 5 + 0.05 * np.maximum(aside - 22, 0) + 9 * step(aside - 62, 26)
    girdle = step(y - line, 1.5) * step(60 + 2.4 * np.maximum(aside - 80, 0) - y, 3)
    return np.asarray(np.maximum(neck * (y < 30), girdle))


def _blades(x: Grey, y: Grey, aside: Grey) -> Grey:
    """Shoulder blades, seen at the outer edge of the lungs, and the heads of the arm bones."""
    border = aside - (53.5 + 0.10 * (y - 24) + 0.0022 * (y - 52) ** 2)
    inside = step(border, 1.0) * step(90 - 0.42 * np.abs(aside - 62) - y, 2) * step(y - 22, 3)
    edge = np.exp(-(((border - 0.8) / 0.8) ** 2)) * step(86 - y, 3) * step(y - 24, 3)
    spine = np.exp(-(((y - 27 + 0.12 * (aside - 60)) / 1.6) ** 2)) * step(aside - 54, 4)
    ball = np.hypot(aside - 89, y - 33)
    arm = step(9.5 - np.minimum(ball, np.abs(aside - 93) + 200 * (y < 33)), 0.8)
    rim = np.exp(-(((ball - 9) / 0.9) ** 2)) * (y < 40)
    return np.asarray(7 * inside + 8 * edge + 6 * spine + 9 * arm + 9 * rim)


def _breasts(y: Grey, aside: Grey) -> Grey:
    far = np.hypot((aside - 40) / 29, (y - 88) / 32)
    return np.asarray(7 * step(1 - far, 0.10) * step(y - 78, 22))


@cache
def vessels(number: int) -> tuple[Grey, Grey]:
    """Tree ``number``: the vessels of both lungs, and the airways among them, about 0..1."""
    stream = np.random.default_rng([1899, number])
    scale, size = 2 * FINE, (2 * FINE * WIDTH, 2 * FINE * HEIGHT)
    blood, air = (Image.new("L", size) for _ in range(2))
    pens = ImageDraw.Draw(blood), ImageDraw.Draw(air)
    drawn: list[tuple[int, float, float, float, float, float]] = []

    def grow(x: float, y: float, angle: float, wide: float, side: int, pen: int) -> None:
        """One branch, which sways, tapers, and forks until it is too thin to be seen."""
        length, bend = stream.uniform(8, 15) * (0.5 + 0.3 * wide), stream.normal(0, 0.035)
        for _ in range(int(length / 1.5)):
            angle += bend + stream.normal(0, 0.05)
            ahead = x + 1.5 * np.cos(angle) * side, y + 1.5 * np.sin(angle)
            drawn.append((pen, wide, x, y, *ahead))
            x, y, wide = *ahead, wide * 0.985
        if wide < 0.42:
            return
        part = stream.uniform(0.25, 0.55)
        grow(x, y, angle + part * stream.choice([-1, 1]), 0.62 * wide, side, pen)
        grow(x, y, angle - 0.4 * part * stream.choice([-1, 1]), 0.84 * wide, side, pen)

    for side, root in ROOTS:
        for turn in (-1.35, -0.9, -0.35, 0.15, 0.6, 0.95, 1.25):
            turned, wide = turn + stream.normal(0, 0.12), 1.5 + 0.7 * (turn > 0.5)
            grow(MIDDLE + side * (18 + turn), root + 7 * turn + 3, turned, wide, side, 0)
        for turn in (-1.2, -0.5, 0.2, 0.7, 1.2):
            grow(MIDDLE + side * 15, root + 4 * turn, turn + 0.1, 1.5, side, 1)
    for pen, wide, *ends in sorted(drawn, key=lambda one: one[1]):
        shade = int(min(255, 60 + 85 * wide))
        pens[pen].line([scale * (at + 1 / 3) for at in ends], shade, max(1, round(scale * wide)))
    small = (FINE * WIDTH, FINE * HEIGHT)
    found = (
        np.asarray(one.resize(small, Image.Resampling.BOX), np.float32) for one in (blood, air)
    )
    tree, pipes = (gaussian_filter(one / 255, 0.9) for one in found)
    return tree + _roots(), pipes


def _roots() -> Grey:
    """The great vessels at the roots of the lungs."""
    x, y = _grid()
    whole = np.zeros_like(x)
    for side, root in ROOTS:
        out, down = side * (x - MIDDLE) - 14, y - root
        whole += 0.75 * np.exp(-((out - 3.5) ** 2) / 34 - ((down - 1) ** 2) / 110)
        course = out - 4.5 - 0.12 * down
        whole += 0.55 * np.exp(-((course / 2.6) ** 2)) * step(down + 3, 4) * step(24 - down, 9)
    return whole
