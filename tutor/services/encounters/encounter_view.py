"""What a page may show of an attempt, by its stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutor.content.pack import Exercise
from tutor.core.assignment import OutcomesShown
from tutor.core.case import AlgorithmView, Chart, ClosedCase, Evidence
from tutor.core.encounter import Closed, Shown, Stage
from tutor.core.grade_rules import GradeRule
from tutor.core.verdicts import Outcome


@dataclass(frozen=True)
class Compared:
    """What a view holds from the reveal on.

    ``candidates`` are the failure modes that could touch patients like this one, where the guidance
    marks them; else None.
    """

    algorithm: AlgorithmView
    evidence: Evidence
    candidates: tuple[str, ...] | None


@dataclass(frozen=True)
class Ended:
    """What a view holds once closed; ``past`` are the learner's outcomes, this one among them.

    ``kept`` is whether the learner keeps the patient to look at again.
    """

    closed: Closed
    case: ClosedCase
    past: tuple[Outcome, ...]
    kept: bool = False


@dataclass(frozen=True)
class View:
    """What the page may show of an attempt, by its stage and no further.

    ``chart`` reads the patient's chart. ``assigned`` is whether the patient belongs to an
    assignment, whose class can be asked about them. ``compared`` is None before the reveal,
    ``ended`` before the closing. ``graded``: before the first patient of an assignment, how
    it is graded, and when outcomes are shown.
    """

    stage: Stage
    shown: Shown
    exercise: Exercise
    size: int
    threshold: float
    chart: Callable[[], Chart]
    compared: Compared | None = None
    ended: Ended | None = None
    reasons_required: bool = False
    withheld: OutcomesShown | None = None
    preview_of: str = ""
    graded: tuple[GradeRule, OutcomesShown] | None = None
    assigned: bool = False

    @property
    def case(self) -> Chart:
        """The chart, read when it is asked for: a page that has drawn it before does not."""
        return self.chart()
