"""Films of one hip, front to back: drawn from the patient's state, then measured as pixels.

A patient is a row of a cohort with these columns: ``sex`` (1 a man), ``bmi`` (kg/m²), ``density``
of the bone on the film (0 pale to 1 dense), ``break_shown`` 0/1 (a fracture that the film shows),
``line`` NECK or TROCHANTER, ``displaced`` 0/1, ``fold`` 0/1 (a skin fold that crosses the neck),
``side`` 0 right or 1 left, ``scanner`` CLINIC, EMERGENCY or PORTABLE, and ``film_seed``, from which
all that is random in the film follows. About 1.1 mm to a pixel; shapes are textbook anatomy, not
any patient's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from tutor.kit.pictures.hip.atlas import HEIGHT, MARGIN, WIDTH, Grey, atlas

Row = Mapping[str, float]
Columns = Mapping[str, NDArray[Any]]  # of patients, each of shape (n,)
Moves = Sequence[tuple[int, int]]

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
    of_one: NDArray[np.uint8] = films({k: np.array([v]) for k, v in row.items()}, rows)[0]
    return of_one


def films(c: Columns, rows: slice) -> NDArray[np.uint8]:
    """The ``rows`` of some patients' films, shape ``(n, rows, 192)``, to the byte as one by one."""
    chances = [Chance.of(seed) for seed in c["film_seed"].astype(int).tolist()]
    image = _bones(c, chances, rows)
    image += _soft(c, chances, rows)
    turned = c["side"] == 1
    image[turned] = image[turned, :, ::-1]
    scanner = c["scanner"].astype(int)
    for one, way in ((EMERGENCY, _sharpened), (PORTABLE, _near)):
        mine = scanner == one
        image[mine] = way(image[mine])
    level, contrast, rough = np.array([EXPOSURE[one] for one in scanner.tolist()]).T
    noise = np.empty_like(image)
    for at, chance in enumerate(chances):
        top, left = chance.grain
        noise[at] = grain()[top : top + HEIGHT, left : left + WIDTH][rows]
    image -= 70
    image *= each(contrast)
    image += 70
    image += each(level)
    image += each(np.array([chance.exposure for chance in chances]))
    image += each(rough) * noise
    for at, (unit, side) in enumerate(zip(scanner.tolist(), turned.tolist(), strict=True)):
        _mark(image[at], unit, int(side), rows)
    return np.clip(image, 0, 255).astype(np.uint8)


def each(values: Grey) -> Grey:
    """A number of each film, to be used with images of shape ``(n, rows, WIDTH)``."""
    return np.asarray(values, np.float32)[:, None, None]


def _near(image: Grey) -> Grey:
    """Films smeared along their rows."""
    near = np.empty_like(image)
    near[..., 1:-1] = 0.25 * (image[..., :-2] + image[..., 2:]) + 0.5 * image[..., 1:-1]
    near[..., 0], near[..., -1] = image[..., 0], image[..., -1]
    return near


def _sharpened(image: Grey) -> Grey:
    return np.asarray(1.6 * image - 0.6 * _near(image))


@cache
def _bone(sex: int) -> Grey:
    """Brightness of the thigh bone, inside and wall, on the atlas."""
    return np.asarray(58 * atlas(sex).femur + 52 * atlas(sex).cortex)


def _parts(
    fields: Sequence[Grey], chances: Sequence[Chance], rows: slice, moves: Moves = ()
) -> Grey:
    """Each film's ``rows`` of an atlas field, its anatomy moved by so many pixels (x, y)."""
    found = [
        field[MARGIN - chance.down - dy :, MARGIN - chance.across - dx :][:HEIGHT, :WIDTH][rows]
        for field, chance, (dx, dy) in zip(
            fields, chances, moves or [(0, 0)] * len(chances), strict=True
        )
    ]
    return np.stack(found)


def _bones(c: Columns, chances: Sequence[Chance], rows: slice) -> Grey:
    dense, sexes = each(0.7 + 0.9 * c["density"]), c["sex"].astype(int).tolist()
    image = dense * _parts([_bone(sex) for sex in sexes], chances, rows)
    pelvis = dense * _parts([atlas(sex).pelvis for sex in sexes], chances, rows)
    if len(broken := np.flatnonzero(c["break_shown"]).tolist()):
        mine = [chances[at] for at in broken]
        some = {name: values[broken].tolist() for name, values in c.items()}
        breaks = [
            Break.of(dict(zip(some, row, strict=True)), chance)
            for row, chance in zip(zip(*some.values(), strict=True), mine, strict=True)
        ]
        moves = [(one.dx, one.dy) for one in breaks]
        gap = each(np.array([one.gap for one in breaks]))
        bones = [_bone(sexes[at]) for at in broken]
        shaft = np.clip(-_beyond(breaks, mine, rows, moves) - gap, 0, 1)
        shaft *= dense[broken] * _parts(bones, mine, rows, moves)
        head = np.clip(_beyond(breaks, mine, rows, [(0, 0)] * len(mine)) - gap, 0, 1)
        head *= image[broken]
        image[broken] = np.maximum(head, shaft) + 0.35 * np.minimum(head, shaft)
    image += pelvis
    return np.asarray(image)


def _beyond(breaks: Sequence[Break], chances: Sequence[Chance], rows: slice, moves: Moves) -> Grey:
    """Distance from each film's ragged line at its ``rows``, as :meth:`Break.beyond` has it."""
    lefts = [-chance.across - dx for chance, (dx, _) in zip(chances, moves, strict=True)]
    tops = [-chance.down - dy for chance, (_, dy) in zip(chances, moves, strict=True)]
    x = each(np.array(lefts)) + np.arange(WIDTH, dtype=np.float32)
    y = each(np.array(tops)) + np.arange(HEIGHT, dtype=np.float32)[rows, None]
    (px, py), (nx, ny) = (
        tuple(each(part) for part in np.array(ends).T)
        for ends in ([one.point for one in breaks], [one.normal for one in breaks])
    )
    x, y = x - px, y - py
    start = np.array([one.jag for one in breaks])[:, None, None]
    jag = _jags()[(4 * (x * ny - y * nx)).astype(np.int32) + start]
    return np.asarray(x * nx + y * ny + jag, dtype=np.float32)


def _soft(c: Columns, chances: Sequence[Chance], rows: slice) -> Grey:
    """:func:`soft_tissue` of each film."""
    x = np.arange(WIDTH, dtype=np.float32)[None, :]
    y = np.arange(HEIGHT, dtype=np.float32)[rows, None]
    bmi = c["bmi"]
    edge = each(40 - 2.4 * (bmi - 16)) + 6 * np.cos((y - 105) / 60)
    edge = x - (edge + each(np.array([chance.across for chance in chances])))
    body = np.clip(edge / 3, 0, 1)
    edge /= each(14 + 0.9 * (bmi - 16))
    fat = np.clip(edge, 0, 1, out=edge)
    fat *= 22
    fat += 26
    fat += each(0.5 * (bmi - 26))
    fat *= body
    fat += 14
    if len(folded := np.flatnonzero(c["fold"]).tolist()):
        mine = [chances[at] for at in folded]
        line = y - 104 + 0.25 * x - each(np.array([chance.down for chance in mine]))
        line += each(np.array([10 * chance.tilt for chance in mine]))
        depth = body[folded] * 9 * np.clip(line / 1.2, 0, 1)
        fat[folded] += depth * np.exp(-np.maximum(line, 0) / 16)
    return np.asarray(fat)


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


def _mark(image: Grey, scanner: int, side: int, rows: slice) -> None:
    """What the unit leaves on the film, in place: its frame, its letters."""
    if scanner == EMERGENCY:
        image[_outside()[rows]] = 4
    image[stamp(scanner, side)[rows]] = 255
