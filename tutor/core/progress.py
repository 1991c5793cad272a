"""Where a learner stands in an assignment, and whether they seem stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STUCK_AFTER = timedelta(hours=24)


class State(StrEnum):
    """A learner's state, in the order in which an instructor wants to see it."""

    STUCK = "stuck"
    WAITING = "not begun"
    WORKING = "working"
    DONE = "done"


@dataclass(frozen=True)
class Standing:
    """How far a learner is: cases closed of all that are set, cases open, and the last sign."""

    closed: int
    size: int
    open: int
    last_at: datetime | None

    def state(self, at: datetime) -> State:
        """Done, not begun, working; or stuck: a patient has been open for a day."""
        if self.closed >= self.size:
            return State.DONE
        if self.last_at is None:
            return State.WAITING
        stuck = self.open > 0 and at - self.last_at >= STUCK_AFTER
        return State.STUCK if stuck else State.WORKING
