"""Pictures as SVG whose size never depends on what they show.

A trace is written with a fixed number of points and digits, so that the byte count of a picture
tells nothing about the patient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Picture:
    """An inline SVG and the text that stands in for it, both without the diagnosis."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture in shares of its view box: (0, 0) is left above, (1, 1) right below.

    Raises:
        ValueError: the rectangle is empty or reaches beyond the picture.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError("A region has 0 <= left < right <= 1 and 0 <= top < bottom <= 1.")

    @property
    def share(self) -> float:
        """How much of the picture it covers, from 0 to 1."""
        return (self.right - self.left) * (self.bottom - self.top)


def trace(values: NDArray[np.float64], width: float, top: float, height: float) -> str:
    """Points of an SVG polyline: ``values`` in 0..1 (1 at the top), equally spaced over ``width``.

    ``width``, ``top`` and ``height`` are in the units of the drawing. Every point is written as
    ``xxxx.x,yyy.y``, thirteen characters with the blank.
    """
    across = np.linspace(0.0, width, len(values))
    down = top + (1.0 - np.clip(values, 0.0, 1.0)) * height
    return " ".join(f"{x:06.1f},{y:05.1f}" for x, y in zip(across, down, strict=True))
