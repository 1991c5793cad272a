"""Answers of a class as dots over the 0–100 % axis. Templates draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from tutor.web.words import percent

WIDTH, MARGIN = 500.0, 10.0
STEP = 0.04
MOST_ROWS = 10


@dataclass(frozen=True)
class DotPlot:
    """Centres of dots in units of a drawing ``WIDTH`` + 2 · ``MARGIN`` wide, the axis at the foot.

    Each dot stands for ``each`` answers, rounded up. ``line`` is where the decision line crosses
    the axis; ``alt`` says how many answers lie on either side.
    """

    dots: tuple[tuple[float, float], ...]
    radius: float
    height: float
    line: float
    each: int
    alt: str


def dot_plot(said: Sequence[float], line: float, when: str) -> DotPlot:
    """Probabilities in 0..1, stacked in columns of four points; no column crosses the ``line``."""
    columns = Counter(floor((value - line) / STEP + 1e-9) for value in said)
    each = max(1, ceil(max(columns.values(), default=1) / MOST_ROWS))
    pitch = WIDTH * STEP
    rows = ceil(max(columns.values(), default=1) / each)
    height = pitch * (max(rows, 3) + 1.5)
    dots = tuple(
        (across(min(1.0, max(0.0, line + (column + 0.5) * STEP))), height - pitch * (row + 0.5))
        for column, count in sorted(columns.items())
        for row in range(ceil(count / each))
    )
    below = sum(value < line for value in said)
    alt = (
        f"{when}: {below} of {len(said)} answers below the line at {percent(line)} %, "
        f"{len(said) - below} at or above it."
    )
    return DotPlot(dots, 0.42 * pitch, height, across(line), each, alt)


def across(probability: float) -> float:
    """Where a probability in 0..1 stands from left to right."""
    return round(MARGIN + WIDTH * probability, 1)
