"""Geometry of the reports' charts, in the units of their viewBox. Templates draw them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutor.core.intervals import Estimate
from tutor.core.reliance.calibration import Bin, Calibration
from tutor.web.words import percent

LEFT, TOP, SIDE = 44.0, 12.0, 260.0
# Before and after share a bin; side by side neither hides the other.
APART = 5.0


@dataclass(frozen=True)
class Point:
    """A mark with its interval; ``says`` is read when one points at it."""

    voice: str
    x: float
    y: float
    low: float
    high: float
    says: str
    href: str = ""


@dataclass(frozen=True)
class CalibrationPlot:
    """Said (across) against the chart’s risk (up), 0–100, with the line on which they are equal."""

    points: tuple[Point, ...]
    ticks: tuple[tuple[int, float, float], ...]
    rows: tuple[tuple[str, str, str, str, str], ...]
    alt: str


def across(share: float) -> float:
    """Where a share stands from left to right."""
    return round(LEFT + SIDE * share, 1)


def upward(share: float) -> float:
    """Where a share stands from top to bottom."""
    return round(TOP + SIDE * (1 - share), 1)


def interval(estimate: Estimate) -> str:
    """A share with its interval, in a hundred."""
    low, high = percent(estimate.low), percent(estimate.high)
    return f"{percent(estimate.value)} of 100 ({low}–{high})"


def calibration_plot(
    before: Calibration,
    after: Calibration,
    link: Callable[[str, Bin], str] = lambda when, one: "",
    fewest: int = 1,
) -> CalibrationPlot:
    """The bins of both; those with fewer than ``fewest`` people are left out."""
    points, rows = [], []
    for when, voice, shift, known in (
        ("before", "was", -APART, before),
        ("after", "now", APART, after),
    ):
        for one in known.bins:
            if one.people < fewest:
                continue
            risk, n = one.risk, one.risk.n
            patients = f"{n} {'patient' if n == 1 else 'patients'}"
            says = (
                f"{when.capitalize()}: you said {percent(one.said)} of 100 on average, "
                f"the chart’s own risk was {interval(risk)}, {patients}"
            )
            points.append(
                Point(
                    voice,
                    across(one.said) + shift,
                    upward(risk.value),
                    upward(risk.low),
                    upward(risk.high),
                    says,
                    link(when, one),
                )
            )
            rows.append((when, percent(one.said), interval(risk), str(n), link(when, one)))
    ticks = tuple((t, across(t / 100), upward(t / 100)) for t in (0, 25, 50, 75, 100))
    alt = "Probabilities said, and the chart’s own risk, before and after the algorithm."
    return CalibrationPlot(tuple(points), ticks, tuple(rows), alt)


@dataclass(frozen=True)
class Bar:
    """A share on a line from 0 to 100, with its interval, all in percent of its width."""

    label: str
    voice: str
    at: float
    low: float
    high: float
    says: str
    href: str = ""


def bars(rows: Sequence[tuple[str, str, Estimate, str]], href: str = "") -> tuple[Bar, ...]:
    """Rows of ``(label, voice, share, counts in words)``."""
    return tuple(
        Bar(
            label,
            voice,
            round(100 * e.value, 1),
            round(100 * e.low, 1),
            round(100 * e.high, 1),
            f"{label}: {interval(e)}; {counts}",
            href,
        )
        for label, voice, e, counts in rows
    )
