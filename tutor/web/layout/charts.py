"""Geometry of the charts: where marks and bars stand, in percent. Templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from tutor.core.case import AlgorithmView, Contribution
from tutor.core.verdicts import Outcome
from tutor.web.words import percent, percent_beside

LABEL_SHARE_OF_LETTER = 2.9
MAX_BARS = 3
LEAST_SCALE = 8  # points: a bar of one point is never long
DOTS_IN_COLUMN = 5


@dataclass(frozen=True)
class Mark:
    """A voice on the rail: ``at`` in percent, ``lane`` 0 nearest the track."""

    voice: str
    said: str
    at: float
    lane: int = 0


@dataclass(frozen=True)
class Rail:
    """The 0–100 % line on which the voices meet."""

    marks: tuple[Mark, ...]
    lanes: int
    cut: float | None
    cut_says: str
    alt: str


def rail(
    voices: Sequence[tuple[str, str, float]], cut: float | None = None, cut_says: str = "alert"
) -> Rail:
    """Place ``(voice, word, probability)`` so that no two labels collide, even on a phone."""
    ends: list[float] = []
    marks = []
    for voice, word, value in sorted(voices, key=lambda v: v[2]):
        at = 100 * value
        number = percent(value) if cut is None else percent_beside(value, cut)
        said = word if voice == "truth" else f"{word} {number}"
        width = LABEL_SHARE_OF_LETTER * len(said)
        start = at - width * at / 100
        lane = next((n for n, end in enumerate(ends) if end <= start), len(ends))
        if lane == len(ends):
            ends.append(0.0)
        ends[lane] = start + width + 2
        marks.append(Mark(voice, said, at, lane))
    said = "; ".join(f"{m.said}{'' if m.voice == 'truth' else ' percent'}" for m in marks)
    if cut is not None:
        said += f"; {cut_says} at {percent(cut)} percent"
    return Rail(tuple(marks), max(1, len(ends)), None if cut is None else 100 * cut, cut_says, said)


def outcome_rail(outcome: Outcome, algorithm: float | None = None, chart: bool = False) -> Rail:
    """Before, the algorithm, after and the truth on one line.

    ``algorithm`` is what it would have said where it was not asked; with ``chart``, the chart's
    own risk stands on the line too, and an answer that was kept stands there once.
    """
    voices = [("truth", "true" if outcome.present else "not so", float(outcome.present))]
    if chart and outcome.chart_risk is not None:
        voices.append(("chart", "whole chart", outcome.chart_risk))
    said = outcome.advice if outcome.advice is not None else algorithm
    if said is not None:
        voices.append(("algo", "algorithm", said))
    kept = outcome.final is None or percent(outcome.final) == percent(outcome.initial)
    if outcome.final is None or (chart and kept):
        voices.append(("you", "you", outcome.initial if outcome.final is None else outcome.final))
    else:
        voices.append(("you was", "before", outcome.initial))
        voices.append(("you", "after", outcome.final))
    return rail(voices)


@dataclass(frozen=True)
class Dots:
    """A natural frequency as dots in columns: ``full`` columns of events, ``part`` of the next."""

    columns: int
    full: int
    part: int
    rows: int = DOTS_IN_COLUMN


def dots(events: int, n: int) -> Dots:
    """``events`` of ``n`` patients, column by column."""
    return Dots(-(-n // DOTS_IN_COLUMN), events // DOTS_IN_COLUMN, events % DOTS_IN_COLUMN)


@dataclass(frozen=True)
class Bar:
    """What an input adds: from ``start``, ``width`` wide (percent of a chart with 0 at 50)."""

    label: str
    said: str
    us: str
    points: str
    direction: str
    start: float
    width: float
    columns: frozenset[str]


@dataclass(frozen=True)
class Waterfall:
    """From the base to this patient in whole percentage points that add up.

    ``rest`` is how many inputs the last bar stands for, 0 where each has its own.
    """

    base: int
    final: int
    bars: tuple[Bar, ...]
    rest: int
    table: tuple[tuple[str, str, str, str], ...]
    table_base: str
    table_final: str
    alt: str
    alt_us: str


def apportion(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers near ``values`` that add up to ``total`` (largest remainder)."""
    floors = [floor(value) for value in values]
    short = total - sum(floors)
    order = sorted(range(len(values)), key=lambda i: values[i] - floors[i], reverse=True)
    step = 1 if short > 0 else -1
    for turn in range(abs(short)):
        pick = order[turn % len(order)] if step > 0 else order[-1 - turn % len(order)]
        floors[pick] += step
    return floors


def waterfall(advice: AlgorithmView) -> Waterfall:
    """The contributions, largest first, the small ones together; a recording must have them."""
    assert advice.base is not None
    parts = list(advice.contributions)
    # One that is left over stands for itself.
    most = MAX_BARS + (len(parts) == MAX_BARS + 1)
    rest = parts[most:]
    shown = [(p.label, p.said, _us(p), frozenset([p.column]), 100 * p.share) for p in parts[:most]]
    if rest:
        columns = frozenset(p.column for p in rest)
        share = 100 * sum(p.share for p in rest)
        shown.append((f"{len(rest)} more findings", "", "", columns, share))
    base, final = round(100 * advice.base), round(100 * advice.probability)
    whole = apportion([value for *_, value in shown], final - base)
    longest = max([LEAST_SCALE, *map(abs, whole)])
    bars = tuple(
        Bar(label, said, us, signed(points), _direction(points), *_from_zero(points, longest), own)
        for (label, said, us, own, _), points in zip(shown, whole, strict=True)
    )
    alts = [
        f"From {base} percent, usual here: "
        + ", ".join(f"{bar.label} {value} {bar.points}".replace("  ", " ") for bar, value in read)
        + f"; {final} percent for this patient."
        for read in ([(bar, bar.said) for bar in bars], [(bar, bar.us or bar.said) for bar in bars])
    ]
    tenths = apportion(
        [1000 * p.share for p in parts],
        round(1000 * advice.probability) - round(1000 * advice.base),
    )
    table = tuple(
        (p.label, p.said, _us(p), signed(tenth / 10))
        for p, tenth in zip(parts, tenths, strict=True)
    )
    ends = (f"{100 * advice.base:.1f}", f"{100 * advice.probability:.1f}")
    return Waterfall(base, final, bars, len(rest), table, *ends, *alts)


def _from_zero(points: int, longest: int) -> tuple[float, float]:
    """Where a bar starts and how wide it is, in percent, with 0 in the middle."""
    width = round(50 * abs(points) / longest, 2)
    return (50.0 if points >= 0 else 50 - width), width


def _us(part: Contribution) -> str:
    """What a contribution's finding says in the units of the United States, where they differ."""
    return f"{part.us.said} {part.us.unit}" if part.us else ""


def signed(value: float) -> str:
    """A number with its sign, a true minus; zero has none."""
    said = f"{abs(value):.1f}" if isinstance(value, float) else str(abs(value))
    if float(said) == 0:
        return said
    return ("+" if value > 0 else "−") + said


def points(share: float) -> str:
    """A contribution in whole percentage points, with its sign."""
    return signed(round(100 * share))


def _direction(points: int) -> str:
    return "up" if points > 0 else "down" if points < 0 else "none"
