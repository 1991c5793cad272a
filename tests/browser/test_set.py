"""A whole set in a browser, with every page examined at each width and in each scheme.

What is seen on the way: no violation of WCAG 2.2 A and AA, and nothing wider than the screen. The
other exercises are played in a file of their own; no process plays a set twice.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import EXAMINED, THOROUGH
from tests.browser.every_set import WholeSet
from tests.browser.tour import FURTHER_PAGES, NARROW, PAGES, Colours, Tour, looks_of

pytestmark = [pytest.mark.browser, pytest.mark.long]
Tours = Callable[[str], Tour]
EVERY = [(exercise, page) for exercise in EXAMINED for page in PAGES]
EVERY += [(THOROUGH, page) for page in FURTHER_PAGES]
SEEN = [
    (exercise, page, *look) for exercise, page in EVERY for look in looks_of(f"{exercise}: {page}")
]


@pytest.fixture(params=EXAMINED)
def tour(request: pytest.FixtureRequest, tours: Tours) -> Tour:
    """A set of each exercise that is examined."""
    return tours(request.param)


class TestExamined(WholeSet):
    """A set of each exercise that is examined."""


@pytest.mark.parametrize(("exercise", "page", "width", "colours"), SEEN)
def test_axe_finds_no_violation(
    exercise: str, page: str, width: int, colours: Colours, tours: Tours
) -> None:
    assert tours(exercise).stops[page].violations[width, colours] == []


@pytest.mark.parametrize("width", NARROW)
@pytest.mark.parametrize(("exercise", "page"), EVERY)
def test_nothing_is_wider_than_a_phone(exercise: str, page: str, width: int, tours: Tours) -> None:
    assert tours(exercise).stops[page].widths[width] <= width


@pytest.mark.parametrize(("exercise", "page"), EVERY)
def test_a_page_has_one_first_heading(exercise: str, page: str, tours: Tours) -> None:
    assert tours(exercise).stops[page].first_headings == 1
