"""The terms an encounter is under: are reasons asked for, until when, and when outcomes show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutor.core.access import Role
from tutor.core.assignment import Dates, OutcomesShown, Standing, effective, shows_outcome
from tutor.errors import OutOfOrder
from tutor.store import assignments as store
from tutor.store import classes as class_store
from tutor.store.assignments import Assignment
from tutor.store.encounters import PracticeSet

COUNTED = 1


@dataclass(frozen=True)
class Terms:
    """What holds for one learner's set; practice of one's own is free of any."""

    reasons_required: bool = False
    outcomes: OutcomesShown = OutcomesShown.EACH
    dates: Dates = field(default_factory=Dates)

    def check_open(self, at: datetime) -> None:
        """Refuse work before the opening and after the end.

        Raises:
            OutOfOrder: nothing was stored, and what was stored before stays.
        """
        standing = self.dates.standing(at)
        if standing is Standing.NOT_YET:
            raise OutOfOrder("This assignment is not open yet. Your assignments say when it opens.")
        if standing is Standing.OVER:
            raise OutOfOrder(
                "This assignment has ended, so this was not stored; all you did before is kept. "
                "You can practise the same exercise freely, apart from the assignment."
            )

    def shows(self, set_done: bool, at: datetime) -> bool:
        """Whether a closed encounter of the set may show what was true."""
        return shows_outcome(self.outcomes, set_done, self.dates.end, at)


FREE = Terms()


def terms_of(connection: Any, practice: PracticeSet) -> Terms:
    """The terms of a set. Dates bind learners and their counted round, not staff or practice."""
    if practice.assignment is None:
        return FREE
    found = store.find_assignment(connection, practice.assignment)
    return FREE if found is None else terms_for(connection, found, practice)


def terms_for(connection: Any, found: Assignment, practice: PracticeSet) -> Terms:
    """As :func:`terms_of`, for an assignment already read."""
    member = class_store.find_member(connection, found.classroom, practice.learner)
    if practice.round != COUNTED or member is None or member.role != Role.LEARNER:
        return Terms(found.reasons_required)
    groups = [member.group] if member.group else []
    overrides = store.overrides_for(connection, [found.id], practice.learner, groups)
    return Terms(
        found.reasons_required,
        found.outcomes,
        effective(found.dates, *overrides.get(found.id, (None, None))),
    )


def withheld(connection: Any, sets: list[tuple[PracticeSet, int]], at: datetime) -> frozenset[str]:
    """The ids of those sets, given with how many cases are closed, whose outcomes still wait."""
    return frozenset(
        practice.id
        for practice, closed in sets
        if practice.assignment is not None
        and not terms_of(connection, practice).shows(closed >= practice.size, at)
    )
