"""The photograph of a fundus as a person sees it: three times as fine as the measured one.

Lesions, camera faults, light and grain are those of
:func:`tutor.kit.pictures.fundus.photograph.draw`, in the same places and of the same sizes; only
their edges are crisper, and a haemorrhage has an uneven one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from tutor.kit.cohorts import Patients
from tutor.kit.pictures.fundus import photograph as coarse
from tutor.kit.pictures.fundus.eye import EYES, MICRONS, RADIUS, SIZE, Array
from tutor.kit.pictures.fundus.retina import ACROSS, FROM_FOVEA, SIDE, X, Y, retina, tangle
from tutor.kit.pictures.grain import FINE, enlarged, finer_grain

Row = Mapping[str, float]
LEVELS = 512  # steps of chroma in which colours are looked up
GREYEST = 9.0  # % of chroma: what looks grey beside so much orange
APERTURE = np.clip((RADIUS - FROM_FOVEA) / 1.2 + 0.5, 0, 1).astype(np.float32)
COLOUR_GRAIN = 0.5  # of the coarse photograph's grain in chroma
CLEAR_GRAIN = 0.7  # of the coarse photograph's grain, where the picture is sharp and bright
RAGGED = 0.09  # how uneven the edge of a haemorrhage is, a share of its radius


@dataclass(frozen=True)
class Spot:
    """A soft-edged ellipse, in pixels of the coarse photograph from the fovea."""

    at: Array
    radius: float
    depth: float
    colour: tuple[float, float]  # green, chroma
    soft: float
    turn: float = 0.0
    long: float = 1.0
    waves: tuple[float, ...] = ()  # phases of the harmonics that make its edge uneven


def screen(row: Row) -> NDArray[np.uint8]:
    """The photograph, shape ``(504, 504, 3)``."""
    one = Patients({name: np.array([value]) for name, value in row.items()})
    seeds = one["eye_seed"].astype(np.uint64)
    pigment, eye = float(row["pigment"]), retina(int(seeds[0] % np.uint64(2 * EYES)))
    green = eye[0] * np.float32(1.12 - 0.3 * pigment)
    chroma = eye[1] + np.float32(5 * (pigment - 0.5))
    for spot in _lesions(one, seeds):
        _paint(green, chroma, spot)
    if row["new_vessels"] == 1:
        _grow(green, chroma, seeds)
    green, chroma = _camera(one, seeds, green, chroma)
    # A picture that cannot be graded by eye has all the grain of the coarse one.
    clear = int(row["fault"]) not in (coarse.BLURRED, coarse.DARK)
    rgb = _coloured(green, chroma, seeds, CLEAR_GRAIN if clear else 1.0)
    return np.ascontiguousarray(rgb[:, ::-1]) if row["left_eye"] == 1 else rgb


def _lesions(p: Patients, seeds: Array) -> Iterator[Spot]:
    """All spots on the retina of one eye, as the coarse photograph has them."""
    seen = float(p["conspicuity"][0])
    dots, blots = int(p["microaneurysms"][0]), int(p["haemorrhages"][0])
    for at in coarse.dot_places(p)[0, :dots]:
        yield Spot(at, float(p["dot_size"][0]) / MICRONS / 2, 0.8 * seen, coarse.BLOOD, 0.3)
    u = coarse.uniforms(seeds, 2, 3 * coarse.MOST_BLOTS).reshape(coarse.MOST_BLOTS, 3)
    waves = 2 * np.pi * coarse.uniforms(seeds, 14, 4 * coarse.MOST_BLOTS).reshape(-1, 4)
    places = coarse.places(seeds, 3, coarse.MOST_BLOTS)[0]
    for k in range(blots):
        size = float(p["blot_size"][0]) * (0.85 + 0.4 * u[k, 0]) / MICRONS / 2
        shape = (np.pi * u[k, 1], 1 + 0.35 * u[k, 2], tuple(waves[k]))
        yield Spot(places[k], size, 0.7 * seen, coarse.BLOOD, 0.32, *shape)
    points, _ = coarse.exudate_places(p)
    size = 0.75 + 0.6 * float(coarse.uniforms(seeds, 4, 1)[0, 0])
    for k, at in enumerate(points):
        bend = tuple(2 * np.pi * ((0.37 * k + np.array([0.1, 0.5, 0.7, 0.9])) % 1))
        yield Spot(at, size, 0.9 * min(seen, 1.0), coarse.FAT, 0.22, waves=bend)


def _paint(green: Array, chroma: Array, spot: Spot) -> None:
    """Blend a spot into both images, in place."""
    half = int(FINE * (spot.radius * spot.long + 9 * spot.soft)) + 2
    column, line = (round(FINE * float(at) + (SIDE - 1) / 2) for at in spot.at)
    rows = slice(max(0, line - half), min(SIDE, line + half + 1))
    columns = slice(max(0, column - half), min(SIDE, column + half + 1))
    x = ACROSS[columns] - spot.at[0]
    y = (ACROSS[rows] - spot.at[1])[:, None]
    cos, sin = np.cos(spot.turn), np.sin(spot.turn)
    along, athwart = (x * cos + y * sin) / spot.long, (y * cos - x * sin) * spot.long
    far = np.hypot(along, athwart)
    radius: Array | float = spot.radius
    if spot.waves:
        angle = np.arctan2(y, x)
        uneven = sum(
            np.cos((k + 2) * angle + phase) / (k + 2) ** 0.5 for k, phase in enumerate(spot.waves)
        )
        radius = spot.radius * (1 + RAGGED * uneven)
    patch = spot.depth / (1 + np.exp(np.clip((far - radius) / spot.soft, -30, 30)))
    for image, value in zip((green, chroma), spot.colour, strict=True):
        image[rows, columns] += (patch * (value - image[rows, columns])).astype(np.float32)


def _grow(green: Array, chroma: Array, seeds: Array) -> None:
    """New vessels where the coarse photograph has them, in place."""
    x, y = (int(v) for v in np.round(coarse.tuft_place(seeds) + (SIZE - 1) / 2))
    patch = (slice(FINE * (y - 18), FINE * (y + 19)), slice(FINE * (x - 18), FINE * (x + 19)))
    dark = tangle(int(seeds[0]) % 7)
    green[patch] *= 1 - dark
    chroma[patch] += 30 * dark


def _camera(p: Patients, seeds: Array, green: Array, chroma: Array) -> tuple[Array, Array]:
    """What stands between the retina and the picture: optics, light, and dirt on the lens."""
    fault = int(p["fault"][0])
    if fault == coarse.BLURRED:
        green = _defocused(green, float(p["defocus"][0]))
        chroma = _defocused(chroma, 5.0)
    elif fault == coarse.DARK:
        turn = float(2 * np.pi * coarse.uniforms(seeds, 8, 1)[0, 0])
        side = (np.float32(np.cos(turn)) * X + np.float32(np.sin(turn)) * Y) / np.float32(RADIUS)
        green *= np.float32(p["light"][0]) * (1 + np.float32(0.45) * side)
    elif fault in (coarse.DUST, coarse.GLARE):
        for spot in _dirt(p, seeds, glare=fault == coarse.GLARE):
            _paint(green, chroma, spot)
    return green, chroma


def _defocused(image: Array, sigma: float) -> Array:
    """Blurred by ``sigma`` pixels of the coarse photograph, in which nothing fine is left."""
    small = image.reshape(SIZE, FINE, SIZE, FINE).mean((1, 3))
    return enlarged(gaussian_filter(small, sigma, truncate=3))


def _dirt(p: Patients, seeds: Array, glare: bool) -> Iterator[Spot]:
    """Specks without colour: dark dust, or the pale ghosts of a reflection along an arc."""
    u = coarse.uniforms(seeds, 9, 3 * coarse.MOST_SPECKS).reshape(coarse.MOST_SPECKS, 3)
    depth = 0.35 + 0.55 * float(p["strength"][0])
    start, reach = coarse.uniforms(seeds, 10, 2)[0]
    places = coarse.places(seeds, 11, coarse.MOST_SPECKS, 70)[0]
    for k in range(int(p["specks"][0])):
        at, size, colour = places[k], 1.1 + 1.6 * u[k, 2], (0.15, -90.0)
        if glare:
            angle = 2 * np.pi * start + 0.26 * k + 0.1 * u[k, 0]
            far = 30 + 34 * reach + 8 * (u[k, 1] - 0.5)
            at = np.array([far * np.cos(angle), far * np.sin(angle)])
            size, colour = 1.0 + 1.6 * u[k, 2], (0.84, -90.0)
        yield Spot(at, size, depth, colour, 0.5)


@cache
def _grain() -> Array:
    """The grain of green between the coarse photograph's pixels; chroma has the same."""
    return finer_grain(coarse.grain()[0], 20204, 0.35)


@cache
def _hues() -> tuple[Array, Array]:
    """Red and blue for a green of 1, by steps of chroma."""
    chroma = np.linspace(0, 1, LEVELS, dtype=np.float32)
    return 1 + 1.3 * chroma + 0.8 * chroma**2, 1 - 0.8 * chroma**0.4


def _coloured(green: Array, chroma: Array, seeds: Array, rough: float) -> NDArray[np.uint8]:
    """Red, green and blue of what the sensor sees, with its grain, within the aperture."""
    a, b, c, d = (FINE * coarse.uniforms(seeds, 12, 4)[0] * SIZE).astype(int)
    sheet = _grain()
    green = green + np.float32(rough) * sheet[a : a + SIDE, b : b + SIDE]
    np.maximum(green, 0, out=green)
    green *= APERTURE
    coloured = rough * COLOUR_GRAIN * coarse.CHROMA_GRAIN
    chroma = chroma + coloured * sheet[c : c + SIDE, d : d + SIDE]
    step = (np.clip(chroma, GREYEST, 100) * ((LEVELS - 1) / 100)).astype(np.int16)
    red, blue = _hues()
    rgb = np.empty((SIDE, SIDE, 3), np.float32)
    rgb[..., 1] = green
    np.multiply(green, red[step], out=rgb[..., 0])
    np.multiply(green, blue[step], out=rgb[..., 2])
    rgb *= 255
    return np.clip(rgb, 0, 255, out=rgb).astype(np.uint8)
