"""A whole set in a browser for each exercise: library, twelve patients, summary, record.

What is seen on the way: no violation of WCAG 2.2 A and AA, and nothing wider than the screen. All
of it stands in one file, so that processes side by side do not play a set twice.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import EXAMINED, EXERCISES, THOROUGH, played_at
from tests.browser.tour import FURTHER_PAGES, NARROW, PAGES, REASON, VARIANTS, Tour

pytestmark = [pytest.mark.browser, pytest.mark.long]
Tours = Callable[[str], Tour]
EVERY = [(exercise, page) for exercise in EXAMINED for page in PAGES]
EVERY += [(THOROUGH, page) for page in FURTHER_PAGES]
HEADINGS = {
    "shown": ["The patient"],
    "revealed": ["The algorithm’s view", "Known failure modes"],
    "closed": ["What was true", "The same patient, one thing changed"],
}


@pytest.fixture(params=EXERCISES)
def tour(request: pytest.FixtureRequest, tours: Tours) -> Tour:
    """A set of each exercise."""
    return tours(request.param)


def test_every_exercise_of_the_pack_is_played(titles: dict[str, str]) -> None:
    assert len(EXERCISES) >= 10
    assert tuple(titles) == EXERCISES


def test_a_set_is_twelve_patients_and_each_is_closed(tour: Tour) -> None:
    assert [stages[-1] for stages in tour.stages] == ["closed"] * 12


def test_two_patients_come_without_the_algorithm_and_never_the_first(tour: Tour) -> None:
    alone = [at for at, stages in enumerate(tour.stages) if "revealed" not in stages]
    assert (len(alone), 0 in alone) == (2, False)


@pytest.mark.parametrize("stop", HEADINGS)
def test_a_stage_has_its_headings(stop: str, tour: Tour) -> None:
    assert set(HEADINGS[stop]) <= set(tour.stops[stop].headings)


@pytest.mark.parametrize("stop", ["shown", "revealed"])
def test_the_probability_starts_empty(stop: str, tour: Tour) -> None:
    assert tour.stops[stop].fields == [""]


@pytest.mark.parametrize("stop", ["shown", "revealed"])
def test_no_choice_is_made_beforehand(stop: str, tour: Tour) -> None:
    assert tour.stops[stop].checked == 0


def test_the_record_lists_all_twelve(tour: Tour) -> None:
    assert [f"Case {n}" for n in range(1, 13) if f"Case {n}\n" not in tour.record] == []


def test_a_reason_comes_back_as_it_was_written(tour: Tour) -> None:
    assert f"You wrote: “{REASON}”" in tour.stops["closed"].text


def test_the_console_stays_silent(tour: Tour) -> None:
    assert tour.watch.complaints == []


def test_no_request_leaves_the_servers_own_address(tour: Tour) -> None:
    assert tour.watch.outside == []


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
    assert [at for at, wide in stop.widths.items() if wide > at] == []
    assert tuple(stop.widths) == NARROW
    assert stop.first_headings == 1
