"""What a simple reader measures on a fundus photograph: spots, their size and place, quality.

It works on the pixels alone, and on green only, where blood and fat stand out most. A spot is
darker (or paler) than *every* point of a ring around it; a vessel is not, because the ring cuts
it again. Whatever looks like a spot is one to it: colour, which would tell a speck of dust from
blood, it measures only as a whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.pictures.fundus.eye import DISC, DISC_RADIUS, FROM_FOVEA, SHADES, SIZE
from tutor.kit.pictures.fundus.photograph import draw

Array = NDArray[Any]
Peaks = tuple[Array, Array, Array, Array]  # photograph, row, column, contrast in shades

CHUNK = 48
NEAR = np.arange(-3, 4)
EDGE = 10  # pixels at each side that hold no centre of a ring
FIELD = FROM_FOVEA < 69
LIT = FROM_FOVEA < 76
SOME = np.flatnonzero(FROM_FOVEA < 74)[::5]  # a sample of places, enough for a mean
SMALL_RING = [(round(4 * np.sin(a)), round(4 * np.cos(a))) for a in np.arange(8) * np.pi / 4]
LARGE_RING = [(round(6 * np.sin(a)), round(6 * np.cos(a))) for a in np.arange(12) * np.pi / 6]
DOT, BLOT, PALE = 13, 24, 16  # least contrast, in sums over 9, 25 and 9 pixels
USUAL_LIGHT = 10.9  # mean shade of a well-lit photograph
FAR = 6.0  # disc diameters: no pale spot
NEAR_DISC = 15.0
STEEP = 18  # sums over 9: steeper edges count as this, lest a few lesions count for sharpness
SHARP_FROM, LIGHT_FROM, GREY_TO = 4.3, 20, 0.4  # the gate, in %, % and ‰


def measure(patients: Patients) -> Patients:
    """The patients with what is read off their photographs (columns ``m_...``)."""
    parts = []
    for start in range(0, patients.n, CHUNK):
        rows = np.arange(start, min(start + CHUNK, patients.n))
        parts.append(read(draw(patients.take(rows))))
    return patients.with_columns(
        **{name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )


def read(codes: Array) -> dict[str, Array]:
    """The measurements of photographs given as codes, ``(n, SIZE, SIZE)``."""
    shade, n = codes >> 3, len(codes)
    nine, many = _box(shade, 1), _box(shade, 2)
    light, disc = _mean(nine.reshape(n, -1).take(SOME, axis=1)) / 9, _disc(many)
    gain = np.clip(USUAL_LIGHT / np.maximum(light, 1), 0.8, 1.25)
    dots = _off(_peaks(_above(nine, SMALL_RING), DOT, gain), disc)
    pale = _off(_peaks(_above(-nine, SMALL_RING), PALE, gain), disc)
    blots = _off(_peaks(_above(many, LARGE_RING), BLOT, gain), disc)
    fovea = disc - np.sign(disc[:, :1]) * DISC
    return {
        "m_dots": _count(dots, n),
        "m_blots": _count(blots, n),
        "m_blot": _strongest(blots, n, 25),
        "m_pale": _count(pale, n),
        "m_palest": _strongest(pale, n, 9),
        "m_quadrants": _quadrants(blots, n),
        "m_macula": _nearest(pale, fovea, n),
        "m_tangle": _tangle(shade, many, gain),
        **_quality(codes, nine, light, disc),
    }


def _mean(values: Array) -> Array:
    """The mean of each row of whole numbers."""
    return np.asarray(values.sum(1, dtype=np.int32) / values.shape[1])


def _box(image: Array, half: int) -> Array:
    """Sums over squares of ``2 * half + 1`` pixels; zero where the square leaves the picture.

    All photographs are taken as one long row, which numpy adds fastest; what runs on from one
    line into the next lies in the frame that is then set to zero.
    """
    width, total = image.shape[2], np.empty(image.shape, np.int16)
    lines = _along(image.reshape(-1), half, 1).astype(np.int16, copy=False)
    first = half * (width + 1)
    _along(lines, half, width, total.reshape(-1)[first : first + len(lines) - 2 * half * width])
    for frame in (slice(None, half), slice(-half, None)):
        total[:, frame] = 0
        total[:, :, frame] = 0
    return total


def _along(row: Array, half: int, step: int, out: Array | None = None) -> Array:
    """Sums of ``2 * half + 1`` (3 or 5) pixels that lie ``step`` apart."""
    end = len(row) - 2 * half * step
    pairs = row[:-step] + row[step:]
    last = (row if half == 1 else pairs)[2 * step : 2 * step + end]
    total = np.add(pairs[:end], last, out=out)
    if half == 2:
        total += row[4 * step :]
    return np.asarray(total)


def _above(sums: Array, ring: list[tuple[int, int]]) -> Array:
    """How far the least of ``sums`` around each point lies above the point itself.

    A ring is its own mirror image in its middle, so two neighbours on it and the two across lie
    equally far apart: the least of two such points is found once and serves both pairs.
    Points less than ``EDGE`` from a side hold nothing of use.
    """
    row, places = sums.reshape(-1), [down * SIZE + right for down, right in ring]
    half, start, count = len(ring) // 2, EDGE * SIZE, sums.size - 2 * EDGE * SIZE
    contrast = np.empty_like(sums)
    before, inner, after = np.split(contrast.reshape(-1), [start, start + count])
    before[:] = after[:] = 0
    for k in range(0, half, 2):
        one, other = places[k : k + 2]
        apart = abs(other - one)
        pairs = np.minimum(row[:-apart], row[apart:])
        for at in (one, -other):
            begin = start + at + min(0, other - one)
            here = pairs[begin : begin + count]
            np.minimum(inner if k or at != one else here, here, out=inner)
    inner -= row[start : start + count]
    return contrast


def _peaks(contrast: Array, least: int, gain: Array) -> Peaks:
    """Spots: the strongest point of each, seven pixels apart, ties going to the first.

    ``gain`` makes up for the usual differences in brightness, and for no more than those.
    """
    enough = np.ceil(least / gain).astype(np.int16)
    flat = np.flatnonzero((contrast >= enough[:, None, None]) & FIELD)
    photo, row, column = np.unravel_index(flat, contrast.shape)
    order = contrast[0].size  # more than any place within a photograph, so that it breaks ties
    value = contrast.ravel()[flat].astype(np.int32) * order - (flat % order)
    width = contrast.shape[2]
    sparse = np.zeros(contrast.size + 8 * width, np.int32)
    sparse[flat + 4 * width] = value
    around = np.add.outer((4 + NEAR) * width, NEAR).ravel()
    top = sparse[flat[:, None] + around].max(1, initial=0) <= value
    height = contrast.ravel()[flat[top]] * gain[photo[top]]
    return photo[top], row[top], column[top], height


def _disc(many: Array) -> Array:
    """Where the disc is taken to be: the brightest place, ``(n, 2)`` (x, y) from the middle."""
    coarse = np.ascontiguousarray(many[:, 2::4, 2::4])
    bright = _box(coarse, 1).reshape(len(many), -1).argmax(1)
    row, column = np.divmod(bright, coarse.shape[2])
    return np.stack([4 * column + 2, 4 * row + 2], 1) - (SIZE - 1) / 2


def _offset(peaks: Peaks, points: Array) -> Array:
    photo, row, column, _ = peaks
    place = np.stack([column, row], 1) - (SIZE - 1) / 2
    return np.asarray(place - points[photo])


def _off(peaks: Peaks, disc: Array) -> Peaks:
    keep = np.hypot(*_offset(peaks, disc).T) > NEAR_DISC
    photo, row, column, height = (part[keep] for part in peaks)
    return photo, row, column, height


def _count(peaks: Peaks, n: int) -> Array:
    return np.asarray(np.minimum(np.bincount(peaks[0], minlength=n), 40))


def _strongest(peaks: Peaks, n: int, pixels: int) -> Array:
    """The greatest contrast, in shades."""
    strongest = np.zeros(n)
    np.maximum.at(strongest, peaks[0], peaks[3] / pixels)
    return np.asarray(strongest.round(1))


def _quadrants(peaks: Peaks, n: int) -> Array:
    photo, row, column, _ = peaks
    seen = np.zeros((n, 4), dtype=bool)
    seen[photo, 2 * (row > SIZE / 2) + (column > SIZE / 2)] = True
    return np.asarray(seen.sum(1))


def _nearest(peaks: Peaks, fovea: Array, n: int) -> Array:
    """From the fovea to the nearest pale spot, in disc diameters."""
    nearest = np.full(n, FAR)
    np.minimum.at(nearest, peaks[0], np.hypot(*_offset(peaks, fovea).T) / (2 * DISC_RADIUS))
    return np.asarray(nearest.round(1))


def _tangle(shade: Array, many: Array, gain: Array) -> Array:
    """The densest patch of fine dark lines, % of its pixels."""
    enough = np.ceil(38 / gain).astype(np.int16)[:, None, None]
    darker = many[:, 12:156, 12:156] - np.multiply(shade[:, 12:156, 12:156], 25, dtype=np.int16)
    fine = (darker > enough) & LIT[12:156, 12:156]
    columns = fine.view(np.uint8).reshape(len(shade), 12, 12, 144).sum(2, dtype=np.uint8)
    blocks = columns.reshape(len(shade), 12, 12, 12).sum(3, dtype=np.int16)
    patch = blocks[:, :-1, :-1] + blocks[:, 1:, :-1] + blocks[:, :-1, 1:] + blocks[:, 1:, 1:]
    return np.asarray(np.round(patch.reshape(len(shade), -1).max(1) / 5.76))


def _quality(codes: Array, nine: Array, light: Array, disc: Array) -> dict[str, Array]:
    """Sharpness and brightness in % and colourless pixels in ‰, as a camera would report them."""
    flat = nine.reshape(len(nine), -1)
    step = np.minimum(np.abs(flat.take(SOME + 2, axis=1) - flat.take(SOME - 2, axis=1)), STEEP)
    rough = _mean(step) / 9
    grey = ((codes & 7) <= 1) & LIT
    for photo, (x, y) in enumerate(np.round(disc + (SIZE - 1) / 2).astype(int)):
        grey[photo, max(y - 13, 0) : y + 14, max(x - 13, 0) : x + 14] = False
    colourless = np.array([np.count_nonzero(photo) for photo in grey]) * 1000 / LIT.sum()
    return {
        "m_sharp": np.minimum(np.round(100 * rough / np.maximum(light, 0.5), 1), 30.0),
        "m_light": np.round(100 * light / (SHADES - 1)),
        "m_grey": np.minimum(np.round(colourless, 1), 40.0),
    }


def gradable(patients: Patients) -> Array:
    """Whether a photograph is sharp, bright and clean enough to be read, from its measurements."""
    seen = (patients["m_sharp"] >= SHARP_FROM) & (patients["m_light"] >= LIGHT_FROM)
    return np.asarray(seen & (patients["m_grey"] <= GREY_TO))
