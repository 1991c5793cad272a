"""Pictures drawn ahead by another process: the same as here, whatever becomes of it."""

from __future__ import annotations

import pytest

from tests.lab import tasks
from tutor.content.manifest import Limits
from tutor.lab.limited_process import FORKS
from tutor.lab.process_pool import alone


@pytest.mark.parametrize(
    ("what", "drawn_here"), [("draws", [not FORKS, not FORKS, True]), ("dies", [True] * 3)]
)
def test_what_is_asked_for_ahead_is_drawn_elsewhere_or_here(what, drawn_here):
    drawn, read = alone(tasks.draw_ahead, what, Limits())
    assert drawn == [(str(number), here) for number, here in enumerate(drawn_here)]
    assert read == {tasks.__file__}
