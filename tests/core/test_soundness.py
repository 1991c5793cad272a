"""A sound decision and the grey zone around the line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tutor.core.soundness import acts, in_grey_zone, log_odds

INSIDE = some.floats(0.001, 0.999)


def test_at_the_line_acting_is_sound():
    assert acts([0.29, 0.30, 0.31], 0.30).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("risk", "grey"), [(0.25, True), (0.35, True), (0.20, False), (0.42, False)]
)
def test_the_grey_zone_is_a_factor_of_odds(risk, grey):
    """At a line of 30 % (odds 3 to 7), a factor of 1.5 reaches from 22.2 to 39.1 %."""
    assert in_grey_zone(risk, 0.30, 1.5) == grey


@given(INSIDE, INSIDE, some.floats(1.01, 5))
def test_the_line_itself_is_grey_and_both_sides_mirror_each_other(risk, line, factor):
    assert in_grey_zone(line, line, factor)
    assert in_grey_zone(risk, line, factor) == in_grey_zone(1 - risk, 1 - line, factor)


def test_certainty_has_finite_odds():
    assert np.isfinite(log_odds([0.0, 1.0])).all()
