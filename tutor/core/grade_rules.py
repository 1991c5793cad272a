"""A grade from counted work: by completion, or by certainty-based marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.core.assignment import Grading
from tutor.core.verdicts import CBM_RIGHT, certainty_mark

BEST_MARK = max(CBM_RIGHT.values())


@dataclass(frozen=True)
class Answered:
    """A counted encounter: was the first answer right, and how sure was it.

    A case of luck is not ``scored``: it counts as closed and earns no mark.
    """

    right: bool
    certainty: int
    scored: bool = True


def computed(
    grading: Grading, points: float, cases: int, answered: Sequence[Answered]
) -> float | None:
    """The points that counted work earns; None where only a person can say.

    Completion: the share of cases closed. Certainty: the sum of the marks of first answers as a
    share of the most they could be, never below 0; a case not judged earns nothing. Cases of luck
    are taken out of the sum and of the most it could be.
    """
    if grading is Grading.RUBRIC or cases <= 0:
        return None
    if grading is Grading.COMPLETION:
        return round(points * min(1.0, len(answered) / cases), 2)
    scored = [a for a in answered if a.scored]
    most = BEST_MARK * (cases - (len(answered) - len(scored)))
    if most <= 0:
        return None
    marks = sum(certainty_mark(a.right, a.certainty) for a in scored)
    return round(points * min(1.0, max(0.0, marks / most)), 2)
