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

    ``kind`` is the failure mode that touches the case ("" for none): sets are matched in kind.
    """

    case: str
    cell: Cell
    kind: str
