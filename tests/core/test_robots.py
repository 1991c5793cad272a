"""Robots: each has the reliance it is said to have, and uses no more than is on the screen."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.encounters import AT, shown
from tutor.core.case import Truth
from tutor.core.encounter import NO_MODE, close, commit, decide, reveal
from tutor.core.reliance.measures import of_one
from tutor.core.robots import (
    HABITS,
    WELL_CALIBRATED,
    Screen,
    first,
    forecast,
    notice,
    second,
    warning,
)

MANY = 6_000
THRESHOLD = 0.3
BLIND = next(habit for habit in HABITS if habit.name == "explanation-blind")
FLAGGED = Screen(("cold", "wet"), (), frozenset({"cold"}))
LISTED = Screen((), ("cold", "wet", "dark"), frozenset({"cold", "dark"}))
BARE = Screen((), (), frozenset())
SCREENS = [(FLAGGED, ("cold", "wet")), (LISTED, ("cold", "wet")), (LISTED, ()), (BARE, ("cold",))]

chances = st.floats(0, 1)
levels = st.tuples(chances, chances, chances)
habits = st.builds(
    replace,
    st.just(WELL_CALIBRATED),
    right=levels,
    says=levels,
    goes=levels,
    warned=levels,
    sees=chances,
    imagines=chances,
)


def play(habit, present, algorithm, screen, touching, stream, n=1):
    """``n`` encounters of a robot with the same case."""
    found = []
    for _ in range(n):
        committed = commit(shown(), first(habit, present, THRESHOLD, stream), AT)
        revealed = reveal(committed, algorithm, THRESHOLD, AT)
        suspected = notice(habit, screen, touching, stream)
        decision = second(habit, revealed, screen, suspected, stream)
        found.append(close(decide(revealed, decision, AT), Truth(present), AT).outcome)
    return found


def near(ratio, known):
    """Within four standard errors of what is known."""
    assert ratio.denominator > 500
    error = sqrt(known * (1 - known) / ratio.denominator)
    return abs(ratio.value - known) < 4 * error + 1e-9


@pytest.mark.parametrize(("screen", "touching"), SCREENS)
@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_a_robot_has_the_reliance_it_is_said_to_have(habit, screen, touching):
    stream = np.random.default_rng(1)
    warned = warning(habit, screen, touching)
    outcomes = [
        *play(habit, True, 0.8, screen, touching, stream, MANY // 2),
        *play(habit, True, 0.1, screen, touching, stream, MANY // 2),
    ]
    found = of_one(outcomes)
    assert near(found["rair"], habit.rair(warned))
    assert near(found["rsr"], habit.rsr(warned))


@pytest.mark.parametrize(("screen", "touching"), SCREENS)
@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_it_is_warned_as_often_as_is_said(habit, screen, touching):
    stream = np.random.default_rng(2)
    named = [notice(habit, screen, touching, stream) for _ in range(MANY)]
    share = sum(one in screen.against for one in named) / MANY
    known = warning(habit, screen, touching)
    assert abs(share - known) < 4 * sqrt(known * (1 - known) / MANY) + 1e-9


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_a_first_answer_is_right_as_often_as_its_skill(habit):
    stream = np.random.default_rng(3)
    right = [first(habit, True, THRESHOLD, stream).probability >= THRESHOLD for _ in range(MANY)]
    known = habit.skill
    assert abs(sum(right) / MANY - known) < 4 * sqrt(known * (1 - known) / MANY)


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_an_answer_both_have_right_is_lost_only_by_a_slip(habit):
    outcomes = play(habit, True, 0.8, BARE, (), np.random.default_rng(6), MANY)
    right = [o.final_right for o in outcomes if o.initial_right]
    error = sqrt(habit.slips * (1 - habit.slips) / len(right))
    assert abs(sum(right) / len(right) - (1 - habit.slips)) <= 4 * error


def test_the_well_calibrated_are_right_as_often_as_they_say():
    stream = np.random.default_rng(4)
    said = [first(WELL_CALIBRATED, True, 0.5, stream) for _ in range(MANY)]
    for certainty, chance in zip((1, 2, 3), WELL_CALIBRATED.says, strict=True):
        right = [j.probability >= 0.5 for j in said if j.certainty == certainty]
        error = sqrt(chance * (1 - chance) / len(right))
        assert abs(sum(right) / len(right) - chance) < 4 * error


def test_the_habits_differ_in_what_they_are_named_for():
    by_name = {habit.name: habit for habit in HABITS}
    well = by_name["well calibrated"]
    for warned in (0.0, 0.5, 1.0):
        assert by_name["over-reliant"].rsr(warned) < well.rsr(warned)
        assert by_name["over-reliant"].rair(warned) > well.rair(warned)
        assert by_name["under-reliant"].rsr(warned) > well.rsr(warned)
        assert by_name["under-reliant"].rair(warned) < well.rair(warned)
        assert by_name["guessing"].rair(warned) == by_name["guessing"].rsr(warned) == 0.5
    assert well.rsr(1) > well.rsr(0)
    assert BLIND.rsr(1) == BLIND.rsr(0)


@given(habits, st.booleans(), st.sampled_from(SCREENS), st.integers(0, 2**31))
def test_a_robot_that_meets_no_wrong_advice_shows_no_self_reliance(habit, present, seen, seed):
    advice = 0.9 if present else 0.1
    outcomes = play(habit, present, advice, *seen, np.random.default_rng(seed), 5)
    assert of_one(outcomes)["rsr"].value is None
    # Without slips, right advice can only help.
    assert all(o.final_right for o in outcomes if o.initial_right)


@given(habits, st.booleans(), chances, st.sampled_from(SCREENS), st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_robot(habit, present, algorithm, seen, seed):
    once, again = (
        play(habit, present, algorithm, *seen, np.random.default_rng(seed), 3) for _ in range(2)
    )
    assert once == again


@given(st.booleans(), chances, st.floats(0.01, 1))
def test_a_forecast_lies_on_its_side_of_the_threshold(says_present, confidence, threshold):
    assert (forecast(says_present, confidence, threshold) >= threshold) == says_present
    assert 0 <= forecast(says_present, confidence, threshold) <= 1


@given(habits, chances, chances)
def test_leaning_lowers_self_reliance_by_its_share(habit, share, warned):
    leaning = habit.leaning(share)
    assert habit.skill == leaning.skill
    if sum(habit.right):
        assert leaning.rsr(warned) == pytest.approx((1 - share) * habit.rsr(warned))
    if sum(habit.right) < 3:
        assert leaning.rair(warned) >= habit.rair(warned) - 1e-12


def goes_over(habit, suspected):
    """How often a robot goes over to a missed patient's advice when it suspects this."""
    found = 0
    for seed in range(300):
        stream = np.random.default_rng(seed)
        committed = commit(shown(), first(habit, True, THRESHOLD, stream), AT)
        revealed = reveal(committed, 0.1, THRESHOLD, AT)
        found += second(habit, revealed, FLAGGED, suspected, stream).probability == 0.1
    return found


def test_a_suspicion_holds_back_those_who_look_and_not_the_explanation_blind():
    assert goes_over(WELL_CALIBRATED, "cold") < goes_over(WELL_CALIBRATED, NO_MODE)
    assert goes_over(BLIND, "cold") == goes_over(BLIND, NO_MODE)
    # A mode that errs the other way speaks for this advice, not against it.
    assert goes_over(WELL_CALIBRATED, "wet") == goes_over(WELL_CALIBRATED, NO_MODE)


def test_the_explanation_blind_name_nothing():
    stream = np.random.default_rng(5)
    assert {notice(BLIND, screen, seen, stream) for screen, seen in SCREENS * 20} == {NO_MODE}


@given(habits, st.integers(0, 2**31))
def test_nothing_is_suspected_that_is_not_on_the_screen(habit, seed):
    stream = np.random.default_rng(seed)
    assert notice(habit, BARE, ("cold",), stream) == NO_MODE
    assert notice(habit, LISTED, ("secret",), stream) in {*LISTED.listed, NO_MODE}
    assert notice(habit, FLAGGED, ("secret",), stream) in {*FLAGGED.flags, NO_MODE}
