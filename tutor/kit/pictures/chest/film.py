"""Films of the chest, drawn from the patient's state: heart, lungs, and what fills them.

A patient is a row of a cohort with these columns: ``sex`` (1 a man), ``build`` (kg/m²);
``patch``, how dense a patch of filled lung is (0 none to 1) and ``zone``, where (0 right upper, 1
right lower, 2 left upper, 3 left lower); ``congestion``, haze on both sides and fluid at the bases
(0 to 1); ``stretch``, how far the lungs are overfilled with air (0 to 1); ``heart``, the heart's
width as a share of the chest's; ``blurred`` 0/1, whether the patient moved; and ``film_seed``, from
which all that is random in the film follows. The patient's right is on the viewer's left. Shapes
are textbook anatomy, not any patient's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Row = Mapping[str, float]
Columns = Mapping[str, NDArray[Any]]  # of patients, each of shape (n,)
Grey = NDArray[Any]

WIDTH, HEIGHT = 184, 176
MARGIN = 12  # fields reach further than the film, so that a moving chest can be followed
MIDDLE = 92.0
ZONES = ((56.0, 54.0), (54.0, 104.0), (129.0, 54.0), (134.0, 100.0))
MOVES = (-4, -2, 0, 2, 4)  # rows by which the chest moved while a blurred film was taken


@dataclass(frozen=True)
class Fields:
    """What all chests share, on a grid that reaches ``MARGIN`` rows beyond the film."""

    x: Grey
    y: Grey
    aside: Grey  # distance from the middle
    tall: Grey  # how much of its width the rib cage has at this height
    ribs: Grey
    vessels: Grey
    mottle: Grey
    middle: Grey  # brightness of spine and mediastinum
    windpipe: Grey
    wings: Grey  # around both roots of the lung
    streaks: Grey  # fine lines at the sides of the bases


def _bar(x: Grey, y: Grey, curve: Grey, wide: float) -> Grey:
    return np.asarray(np.exp(-(((y - curve) / wide) ** 4)))


@cache
def fields() -> Fields:
    """The fields, made once."""
    y, x = np.mgrid[-MARGIN : HEIGHT + MARGIN, 0:WIDTH].astype(np.float32)
    aside = np.abs(x - MIDDLE)
    ribs = np.zeros_like(x)
    for k in range(10):
        # Behind, ribs fall away from the spine; in front they come back, steeper and fainter.
        behind = 22 + 12.5 * k - 9 * np.exp(-((aside - 26) ** 2) / 500) + 0.004 * aside**2
        before = 46 + 14.0 * k - 0.42 * aside + 0.0016 * aside**2
        ribs += 0.8 * _bar(x, y, behind, 3.4) * np.clip((aside - 6) / 8, 0, 1)
        ribs += 0.5 * _bar(x, y, before, 3.6) * np.clip((aside - 34) / 14, 0, 1)
    for side in (-1, 1):
        ribs += (
            1.5
            * _bar(x, y, 30 - 0.16 * (side * (x - MIDDLE) - 10), 3.4)
            * (side * (x - MIDDLE) > 8)
        )
    stream = np.random.default_rng(1895)
    fine = gaussian_filter(stream.normal(0, 1, x.shape), 1.2)
    coarse = gaussian_filter(stream.normal(0, 1, x.shape), 3.0)
    mottle = fine / fine.std() + coarse / coarse.std()
    vessels = np.zeros_like(x)
    for side, root in ((-1, 78.0), (1, 74.0)):
        out, down = side * (x - MIDDLE) - 14, y - root
        radius, angle = np.hypot(out, down), np.arctan2(down, out)
        for turn in np.linspace(-1.35, 1.45, 9):
            line = angle - turn - 0.05 * np.sin(radius / 7 + 3 * turn)
            trunk = np.exp(-((line * radius / (2.4 - 0.022 * radius)) ** 2))
            vessels += trunk * np.exp(-radius / 26) * (out > -2) * (radius < 62)
        vessels += 1.1 * np.exp(-((out - 3) ** 2 + down**2 / 4) / 40)
    middle = 118 + 26 * _step(14 - aside, 9) + 9 * _step(5 - aside, 2) + 24 * _step(y - 128, 14)
    parts = (
        x,
        y,
        aside,
        np.sqrt(np.clip(1 - ((y - 108) / 96) ** 2, 0, 1)),
        ribs,
        vessels,
        mottle,
        middle,
        26 * _step(4.5 - aside, 1.6) * _step(52 - y, 16),
        (42 + 8 * mottle) * np.exp(-(((aside - 26) / 22) ** 2) - ((y - 82) / 34) ** 2),
        16 * np.clip(np.sin(1.25 * y), 0, 1) * np.exp(-((aside - 52) ** 2) / 18) * (y > 84),
    )
    return Fields(*(part.astype(np.float32) for part in parts))


@cache
def _at(rows: tuple[int, ...]) -> Fields:
    """The fields at some rows of the film: the same rows are read from every film."""
    return Fields(*(field[np.array(rows) + MARGIN] for field in vars(fields()).values()))


@cache
def _uniform() -> Grey:
    """Eight numbers to a film: far quicker to look up than to draw."""
    return np.random.default_rng(1896).random((32_768, 8))


@cache
def grain() -> Grey:
    """The sheet of grain that every film is laid on somewhere, of unit variance."""
    return np.random.default_rng(1897).standard_normal((512, 512)).astype(np.float32)


def _step(value: Grey, soft: float) -> Grey:
    """0 to 1 as ``value`` grows from ``-soft`` to ``soft``."""
    return np.asarray(np.clip(0.5 + value / (2 * soft), 0, 1))


def chance(row: Row) -> list[float]:
    """Eight numbers in 0..1 for this film, the same whenever it is drawn."""
    numbers: list[float] = _uniform()[int(row["film_seed"]) % len(_uniform())].tolist()
    return numbers


def film(row: Row, rows: tuple[int, ...] = tuple(range(HEIGHT))) -> NDArray[np.uint8]:
    """The film as shades of grey, shape ``(176, 184)``, or only its ``rows``."""
    of_one: NDArray[np.uint8] = films({k: np.array([v]) for k, v in row.items()}, rows)[0]
    return of_one


def films(c: Columns, rows: tuple[int, ...]) -> NDArray[np.uint8]:
    """The ``rows`` of some patients' films, shape ``(n, rows, 184)``, to the byte as one by one."""
    u = _uniform()[c["film_seed"].astype(int) % len(_uniform())].T
    image = np.empty((u.shape[1], len(rows), WIDTH), np.float32)
    blurred = c["blurred"] != 0
    for moves, which in (((0,), ~blurred), (MOVES, blurred)):
        if which.any():
            some = {name: values[which] for name, values in c.items()}
            image[which] = _taken(some, u[:, which], rows, moves)
    noise = np.empty_like(image)
    for at, (top, left) in enumerate((u[:2] * 300).astype(int).T.tolist()):
        noise[at] = grain()[top : top + HEIGHT, left : left + WIDTH][list(rows)]
    image += _each(10 * (u[2] - 0.5))
    image += np.float32(2.2) * noise
    return np.clip(image, 0, 255).astype(np.uint8)


def _taken(c: Columns, u: Grey, rows: tuple[int, ...], moves: tuple[int, ...]) -> Grey:
    """Films without their grain, of chests that moved by these rows while they were taken."""
    each = [_chests(c, u, tuple(at + move for at in rows)) for move in moves]
    if len(each) == 1:
        return each[0]
    image = sum(each) / len(each)
    padded = np.pad(image, ((0, 0), (0, 0), (2, 2)), mode="edge")
    return np.asarray(sum(padded[:, :, at : at + WIDTH] for at in range(5)) / 5)


def _each(values: Grey) -> Grey:
    """A number of each film, to be used with images of shape ``(n, rows, WIDTH)``."""
    return np.asarray(values, np.float32)[:, None, None]


def _chests(c: Columns, u: Grey, rows: tuple[int, ...]) -> Grey:
    """The chests without grain, at ``rows`` of the film."""
    at = _at(rows)
    build = c["build"] - 25.0
    trunk = _each(80 + 0.9 * build) - 0.0009 * (at.y[:, :1] - 105) ** 2
    trunk = np.minimum(trunk, trunk - 34 + 2.4 * at.y[:, :1])
    body = _step(trunk - at.aside, 2.5)
    flesh = at.middle + _each(1.1 * build)
    air = _each(46 + 0.9 * build - 14 * c["stretch"]) + 24 * at.ribs
    air += _each(26 + 10 * c["congestion"]) * at.vessels
    if len(filled := np.flatnonzero(c["patch"] > 0)):
        air[filled] += _patch(c["patch"][filled], c["zone"][filled], u[:, filled], at)
    if len(wet := np.flatnonzero(c["congestion"] > 0)):
        much = c["congestion"][wet]
        fluid = _step(at.y - 126 + _each(15 * much) + 0.024 * (at.aside - 66) ** 2, 5)
        air[wet] += _each(much) * (at.wings + 52 * fluid + at.streaks + 10)
    image = flesh + 4 * at.ribs
    np.minimum(air, flesh - 3, out=air)
    image += _lungs(c, u, at, rows) * (air - image) - at.windpipe
    image -= 6
    image *= body
    image += 6
    return np.asarray(image)


def _patch(dense: Grey, zone: Grey, u: Grey, at: Fields) -> Grey:
    """One zone of the lung filled, mottled and without a sharp edge."""
    across, down = np.array(ZONES)[zone.astype(int)].T
    across, down, wide = across + 8 * (u[4] - 0.5), down + 10 * (u[5] - 0.5), 19 + 6 * u[6]
    far = ((at.x - _each(across)) ** 2 + (at.y - _each(down)) ** 2) / _each(wide**2)
    far += 0.13 * at.mottle
    return np.asarray(_each(dense) * np.clip(1.25 - far, 0, 1) * (80 + 7 * at.mottle))


@dataclass(frozen=True)
class _Sides:
    """What is the same for the lungs of all chests at some rows."""

    left: Grey
    bow: Grey  # of the diaphragm
    inner: Grey
    knob: Grey
    down: Grey  # from the middle of the heart, in its own heights, squared


@cache
def _sides(rows: tuple[int, ...]) -> _Sides:
    at = _at(rows)
    left = at.x[:1] > MIDDLE
    return _Sides(
        left,
        (at.aside - 28) ** 2,
        _step(at.aside - 12 - 0.03 * np.maximum(at.y[:, :1] - 70, 0), 1.5),
        _step(81 - (at.x - MIDDLE - 12) ** 2 - (at.y - 58) ** 2, 26),
        ((at.y - 108) / np.where(left, 34, 30)) ** 2,
    )


def _lungs(c: Columns, u: Grey, at: Fields, rows: tuple[int, ...]) -> Grey:
    """Where there is lung and no heart before it; in double precision, which edges keep."""
    on = _sides(rows)
    wide = _each(58 + 3 * c["stretch"] + 2 * c["sex"])
    base = (124 + 12 * c["stretch"] + 5 * (u[3] - 0.5))[:, None, None]
    dome = _each(0.009 - 0.006 * c["stretch"]) * on.bow
    floor = _step(np.where(on.left, base + 4, base) + dome - at.y, 1.3)
    reach = (122 * c["heart"])[:, None, None] * np.where(on.left, 0.68, 0.32)
    across = at.aside / reach
    heart = _step((1 - np.sqrt(across * across + on.down)) * 24, 1.4)
    wall = _step(wide * at.tall - at.aside, 1.2)
    return np.asarray(wall * floor * on.inner * (1 - np.maximum(heart, on.knob)))
