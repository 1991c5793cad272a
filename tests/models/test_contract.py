"""What every exercise of the built-in pack keeps, whoever wrote it.

``equipoise check`` runs once in a test run (``tests/contract.py``). It measures every failure mode
and every published figure on three seeds, fills the bank, looks for leaks and plays the cases.
"""

from __future__ import annotations

import pytest

from tests.contract import exercises
from tests.models.loading import load_model
from tutor.kit import Metric

EXERCISES = {exercise.manifest.id: exercise for exercise in exercises()}
EXPLAINED = 0.85  # of the algorithm's errors in either direction, by a mode of that direction
pytestmark = pytest.mark.long
every_exercise = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture
def model(name):
    return load_model(EXERCISES[name].manifest.model)


@every_exercise
def test_check_finds_no_problem(name, contract):
    assert contract.problems_of(EXERCISES[name]) == []


def test_check_finds_no_problem_of_the_pack_as_a_whole(contract):
    of_exercises = [p for e in EXERCISES.values() for p in contract.problems_of(e)]
    assert sorted(words for _, words in contract.problems) == sorted(of_exercises)


def test_all_exercises_are_held_to_it():
    assert len(EXERCISES) >= 12


@every_exercise
def test_what_is_served_says_what_was_measured(name, contract):
    """Every figure and every rate inside its own interval, from a count of patients."""
    evidence = contract.bundle(EXERCISES[name]).evidence
    assert evidence["figures"]
    assert evidence["modes"]
    ours = [figure["ours"] for figure in evidence["figures"]]
    rates = [mode[group] for mode in evidence["modes"] for group in ("inside", "outside")]
    for estimate in (*ours, *rates):
        assert estimate["low"] <= estimate["value"] <= estimate["high"], estimate
        assert estimate["n"] > 0


@every_exercise
def test_failure_modes_are_demonstrated_beyond_chance(name, contract):
    """As the page shows them: the two rates, with the worse one among the patients touched."""
    for mode in contract.bundle(EXERCISES[name]).evidence["modes"]:
        assert mode["inside"]["value"] > mode["outside"]["value"], mode["id"]


@every_exercise
def test_modes_fail_in_both_directions(name, model):
    assert {mode.metric for mode in model.failure_modes} == set(Metric)


@every_exercise
@pytest.mark.parametrize("metric", Metric, ids=lambda metric: metric.value)
def test_errors_could_come_from_a_mode_of_their_direction(name, metric, contract):
    """Of the scored cases; whether a mode acted on them is for the check to count."""
    built = contract.bundle(EXERCISES[name])
    of_kind = {mode["id"] for mode in built.evidence["modes"] if mode["metric"] == metric.value}
    present = metric is Metric.MISSES
    wrong = [
        bool(of_kind & set(built.revealed[card.case]["touched"]))
        for card in built.cards
        if not card.luck and not card.cell.algorithm_right and card.cell.present == present
    ]
    assert len(wrong) >= 20
    assert sum(wrong) >= EXPLAINED * len(wrong), (sum(wrong), len(wrong))
