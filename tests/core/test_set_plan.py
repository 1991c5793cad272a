"""Practice: twelve cases, help that fades, two of them alone and never the first."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.set_plan import Guidance, practice


@given(st.integers(0, 2**32))
def test_a_practice_plan(seed):
    plan = practice(np.random.default_rng(seed))
    assert plan.size == 12
    assert plan.guidance == (Guidance.FLAGGED,) * 4 + (Guidance.LISTED,) * 8
    assert plan.aided.count(False) == 2
    assert plan.aided[0]


def test_the_unaided_places_change_from_set_to_set():
    alone = {
        at
        for seed in range(200)
        for at, aided in enumerate(practice(np.random.default_rng(seed)).aided)
        if not aided
    }
    assert alone == set(range(1, 12))
