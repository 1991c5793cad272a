"""Lesions of the skin as a dermatoscope shows them, drawn from the state of lesion and skin.

Light is taken away by pigment, channel by channel, as by a filter (Beer and Lambert): melanin in
the lesion and melanin in the skin multiply. The same lesion therefore stands out less in dark skin.
Colours were set by eye; the picture is 16 mm wide.

A lesion is a row of a cohort with these columns. Of the skin: ``tone`` 0 (lightest) to 2, the
density of its melanin; ``flush`` 0..1. Of the outline: ``radius`` (mm); ``stretch``, ``lopsided``
and ``ragged``, shares of the radius; ``softness`` of the edge (mm). Of the colours: ``brown``
(density) and its unevenness ``mottle``; ``pink``; ``blotch`` (black), ``veil`` (blue-white) and
``scar`` (white), 0..1. Of the structures, 0..1: ``network`` and its ``disorder``, ``globules``,
``cysts`` (white dots), ``vessels`` (red dots). On and around it: ``ink``, the
length of the pen strokes (0 is none, 1 is 3.4 mm each), ``ruler`` 0/1, ``light`` (1 is good).
``lesion_seed`` fixes all that is random. A palm's lines and a sore are optional: see
:mod:`tutor.kit.pictures.lesion.acral`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.pictures.lesion.acral import lined, open_pores, open_sore
from tutor.kit.pictures.lesion.grid import HARMONICS, VARIANTS, Plate, lamp, plate
from tutor.kit.pictures.lesion.noise import TURN, Chance, Columns, SlowFields

Array = NDArray[Any]
Colour = tuple[float, float, float]
COLUMNS = (
    *("tone", "flush", "radius", "stretch", "lopsided", "ragged", "softness", "light"),
    *("brown", "mottle", "pink", "blotch", "veil", "scar", "network", "disorder", "globules"),
    *("cysts", "vessels", "ink", "ruler", "lesion_seed"),
)
OPTIONAL = ("palm", "furrows", "ridges", "sore")
STROKES, HALF_WIDE = 3, 0.32  # of the pen: how many, and half their width (mm)

SKIN = np.array([238.0, 203.0, 184.0], np.float32)
# What a unit of each takes from red, green and blue.
FILTERS = {
    "skin": (0.50, 0.62, 0.68),
    "blood": (0.02, 0.15, 0.13),
    "brown": (0.40, 0.78, 1.05),
    "black": (1.35, 1.15, 0.95),
    "pink": (0.02, 0.34, 0.25),
    "red": (0.10, 0.62, 0.50),
}
# Of the harmonics of an outline: those that make it lopsided, longer one way, and notched.
LEANS, STRETCHES, NOTCHES = np.isin(HARMONICS, (1, 3)), HARMONICS == 2, HARMONICS >= 4
OUTLINE = ("lopsided", "ragged", "stretch")
WIDEST = 0.75  # how far beyond its radius an outline may come, a share of it
ROUGH = np.sqrt(HARMONICS - 0.99)
TAKEN = np.array(list(FILTERS.values()), np.float32).T
EVERYWHERE = 3  # filters that lie over every point; few lesions have any of the others
VEIL, SCAR, CYST = (100.0, 110.0, 140.0), (222.0, 208.0, 206.0), (238.0, 226.0, 196.0)
INK, TICK = (82.0, 48.0, 148.0), (32.0, 32.0, 36.0)


def draw(p: Patients, step: int = 1) -> NDArray[np.uint8]:
    """The pictures, shape ``(n, side, side, 3)``; with ``step`` 2, every second pixel of them."""
    side = plate(step).side
    levels = channels(p, step).astype(np.uint8)
    return np.asarray(np.moveaxis(levels, 0, -1).reshape(p.n, side, side, 3))


def channels(p: Patients, step: int = 1) -> NDArray[np.float32]:
    """Red, green and blue of the pictures, whole levels of 255, shape ``(3, n, points)``."""
    chance = Chance.of(p["lesion_seed"])
    wobble = outline(p, chance)
    return _channels(p, plate(step), chance, wobble, _reach(p, wobble).max())


def batches(p: Patients, step: int, most: int) -> Iterator[tuple[Array, NDArray[np.float32]]]:
    """All pictures as ``channels`` gives them, ``most`` at a time, and which rows they are of.

    Lesions of like size come together: what makes up a lesion is drawn around the largest only.
    """
    drawn = Patients({name: p[name] for name in (*COLUMNS, *OPTIONAL) if name in p})
    chance = Chance.of(p["lesion_seed"])
    wobble = outline(p, chance)
    reach = _reach(p, wobble)
    order = np.argsort(reach, kind="stable")
    for start in range(0, p.n, most):
        rows = order[start : start + most]
        some, among = drawn.take(rows), chance.take(rows)
        yield rows, _channels(some, plate(step), among, wobble[rows], reach[rows[-1]])


def _channels(
    p: Patients, on: Plate, chance: Chance, wobble: Array, reach: float
) -> NDArray[np.float32]:
    c = {name: values.astype(np.float32)[:, None] for name, values in p.items()}
    slow, core = SlowFields.of(c, on, chance), on.core(reach)
    lesion = Lesion(c, chance, core, _inside(c, core, wobble), slow.over(core))
    rgb = _absorbed(lesion, on, slow)
    np.exp(rgb, out=rgb)
    rgb *= SKIN[:, None, None]
    _whites(lesion, rgb, on, slow)
    _marks(p, rgb, on, chance)
    # The lamp is brightest in the middle, and the sensor has its grain.
    rgb *= c["light"] * lamp(on.radius)
    _grained(rgb, on, chance)
    np.clip(rgb, 0, 255, out=rgb)
    return np.asarray(np.rint(rgb, out=rgb))


@dataclass(frozen=True)
class Lesion:
    """What makes up some lesions, at the points of a square that holds them all."""

    c: Columns
    chance: Chance
    on: Plate
    inside: Array  # (n, points): how far each point belongs to the lesion, 0..1
    slow: SlowFields


def _grained(rgb: Array, on: Plate, chance: Chance) -> None:
    """Lay each picture somewhere on the sheet of grain, in place."""
    grain = np.empty((rgb.shape[1], on.side, on.side), np.float32)
    starts, sheets = np.divmod((chance.uniform[:, :2] * 64).astype(int), on.step)
    for at, ((down, right), (y, x)) in enumerate(zip(starts, sheets, strict=True)):
        grain[at] = on.grain[y, x, down : down + on.side, right : right + on.side]
    rgb += grain.reshape(rgb.shape[1:])


def outline(p: Patients, chance: Chance) -> Array:
    """The harmonics of each outline, shares of the radius: all cosines, then all sines."""
    lopsided, ragged, stretch = (p[k].astype(np.float32)[:, None] for k in OUTLINE)
    spread = 0.5 * lopsided * LEANS + ragged * NOTCHES / ROUGH
    spread = np.tile(spread + 0.7 * stretch * STRETCHES, 2)
    return np.asarray((np.clip(chance.outline, -1.8, 1.8) * spread).astype(np.float32))


def _reach(p: Patients, wobble: Array) -> Array:
    """How far from the middle each lesion may come (mm): all its harmonics at their highest."""
    highest = np.hypot(*np.split(wobble, 2, axis=1)).sum(1).clip(0, WIDEST)
    return np.asarray(p["radius"] * (1 + highest) + p["softness"] + 0.01)


def _inside(c: Columns, on: Plate, wobble: Array) -> Array:
    """How far each point belongs to the lesion, 0..1, soft at the edge."""
    edge = wobble @ on.outline
    np.clip(edge, -0.55, WIDEST, out=edge)
    edge += 1
    edge *= c["radius"]
    edge -= on.radius
    edge /= 2 * c["softness"]
    edge += 0.5
    m = np.clip(edge, 0, 1, out=edge)
    rise = 3 - 2 * m
    m *= m
    m *= rise
    return np.asarray(m)


def patch(field: Array, amount: Any) -> Array:
    """Where a field is high: about half of it when ``amount`` is 1, less when it is less.

    The field itself is made into the answer.
    """
    field += 1.9 * amount
    field -= 1.75
    field *= 1.6
    return np.asarray(np.clip(field, 0, 1, out=field))


def _absorbed(lesion: Lesion, on: Plate, slow: SlowFields) -> Array:
    """How much light all pigments take, as a negative exponent, shape ``(3, n, points)``."""
    c, core, inside = lesion.c, lesion.on, lesion.inside
    over = np.zeros((EVERYWHERE, len(inside), on.x.size), np.float32)
    skin, blood, brown = over
    bend = slow.at("skin")
    uneven = np.multiply(bend, 0.12, out=blood)
    uneven += 1
    np.multiply(uneven, 0.25, out=skin)
    skin += 0.75
    skin *= c["tone"]
    blood *= c["flush"]
    which = (lesion.chance.uniform[:, 2:5] * VARIANTS).astype(int)
    middle = core.middle(brown)
    middle[:] = _brown(lesion, which).reshape(middle.shape)
    rows = _those_with(c, "palm")
    if len(rows):
        mine = {name: c[name][rows] for name in ("furrows", "ridges")}
        of_skin, of_lesion = lined(mine, on, lesion.chance.uniform[rows, TURN], bend[rows])
        skin[rows] *= of_skin
        brown[rows] *= of_lesion
    taken = np.asarray(np.tensordot(-TAKEN[:, :EVERYWHERE], over, 1))
    rows = _some(c["blotch"])
    black = inside[rows] * patch(lesion.slow.at("blotch", rows), c["blotch"][rows])
    _take(taken, core, "black", rows, black)
    rows = _some(c["pink"])
    _take(taken, core, "pink", rows, inside[rows] * c["pink"][rows])
    rows = _some(c["vessels"])
    red = inside[rows] * c["vessels"][rows] * core.dots[1, which[rows, 2]]
    _take(taken, core, "red", rows, red)
    return taken


def _take(taken: Array, on: Plate, name: str, rows: Array, amount: Array) -> None:
    """Let a pigment that few lesions have take light from these rows, in place."""
    amount, where, _ = _among(rows, on, amount)
    for share, plane in zip(FILTERS[name], taken.reshape(3, -1), strict=True):
        plane[where] -= np.float32(share) * amount


def _brown(lesion: Lesion, which: Array) -> Array:
    """The lesion's melanin: mottled, in a network or in globules."""
    c, slow = lesion.c, lesion.slow
    brown = slow.at("mottle")
    brown *= 0.45 * c["mottle"]
    brown += 1
    np.clip(brown, 0.25, 2.2, out=brown)
    brown *= c["brown"]
    wild = (c["disorder"][:, 0] > 0.5).astype(int)

    def patchy(name: str, textures: Array, kind: int) -> tuple[Array, Array]:
        rows = _some(c[name])
        lines = textures[wild[rows], which[rows, kind]]
        lines *= c[name][rows]
        bent = np.flatnonzero(c["disorder"][rows, 0] > 0)
        among = rows[bent]
        bend = slow.at("patch", among)
        np.clip(bend, -1, 1.4, out=bend)
        bend *= 0.9 * c["disorder"][among]
        bend += 1
        lines[bent] *= bend
        return rows, lines

    rows, lines = patchy("network", lesion.on.lattices, 0)
    lines *= 0.75
    lines += 1
    brown[rows] *= lines
    rows, dots = patchy("globules", lesion.on.dots, 1)
    dots *= 1.3
    brown[rows] += dots
    brown *= lesion.inside
    return brown


def _some(amount: Array) -> Array:
    """The rows that have any of it: most lesions have few of the structures."""
    return np.flatnonzero(amount[:, 0] > 0)


def _whites(lesion: Lesion, rgb: Array, on: Plate, slow: SlowFields) -> None:
    """Veil, scar and cysts, which scatter light: laid over the picture in place."""
    c, core, uniform = lesion.c, lesion.on, lesion.chance.uniform
    dim = np.exp(-0.45 * c["tone"])
    for name, share, colour in (("veil", 0.8, VEIL), ("scar", 0.7, SCAR), ("cysts", 0.75, CYST)):
        rows = _some(c[name])
        if name == "cysts":
            dots = core.dots[1, (uniform[rows, 5] * VARIANTS).astype(int)]
            over = c[name][rows] * dots * (lesion.slow.at("patch", rows) > -0.1)
        else:
            over = patch(lesion.slow.at(name, rows), c[name][rows])
        _lay(rgb, core, rows, share * lesion.inside[rows] * over, colour, dim)
    rows = _those_with(c, "palm")
    if len(rows):
        open_pores(rgb, rows, on, uniform[rows, TURN], slow.at("skin", rows), dim[rows])
    rows = _those_with(c, "sore")
    if len(rows):
        mine = {name: c[name][rows] for name in ("sore", "radius", "tone")}
        open_sore(rgb, rows, on, mine, np.stack([slow.at("patch", rows), slow.at("skin", rows)]))


def _those_with(c: Columns, name: str) -> Array:
    """The rows that have any of what a cohort need not know of."""
    return _some(c[name]) if name in c else np.array([], dtype=int)


def _lay(
    rgb: Array, on: Plate, rows: Array, over: Array, colour: Colour, dim: Array | None = None
) -> None:
    """Lay a colour over these rows, in place, as far as ``over`` says at the points of ``on``."""
    share, where, many = _among(rows, on, over)
    shade = 1.0 if dim is None else np.repeat(dim[rows, 0], many)
    for level, plane in zip(colour, rgb.reshape(3, -1), strict=True):
        there = plane.take(where)
        plane[where] = there + share * (level * shade - there)


def _among(rows: Array, on: Plate, over: Array) -> tuple[Array, Array, Array]:
    """What is above 0, which is little: how much, where among all pictures, how often in each."""
    at, points = np.flatnonzero(over > 0), on.at.size
    starts = points * np.arange(len(rows) + 1)
    many = np.diff(np.searchsorted(at, starts))
    place = on.at.take(at - np.repeat(starts[:-1], many))
    whole = (on.side + 2 * on.margin) ** 2
    return over.ravel().take(at), place + np.repeat(whole * rows, many), many


def _marks(p: Patients, rgb: Array, on: Plate, chance: Chance) -> None:
    """Pen strokes beside the lesion and a scale at one edge, laid over the picture in place."""
    inked = np.flatnonzero(p["ink"] > 0)
    if len(inked):
        half = 1.7 * p["ink"][inked].astype(np.float32)
        pen = _strokes(p["radius"][inked], half, on, chance.uniform[inked, 6:])
        _lay(rgb, on, inked, 0.82 * pen, INK)
    measured, points = np.flatnonzero(p["ruler"] == 1), on.x.size
    edges = (chance.uniform[measured, 15] * len(on.rulers)).astype(int)
    for edge, ruler in enumerate(on.rulers):
        marked, among = np.flatnonzero(ruler), measured[edges == edge]
        where = (points * among[:, None] + marked).ravel()
        for level, plane in zip(TICK, rgb.reshape(3, -1), strict=True):
            plane[where] = level


def stroke_places(radius: Array, u: Array) -> tuple[Array, Array, Array, Array, Array]:
    """The row and the number of each stroke, its middle (mm across and down), and how it tilts."""
    there = np.tile(np.arange(STROKES) < STROKES - 1, (len(u), 1))
    there[:, -1] = u[:, 7] < 0.6
    rows, j = np.nonzero(there)
    angle = 2 * np.pi * (u[rows, 0] + (j + 0.5 * u[rows, 1 + j]) / STROKES)
    away = np.minimum(1.35 * radius[rows] + 1.1, 6.4)
    tilt = angle + np.pi / 2 + 0.9 * (u[rows, 4 + j] - 0.5)
    return rows, j, away * np.cos(angle), away * np.sin(angle), tilt


def _strokes(radius: Array, half: Array, on: Plate, u: Array) -> Array:
    """Two or three strokes, of these half lengths (mm), around lesions of these radii, 0..1."""
    rows, j, px, py, tilt = stroke_places(radius, u)
    cos, sin = np.cos(tilt), np.sin(tilt)
    near = on.near(px, py, float(np.hypot(half.max(), HALF_WIDE)))
    x, y = on.x[near], on.y[near]
    ends = (cos, sin, px * cos + py * sin, py * cos - px * sin)
    cos, sin, middle, off = (v.astype(np.float32)[:, None] for v in ends)
    along = np.abs(cos * x + sin * y - middle)
    across = np.abs(cos * y - sin * x - off)
    long = (half[rows, None] - along) / 0.3
    stroke = ((HALF_WIDE - across) / 0.14).clip(0, 1) * long.clip(0, 1)
    pen = np.zeros((len(u), on.x.size), np.float32)
    for one in range(STROKES):  # in turn, for strokes of one lesion may cross
        mine = np.flatnonzero(j == one)
        drawn = (rows[mine, None], near[mine])
        pen[drawn] = np.maximum(pen[drawn], stroke[mine])
    return pen
