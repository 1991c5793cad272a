"""Two patients of each of the other exercises in a browser, looked at as they are played."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import EXAMINED, EXERCISES, played_at
from tests.browser.every_set import EverySet
from tests.browser.tour import CASE, NARROW, Tour

pytestmark = [pytest.mark.browser, pytest.mark.long]
Tours = Callable[[str], Tour]
OTHERS = [exercise for exercise in EXERCISES if exercise not in EXAMINED]


@pytest.fixture(params=OTHERS)
def tour(request: pytest.FixtureRequest, tours: Tours) -> Tour:
    """The first patients of a set of each of them."""
    return tours(request.param)


class TestAsPlayed(EverySet):
    """The first patients of a set of each of them."""


def test_every_exercise_of_the_pack_is_played(titles: dict[str, str]) -> None:
    assert len(EXERCISES) >= 10
    assert tuple(titles) == EXERCISES


@pytest.mark.parametrize("page", CASE)
@pytest.mark.parametrize("exercise", OTHERS)
def test_the_other_exercises_are_sound_as_they_are_played(
    exercise: str, page: str, tours: Tours
) -> None:
    stop, (width, scheme) = tours(exercise).stops[page], played_at(exercise)
    assert stop.violations == {(width, scheme): []}
    assert [at for at, wide in stop.widths.items() if wide > at] == []
    assert tuple(stop.widths) == NARROW
    assert stop.first_headings == 1
