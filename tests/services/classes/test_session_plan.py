"""A seminar planned from its minutes and its learners."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tutor.core.set_plan import Guidance
from tutor.errors import BadForm
from tutor.services.classes.session_plan import read_session, stages


@pytest.mark.parametrize("minutes", ["20", "50", "90", "240"])
@pytest.mark.parametrize("learners", ["5", "40"])
def test_the_parts_of_a_seminar_fill_its_minutes(minutes, learners):
    plan = stages(read_session({"minutes": minutes, "learners": learners, "level": "first"}))
    assert (plan[0].start, plan[-1].end) == (0, int(minutes))
    assert all(one.end == after.start for one, after in pairwise(plan))
    assert all(one.start < one.end for one in plan)
    assert len(plan) == (4 if learners == "5" else 5)


def test_fifty_minutes_for_forty_second_year_students():
    session = read_session({"minutes": "50", "learners": "40", "level": "first"})
    assert (session.work, session.patients(20)) == (25, 15)
    assert session.guidance is Guidance.FLAGGED


def test_what_cannot_be_planned_is_said_at_once():
    with pytest.raises(BadForm) as refused:
        read_session({"minutes": "5", "learners": "many"})
    assert set(refused.value.errors) == {"minutes", "learners", "level"}
