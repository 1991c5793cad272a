"""Where a learner stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tutor.core.progress import STUCK_AFTER, Standing, State

AT = datetime(2026, 10, 1, tzinfo=UTC)
LITTLE = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (Standing(0, 4, 0, None), State.WAITING),
        (Standing(1, 4, 1, AT - LITTLE), State.WORKING),
        (Standing(1, 4, 1, AT - STUCK_AFTER + LITTLE), State.WORKING),
        (Standing(1, 4, 1, AT - STUCK_AFTER), State.STUCK),
        (Standing(0, 4, 1, AT - STUCK_AFTER), State.STUCK),
        # Between two patients nobody is stuck: they have not come back yet.
        (Standing(2, 4, 0, AT - 9 * STUCK_AFTER), State.WORKING),
        (Standing(4, 4, 0, AT - 9 * STUCK_AFTER), State.DONE),
    ],
)
def test_a_state_is_read_from_what_is_closed_open_and_recent(standing, state):
    assert standing.state(AT) is state
