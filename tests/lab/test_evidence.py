"""A claim holds if it holds on every seed; and the rows carry what outside clients read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.kit import Estimate
from tutor.lab.evidence import SEEDS, Verified, measure, verified

FIGURE_KEYS = {
    *("model", "label", "published", "interval", "doi", "basis"),
    *("tolerance", "ours", "ours_interval", "within"),
}
MODE_KEYS = {
    *("model", "id", "kind", "metric", "inside", "outside", "difference"),
    *("interval", "n_inside", "n_outside", "seeds", "demonstrated"),
}


@pytest.fixture(scope="module")
def proved(small_model):
    return verified(small_model)


def test_the_small_models_claims_are_demonstrated_on_three_seeds(proved):
    assert SEEDS == (0, 1, 2)
    assert [evidence.seed for evidence in proved.by_seed] == [0, 1, 2]
    rows = proved.rows()
    assert all(row["demonstrated"] for row in rows["failure_modes"])
    assert all(row["within"] for row in rows["figures"])


def test_each_seed_is_measured_on_patients_of_its_own(proved):
    inside = {evidence.modes[0].inside for evidence in proved.by_seed}
    assert len(inside) == 3


def test_the_rows_have_the_keys_that_clients_read(proved):
    rows = proved.rows()
    assert set(rows) == {"figures", "failure_modes"}
    assert all(set(row) >= FIGURE_KEYS for row in rows["figures"])
    assert all(set(row) >= MODE_KEYS for row in rows["failure_modes"])


def test_a_difference_is_inside_less_outside(proved):
    for row in proved.rows()["failure_modes"]:
        assert row["difference"] == pytest.approx(row["inside"] - row["outside"])
        assert row["interval"][0] <= row["difference"] <= row["interval"][1]


def test_a_mode_is_counted_by_hand(small_study, small_model, proved):
    """Misses among febrile patients who took a tablet, straight from the cohort."""
    p, alert = small_study.patients, small_study.alert
    treated = (p["tablet"] == 1) & (p["ran"] == 0) & (p["bacterial"] == 1)
    measured = proved.by_seed[0].modes[0].inside
    assert measured.n == treated.sum()
    assert measured.value == pytest.approx(np.mean(~alert[treated]))


def test_a_mode_without_an_effect_is_not_demonstrated(small_study, small_model):
    chance = replace(
        small_model.failure_modes[0], touches=lambda p: p["age"] % 2 == 0, compared_with=None
    )
    model = replace(small_model, failure_modes=(chance,))
    assert not measure(small_study, model).modes[0].demonstrated


def test_one_seed_without_it_is_enough_to_refuse_a_mode(proved):
    mode = proved.model.failure_modes[0]
    last = proved.by_seed[-1]
    none = replace(last.modes[0], difference=Estimate(0.01, -0.02, 0.04, 100))
    spoilt = replace(last, modes=(none, *last.modes[1:]))
    doubted = Verified(proved.model, (*proved.by_seed[:-1], spoilt))
    assert proved.demonstrated(mode)
    assert not doubted.demonstrated(mode)
    assert doubted.demonstrated(proved.model.failure_modes[1])


def test_one_seed_out_of_tolerance_is_enough_to_refuse_a_figure(proved):
    figure = proved.model.figures[0]
    last = proved.by_seed[-1]
    off = replace(last.figures[0], ours=Estimate(0.39, 0.38, 0.40, 100))
    doubted = Verified(proved.model, (*proved.by_seed[:-1], replace(last, figures=(off,))))
    assert proved.within(figure)
    assert not doubted.within(figure)
