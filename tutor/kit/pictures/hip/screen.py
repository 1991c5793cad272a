"""The film of a hip as a person sees it: three times as fine as the one a program measures.

It has the same bones, break, fold, exposure, frame and letters in the same places as
:func:`tutor.kit.pictures.hip.film.film`, and the same grain. What it has besides (the mesh inside
the bone, the layers of muscle and fat) is taken from sheets that know nothing of the patient; the
film's seed chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter, map_coordinates

from tutor.kit.pictures.grain import FINE, finer_grain
from tutor.kit.pictures.hip import film as coarse
from tutor.kit.pictures.hip.atlas import HEIGHT, MARGIN, WIDTH, capsule, femur_shape, join
from tutor.kit.pictures.hip.film import CLINIC, EMERGENCY, PORTABLE

Row = coarse.Row
Grey = NDArray[Any]

SHEETS = 2  # of mesh and muscle
MESH = 11.0  # shades of grey by which the mesh of the bone stands out at most
TALL, WIDE = FINE * HEIGHT, FINE * WIDTH
THIGH = 146  # column beyond which there is no thigh bone, before the film is shifted
SHARP = 0.8  # of a pixel of the measured film: how soft an edge of bone is


@dataclass(frozen=True)
class Bones:
    """A right hip on a grid that reaches ``MARGIN`` beyond the film, as in the coarse atlas."""

    femur: Grey
    pelvis: Grey


@dataclass(frozen=True)
class Sheet:
    """What no two people have alike, on the same grid: the mesh of their bones, their muscles."""

    femur: Grey
    pelvis: Grey
    soft: Grey


@cache
def _grid() -> tuple[Grey, Grey]:
    """Columns and rows of the fine grid, in pixels of the coarse film."""

    def along(length: int) -> Grey:
        steps = np.arange(FINE * (length + 2 * MARGIN), dtype=np.float32)
        return (steps - (FINE - 1) / 2) / FINE - MARGIN

    x, y = np.meshgrid(along(WIDTH), along(HEIGHT))
    return x.astype(np.float32), y.astype(np.float32)


def _inside(distance: Grey, soft: float = SHARP) -> Grey:
    return np.asarray(np.clip(0.5 - distance / soft, 0, 1))


@cache
def _bones(sex: int) -> Bones:
    """Brightness of thigh bone and pelvis for bone of unit density, without their mesh."""
    x, y = _grid()
    depth = -femur_shape(x, y, 1.0 if sex else 0.92)
    thick = np.clip(1.7 + (y - 70) / 26, 1.5, 4.6)
    wall = np.exp(-(((depth - thick) / thick) ** 2)) * (0.75 + 0.25 * np.clip((y - 80) / 50, 0, 1))
    wall += 0.16 * np.exp(-(((depth - 0.6) / 0.55) ** 2))
    low = np.clip((y - 112) / 30, 0, 1)
    marrow = 0.5 * low * np.exp(-((depth - 17) ** 2) / 70)
    # The head is a ball: brightest where most of it lies behind a point.
    ball = 0.10 * np.clip(1 - np.hypot(x - 113, y - 72) / 23, 0, 1)
    bundles = np.exp(-((((x - 97) * 0.73 + (y - 98) * 0.69) / 7) ** 2))
    level = 0.72 + (0.2 * bundles + 0.05) * (1 - low) - marrow + ball - 0.03
    within = _inside(-depth)
    femur = within * (58 * level + 52 * wall)
    pelvis = _pelvis(x, y, 23.0 if sex else 21.2)
    return Bones(femur.astype(np.float32), pelvis.astype(np.float32))


def _pelvis(x: Grey, y: Grey, ball: float) -> Grey:
    """Brightness of the half pelvis around a head of radius ``ball``.

    As in the coarse film, but with a closed ring of pubis and ischium, the lines of its brim, and a
    narrower joint.
    """
    ilium = join(
        capsule(x, y, (126, 38, 148, -50), 21, 52), capsule(x, y, (146, 56, 150, 84), 16, 13), 14
    )
    ischium = join(
        capsule(x, y, (147, 92, 139, 150), 13, 12), capsule(x, y, (136, 146, 132, 158), 12, 10), 6
    )
    pubis = join(
        capsule(x, y, (150, 84, 186, 100), 13, 10), capsule(x, y, (191, 104, 193, 132), 12, 11), 12
    )
    ramus = capsule(x, y, (136, 157, 190, 136), 9, 7)
    shape = join(join(ilium, ischium, 14), join(pubis, ramus, 14), 14)
    radius, angle = np.hypot(x - 113, y - 72), np.arctan2(y - 72, x - 113)
    socket = ball + 3.6 + 0.9 * np.clip(np.abs(angle + 1.2) - 0.6, 0, 1)
    shape = np.maximum(shape, socket - radius)
    wall = np.exp(-(((shape + 1.5) / 1.6) ** 2))
    roof = np.exp(-(((radius - socket - 1.6) / 1.7) ** 2)) * np.clip(
        1.6 - np.abs(angle + 0.9), 0, 1
    )
    behind = x - 101 - 5 * np.sin((y - 72) / 14)
    rim = 0.7 * np.exp(-((behind / 1.6) ** 2)) + 1.1 * _inside(-behind, 7)
    tear = np.exp(-(((np.hypot(x - 140, (y - 96) / 2.2) - 4) / 1.1) ** 2))
    walls = 11 * rim * _inside(radius - 24, 3) * np.clip((y - 44) / 6, 0, 1)
    brim = np.exp(-(((y - 80 - 0.42 * (x - 150) + 6 * np.exp(-((x - 146) ** 2) / 90)) / 1.5) ** 2))
    bright = 46 * _inside(shape) + 20 * wall + 30 * roof + walls + 12 * tear
    bright += 9 * brim * _inside(shape, 3) * np.clip((x - 143) / 8, 0, 1)
    # The wing of the ilium is thin above the joint and thick along the way of the load.
    wing = np.exp(-(((x - 150 + 0.5 * (y - 20)) / 14) ** 2)) * np.clip((44 - y) / 30, 0, 1)
    return np.asarray(bright - 12 * wing * _inside(shape, 6), dtype=np.float32)


@cache
def _sheet(number: int) -> Sheet:
    """Sheet ``number`` of mesh and muscle, in shades of grey about 0."""
    x, y = _grid()
    stream = np.random.default_rng([2022, number])

    def threads(across: Grey, along: Grey, wide: float, long: float) -> Grey:
        """Noise drawn out along one coordinate: ``wide`` and ``long`` in coarse pixels."""
        noise = stream.normal(size=(512, 512)).astype(np.float32)
        found = map_coordinates(
            noise, [along / long + 256, across / wide + 256], order=1, mode="wrap"
        )
        return np.asarray(found)

    mesh = gaussian_filter(stream.normal(size=x.shape), 1.1)
    mesh = mesh / mesh.std() + 0.8 * threads(x + 0.4 * y, y, 1.3, 5.0)
    low = np.clip((y - 116) / 26, 0, 1)
    # Pressure runs from the inner wall of the shaft up to the top of the head; tension in an arch
    # from the greater trochanter over the neck (Ward 1838).
    turn = np.arctan2(x - 62, 190 - y)
    pressed = threads(135 * turn, np.hypot(x - 62, y - 190), 1.0, 9.0)
    pressed *= np.exp(-(((turn - 0.37) / 0.12) ** 2)) * (y < 118)
    radius = np.hypot(x - 112, y - 128)
    arched = threads(radius, 52 * np.arctan2(y - 128, x - 112), 1.1, 10.0)
    arched *= np.exp(-(((radius - 51) / 8) ** 2))
    femur = (1.5 * pressed + 1.2 * arched + 0.55 * mesh) * (1 - 0.75 * low)
    pelvis = 0.75 * mesh + 0.8 * threads(y + 0.5 * x, x, 1.2, 7.0) * (x > 118)
    muscle = threads(x + 0.35 * y + 5 * np.sin(y / 40), y, 3.5, 34.0)
    muscle += 0.8 * gaussian_filter(stream.normal(size=x.shape), 14) * 14 * 3.5
    soft = gaussian_filter(muscle, 2.0)
    # Fat lies between the muscles beside the neck.
    stripe = (x - 68) * 0.62 - (y - 72) * 0.78
    soft -= 2.2 * np.exp(-((stripe / 1.3) ** 2)) * _inside(np.hypot(x - 66, y - 70) - 20, 14)
    scale = MESH / 2.6
    parts = (scale * femur, scale * pelvis, 2.0 * soft)
    return Sheet(*(np.clip(part, -16, 16).astype(np.float32) for part in parts))


@cache
def _grain() -> Grey:
    return finer_grain(coarse.grain(), 2023)


def screen(row: Row) -> NDArray[np.uint8]:
    """The film as shades of grey, shape ``(624, 576)``."""
    chance = coarse.Chance.of(int(row["film_seed"]))
    scanner, side = int(row["scanner"]), int(row["side"])
    number = int(row["film_seed"]) % SHEETS
    image = _bone(row, chance, number)
    image += _soft(row, chance, _sheet(number))
    if side == 1:
        image = image[:, ::-1]
    image = _exposed(np.ascontiguousarray(image), scanner)
    level, contrast, rough = coarse.EXPOSURE[scanner]
    top, left = (FINE * at for at in chance.grain)
    image -= 70
    image *= contrast
    image += 70 + level + chance.exposure
    image += 0.9 * rough * _grain()[top : top + TALL, left : left + WIDE]
    if scanner == EMERGENCY:
        frame = FINE * coarse.FRAME
        inner = image[frame:-frame, frame:-frame].copy()
        image[:] = 4
        image[frame:-frame, frame:-frame] = inner
    image += _letters(scanner, side) * (255 - image)
    return np.clip(image, 0, 255, out=image).astype(np.uint8)


def _exposed(image: Grey, scanner: int) -> Grey:
    """What the unit makes of it: sharpened, or softened, along each row."""
    if scanner == CLINIC:
        return image
    near = image.copy()
    inner = near[:, FINE:-FINE]
    inner *= 2
    for step in range(1, FINE + 1):
        inner += image[:, FINE - step : -FINE - step] + image[:, FINE + step : WIDE - FINE + step]
    inner /= 2 * FINE + 2
    return near if scanner == PORTABLE else 1.6 * image - 0.6 * near


def _part(field: Grey, chance: coarse.Chance, dx: int = 0, dy: int = 0) -> Grey:
    """The film's part of a field, the anatomy moved by ``(dx, dy)`` pixels of the coarse film."""
    top, left = FINE * (MARGIN - chance.down - dy), FINE * (MARGIN - chance.across - dx)
    return np.asarray(field[top : top + TALL, left : left + WIDE])


@cache
def _meshed(sex: int, number: int) -> tuple[Grey, Grey]:
    """Thigh bone and pelvis of unit density, with their mesh."""
    bones, sheet = _bones(sex), _sheet(number)
    femur = bones.femur + np.minimum(bones.femur / 58, 1) * sheet.femur
    return femur, bones.pelvis + np.minimum(bones.pelvis / 48, 1) * sheet.pelvis


def _bone(row: Row, chance: coarse.Chance, number: int) -> Grey:
    """The bones, whole or broken, on sheet ``number``."""
    x, y = _grid()
    whole, pelvis = _meshed(int(row["sex"]), number)
    dense = np.float32(0.7 + 0.9 * float(row["density"]))
    image = _part(pelvis, chance) * dense
    if not row["break_shown"]:
        image += _part(whole, chance) * dense
        return image
    broken = coarse.Break.of(row, chance)
    # Nothing of the thigh bone lies further in than this.
    inner = slice(0, FINE * (chance.across + THIGH))

    def femur(dx: int = 0, dy: int = 0) -> Grey:
        return np.asarray(_part(whole, chance, dx, dy)[:, inner] * dense)

    def beyond(dx: int, dy: int) -> Grey:
        here = (_part(field, chance, dx, dy)[:, inner] for field in (x, y))
        return broken.beyond(*here)

    def part(distance: Grey) -> Grey:
        return np.asarray(np.clip(1.6 * (distance - np.float32(broken.gap) - 0.5) + 0.5, 0, 1))

    head = part(beyond(0, 0)) * femur()
    shaft = part(-beyond(broken.dx, broken.dy)) * femur(broken.dx, broken.dy)
    overlap = np.float32(0.35) * np.minimum(head, shaft)
    image[:, inner] += np.maximum(head, shaft) + overlap
    return image


def _soft(row: Row, chance: coarse.Chance, sheet: Sheet) -> Grey:
    """Skin, fat and muscle, and in some a fold across the neck."""
    x = ((np.arange(WIDE, dtype=np.float32) - 1) / FINE)[None, :]
    y = ((np.arange(TALL, dtype=np.float32) - 1) / FINE)[:, None]
    tissue = coarse.soft_tissue(row, chance, x, y)
    return np.asarray(tissue + np.clip((tissue - 30) / 20, 0, 1) * _part(sheet.soft, chance))


@cache
def _letters(scanner: int, side: int) -> Grey:
    """Where the film's letters stand, 0..1: in the places of the coarse film's."""
    stamp = coarse.stamp(scanner, side)
    down, across = np.nonzero(stamp)
    top, left, tall = FINE * down.min(), FINE * across.min(), FINE * (np.ptp(down) + 1)
    letter = "L" if side else "R"
    text = f"{letter} PORTABLE" if scanner == PORTABLE else letter
    plate = Image.new("L", (WIDE, TALL))
    pen = ImageDraw.Draw(plate)
    font = ImageFont.load_default(tall * 1.24)
    for at, sign in enumerate(text):
        place = (float(left + FINE * 12 * at), float(top + tall))
        pen.text(place, sign, fill=255, font=font, anchor="ls", stroke_width=1, stroke_fill=255)
    return np.asarray(plate, dtype=np.float32) / 255
