"""The film of a chest as a person sees it: three times as fine as the one a program measures.

Heart, lungs, patch, congestion, exposure and grain are those of
:func:`tutor.kit.pictures.chest.film.film`, in the same places and from the same numbers. What it
has besides is the same for everybody (:mod:`tutor.kit.pictures.chest.anatomy`), or a tree of
vessels that the film's seed chooses.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from tutor.kit.pictures.chest import film as coarse
from tutor.kit.pictures.chest.anatomy import TREES, Anatomy, anatomy, step, vessels
from tutor.kit.pictures.chest.film import HEIGHT, MIDDLE, WIDTH, ZONES
from tutor.kit.pictures.grain import FINE, finer_grain

Row = coarse.Row
Grey = NDArray[Any]
MOVED, SWAYED = 9 * FINE, 5 * FINE  # pixels by which a moving chest is smeared, down and across


@cache
def _grain() -> Grey:
    return finer_grain(coarse.grain(), 1900)


def screen(row: Row) -> NDArray[np.uint8]:
    """The film as shades of grey, shape ``(528, 552)``."""
    row = {name: float(value) for name, value in row.items()}
    u = coarse.chance(row)
    image = _chest(row, u, anatomy())
    if row["blurred"]:
        image = uniform_filter1d(uniform_filter1d(image, MOVED, axis=0), SWAYED, axis=1)
    top, left = FINE * int(u[0] * 300), FINE * int(u[1] * 300)
    image += 1.8 * _grain()[top : top + FINE * HEIGHT, left : left + FINE * WIDTH]
    image += 10 * (u[2] - 0.5)
    return np.clip(image, 0, 255, out=image).astype(np.uint8)


def _chest(row: Row, u: list[float], at: Anatomy) -> Grey:
    """The chest without its grain."""
    build, down = row["build"] - 25, at.y[:, :1]
    trunk = 80 + 0.9 * build - 0.0009 * (down - 105) ** 2
    body = step(trunk - at.aside, 1.0) * step(down - 34, 4)
    body = np.maximum(body, at.shoulders)
    flesh = at.flesh + 1.1 * build
    # Fat under the skin lets more through than muscle does.
    flesh -= (9 + 0.4 * build) * step(at.aside - trunk + 7 + 0.3 * build, 1.6) * step(down - 64, 5)
    tree, pipes = vessels(int(row["film_seed"]) % TREES)
    air = (46 + 0.9 * build - 14 * row["stretch"]) + 24 * at.ribs + at.blades
    air += (31 + 10 * row["congestion"]) * tree
    if row["patch"] > 0:
        air += _patch(row, u, at, pipes)
    if row["congestion"] > 0:
        fluid = step(at.y - 126 + 15 * row["congestion"] + 0.024 * (at.aside - 66) ** 2, 4)
        haze = at.wings + 52 * fluid + at.streaks + (10 + 3 * at.fine_mottle)
        air += row["congestion"] * haze
    lungs, heart = _lungs(row, u, at)
    if not row["sex"]:
        air += at.breasts
    image = flesh + 4.5 * at.ribs + 0.8 * at.blades + 7 * tree * heart
    image += lungs * (np.minimum(air, flesh - 3) - image) - at.windpipe
    return np.asarray(6 + body * (image - 6), dtype=np.float32)


def _patch(row: Row, u: list[float], at: Anatomy, pipes: Grey) -> Grey:
    """One zone of the lung filled around its airways, which stay dark."""
    across, down = ZONES[int(row["zone"])]
    across, down, wide = across + 8 * (u[4] - 0.5), down + 10 * (u[5] - 0.5), 19 + 6 * u[6]
    far = ((at.x - across) ** 2 + (at.y - down) ** 2) / wide**2 + 0.13 * at.mottle
    far += 0.05 * at.fine_mottle
    filled = np.clip(1.25 - far, 0, 1) * (80 + 7 * at.mottle + 4 * at.fine_mottle)
    return np.asarray(row["patch"] * filled * (1.03 - 0.5 * np.minimum(pipes, 0.7)))


def _lungs(row: Row, u: list[float], at: Anatomy) -> tuple[Grey, Grey]:
    """Where there is lung with nothing before it, and where lung lies behind the heart."""
    wide = 58 + 3 * row["stretch"] + 2 * row["sex"]
    base = 124 + 12 * row["stretch"] + 5 * (u[3] - 0.5)
    dome = (0.009 - 0.006 * row["stretch"]) * (at.aside[:1] - 28) ** 2
    left = np.float32(at.x[:1] > MIDDLE)
    down = at.y[:, :1]
    floor = step((base + 4 * left + dome) - at.y, 0.8)
    # The great veins widen towards the neck; on the left the arteries bow out.
    vein = 1.1 * np.exp(-(((down - 28) / 9) ** 2)) - 0.6 * np.exp(-(((down - 44) / 9) ** 2))
    artery = 0.9 * np.sin((down - 30) / 8) * step(54 - down, 4)
    inner = at.aside - 12 - 0.03 * np.maximum(down - 70, 0) - (1 - left) * vein - left * artery
    # The heart's widest parts are those of the coarse film; above, it narrows to its great vessels.
    reach = 122 * row["heart"] * (0.32 + 0.36 * left)
    high = (down - 108) / (30 + 4 * left)
    heart = (1 - np.sqrt((at.aside[:1] / reach) ** 2 + high**2)) * 24
    waist = 13 + 2.5 * left + (0.3 + 0.25 * left) * np.maximum(down - 62, 0)
    waist = np.minimum(waist, 0.97 * reach - 0.18 * reach * left) - 2 * np.maximum(down - 98, 0)
    away = at.x[:1] - MIDDLE
    trunk = 7 - np.sqrt((away - 13) ** 2 + ((down - 71) / 1.25) ** 2)  # of the lungs' artery
    heart = np.maximum(np.maximum(heart, 0.9 * (waist - at.aside)), 0.8 * trunk)
    knob = 9 - np.sqrt((away - 12) ** 2 + (down - 58) ** 2)
    shadow = np.maximum(step(heart, 1.0), step(knob, 1.2))
    wall = step(wide * at.tall - at.aside, 0.9)
    wall *= step(down - 13 - 0.035 * (at.aside[:1] - 26) ** 2, 1.2)  # the apex is a dome
    whole = wall * floor
    return np.asarray(whole * step(inner, 2.8) * (1 - shadow)), np.asarray(whole * shadow)
