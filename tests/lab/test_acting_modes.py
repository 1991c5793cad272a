"""A mode acts where it touches, where the algorithm erred its way, and where undoing it helps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.errors import BuildError
from tutor.kit import Intervene, MatchComparison, Metric, Retrain
from tutor.lab.acting_modes import acting_modes, moved
from tutor.lab.undoing import Undoing, columns_read

ROWS = np.arange(600)


def with_undo(rated, undo):
    """The same patients, with another way to undo the second mode."""
    first, second = rated.held_out.fitted.model.failure_modes
    modes = (first, replace(second, undo=undo))
    model = replace(rated.held_out.fitted.model, failure_modes=modes)
    return replace(rated.held_out, fitted=replace(rated.held_out.fitted, model=model))


def ran_acts(rated, undo, rows=ROWS):
    held_out = with_undo(rated, undo)
    found = acting_modes(held_out, rated.risk.act[rows], rows, Undoing(held_out))
    return found.acts["warm_runner"]


def test_each_of_the_three_conditions_is_asked_for(small_rated):
    held_out, found = small_rated.held_out, small_rated.acting(ROWS)
    alert, act = held_out.alert[ROWS], small_rated.risk.act[ROWS]
    ran = held_out.patients["ran"][ROWS] == 1
    acts = found.acts["warm_runner"]
    assert 0 < acts.sum() < (ran & alert & ~act).sum() + 1
    assert not (acts & ~(ran & alert & ~act)).any()


def test_an_intervention_that_changes_nothing_undoes_nothing(small_rated):
    assert not ran_acts(small_rated, Intervene({"tablet": 0})).any()


def test_values_of_an_intervention_may_depend_on_the_patient(small_rated):
    same = Intervene({"ran": lambda patients: patients["ran"]})
    none = Intervene({"ran": lambda patients: 0 * patients["ran"]})
    assert not ran_acts(small_rated, same).any()
    assert (ran_acts(small_rated, none) == ran_acts(small_rated, Intervene({"ran": 0}))).all()


def test_an_algorithm_that_is_told_of_the_running_does_not_err(small_rated):
    told = Retrain(training={"tablet": 0}, also_reads=("ran",))
    assert ran_acts(small_rated, told).sum() > 10


def test_retraining_alike_undoes_nothing(small_rated):
    model = small_rated.held_out.fitted.model
    assert not ran_acts(small_rated, Retrain(training=model.training)).any()


def test_matching_asks_the_nearest_of_the_comparison_group(small_rated):
    matched = ran_acts(small_rated, MatchComparison(apart_from=("temperature", "pulse")))
    assert matched.sum() > 10


def test_a_table_cannot_be_intervened_on(small_rated):
    model = replace(small_rated.held_out.fitted.model, structural=False)
    held_out = replace(
        small_rated.held_out, fitted=replace(small_rated.held_out.fitted, model=model)
    )
    with pytest.raises(BuildError, match="rows of a table"):
        acting_modes(held_out, small_rated.risk.act[ROWS], ROWS, Undoing(held_out))


@pytest.mark.parametrize(
    ("metric", "now", "undone", "expected"),
    [
        (Metric.MISSES, 0.10, 0.12, True),
        (Metric.MISSES, 0.10, 0.11, False),
        (Metric.MISSES, 0.295, 0.305, True),
        (Metric.MISSES, 0.20, 0.10, False),
        (Metric.FALSE_ALARMS, 0.60, 0.58, True),
        (Metric.FALSE_ALARMS, 0.60, 0.70, False),
        (Metric.FALSE_ALARMS, 0.305, 0.295, True),
    ],
)
def test_two_points_or_across_the_line_towards_the_sound_side(metric, now, undone, expected):
    found = moved(metric, np.array([now]), np.array([undone + 1e-12 * np.sign(undone - now)]), 0.3)
    assert found.tolist() == [expected]


def test_what_a_predicate_reads_is_noted(small_rated):
    mode = small_rated.held_out.fitted.model.failure_modes[0]
    assert columns_read(mode.touches, small_rated.held_out.patients) == {"tablet", "ran"}


def test_undoing_nothing_is_refused():
    with pytest.raises(ValueError, match="changes nothing"):
        Retrain()
    with pytest.raises(ValueError, match="changes nothing"):
        Intervene({})
