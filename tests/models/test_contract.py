"""What every exercise of the built-in pack keeps, whoever wrote it.

``equipoise check`` runs once in a test run (``tests/contract.py``). It measures every failure mode
and every published figure on three seeds, fills the bank, looks for leaks and plays the cases.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.contract import exercises
from tests.models.loading import load_model
from tutor.core.selection import CELLS
from tutor.kit import Metric
from tutor.lab import bank

EXERCISES = {exercise.manifest.id: exercise for exercise in exercises()}
EXPLAINED = 0.85  # of the algorithm's errors in either direction, by a mode of that direction
pytestmark = pytest.mark.long
every_exercise = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture
def held_out(name, trained):
    """The model of an exercise, trained on seed 0, with its held-out cohort."""
    return trained(EXERCISES[name].manifest.model)


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
def test_the_held_out_cohort_fills_the_four_cells(name, model, held_out):
    scope = model.scope(held_out.patients)
    right = held_out.alert == held_out.truth
    cases = EXERCISES[name].manifest.bank.cases
    for cell in CELLS:
        here = scope & (right == cell.algorithm_right) & (held_out.truth == cell.present)
        assert here.sum() >= bank.wanted(cases, cell), cell


@every_exercise
@pytest.mark.parametrize("metric", Metric, ids=lambda metric: metric.value)
def test_errors_could_come_from_a_mode_of_their_direction(name, metric, model, held_out):
    patients = held_out.patients
    modes = [mode for mode in model.failure_modes if mode.metric is metric]
    touched = np.any([mode.touches(patients) for mode in modes], axis=0)
    present = metric is Metric.MISSES
    errors = model.scope(patients) & (held_out.truth == present) & (held_out.alert != present)
    assert touched[errors].mean() >= EXPLAINED, (errors.sum(), touched[errors].mean())
