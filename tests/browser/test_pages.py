"""Every page: no violation of WCAG 2.2 A and AA, and nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import EXAMINED, EXERCISES, THOROUGH, played_at
from tests.browser.tour import FURTHER_PAGES, NARROW, PAGES, VARIANTS, Tour

pytestmark = [pytest.mark.browser, pytest.mark.long]
Tours = Callable[[str], Tour]
EVERY = [(exercise, page) for exercise in EXAMINED for page in PAGES]
EVERY += [(THOROUGH, page) for page in FURTHER_PAGES]


@pytest.mark.parametrize(("width", "scheme"), VARIANTS)
@pytest.mark.parametrize(("exercise", "page"), EVERY)
def test_axe_finds_no_violation(
    exercise: str, page: str, width: int, scheme: str, tours: Tours
) -> None:
    assert tours(exercise).stops[page].violations[width, scheme] == []


@pytest.mark.parametrize("width", NARROW)
@pytest.mark.parametrize(("exercise", "page"), EVERY)
def test_nothing_is_wider_than_a_phone(exercise: str, page: str, width: int, tours: Tours) -> None:
    assert tours(exercise).stops[page].widths[width] <= width


@pytest.mark.parametrize(("exercise", "page"), EVERY)
def test_a_page_has_one_first_heading(exercise: str, page: str, tours: Tours) -> None:
    assert tours(exercise).stops[page].first_headings == 1


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e not in EXAMINED])
def test_the_other_exercises_are_sound_as_they_are_played(
    exercise: str, page: str, tours: Tours
) -> None:
    stop, (width, scheme) = tours(exercise).stops[page], played_at(exercise)
    assert stop.violations == {(width, scheme): []}
    assert stop.widths[width] <= width
    assert stop.first_headings == 1
