"""What an instructor sets: how much help, which dates, and when outcomes are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from tutor.core.set_plan import Guidance, Plan
from tutor.errors import BadForm, BadInput

MOST_CASES = 60
MOST_UNAIDED = 0.5
PAST_DUE = "This due date has passed. Choose a later one, or leave the field empty."


class OutcomesShown(StrEnum):
    """When a learner sees what was true."""

    EACH = "each"
    END = "end"
    DUE = "due"


class Grading(StrEnum):
    """What a grade is made of."""

    COMPLETION = "completion"
    CERTAINTY = "certainty"
    RUBRIC = "rubric"


class Standing(StrEnum):
    """Where a moment lies between an assignment's dates."""

    NOT_YET = "not open yet"
    OPEN = "open"
    LATE = "in its grace period"
    OVER = "over"


@dataclass(frozen=True)
class Dates:
    """From when to when; None means at once, or for ever. All moments carry a zone."""

    opens: datetime | None = None
    due: datetime | None = None
    grace: timedelta = timedelta(0)

    @property
    def end(self) -> datetime | None:
        """The last moment at which work is accepted."""
        return None if self.due is None else self.due + self.grace

    def standing(self, at: datetime) -> Standing:
        """Where ``at`` lies."""
        if self.opens is not None and at < self.opens:
            return Standing.NOT_YET
        if self.due is None or at <= self.due:
            return Standing.OPEN
        return Standing.LATE if at <= self.due + self.grace else Standing.OVER


@dataclass(frozen=True)
class Override:
    """Other dates for one learner or group; a field that is None is inherited."""

    opens: datetime | None = None
    due: datetime | None = None
    grace: timedelta | None = None


def effective(default: Dates, *overrides: Override | None) -> Dates:
    """The dates that hold for a learner: each field from the last override that sets it.

    Overrides are given from the widest to the narrowest: the group's, then the learner's own.
    """
    opens, due, grace = default.opens, default.due, default.grace
    for override in overrides:
        if override is None:
            continue
        opens = override.opens if override.opens is not None else opens
        due = override.due if override.due is not None else due
        grace = override.grace if override.grace is not None else grace
    return Dates(opens, due, grace)


def check_dates(dates: Dates) -> None:
    """Refuse dates that leave no time to work.

    Raises:
        BadInput: due at or before the opening, or a negative grace.
    """
    if dates.opens is not None and dates.due is not None and dates.due <= dates.opens:
        raise BadInput("due", "The due date must lie after the opening. Change one of them.")
    if dates.grace < timedelta(0):
        raise BadInput("grace", "A grace period cannot be negative. Type minutes, or 0.")


def check_publishable(dates: Dates, parts: int, at: datetime) -> None:
    """Refuse to publish at ``at`` what no learner could work on; ``parts`` counts its exercises.

    Raises:
        BadForm: it holds no exercise, or its due date has passed.
    """
    errors = {}
    if not parts:
        errors["parts"] = "Choose at least one exercise, then publish."
    if dates.due is not None and dates.due <= at:
        errors["due"] = PAST_DUE
    if errors:
        raise BadForm(errors)


def shows_outcome(when: OutcomesShown, set_done: bool, end: datetime | None, at: datetime) -> bool:
    """Whether a closed encounter may show what was true.

    Where outcomes wait for the due date and there is none, they wait for the end of the set.
    """
    if when is OutcomesShown.EACH:
        return True
    if when is OutcomesShown.END or end is None:
        return set_done
    return set_done and at > end


def plan(cases: int, guidance: Guidance, unaided_share: float, stream: np.random.Generator) -> Plan:
    """A set of ``cases`` under one guidance; the first case is never without the algorithm."""
    count = min(round(cases * unaided_share), max(0, cases - 1))
    without = set(stream.choice(np.arange(1, cases), count, replace=False)) if count else set()
    return Plan(guidance=(guidance,) * cases, aided=tuple(at not in without for at in range(cases)))


@dataclass(frozen=True)
class Touched:
    """Whom a change of a running assignment touches."""

    started: int
    finished: int
    waiting: int


def touched(progress: Sequence[tuple[int, int]]) -> Touched:
    """Count learners by ``(closed, size)`` of their counted work."""
    return Touched(
        started=sum(0 < closed < size for closed, size in progress),
        finished=sum(closed >= size > 0 for closed, size in progress),
        waiting=sum(closed == 0 for closed, size in progress),
    )
