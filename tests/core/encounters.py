"""Stages with plain values, for the tests of the core."""

from __future__ import annotations

from datetime import UTC, datetime

from tutor.core.case import CaseRef
from tutor.core.encounter import Advice, Committed, Decided, Decision, Judgment, Revealed, Shown
from tutor.core.set_plan import Guidance

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
REF = CaseRef("small", "throat", "1", "f" * 24, "c0ffee")


def shown(aided: bool = True) -> Shown:
    return Shown("attempt", "learner", "set", REF, 0, Guidance.FLAGGED, aided, AT)


def committed(probability: float = 0.6, aided: bool = True, certainty: int = 2) -> Committed:
    return Committed(shown(aided), Judgment(probability, certainty, ("crp",), "why"), AT)


def revealed(probability: float = 0.6, algorithm: float = 0.3) -> Revealed:
    return Revealed(committed(probability), algorithm, 0.5, AT)


def decided(initial: float = 0.6, algorithm: float = 0.3, final: float = 0.4) -> Decided:
    return Decided(revealed(initial, algorithm), Decision(final, Advice.ADJUST, "none"), AT)
