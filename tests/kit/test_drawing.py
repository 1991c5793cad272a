"""A trace takes as many bytes whatever it shows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tutor.kit import trace

values = arrays(float, 40, elements=st.floats(-5, 5))


@given(values)
def test_the_length_tells_nothing(drawn):
    assert len(trace(drawn, 214, 18, 114)) == 40 * 13 - 1


@given(values)
def test_every_point_lies_in_the_frame(drawn):
    points = [p.split(",") for p in trace(drawn, 214, 18, 114).split()]
    assert all(0 <= float(x) <= 214 for x, _ in points)
    assert all(18 <= float(y) <= 132 for _, y in points)


def test_one_is_at_the_top_and_zero_at_the_bottom():
    assert trace(np.array([1.0, 0.0]), 100, 10, 50) == "0000.0,010.0 0100.0,060.0"
