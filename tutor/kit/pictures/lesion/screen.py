"""The picture of a lesion as a person sees it: three times as fine as the one a program measures.

Outline, pigments, structures, pen, scale, lamp and grain are those of
:mod:`tutor.kit.pictures.lesion.pixels`, in the same places and from the same numbers. Furrows of
the skin, hairs and the fine unevenness of pigment come from sheets and the lesion's seed alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.drawing import Picture
from tutor.kit.pictures.grain import FINE
from tutor.kit.pictures.jpeg import Raster
from tutor.kit.pictures.lesion import pixels as coarse
from tutor.kit.pictures.lesion import skin
from tutor.kit.pictures.lesion.acral import lined, open_pores, open_sore
from tutor.kit.pictures.lesion.grid import HARMONICS, VARIANTS, Array, lamp
from tutor.kit.pictures.lesion.noise import FIELDS, LEANING, TURN, Chance
from tutor.kit.pictures.lesion.skin import FULL, TURNS, Place, places

Row = Mapping[str, float]
RAGGED = 0.035  # mm by which the edge of a lesion is uneven beyond its outline
HAIR = (74.0, 52.0, 44.0)


@dataclass(frozen=True)
class Lesion:
    """One lesion, and all that is random in its picture."""

    c: Row
    p: Patients
    chance: Chance
    on: Place
    speckle: tuple[Array, Array, Array]  # of unit variance: fine, middling, slow
    furrows: Array
    hairs: Array | None

    @classmethod
    def of(cls, row: Row) -> Lesion:
        """The same row, the same picture."""
        p = Patients({name: np.array([value]) for name, value in row.items()})
        stream = np.random.default_rng([1916, int(row["lesion_seed"])])
        down, across = (int(v) for v in stream.integers(0, skin.ROOM, 2))
        fine, middling, slow = (skin.sheet(one, (down, across)) for one in skin.speckle())
        furrows = skin.sheet(skin.furrows(), (down, across))
        # Palms and soles have no hairs.
        hairs = skin.hairs(stream) if not row.get("palm", 0) else None
        c = {name: float(value) for name, value in row.items()}
        chance = Chance.of(p["lesion_seed"])
        return cls(c, p, chance, places(), (fine, middling, slow), furrows, hairs)

    def slow(self, name: str) -> Array:
        """One of the slow fields, as the coarse picture has it, a long row."""
        weights = self.chance.fields[0, FIELDS.index(name)].copy()
        weights[:LEANING] *= 0.25 + 1.6 * np.float32(self.c["lopsided"])
        return skin.slow_field(weights)

    def inside(self) -> Array:
        """How far each pixel belongs to the lesion, 0..1, soft at the edge."""
        turn = 2 * np.pi * np.arange(TURNS) / TURNS
        around = HARMONICS[:, None] * turn
        bends = coarse.outline(self.p, self.chance)[0] @ np.concatenate(
            [np.cos(around), np.sin(around)]
        )
        edge = self.c["radius"] * (1 + np.clip(bends, -0.55, coarse.WIDEST))
        beyond = edge.astype(np.float32)[self.on.angle] - self.on.radius
        beyond += np.float32(RAGGED) * self.speckle[2]
        m = np.clip(beyond * np.float32(0.5 / self.c["softness"]) + np.float32(0.5), 0, 1)
        return np.asarray(m * m * (3 - 2 * m))


def lesion_picture(row: Row, alt: str) -> Picture:
    """One lesion's picture, of one size for all."""
    names = [name for name in (*coarse.COLUMNS, *coarse.OPTIONAL) if name in row]
    return _shown(tuple((name, float(row[name])) for name in names)).picture(alt)


@lru_cache(maxsize=8)
def _shown(drawn_from: tuple[tuple[str, float], ...]) -> Raster:
    """The picture for the screen; kept for a while, because some twins have the same one."""
    return Raster.of(screen(dict(drawn_from)))


def screen(row: Row) -> NDArray[np.uint8]:
    """The picture, shape ``(384, 384, 3)``."""
    one = Lesion.of(row)
    inside, bend = one.inside(), one.slow("skin")
    rgb = np.exp(_absorbed(one, inside, bend))
    rgb *= coarse.SKIN[:, None]
    _whites(one, rgb, inside, bend)
    _surface(one, rgb, inside)
    _marks(one, rgb)
    rgb *= np.float32(one.c["light"]) * lamp(one.on.radius)
    down, across = (FINE * int(v * 64) for v in one.chance.uniform[0, :2])
    rgb += 0.8 * skin.sheet(skin.grain(), (down, across))
    levels = np.clip(rgb, 0, 255, out=rgb).astype(np.uint8)
    return np.ascontiguousarray(levels.T.reshape(FULL, FULL, 3))


def _absorbed(one: Lesion, inside: Array, bend: Array) -> Array:
    """How much light all pigments take, as a negative exponent, ``(3, FULL * FULL)``."""
    c = one.c
    melanin = c["tone"] * (0.75 + 0.25 * (1 + 0.12 * bend))
    blood = c["flush"] * (1 + 0.12 * bend + 0.10 * one.speckle[2])
    variant = (one.chance.uniform[0, 2:5] * VARIANTS).astype(int)
    brown = _brown(one, inside, variant)
    if c.get("palm", 0):
        of_skin, of_lesion = lined(_columns(c, "furrows", "ridges"), one.on, _turn(one), bend[None])
        melanin, brown = melanin * of_skin[0], brown * of_lesion[0]
    amounts = {"skin": melanin, "blood": blood, "brown": brown}
    if c["blotch"] > 0:
        amounts["black"] = inside * _patch(one, "blotch")
    if c["pink"] > 0:
        amounts["pink"] = inside * np.float32(c["pink"])
    if c["vessels"] > 0:
        amounts["red"] = inside * np.float32(c["vessels"]) * skin.dots(1, variant[2])
    filters = np.array([coarse.FILTERS[name] for name in amounts], np.float32)
    return np.asarray(-filters.T @ np.stack(list(amounts.values()), dtype=np.float32))


def _brown(one: Lesion, inside: Array, variant: Array) -> Array:
    """The lesion's melanin: mottled, in a network or in globules."""
    c = one.c
    uneven = 1 + 0.45 * c["mottle"] * one.slow("mottle")
    brown = np.clip(uneven, 0.25, 2.2) * np.float32(c["brown"])
    brown *= 1 + 0.075 * one.speckle[1] + 0.05 * one.speckle[0]
    wild = int(c["disorder"] > 0.5)
    bent: Array | float = 1.0
    if c["disorder"] > 0 and (c["network"] > 0 or c["globules"] > 0):
        bent = 1 + 0.9 * c["disorder"] * np.clip(one.slow("patch"), -1, 1.4)
    if c["network"] > 0:
        lines = skin.lattice(wild, variant[0]) * np.float32(c["network"]) * bent
        brown *= 1 + 0.75 * lines
    if c["globules"] > 0:
        dots = skin.dots(wild, variant[1]) * np.float32(c["globules"]) * bent
        brown += 1.3 * dots
    return np.asarray(brown * inside)


def _patch(one: Lesion, name: str) -> Array:
    """Where a slow field is high, its edge uneven."""
    field = one.slow(name) + 0.10 * one.speckle[2] + 0.06 * one.speckle[1]
    return coarse.patch(field, np.float32(one.c[name]))


def _columns(c: Row, *names: str) -> dict[str, Array]:
    """Columns of one row, as what draws many lesions wants them."""
    return {name: np.array([[c[name]]], np.float32) for name in names}


def _turn(one: Lesion) -> Array:
    return one.chance.uniform[:1, TURN]


def _whites(one: Lesion, rgb: Array, inside: Array, bend: Array) -> None:
    """Veil, scar, cysts, pores and a sore: laid over the picture in place."""
    c = one.c
    dim = float(np.exp(-0.45 * c["tone"]))
    for name, share, colour in (("veil", 0.8, coarse.VEIL), ("scar", 0.7, coarse.SCAR)):
        if c[name] > 0:
            cloud = _patch(one, name) * (1 + 0.06 * one.speckle[1] + 0.08 * one.speckle[2])
            _lay(rgb, share * inside * cloud, colour, dim)
    if c["cysts"] > 0:
        dots = skin.dots(1, int(one.chance.uniform[0, 5] * VARIANTS))
        over = 0.75 * np.float32(c["cysts"]) * inside * dots * (one.slow("patch") > -0.1)
        _lay(rgb, over, coarse.CYST, dim)
    planes, rows = rgb[:, None], np.array([0])
    if c.get("palm", 0):
        open_pores(planes, rows, one.on, _turn(one), bend[None], np.array([[dim]], np.float32))
    if c.get("sore", 0):
        rough = np.clip(bend, -2, 2) + 0.5 * one.speckle[1]
        bends = np.stack([one.slow("patch") + 0.12 * one.speckle[2], rough])
        open_sore(planes, rows, one.on, _columns(c, "sore", "radius", "tone"), bends[:, None])


def _surface(one: Lesion, rgb: Array, inside: Array) -> None:
    """The furrows of the skin, flatter on the lesion; its sheen; and hairs. In place."""
    if not one.c.get("palm", 0):
        depth = one.furrows * (1 - 0.65 * inside)
        for share, plane in zip((0.032, 0.050, 0.055), rgb, strict=True):
            plane *= 1 - np.float32(share) * depth
    rgb *= 1 + 0.012 * one.speckle[0] + 0.010 * one.speckle[1]
    if one.hairs is not None:
        _lay(rgb, 0.85 * one.hairs, HAIR)


def _lay(rgb: Array, over: Array, colour: tuple[float, float, float], dim: float = 1.0) -> None:
    """Lay a colour over the picture, in place, as far as ``over`` says."""
    for level, plane in zip(colour, rgb, strict=True):
        plane += over * (np.float32(level * dim) - plane)


def _marks(one: Lesion, rgb: Array) -> None:
    """Pen strokes beside the lesion and a scale at one edge, laid over the picture in place."""
    c, on = one.c, one.on
    u = one.chance.uniform[:1, 6:]
    if c["ink"] > 0:
        _, _, across, down, tilts = coarse.stroke_places(np.array([c["radius"]]), u)
        pen, fray = np.zeros_like(on.x), 0.035 * one.speckle[2] + 0.02 * one.speckle[1]
        for px, py, tilt in zip(across.tolist(), down.tolist(), tilts.tolist(), strict=True):
            cos, sin = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
            along = np.abs(cos * (on.x - px) + sin * (on.y - py))
            aside = np.abs(cos * (on.y - py) - sin * (on.x - px))
            long = np.clip((1.7 * c["ink"] - along + fray) / 0.3, 0, 1)
            wide = np.clip((coarse.HALF_WIDE - aside + fray) / 0.14, 0, 1)
            pen = np.maximum(pen, wide * long)
        # Ink runs into the furrows of the skin and leaves its ridges paler.
        uneven = 0.76 + 0.10 * one.furrows + 0.05 * one.speckle[1]
        _lay(rgb, pen * np.clip(uneven, 0.5, 0.95), coarse.INK)
    if c["ruler"] == 1:
        _lay(rgb, skin.scale(int(one.chance.uniform[0, 15] * 4)), coarse.TICK)
