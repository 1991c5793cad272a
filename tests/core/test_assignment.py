"""What an instructor sets: dates inherited field by field, outcomes that wait, plans, changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.assignment import (
    Dates,
    OutcomesShown,
    Override,
    Standing,
    check_dates,
    effective,
    plan,
    shows_outcome,
    touched,
)
from tutor.core.set_plan import Guidance
from tutor.errors import BadInput

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
DAY, LITTLE = timedelta(days=1), timedelta(microseconds=1)
MOMENT = st.none() | st.datetimes(timezones=st.just(UTC))
OVERRIDE = st.none() | st.builds(Override, MOMENT, MOMENT, st.none() | st.timedeltas())
DATES = st.builds(Dates, MOMENT, MOMENT, st.timedeltas())


@given(DATES, OVERRIDE, OVERRIDE)
def test_each_field_comes_from_the_narrowest_that_sets_it(default, group, own):
    made = effective(default, group, own)
    for name in ("opens", "due", "grace"):
        said = [getattr(source, name) for source in (own, group) if source is not None]
        wanted = next((value for value in said if value is not None), getattr(default, name))
        assert getattr(made, name) == wanted


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (AT - LITTLE, Standing.NOT_YET),
        (AT, Standing.OPEN),
        (AT + DAY, Standing.OPEN),
        (AT + DAY + LITTLE, Standing.LATE),
        (AT + DAY + timedelta(hours=1), Standing.LATE),
        (AT + DAY + timedelta(hours=1) + LITTLE, Standing.OVER),
    ],
)
def test_a_moment_lies_before_within_late_or_after(at, standing):
    assert Dates(AT, AT + DAY, timedelta(hours=1)).standing(at) is standing


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        (Dates(AT, AT), "due"),
        (Dates(AT, AT - DAY), "due"),
        (Dates(grace=timedelta(minutes=-1)), "grace"),
    ],
)
def test_dates_that_leave_no_time_are_refused(dates, field):
    with pytest.raises(BadInput) as refused:
        check_dates(dates)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("when", "done", "end", "shows"),
    [
        (OutcomesShown.EACH, False, AT + DAY, True),
        (OutcomesShown.END, False, None, False),
        (OutcomesShown.END, True, AT + DAY, True),
        (OutcomesShown.DUE, True, AT + DAY, False),
        (OutcomesShown.DUE, True, AT, False),
        (OutcomesShown.DUE, True, AT - LITTLE, True),
        (OutcomesShown.DUE, False, AT - DAY, False),
        (OutcomesShown.DUE, True, None, True),
        (OutcomesShown.DUE, False, None, False),
    ],
)
def test_outcomes_show_when_they_are_set_to(when, done, end, shows):
    assert shows_outcome(when, done, end, AT) is shows


@given(st.integers(1, 60), st.floats(0, 0.5), st.integers(0, 99))
def test_a_plan_has_the_share_without_the_algorithm_and_never_first(cases, share, seed):
    made = plan(cases, Guidance.LISTED, share, np.random.default_rng(seed))
    assert len(made.aided) == len(made.guidance) == cases
    assert made.aided[0]
    assert made.aided.count(False) == min(round(cases * share), cases - 1)


def test_a_change_touches_those_who_began_finished_or_wait():
    who = touched([(0, 4), (0, 4), (1, 4), (4, 4), (5, 4)])
    assert (who.waiting, who.started, who.finished) == (2, 1, 2)
