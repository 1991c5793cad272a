"""What all pictures of lesions share: the points they are drawn at, and the textures.

The textures are made once, from a fixed seed; a lesion takes one of each by its own seed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Array = NDArray[Any]
SIDE = 128  # pixels
MM = 8  # pixels per millimetre
HARMONICS = np.arange(1, 10)
WAVES = [(u, v) for u in range(4) for v in range(-3, 4) if u * u + v * v < 11 and (u, v) > (0, 0)]
VARIANTS = 12
MARGIN = 0.5  # mm by which the squares around lesions grow, lest there be many


class Points(Protocol):
    """Where something is drawn: mm from the middle."""

    @property
    def x(self) -> Array:
        """Across."""

    @property
    def y(self) -> Array:
        """Down."""


@dataclass(frozen=True)
class Plate:
    """The points at which a picture is drawn, and all that is the same for every picture.

    Every array has the points last. A picture drawn at every second pixel holds the very values
    that the whole picture has there, because each point is drawn by itself.
    """

    step: int
    margin: int  # points left out at each edge of the picture
    at: Array  # where each point lies among those of the whole picture
    x: Array  # mm from the middle
    y: Array
    radius: Array
    outline: Array  # cosines and sines of each harmonic
    fields: Array  # tilts and plane waves, of which slow fields are sums
    lattices: Array  # (2, VARIANTS, points): lines of a network, regular and not, 0..1
    dots: Array  # (2, VARIANTS, points): dots, regular and not, 0..1
    rulers: Array  # (4, points): a scale at each edge
    grain: Array  # (step, step, ...): the sheet of grain thinned out from each first point, levels

    @property
    def side(self) -> int:
        """Points along one edge."""
        return SIDE // self.step - 2 * self.margin

    def core(self, reach: float) -> Plate:
        """The middle square that holds all within ``reach`` (mm) of the middle."""
        outmost = ((SIDE - 1) / 2 - self.step + 1) / MM  # on the side where points end sooner
        steps = int(max(0.0, outmost - reach) / MARGIN)
        return _core(self.step, int(steps * MARGIN * MM / self.step))

    def middle(self, values: Array) -> Array:
        """This square of ``values`` for the whole picture: a view of them, ``(n, side, side)``."""
        whole = SIDE // self.step
        inner = slice(self.margin, whole - self.margin)
        return values.reshape(len(values), whole, whole)[:, inner, inner]

    def near(self, x: Array, y: Array, reach: float) -> Array:
        """The points of a square that holds all within ``reach`` (mm) of each place, ``(n, k)``."""
        per_mm = MM / self.step
        wide = min(self.side, int(2 * reach * per_mm) + 3)
        middle = np.stack([y, x])[:, :, None] * per_mm + (SIDE - 1) / 2 / self.step
        first = np.floor(middle - reach * per_mm).clip(0, self.side - wide).astype(int)
        down, right = first + np.arange(wide)
        at = down[:, :, None] * self.side + right[:, None, :]
        return np.asarray(at.reshape(len(x), wide * wide))


@cache
def plate(step: int = 1) -> Plate:
    """The plate that has every ``step``-th pixel."""
    layers, grain = _layers()
    thin = [np.ascontiguousarray(a[..., ::step, ::step], np.float32) for a in layers]
    flat = [a.reshape(*a.shape[:-2], -1) for a in thin]
    x, y, radius, outline, fields, lattices, dots, rulers = flat
    sheets = np.array([[grain[a::step, b::step] for b in range(step)] for a in range(step)])
    every = np.arange(x.size)
    return Plate(step, 0, every, x, y, radius, outline, fields, lattices, dots, rulers, sheets)


@cache
def _core(step: int, margin: int) -> Plate:
    whole = plate(step)
    if not margin:
        return whole
    lines = np.arange(margin, whole.side - margin)
    at = np.add.outer(whole.side * lines, lines).ravel()
    parts = ("x", "y", "radius", "outline", "fields", "lattices", "dots", "rulers")
    few: dict[str, Any] = {
        name: np.ascontiguousarray(getattr(whole, name)[..., at]) for name in parts
    }
    return replace(whole, margin=margin, at=at, **few)


def shares() -> Array:
    """How strong each of ``WAVES`` is in a slow field of unit variance."""
    fall = np.array([np.exp(-(u * u + v * v) / 7) for u, v in WAVES])
    return np.asarray(fall / np.sqrt((fall**2).sum()))


@cache
def _layers() -> tuple[tuple[Array, ...], Array]:
    """All that a plate holds, at every pixel, and the sheet of grain (levels of 255)."""
    at = ((np.arange(SIDE) - (SIDE - 1) / 2) / MM).astype(np.float32)
    x, y = np.meshgrid(at, at)
    around = HARMONICS[:, None, None] * np.arctan2(y, x)
    turn = 2 * np.pi * MM / SIDE
    waves = np.array([turn * (u * x + v * y) for u, v in WAVES])
    fall = shares()[:, None, None]
    slow = [x[None] / 3, y[None] / 3, fall * np.cos(waves), fall * np.sin(waves)]
    made = strewn()
    furrows = gaussian_filter(made.noise, 1.2) * 4.2
    layers = (
        x,
        y,
        np.hypot(x, y),
        np.concatenate([np.cos(around), np.sin(around)]),
        np.concatenate(slow),
        np.array([[mesh.at(x, y, mesh.push) for mesh in meshes] for meshes in made.meshes]),
        np.array([[_dots(x, y, dots) for dots in strewing] for strewing in made.dots]),
        np.array([ruler(*way) for way in edges(x, y)]),
    )
    return layers, 1.9 * (0.6 * made.noise + 0.8 * furrows).astype(np.float32)


@dataclass(frozen=True)
class Mesh:
    """Lines around the holes of a honeycomb, even; or, when wild, wide-meshed and bent."""

    wild: int
    push: tuple[Array, Array]  # by how much each pixel is moved, across and down (mm)
    turn: float

    @classmethod
    def of(cls, wild: int, stream: np.random.Generator) -> Mesh:
        """A mesh, taken from a stream of random numbers."""
        amount = 0.35 if wild else 0.08
        across, down = (
            gaussian_filter(push, 9) * 9 * 2 * np.sqrt(np.pi) * amount
            for push in stream.normal(size=(2, SIDE, SIDE))
        )
        return cls(wild, (across, down), stream.random() * np.pi)

    def at(self, x: Array, y: Array, push: tuple[Array, Array]) -> Array:
        """How far each point (mm from the middle), moved by ``push``, lies on a line, 0..1."""
        u, v = x + push[0], y + push[1]
        k = 2 * np.pi / (0.78 if self.wild else 0.58)
        angles = (self.turn + np.arange(3) * np.pi / 3).tolist()
        waves = sum(np.cos(k * (u * math.cos(a) + v * math.sin(a))) for a in angles)
        return np.asarray(np.clip(0.45 - 0.55 * waves, 0, 1))


@dataclass(frozen=True)
class Strewn:
    """All that is random in the textures: by regular and wild, then by variant."""

    noise: Array  # (SIDE + 64, SIDE + 64)
    meshes: tuple[tuple[Mesh, ...], ...]
    dots: tuple[
        tuple[Array, ...], ...
    ]  # (k, 5): place across and its jitter, down and its jitter, radius (mm)


@cache
def strewn() -> Strewn:
    """Meshes and dots, made once from a fixed seed."""
    stream = np.random.default_rng(11)
    noise = stream.normal(size=(SIDE + 64, SIDE + 64))
    meshes = tuple(tuple(Mesh.of(wild, stream) for _ in range(VARIANTS)) for wild in (0, 1))
    dots = tuple(tuple(_strewing(wild, stream) for _ in range(VARIANTS)) for wild in (0, 1))
    return Strewn(noise, meshes, dots)


def _strewing(wild: int, stream: np.random.Generator) -> Array:
    """Dots on a jittered grid: of one size, or of any size and unevenly strewn."""
    made = []
    pitch, jitter = (1.0, 0.45) if wild else (0.95, 0.12)
    for px in np.arange(-5, 5.1, pitch):
        for py in np.arange(-5, 5.1, pitch):
            dx, dy = stream.normal(0, jitter, 2)
            size = stream.uniform(0.10, 0.30) if wild else 0.21
            if not wild or stream.random() < 0.6:
                made.append((px, dx, py, dy, size))
    return np.array(made)


def _dots(x: Array, y: Array, dots: Array) -> Array:
    """How far each point lies on one of the round dots, 0..1."""
    out = np.zeros_like(x)
    for px, dx, py, dy, size in dots:
        near = (_about(py + dy), _about(px + dx))
        far = np.hypot(x[near] - px - dx, y[near] - py - dy)
        dot = np.clip((size + 0.09 - far) / 0.18, 0, 1)
        out[near] = np.maximum(out[near], dot)
    return out


def _about(at: float) -> slice:
    """The pixels within half a millimetre of a place along one edge (mm from the middle)."""
    middle = at * MM + (SIDE - 1) / 2
    return slice(max(0, int(middle - MM / 2)), max(0, int(middle + MM / 2) + 2))


def ruler(u: Array, v: Array) -> Array:
    """A scale along the edge ``u = -8``: a line with a tick each millimetre, each fifth longer."""
    mark = np.round(v)
    length = np.where(mark % 5 == 0, 1.25, 0.75)
    tick = (np.abs(v - mark) < 0.10) & (u < -7.4 + length) & (u > -7.4)
    return np.asarray(tick | (np.abs(u + 7.4) < 0.10)).astype(float)


def edges(x: Array, y: Array) -> tuple[tuple[Array, Array], ...]:
    """Distance across and along each edge of the picture, for :func:`ruler`."""
    return ((x, y), (-x, y), (y, x), (-y, x))


def lamp(radius: Array) -> Array:
    """How bright the instrument's lamp is at this distance (mm) from the middle."""
    return np.asarray(1.02 - 0.0012 * radius**2, np.float32)
