"""What a set of 24 shows of a habit: robots that have one are told so, and the ideal is not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.encounters import AT, shown
from tutor.core.case import Truth
from tutor.core.encounter import close, commit, decide, reveal
from tutor.core.reliance.calibration import calibration
from tutor.core.reliance.encounters import Encounter, Encounters
from tutor.core.reliance.tendencies import Tendency, habits
from tutor.core.robots import (
    HABITS,
    HOLDING_BACK,
    LEANING,
    ChartRisk,
    Habit,
    Screen,
    first,
    second,
)
from tutor.core.verdicts import Outcome

THRESHOLD = 0.3
BARE = Screen((), (), frozenset())
GUESSING = next(habit for habit in HABITS if habit.name == "guessing")
# (chart risk, the algorithm's probability): right 14 times, wrong 8 times, in both directions.
CASES = [
    *([(0.8, 0.7), (0.6, 0.5)] * 4)[:7],
    *([(0.1, 0.15), (0.05, 0.2)] * 4)[:7],
    *[(0.7, 0.1), (0.5, 0.2)] * 2,
    *[(0.1, 0.6), (0.15, 0.5)] * 2,
]
SEEDS = range(40)


def encounters(robot, seed):
    """One robot's set."""
    stream, found = np.random.default_rng(seed), []
    for risk, algorithm in CASES:
        sound = risk >= THRESHOLD
        truth = Truth(sound, risk, True, (), ())
        habit = isinstance(robot, Habit)
        judged = first(robot, sound, THRESHOLD, stream) if habit else robot.judge(truth)
        revealed = reveal(commit(shown(), judged, AT), algorithm, THRESHOLD, AT)
        then = second(robot, revealed, BARE, "none", stream) if habit else robot.decide(revealed)
        closed = close(decide(revealed, then, AT), truth, AT)
        found.append(Encounter(0, closed.outcome, judged.certainty))
    return Encounters.of(found)


def tendencies(rows):
    lean = calibration(rows.person, rows.said_first, rows.chart_risk).lean
    return habits(rows, lean, np.random.default_rng(0)).tendencies


def share_told(robot, tendency):
    """In how many of the robot's sets the tendency is told."""
    return np.mean([tendency in tendencies(encounters(robot, seed)) for seed in SEEDS])


@pytest.mark.parametrize(
    ("robot", "tendency"),
    [
        (LEANING, Tendency.RELIES_TOO_MUCH),
        (HOLDING_BACK, Tendency.RELIES_TOO_LITTLE),
        (GUESSING, Tendency.GUESSES),
    ],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_robot_with_one_habit_is_told_so_after_one_set(robot, tendency):
    assert share_told(robot, tendency) >= 0.95


def test_whoever_says_the_charts_risk_is_told_nothing():
    assert {tendencies(encounters(ChartRisk(), seed)) for seed in SEEDS} == {()}


@pytest.mark.parametrize("robot", [LEANING, HOLDING_BACK], ids=lambda robot: robot.name)
def test_the_opposite_is_not_told(robot):
    opposite = {
        "leaning": Tendency.RELIES_TOO_LITTLE,
        "holding back": Tendency.RELIES_TOO_MUCH,
    }[robot.name]
    assert share_told(robot, opposite) == 0
    assert share_told(robot, Tendency.GUESSES) <= 0.25


def of(*outcomes):
    return Encounters.of(Encounter(0, one) for one in outcomes)


MISLED = Outcome(0.5, 0.9, 0.1, 0.1, True, 0.9)
STOOD = Outcome(0.5, 0.9, 0.1, 0.9, True, 0.9)


def test_two_cases_say_nothing_and_three_do():
    assert tendencies(of(MISLED, MISLED)) == ()
    assert tendencies(of(MISLED, MISLED, MISLED)) == (Tendency.RELIES_TOO_MUCH,)


def test_a_good_judge_who_stays_is_not_told_to_move():
    kept_wrong = Outcome(0.5, 0.1, 0.9, 0.1, True, 0.9)
    agreed = Outcome(0.5, 0.9, 0.9, 0.9, True, 0.9)
    assert tendencies(of(*[STOOD] * 8, kept_wrong, *[agreed] * 13)) == ()
    often_wrong = [Outcome(0.5, 0.1, 0.2, 0.1, True, 0.9)] * 6
    told = tendencies(of(*[STOOD] * 8, kept_wrong, *often_wrong, *[agreed] * 7))
    assert Tendency.RELIES_TOO_LITTLE in told


def test_an_interval_that_reaches_two_thirds_says_nothing():
    assert tendencies(of(*[MISLED] * 4, *[STOOD] * 2)) == ()
    assert tendencies(of(*[MISLED] * 8, *[STOOD] * 2)) == (Tendency.RELIES_TOO_MUCH,)


def test_cases_of_luck_support_no_advice():
    luck = Outcome(0.5, 0.9, 0.1, 0.1, True, 0.9, scored=False)
    assert tendencies(of(*[luck] * 20)) == ()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (0.76, (Tendency.SAYS_TOO_HIGH,)),
        (0.64, (Tendency.SAYS_TOO_LOW,)),
        (0.7, ()),
        (0.72, ()),  # two points are not worth a sentence
    ],
)
def test_a_lean_is_told_from_five_points_on(said, told):
    risks = np.tile([0.66, 0.67, 0.68, 0.69, 0.71, 0.72, 0.73, 0.74], 3)
    rows = of(*[Outcome(0.5, said, said, said, True, float(risk)) for risk in risks])
    assert tendencies(rows) == told


def test_one_case_far_off_supports_no_lean():
    rows = of(*[Outcome(0.5, 0.7, 0.7, 0.7, True, 0.7)] * 5, Outcome(0.5, 0.9, 0.9, 0.9, True, 0.5))
    assert tendencies(rows) == ()
