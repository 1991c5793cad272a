"""What may be known of a case at each stage, and where it lies among the four cells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseRef:
    """Which case, for ever: an attempt pins all five."""

    pack: str
    exercise: str
    version: str
    fingerprint: str
    case: str


@dataclass(frozen=True)
class Cell:
    """One of the four: algorithm right or wrong × condition present or absent."""

    algorithm_right: bool
    present: bool


@dataclass(frozen=True)
class CaseCard:
    """What drawing a set needs to know of a case, and never shows.

    ``kind`` is the failure mode that acted on the case, else one that touches it ("" for none):
    sets are matched in kind. In a case of ``luck`` a sound decision meets an unlucky outcome: it
    belongs to no cell and is never scored.
    """

    case: str
    cell: Cell
    kind: str
    luck: bool = False


@dataclass(frozen=True)
class Truth:
    """What was true of a case: what its closing records and judges the answers by.

    ``chart_risk`` is the probability of the condition, 0..1, given everything the learner could
    see; ``acting`` are the failure modes that acted here. Both are None in a case of a bundle built
    before they were computed. ``touched`` are the modes that could touch patients like this one.
    ``scored`` is False for a case of luck.
    """

    present: bool
    chart_risk: float | None = None
    scored: bool = True
    acting: tuple[str, ...] | None = None
    touched: tuple[str, ...] = ()
