"""The point that a monitor has just written lies on its wave."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tutor.content.svg import sanitise
from tutor.kit.pictures.monitor import LEFT, monitor


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("perfusion", [0.2, 1.5, 9.0])
def test_the_point_being_written_lies_on_the_wave(perfusion, moving):
    svg = monitor(91, 104, perfusion, moving, 7).svg
    points = [p.split(",") for p in re.search(r'points="([^"]+)"', svg)[1].split()]
    x, y = np.array(points, dtype=float).T
    across, down = (float(v) for v in re.search(r'cx="([\d.]+)" cy="([\d.]+)"', svg).groups())
    assert down == pytest.approx(np.interp(across - LEFT, x, y), abs=1.5)


def test_numbers_of_any_length_take_as_many_bytes():
    pictures = [monitor(s, p, 2.0, False, 7) for s, p in ((100, 60), (84, 140), (9, 8))]
    assert len({len(one.svg.replace(one.alt, "").encode()) for one in pictures}) == 1
    assert all(sanitise(one.svg).removed == () for one in pictures)
