"""Films of one hip, front to back: drawn from the patient's state, then measured as pixels.

A patient is a row of a cohort with these columns: ``sex`` (1 a man), ``bmi`` (kg/m²), ``density``
of the bone on the film (0 pale to 1 dense), ``break_shown`` 0/1 (a fracture that the film shows),
``line`` NECK or TROCHANTER, ``displaced`` 0/1, ``fold`` 0/1 (a skin fold that crosses the neck),
``side`` 0 right or 1 left, ``scanner`` CLINIC, EMERGENCY or PORTABLE, and ``film_seed``, from which
all that is random in the film follows. About 1.1 mm to a pixel; shapes are textbook anatomy, not
any patient's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Row = Mapping[str, float]
Grey = NDArray[Any]

WIDTH, HEIGHT = 192, 208
MARGIN = 24  # the atlas reaches further than the film, so that it can be shifted
CLINIC, EMERGENCY, PORTABLE = 0, 1, 2
NECK, TROCHANTER = 0, 1
FRAME = 7  # pixels of black collimation on the emergency unit's films
# Per scanner: brightness, contrast, grain (shades of grey of 255).
EXPOSURE = {CLINIC: (0.0, 1.0, 2.0), EMERGENCY: (2.0, 1.06, 2.6), PORTABLE: (20.0, 0.84, 4.6)}
# A point of the line and its normal towards the head; then how the shaft moves, in pixels.
LINES = {
    NECK: ((97.0, 91.0), (0.69, -0.73), (-0.25, -1.0)),
    TROCHANTER: ((77.0, 112.0), (0.79, -0.62), (0.45, -0.9)),
}
FONT = {  # five by seven, a row to a number, the leftmost pixel the highest bit
    " ": (0, 0, 0, 0, 0, 0, 0),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "L": (16, 16, 16, 16, 16, 16, 31),
    "P": (30, 17, 17, 30, 16, 16, 16),
    "O": (14, 17, 17, 17, 17, 17, 14),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "A": (14, 17, 17, 31, 17, 17, 17),
    "B": (30, 17, 17, 30, 17, 17, 30),
    "E": (31, 16, 16, 30, 16, 16, 31),
}


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
def _atlas(sex: int) -> Atlas:
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


@cache
def grain() -> Grey:
    """The sheet of grain that every film is laid on somewhere, of unit variance."""
    return np.random.default_rng(2019).standard_normal((512, 512)).astype(np.float32)


@cache
def _jags() -> Grey:
    """A ragged line, four values to a pixel, each about a pixel deep."""
    stream = np.random.default_rng(2018)
    coarse = gaussian_filter1d(stream.normal(0, 1, 8192), 14)
    fine = gaussian_filter1d(stream.normal(0, 1, 8192), 5)
    line = 0.9 * coarse / coarse.std() + 0.5 * fine / fine.std()
    return np.asarray(line, dtype=np.float32)


@dataclass(frozen=True)
class Chance:
    """All that is random in one film."""

    across: int
    down: int
    exposure: float
    jag: int
    gap: float
    grain: tuple[int, int]
    tilt: float

    @classmethod
    def of(cls, seed: int) -> Chance:
        """The same seed, the same film."""
        u: list[float] = _uniform()[seed % len(_uniform())].tolist()
        return cls(
            across=int(u[0] * 13) - 6,
            down=int(u[1] * 13) - 6,
            exposure=10 * (u[2] - 0.5),
            jag=2000 + int(u[3] * 4000),
            gap=u[4],
            grain=(int(u[5] * 256), int(u[6] * 256)),
            tilt=u[7] - 0.5,
        )


@cache
def _uniform() -> Grey:
    """Eight numbers to a film: far quicker to look up than to draw."""
    return np.random.default_rng(2021).random((32_768, 8))


@dataclass(frozen=True)
class Break:
    """A break that the film shows: how far the shaft moves, how wide the gap is, where it runs."""

    dx: int
    dy: int
    gap: float
    point: tuple[float, float]
    normal: tuple[float, float]
    jag: int

    @classmethod
    def of(cls, row: Row, chance: Chance) -> Break:
        """The break of a patient who has one."""
        point, normal, (mx, my) = LINES[int(row["line"])]
        step = 8 + 4 * chance.gap if row["displaced"] else 2.0
        gap = 1.8 if row["displaced"] else 0.8
        return cls(round(mx * step), round(my * step), gap, point, normal, chance.jag)

    def beyond(self, x: Grey, y: Grey) -> Grey:
        """Distance from the ragged line at these pixels, positive on the head's side."""
        (px, py), (nx, ny) = self.point, self.normal
        x, y = x - px, y - py
        jag = _jags()[(4 * (x * ny - y * nx)).astype(np.int32) + self.jag]
        return np.asarray(x * nx + y * ny + jag, dtype=np.float32)


def film(row: Row, rows: slice = slice(None)) -> NDArray[np.uint8]:
    """The film as shades of grey, shape ``(208, 192)``, or only its ``rows``."""
    chance, atlas = Chance.of(int(row["film_seed"])), _atlas(int(row["sex"]))
    scanner = int(row["scanner"])
    image = _bones(row, atlas, chance, rows) + _soft(row, chance, rows)
    if row["side"] == 1:
        image = image[:, ::-1]
    near = np.empty_like(image)
    near[:, 1:-1] = 0.25 * (image[:, :-2] + image[:, 2:]) + 0.5 * image[:, 1:-1]
    near[:, 0], near[:, -1] = image[:, 0], image[:, -1]
    image = {CLINIC: image, EMERGENCY: 1.6 * image - 0.6 * near, PORTABLE: near}[scanner]
    level, contrast, rough = EXPOSURE[scanner]
    top, left = chance.grain
    noise = grain()[top : top + HEIGHT, left : left + WIDTH][rows]
    image = (image - 70) * contrast + 70 + level + chance.exposure + rough * noise
    return np.clip(_marked(image, scanner, int(row["side"]), rows), 0, 255).astype(np.uint8)


def _part(field: Grey, chance: Chance, rows: slice, dx: int = 0, dy: int = 0) -> Grey:
    """The film's ``rows`` of an atlas field, the anatomy moved by ``(dx, dy)`` pixels."""
    top, left = MARGIN - chance.down - dy, MARGIN - chance.across - dx
    return field[top : top + HEIGHT, left : left + WIDTH][rows]


def _bones(row: Row, atlas: Atlas, chance: Chance, rows: slice) -> Grey:
    dense = 0.7 + 0.9 * row["density"]

    def femur(dx: int = 0, dy: int = 0) -> Grey:
        inside = _part(atlas.femur, chance, rows, dx, dy)
        cortex = _part(atlas.cortex, chance, rows, dx, dy)
        return np.asarray(dense * (58 * inside + 52 * cortex))

    pelvis = dense * _part(atlas.pelvis, chance, rows)
    if not row["break_shown"]:
        return femur() + pelvis
    broken = Break.of(row, chance)

    def beyond(dx: int, dy: int) -> Grey:
        x, y = _part(atlas.x, chance, rows, dx, dy), _part(atlas.y, chance, rows, dx, dy)
        return broken.beyond(x, y)

    head = np.clip(beyond(0, 0) - broken.gap, 0, 1) * femur()
    shaft = np.clip(-beyond(broken.dx, broken.dy) - broken.gap, 0, 1) * femur(broken.dx, broken.dy)
    return np.maximum(head, shaft) + 0.35 * np.minimum(head, shaft) + pelvis


def _soft(row: Row, chance: Chance, rows: slice) -> Grey:
    x = np.arange(WIDTH, dtype=np.float32)[None, :]
    y = np.arange(HEIGHT, dtype=np.float32)[rows, None]
    return soft_tissue(row, chance, x, y)


def soft_tissue(row: Row, chance: Chance, x: Grey, y: Grey) -> Grey:
    """Skin, fat and muscle, with air beyond the skin and, in some, a fold across the neck."""
    edge = 40 - 2.4 * (row["bmi"] - 16) + 6 * np.cos((y - 105) / 60) + chance.across
    body = np.clip((x - edge) / 3, 0, 1)
    fat = np.clip((x - edge) / (14 + 0.9 * (row["bmi"] - 16)), 0, 1)
    tissue = 14 + body * (26 + 22 * fat + 0.5 * (row["bmi"] - 26))
    if row["fold"]:
        line = y - 104 + 0.25 * x - chance.down + 10 * chance.tilt
        tissue = tissue + body * 9 * np.clip(line / 1.2, 0, 1) * np.exp(-np.maximum(line, 0) / 16)
    return np.asarray(tissue, dtype=np.float32)


@cache
def stamp(scanner: int, side: int) -> NDArray[np.bool_]:
    """Where the film's letters stand: L or R, and on a portable film the word."""
    letter = "L" if side else "R"
    text = f"{letter} PORTABLE" if scanner == PORTABLE else letter
    cells = [[[bits << 1 >> 5 - k & 1 for k in range(6)] for bits in FONT[sign]] for sign in text]
    sign = np.kron(np.hstack([np.array(one) for one in cells]), np.ones((2, 2))).astype(bool)
    top = HEIGHT - 36 if scanner == EMERGENCY else 12
    left = WIDTH - 26 if side and scanner != PORTABLE else 16
    there = np.zeros((HEIGHT, WIDTH), dtype=bool)
    there[top : top + sign.shape[0], left : left + sign.shape[1]] = sign
    return there


@cache
def _outside() -> NDArray[np.bool_]:
    """The frame that the emergency unit's collimation leaves black."""
    frame = np.ones((HEIGHT, WIDTH), dtype=bool)
    frame[FRAME:-FRAME, FRAME:-FRAME] = False
    return frame


def _marked(image: Grey, scanner: int, side: int, rows: slice) -> Grey:
    """What the unit leaves on the film: its frame, its letters."""
    if scanner == EMERGENCY:
        image[_outside()[rows]] = 4
    image[stamp(scanner, side)[rows]] = 255
    return image
