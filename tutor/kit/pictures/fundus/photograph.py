"""Fundus photographs drawn from the state of an eye and of the camera in front of it.

On a healthy fundus (:mod:`tutor.kit.pictures.fundus.eye`) are painted microaneurysms, haemorrhages,
hard exudates and new vessels, to scale (a microaneurysm is at most 125 µm); then the camera spoils
what it can.

An eye is a row of a cohort with these columns: ``eye_seed``, from which the vessels and all places
follow; ``left_eye`` 0/1; ``pigment`` 0..1 of the fundus; ``microaneurysms``, ``haemorrhages``,
``exudates`` (clusters), how many; ``confluent`` and ``new_vessels`` 0/1; ``dot_size`` and
``blot_size``, diameters in µm; ``conspicuity``, the lesions' contrast (1 is usual). The camera:
``fault``, one of SHARP, BLURRED, DARK, DUST, GLARE, and, which count only under their fault,
``defocus`` (pixels), ``light`` (share of the usual), ``specks`` and their ``strength`` (0..1).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from tutor.kit.cohorts import Patients
from tutor.kit.pictures.fundus.eye import (
    CHROMA,
    DISC,
    EYES,
    FROM_FOVEA,
    MICRONS,
    RADIUS,
    SHADES,
    SIZE,
    Array,
    X,
    Y,
    eye,
    tuft,
)

SHARP, BLURRED, DARK, DUST, GLARE = range(5)
MOST_DOTS, MOST_BLOTS, MOST_CLUSTERS, PER_CLUSTER, MOST_SPECKS = 12, 14, 4, 6, 8
BLOOD, FAT = (0.10, 95.0), (0.76, 16.0)  # green and chroma of haemorrhage and exudate
CHROMA_GRAIN = np.float32(45)  # for a grain of 1 in green
CHUNK = 48  # photographs at a time, to stay in the processor's cache
# The first whole % that is nearer to a chroma than to the one before it.
NEARER = (np.floor((CHROMA[1:] + CHROMA[:-1]) / 2) + 1).astype(np.uint8)
APERTURE = ((SHADES - 1) / (1 + np.exp((FROM_FOVEA - RADIUS) / 0.5))).astype(np.float32)


def draw(patients: Patients) -> Array:
    """The photographs as codes of :func:`palette`, ``(n, SIZE, SIZE)``, uint8."""
    codes = np.empty((patients.n, SIZE, SIZE), np.uint8)
    for start in range(0, patients.n, CHUNK):
        rows = np.arange(start, min(start + CHUNK, patients.n))
        _exposed(patients.take(rows), codes[start : start + CHUNK])
    return codes


def _exposed(p: Patients, codes: Array) -> None:
    seeds = p["eye_seed"].astype(np.uint64)
    green, chroma = (np.empty(codes.shape, np.float32) for _ in range(2))
    for at, number in enumerate((seeds % np.uint64(2 * EYES)).astype(int)):
        pigment = np.float32(p["pigment"][at])
        np.multiply(eye(number)[0], 1.12 - 0.3 * pigment, out=green[at])
        np.add(eye(number)[1], 5 * (pigment - 0.5), out=chroma[at])
    _lesions(p, seeds, green, chroma)
    _camera(p, seeds, green, chroma)
    _photographed(seeds, green, chroma, codes)
    left = p["left_eye"] == 1
    codes[left] = codes[left, :, ::-1]


def _photographed(seeds: Array, green: Array, chroma: Array, codes: Array) -> None:
    """Add the sensor's grain, and keep a shade and the nearest chroma of every pixel."""
    sheets, hues = grain(), np.empty_like(codes)
    for at, (a, b, c, d) in enumerate((uniforms(seeds, 12, 4) * SIZE).astype(int)):
        shade, hue = green[at], chroma[at]
        shade += sheets[0, a : a + SIZE, b : b + SIZE]
        np.maximum(shade, 0, out=shade)
        shade *= APERTURE
        shade += 0.5
        hue += sheets[1, c : c + SIZE, d : d + SIZE]
        np.clip(hue, 0, 100, out=hue)
        codes[at], hues[at] = shade, hue
    codes *= len(CHROMA)
    for first in NEARER:  # comparing bytes is many times as quick as looking them up
        codes += hues >= first


def uniforms(seeds: Array, stream: int, count: int) -> Array:
    """``count`` numbers in 0..1 for each seed (SplitMix64): the same in whatever batch."""
    step = np.uint64(0x9E3779B97F4A7C15)
    at = np.arange(1, count + 1, dtype=np.uint64) + np.uint64(1000 * stream)
    z = seeds[:, None] * np.uint64(0xD1342543DE82EF95) + at * step
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((z ^ (z >> np.uint64(31))) >> np.uint64(11)) / 2.0**53


def places(seeds: Array, stream: int, count: int, reach: float = 67.0) -> Array:
    """Points of the retina from the fovea, in pixels, off the disc, shape ``(n, count, 2)``."""
    u = uniforms(seeds, stream, 2 * count).reshape(len(seeds), count, 2)
    radius, angle = 12 + (reach - 12) * np.sqrt(u[..., 0]), 2 * np.pi * u[..., 1]
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    on_disc = np.hypot(*np.moveaxis(points - DISC, -1, 0)) < 18
    points[on_disc, 0] *= -1
    return points


def _stamp(
    onto: tuple[Array, Array],
    colour: tuple[float, float],
    rows: Array,
    points: Array,
    radius: Array,
    depth: Array,
    half: int,
    **shape: Any,
) -> None:
    """Blend soft-edged ellipses of one ``colour`` (green, chroma) into the images ``onto``.

    ``points``, from the fovea, ``radius`` in pixels and ``depth`` (0..1) have one row an ellipse;
    ``half`` is half the side of the square it is painted on.
    """
    corner = np.round(points + (SIZE - 1) / 2).astype(int)
    offset = np.arange(-half, half + 1)
    x = (corner[:, 0, None] + offset - (SIZE - 1) / 2 - points[:, 0, None])[:, None, :]
    y = (corner[:, 1, None] + offset - (SIZE - 1) / 2 - points[:, 1, None])[:, :, None]
    turn = shape.get("turn", np.zeros(len(rows)))[:, None, None]
    long = shape.get("long", np.ones(len(rows)))[:, None, None]
    along, athwart = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    distance = np.hypot(along / long, athwart * long)
    soft = shape.get("soft", 0.45)
    patch = depth[:, None, None] / (1 + np.exp((distance - radius[:, None, None]) / soft))
    patch = patch.astype(np.float32)
    down, right = corner[:, 1, None] + offset, corner[:, 0, None] + offset
    at = (((rows[:, None] * SIZE + down) * SIZE)[:, :, None] + right[:, None, :]).ravel()
    patch = patch.ravel()
    for image, value in zip(onto, colour, strict=True):
        pixels = image.reshape(-1)  # a view; one index is many times as quick as three
        np.multiply.at(pixels, at, 1 - patch)
        np.add.at(pixels, at, np.float32(value) * patch)


def _chosen(counts: Array, most: int) -> tuple[Array, Array]:
    """Row and number of each lesion, the first ``counts`` of ``most`` in every row."""
    row, number = np.nonzero(np.arange(most) < counts.astype(int)[:, None])
    return row, number


def _lesions(p: Patients, seeds: Array, green: Array, chroma: Array) -> None:
    onto, seen = (green, chroma), p["conspicuity"]
    row, k = _chosen(p["microaneurysms"], MOST_DOTS)
    size, depth = p["dot_size"][row] / MICRONS / 2, 0.8 * seen[row]
    _stamp(onto, BLOOD, row, dot_places(p)[row, k], size, depth, 4, soft=0.4)
    row, k = _chosen(p["haemorrhages"], MOST_BLOTS)
    u = uniforms(seeds, 2, 3 * MOST_BLOTS).reshape(-1, MOST_BLOTS, 3)[row, k]
    size = p["blot_size"][row] * (0.85 + 0.4 * u[:, 0]) / MICRONS / 2
    shape = {"turn": np.pi * u[:, 1], "long": 1 + 0.35 * u[:, 2]}
    points = places(seeds, 3, MOST_BLOTS)[row, k]
    _stamp(onto, BLOOD, row, points, size, 0.7 * seen[row], 8, **shape)
    points, row = exudate_places(p)
    size, depth = 0.75 + 0.6 * uniforms(seeds, 4, 1)[row, 0], 0.9 * np.minimum(seen[row], 1)
    _stamp(onto, FAT, row, points, size, depth, 4, soft=0.35)
    for at in np.flatnonzero(p["new_vessels"] == 1):
        x, y = np.round(tuft_place(seeds[at : at + 1]) + (SIZE - 1) / 2).astype(int)
        tangle = tuft(int(seeds[at]) % 7)
        green[at, y - 18 : y + 19, x - 18 : x + 19] *= 1 - tangle
        chroma[at, y - 18 : y + 19, x - 18 : x + 19] += 30 * tangle


def dot_places(p: Patients) -> Array:
    """The points of the microaneurysms, from the fovea; where ``confluent``, the first touch."""
    seeds = p["eye_seed"].astype(np.uint64)
    points = places(seeds, 1, MOST_DOTS)
    turn = 2 * np.pi * uniforms(seeds, 13, 2)
    beside = points[:, :1] + 1.7 * np.stack([np.cos(turn), np.sin(turn)], -1)
    touch = p["confluent"] == 1
    points[touch, 1:3] = beside[touch]
    return points


def exudate_places(p: Patients) -> tuple[Array, Array]:
    """The points of all clusters of exudates, from the fovea, and the row of each."""
    seeds = p["eye_seed"].astype(np.uint64)
    row, k = _chosen(p["exudates"], MOST_CLUSTERS)
    row, k = np.repeat(row, PER_CLUSTER), np.repeat(k, PER_CLUSTER) * PER_CLUSTER
    k += np.tile(np.arange(PER_CLUSTER), len(k) // PER_CLUSTER)
    u = uniforms(seeds, 5, 3 * MOST_CLUSTERS * PER_CLUSTER).reshape(len(seeds), -1, 3)[row, k]
    centre = places(seeds, 6, MOST_CLUSTERS, 50)[row, k // PER_CLUSTER]
    apart = np.column_stack([np.cos(2 * np.pi * u[:, 0]), np.sin(2 * np.pi * u[:, 0])])
    keep = (u[:, 2] < 0.8) | (k % PER_CLUSTER == 0)
    return (centre + (1.5 + 5.5 * u[:, 1:2]) * apart)[keep], row[keep]


def tuft_place(seed: Array) -> Array:
    """Where the new vessels grow: on the disc, or along an arcade; pixels from the fovea."""
    u = uniforms(seed, 7, 2)[0]
    if u[0] < 0.4:
        return np.array([DISC[0] - 4, DISC[1] + 6 * u[1]])
    return np.array([28 - 50 * u[1], 42.0 if u[0] < 0.7 else -42.0])


def _camera(p: Patients, seeds: Array, green: Array, chroma: Array) -> None:
    """What stands between the retina and the picture: optics, light, and dirt on the lens."""
    for fault in (BLURRED, DARK, DUST, GLARE):
        rows = np.flatnonzero(p["fault"] == fault)
        if fault == BLURRED:
            for at in rows:
                gaussian_filter(green[at], p["defocus"][at], output=green[at], truncate=3)
                gaussian_filter(chroma[at], 5.0, output=chroma[at], truncate=3)
        elif fault == DARK:
            u = 2 * np.pi * uniforms(seeds[rows], 8, 1)[:, :, None]
            side = (np.cos(u) * X + np.sin(u) * Y) / RADIUS
            green[rows] *= p["light"][rows, None, None] * (1 + 0.45 * side)
        elif len(rows):
            _dirt(p.take(rows), seeds[rows], (green, chroma), rows)


def _dirt(p: Patients, seeds: Array, onto: tuple[Array, Array], rows: Array) -> None:
    """Specks without colour: dark dust, or the pale ghosts of a reflection along an arc."""
    row, k = _chosen(p["specks"], MOST_SPECKS)
    u = uniforms(seeds, 9, 3 * MOST_SPECKS).reshape(-1, MOST_SPECKS, 3)[row, k]
    depth = (0.35 + 0.55 * p["strength"])[row]
    if p["fault"][0] == GLARE:
        start, reach = uniforms(seeds, 10, 2)[row].T
        angle = 2 * np.pi * start + 0.26 * k + 0.1 * u[:, 0]
        radius = 30 + 34 * reach + 8 * (u[:, 1] - 0.5)
        points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        size, colour = 1.0 + 1.6 * u[:, 2], (0.84, -90.0)
    else:
        points = places(seeds, 11, MOST_SPECKS, 70)[row, k]
        size, colour = 1.1 + 1.6 * u[:, 2], (0.15, -90.0)
    _stamp(onto, colour, rows[row], points, size, depth, 7, soft=0.55)


@cache
def grain() -> Array:
    """The grain of green and of chroma."""
    sheet = np.random.default_rng(20192).normal(0, 0.017, (2 * SIZE, 2 * SIZE)).astype(np.float32)
    return np.stack([sheet, CHROMA_GRAIN * sheet])
