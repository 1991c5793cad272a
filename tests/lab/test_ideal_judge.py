"""Robots at every built exercise: the ideal judge is told nothing, the others what they do."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tutor.content.loading import built_in, load
from tutor.core.reliance.calibration import calibration
from tutor.core.reliance.encounters import NO_TRIAL, Encounter, Encounters
from tutor.core.reliance.tendencies import Tendency, habits
from tutor.core.robots import HABITS, HOLDING_BACK, LEANING, ChartRisk
from tutor.core.set_plan import Guidance, Plan
from tutor.lab.bundle import Bundle
from tutor.lab.play import Table, deal, play

NAMES = tuple(exercise.manifest.id for exercise in load(built_in())[0].exercises)
CASES, SETS = 24, 12
PLAN = Plan((Guidance.LISTED,) * CASES, (True,) * CASES)
GUESSING = next(habit for habit in HABITS if habit.name == "guessing")
pytestmark = [pytest.mark.long, pytest.mark.parametrize("name", NAMES)]


@cache
def exercise(name):
    return next(e for e in load(built_in())[0].exercises if e.manifest.id == name)


@pytest.fixture
def table(name, built_in_bundles):
    """The exercise as it is played."""
    return Table.of(Bundle(built_in_bundles / exercise(name).fingerprint))


def sets(table, robot):
    """What one set after another comes to, each of 24 cases."""
    for seed in range(SETS):
        slots = deal(table, lambda _: PLAN, [seed], frozenset())
        stream = np.random.default_rng(seed)
        yield Encounters.of(
            Encounter(0, one.outcome, one.certainty, one.noticing or NO_TRIAL)
            for one in play(table, slots, robot, stream)
        )


def tendencies(rows):
    """What "My report" tells after a set."""
    lean = calibration(rows.person, rows.said_first, rows.chart_risk).lean
    return habits(rows, lean, np.random.default_rng(0)).tendencies


def test_the_ideal_judge_is_calibrated_and_never_unsound(name, table):
    for rows in sets(table, ChartRisk()):
        assert not np.isnan(rows.chart_risk).any()
        for said in (rows.said_first, rows.said_last):
            known = calibration(rows.person, said, rows.chart_risk)
            assert abs(known.lean.value) <= 0.02
        assert rows.right_first.all()
        assert rows.right_last.all()
        assert tendencies(rows) == ()


@pytest.mark.parametrize(
    ("robot", "tendency"),
    [
        (LEANING, Tendency.RELIES_TOO_MUCH),
        (HOLDING_BACK, Tendency.RELIES_TOO_LITTLE),
        (GUESSING, Tendency.GUESSES),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_a_robot_with_one_habit_is_told_so_after_one_set(name, table, robot, tendency):
    told = [tendency in tendencies(rows) for rows in sets(table, robot)]
    assert np.mean(told) >= 0.75, told


def test_what_is_scored_and_happened_is_what_the_chart_supports(name, table):
    for case, truth in table.truth.items():
        assert truth.chart_risk is not None
        if truth.scored:
            assert truth.present == table.sound(case)
        assert truth.acting is not None
        assert not truth.acting or not table.advice_right(case)
