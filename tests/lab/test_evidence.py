"""A claim holds if it holds on every seed; and the rows carry what outside clients read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.kit import Estimate
from tutor.lab.evidence import SEEDS, demonstrated, evidence_on, measure, within
from tutor.lab.evidence_report import every_row

FIGURE_KEYS = {
    *("model", "label", "published", "interval", "doi", "basis"),
    *("tolerance", "ours", "ours_interval", "within"),
}
MODE_KEYS = {
    *("model", "id", "kind", "metric", "inside", "outside", "difference"),
    *("interval", "n_inside", "n_outside", "seeds", "demonstrated"),
}


CASE_KEYS = {
    *("exercise", "cases", "scored", "luck", "grey", "errors", "errors_explained", "marks"),
    *("marks_true", "sound_right", "twins", "twins_moving", "set_against_alert_shown"),
    *("frequency_headline", "chart_risk"),
}


@pytest.fixture(scope="module")
def by_seed(exercise):
    return [evidence_on(exercise, seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def proofs(by_seed):
    return [evidence.proof for evidence in by_seed]


@pytest.fixture(scope="module")
def rows(exercise):
    (rows,) = every_row([exercise])
    return rows


def test_the_small_models_claims_are_demonstrated_on_three_seeds(rows):
    assert all(row["demonstrated"] for row in rows["failure_modes"])
    assert all(row["within"] for row in rows["figures"])
    claims = [*rows["figures"], *rows["failure_modes"]]
    assert all(row["seeds"] == [0, 1, 2] for row in claims)


def test_each_seed_is_measured_on_patients_of_its_own(by_seed):
    inside = {evidence.modes[0].inside for evidence in by_seed}
    assert len(inside) == 3


def test_side_by_side_the_rows_are_the_same(exercise, rows):
    assert list(every_row([exercise], workers=2)) == [rows]


def test_the_rows_have_the_keys_that_clients_read(rows):
    assert set(rows) == {"figures", "failure_modes", "cases"}
    assert [set(row) for row in rows["cases"]] == [CASE_KEYS]
    assert all(set(row) >= FIGURE_KEYS for row in rows["figures"])
    assert all(set(row) >= MODE_KEYS for row in rows["failure_modes"])


def test_a_difference_is_inside_less_outside(rows):
    for row in rows["failure_modes"]:
        assert row["difference"] == pytest.approx(row["inside"] - row["outside"])
        assert row["interval"][0] <= row["difference"] <= row["interval"][1]


def test_a_mode_is_counted_by_hand(small_study, by_seed):
    """Misses among febrile patients who took a tablet, straight from the cohort."""
    p, alert = small_study.patients, small_study.alert
    treated = (p["tablet"] == 1) & (p["ran"] == 0) & (p["bacterial"] == 1)
    measured = by_seed[0].modes[0].inside
    assert measured.n == treated.sum()
    assert measured.value == pytest.approx(np.mean(~alert[treated]))


def test_a_mode_without_an_effect_is_not_demonstrated(small_study, small_model):
    chance = replace(
        small_model.failure_modes[0], touches=lambda p: p["age"] % 2 == 0, compared_with=None
    )
    model = replace(small_model, failure_modes=(chance,))
    assert not measure(small_study, model).modes[0].demonstrated


def test_one_seed_without_it_is_enough_to_refuse_a_mode(by_seed, proofs):
    *before, last = by_seed
    none = replace(last.modes[0], difference=Estimate(0.01, -0.02, 0.04, 100))
    spoilt = replace(last, modes=(none, *last.modes[1:]))
    doubted = [*(evidence.proof for evidence in before), spoilt.proof]
    first, second = (measured.mode.id for measured in last.modes[:2])
    assert demonstrated(first, proofs)
    assert not demonstrated(first, doubted)
    assert demonstrated(second, doubted)


def test_one_seed_out_of_tolerance_is_enough_to_refuse_a_figure(by_seed, proofs):
    *before, last = by_seed
    off = replace(last.figures[0], ours=Estimate(0.39, 0.38, 0.40, 100))
    doubted = [*(evidence.proof for evidence in before), replace(last, figures=(off,)).proof]
    assert within(off.figure.id, proofs)
    assert not within(off.figure.id, doubted)


def test_what_is_said_of_single_cases_is_true(rows):
    (cases,) = rows["cases"]
    assert cases["sound_right"] == cases["scored"] == 120 + 72
    assert cases["marks_true"] == cases["marks"] > 0
    assert cases["errors"] == 40 + 24
    assert cases["errors_explained"] >= 0.85 * cases["errors"]
    assert cases["twins_moving"] == cases["twins"] > 0
    assert cases["luck"] == cases["cases"] - cases["scored"] == 12 + 7
    assert cases["set_against_alert_shown"] == cases["grey"] == 0
