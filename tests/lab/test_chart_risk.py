"""The chart's own risk: calibrated, blind to whom it judges, doubted where observers part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.kit import sigmoid
from tutor.kit.metrics import auroc
from tutor.lab.chart_risk import calibrate, chart_risk, seen
from tutor.lab.training import HeldOut


def test_it_knows_more_than_the_algorithm(small_rated):
    truth = small_rated.held_out.truth.astype(int)
    risk = auroc(small_rated.risk.probability, truth)
    assert risk.low > auroc(small_rated.held_out.probability, truth).high


def test_it_is_calibrated_on_the_whole_cohort(small_rated):
    risk, truth = small_rated.risk.probability, small_rated.held_out.truth
    assert abs(risk.mean() - truth.mean()) < 0.02
    assert 0.8 < small_rated.risk.calibration.slope < 1.25


def test_it_learns_nothing_of_the_patient_it_judges(small_study):
    """Another truth for one patient moves that patient's own risk by next to nothing."""
    before = chart_risk(small_study).probability
    patients = small_study.patients
    turned = patients["bacterial"].copy()
    turned[7] = 1 - turned[7]
    other = HeldOut(small_study.fitted, small_study.seed)
    other.__dict__["patients"] = patients.with_columns(bacterial=turned)
    assert abs(chart_risk(other).probability[7] - before[7]) < 0.05


def test_where_the_probability_is_known_it_is_taken(small_study):
    exact = small_study.patients["crp"] / 200
    known = replace(small_study.fitted.model, exact="posterior")
    held_out = HeldOut(replace(small_study.fitted, model=known), small_study.seed)
    held_out.__dict__["patients"] = small_study.patients.with_columns(posterior=exact)
    found = chart_risk(held_out)
    assert found.source == "exact"
    assert (found.probability == exact).all()
    assert not found.undisputed.all()  # the observers do not think that CRP alone decides


def test_observers_part_ways_on_some_patients_near_the_line(small_rated):
    risk = small_rated.risk
    disputed = risk.probability[~risk.undisputed]
    assert 0 < len(disputed) < len(risk.probability) / 4
    assert np.abs(disputed - risk.line).mean() < np.abs(risk.probability - risk.line).mean()


def test_a_column_that_the_picture_shows_is_seen(small_model):
    assert "told" in seen(replace(small_model, visible=("told",)))
    assert seen(small_model) == ("temperature", "pulse", "crp", "tablet", "ran", "age")


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_the_calibration_slope_is_found_again(slope):
    """Truths drawn from ``slope`` times the log-odds of what was said."""
    stream = np.random.default_rng(3)
    logit = stream.normal(0, 1.5, 40_000)
    truth = stream.random(40_000) < sigmoid(slope * logit)
    found = calibrate(sigmoid(logit), truth)
    assert abs(found.slope - slope) < found.interval[1] - found.interval[0]
    assert found.interval[1] - found.interval[0] < 0.15


def test_the_brier_score_is_the_mean_squared_distance():
    said = np.array([0.0, 1.0, 0.5, 0.5])
    assert calibrate(said, np.array([False, True, True, False])).brier == pytest.approx(0.125)


def test_decimals_that_are_not_printed_are_not_seen(small_study):
    """What hides behind the decimal point raises nobody's best possible."""
    patients = small_study.patients
    marked = patients["crp"] + 0.3 * patients["bacterial"]
    held_out = HeldOut(small_study.fitted, small_study.seed)
    held_out.__dict__["patients"] = patients.with_columns(crp=marked)
    assert (chart_risk(held_out).probability == chart_risk(small_study).probability).all()
