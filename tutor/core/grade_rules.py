"""A grade from counted work: by completion or by certainty-based marks, with its late deduction.

Certainty-based marks (Gardner-Medwin: right earns 1, 2 or 3 marks, wrong costs 0, 2 or 6) reward an
honest certainty in expectation. That holds for points only if they are the same straight line of
the marks everywhere. A floor at 0 would break it: whoever is below the floor has nothing to lose
by claiming certainty. So each scored patient starts with 6 credits, its mark is added, and 9
credits earn the patient's whole share of the points. Nothing can fall below 0 or rise above 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutor.core.assignment import Dates, Grading, OutcomesShown
from tutor.core.verdicts import CBM_RIGHT, CBM_WRONG, certainty_mark

START = -min(CBM_WRONG.values())
MOST_CREDITS = START + max(CBM_RIGHT.values())
MOST_LATE_PERCENT = 100
DAY = timedelta(days=1)


@dataclass(frozen=True)
class GradeRule:
    """How an assignment is graded.

    ``cases`` is how many patients it holds, ``rubric`` the criteria with what each is worth, where
    a person marks by them. ``late_percent`` is what each day begun after the due
    date takes off the points that a patient earns, in percent; 0 takes nothing.
    """

    grading: Grading
    points: float
    cases: int
    late_percent: int = 0
    rubric: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Tally:
    """A learner's counted work in an assignment.

    ``closed`` patients, of which ``scored`` (no cases of luck); ``marks`` is the sum of the
    certainty-based marks of the scored ones, ``last_at`` when the last one was closed.
    """

    closed: int = 0
    scored: int = 0
    marks: int = 0
    last_at: datetime | None = None

    @property
    def credits(self) -> int:
        """What the marks are worth in credits."""
        return self.marks + START * self.scored


@dataclass(frozen=True)
class LateCase:
    """A patient closed after the due date: its mark, whether it is scored, and when it closed."""

    mark: int
    scored: bool
    at: datetime


@dataclass(frozen=True)
class Earned:
    """What counted work has earned: ``points`` after ``deducted`` points were taken for lateness.

    ``late`` is how many patients lost something.
    """

    points: float
    deducted: float = 0.0
    late: int = 0


class GradeState(StrEnum):
    """Where a grade comes from, or why there is none."""

    NOT_DUE = "not yet due"
    EXCUSED = "excused"
    BY_HAND = "by hand"
    COMPUTED = "computed"
    UNGRADED = "to grade"


def credits(right: bool, certainty: int) -> int:
    """The credits of one first answer, 0..9."""
    return START + certainty_mark(right, certainty)


def most_credits(rule: GradeRule, tally: Tally) -> int:
    """The most credits there are: cases of luck are taken out, patients not judged are not."""
    return MOST_CREDITS * (rule.cases - (tally.closed - tally.scored))


def earned(
    rule: GradeRule, tally: Tally, late: Sequence[LateCase] = (), due: datetime | None = None
) -> Earned | None:
    """The points that counted work earns; None where only a person can say.

    Completion: the share of patients closed. Certainty: the credits of first answers as a share of
    the most they could be. A patient who was not judged earns nothing. Cases of luck are taken out
    of the credits and of the most they could be.
    """
    if rule.grading is Grading.RUBRIC or rule.cases <= 0:
        return None
    if rule.grading is Grading.COMPLETION:
        most = max(rule.cases, tally.closed)
        got = tally.closed
        lost = [share(rule, case.at, due) for case in late]
    else:
        most = most_credits(rule, tally)
        got = tally.credits
        lost = [(START + c.mark) * share(rule, c.at, due) for c in late if c.scored]
    if most <= 0:
        return None
    before = round(rule.points * got / most, 2)
    if not lost:
        return Earned(before)
    after = round(rule.points * (got - sum(lost)) / most, 2)
    return Earned(after, round(before - after, 2), sum(one > 0 for one in lost))


def share(rule: GradeRule, at: datetime, due: datetime | None) -> float:
    """The share, 0..1, that lateness takes off what a patient closed ``at`` earns."""
    return min(1.0, days_late(at, due) * rule.late_percent / 100)


def days_late(at: datetime, due: datetime | None) -> int:
    """How many days have begun after the due date; 0 before it or without one."""
    return 0 if due is None or at <= due else -(-(at - due) // DAY)


def is_over(dates: Dates, ended: bool, at: datetime) -> bool:
    """Whether no more work is accepted: the class has ended, or the due date and grace are past."""
    return ended or (dates.end is not None and at > dates.end)


def state_of(
    rule: GradeRule, tally: Tally, computed: Earned | None, given: bool, excused: bool, over: bool
) -> GradeState:
    """Where a grade comes from. Work that is neither finished nor over has none."""
    if excused:
        return GradeState.EXCUSED
    if given:
        return GradeState.BY_HAND
    if tally.closed < rule.cases and not over:
        return GradeState.NOT_DUE
    return GradeState.UNGRADED if computed is None else GradeState.COMPUTED


def is_shown(
    outcomes: OutcomesShown, done: bool, over: bool, end: datetime | None, at: datetime
) -> bool:
    """Whether a learner may see a grade: it says something of outcomes, so it waits as they do.

    ``done``: every patient is closed. ``over``: no more work is accepted. ``end`` is the last
    moment at which work is accepted, by the dates alone.
    """
    if outcomes is OutcomesShown.EACH:
        return True
    if outcomes is OutcomesShown.END or end is None:
        return done or over
    return at > end
