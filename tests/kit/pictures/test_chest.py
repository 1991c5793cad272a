"""The shown film of a chest agrees with the measured one, and has nothing else to tell."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kit.pictures.screens import assert_alike, file_of, thinned
from tests.models.loading import load_model
from tutor.kit.pictures.chest import reader
from tutor.kit.pictures.chest.film import ZONES, film
from tutor.kit.pictures.chest.screen import FINE, screen
from tutor.kit.pictures.jpeg import SIZE

MODEL = load_model("dyspnoea")


@pytest.fixture(scope="module")
def cohort():
    return MODEL.simulate(400, 7)


def test_the_shown_film_measures_as_the_measured_one_does(cohort, monkeypatch):
    some = cohort.take(np.arange(80))
    measured, rows = reader.measure(some), iter(range(some.n))

    def shown(columns, read):
        films = [thinned(screen(some.row(next(rows)))) for _ in columns["film_seed"]]
        return np.stack(films)[:, list(read)]

    monkeypatch.setattr(reader, "films", shown)
    again = reader.measure(some)
    assert_alike(measured, {name: again[name] for name in again if name.startswith("m_")}, 0.9)


def test_heart_lungs_and_diaphragm_stand_in_the_same_places(cohort):
    for at in range(10):
        row = {**cohort.row(at), "blurred": 0.0}
        fine, coarse = (
            part[31:129, 36:148].astype(float).ravel() for part in (thinned(screen(row)), film(row))
        )
        assert np.corrcoef(fine, coarse)[0, 1] > 0.9


@pytest.mark.parametrize("zone", range(4))
def test_a_patch_is_shown_in_its_zone_and_nowhere_else(cohort, zone):
    clear = {**cohort.row(4), "patch": 0.0, "blurred": 0.0, "congestion": 0.0, "heart": 0.42}
    filled = {**clear, "patch": 0.8, "zone": float(zone)}
    apart = screen(filled).astype(int) - screen(clear)
    rows, columns = np.nonzero(np.abs(apart) > 3)
    across, down = ZONES[zone]
    assert len(rows) > 2_000
    assert np.hypot(columns / FINE - across, rows / FINE - down).max() < 46
    assert apart.min() >= -3
    on_coarse = film(filled).astype(int) - film(clear) > 25
    assert (thinned(apart.clip(0).astype(np.uint8)) > 12)[on_coarse].mean() > 0.9


def test_what_the_film_is_not_drawn_from_changes_nothing(cohort):
    row = cohort.row(5)
    other = {**row, "pneumonia": 1 - row["pneumonia"], "recorded": 1 - row["recorded"], "age": 30.0}
    assert MODEL.picture(row) == MODEL.picture(other)


def test_all_files_are_of_one_size(cohort):
    assert {len(file_of(MODEL.picture(cohort.row(at)))) for at in range(40)} == {SIZE}
