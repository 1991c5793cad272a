"""The shown film of a hip agrees with the measured one, and has nothing else to tell."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kit.pictures.screens import assert_alike, file_of, thinned
from tests.models.loading import load_model
from tutor.kit.pictures.hip import reader
from tutor.kit.pictures.hip.film import CLINIC, EMERGENCY, PORTABLE, Break, Chance, film
from tutor.kit.pictures.hip.screen import FINE, screen
from tutor.kit.pictures.jpeg import SIZE

MODEL = load_model("hip")
MARKS = (CLINIC, EMERGENCY, PORTABLE)


@pytest.fixture(scope="module")
def cohort():
    return MODEL.simulate(400, 7)


def test_the_shown_film_measures_as_the_measured_one_does(cohort, monkeypatch):
    some = cohort.take(np.arange(60))
    measured, rows = reader.measure(some), iter(range(some.n))

    def shown(columns, read):
        films = [thinned(screen(some.row(next(rows)))) for _ in columns["film_seed"]]
        return np.stack(films)[:, read]

    monkeypatch.setattr(reader, "films", shown)
    again = reader.measure(some)
    assert_alike(measured, {name: again[name] for name in again if name.startswith("m_")}, 0.95)


def test_bones_letters_and_frame_stand_in_the_same_places(cohort):
    for at in range(12):
        row = cohort.row(at)
        fine, coarse = (
            picture[:, ::-1] if row["side"] == 1 else picture
            for picture in (thinned(screen(row)).astype(float), film(row).astype(float))
        )
        # The pelvis, which no break touches, has a rounder ring on the screen.
        thigh = np.corrcoef(fine[:, :130].ravel(), coarse[:, :130].ravel())[0, 1]
        assert thigh > 0.8
        assert np.abs(fine.mean() - coarse.mean()) < 4


@pytest.mark.parametrize("line", [0, 1])
def test_a_break_is_shown_where_it_is_measured_and_nowhere_else(cohort, line):
    for at in range(6):
        whole = {**cohort.row(at), "break_shown": 0.0, "displaced": 0.0, "scanner": CLINIC}
        broken = {**whole, "break_shown": 1.0, "line": line}
        apart = np.abs(screen(whole).astype(int) - screen(broken)) > 12
        chance = Chance.of(int(whole["film_seed"]))
        bend = Break.of(broken, chance)
        rows, columns = np.nonzero(apart)
        x, y = (columns - 1) / FINE, (rows - 1) / FINE
        x = 191 - x if whole["side"] == 1 else x
        far = np.abs(bend.beyond(x - chance.across, y - chance.down))
        # The shaft moves by up to two pixels, so that its own edges move as well.
        assert (far < 3).sum() > 300
        on_line = np.abs(film(whole).astype(int) - film(broken)) > 12
        both = on_line & (thinned((255 * apart).astype(np.uint8)) > 80)
        assert both.sum() > 0.6 * on_line.sum()


@pytest.mark.parametrize("unit", MARKS)
def test_the_marks_of_a_unit_are_the_whole_difference_between_units(cohort, unit):
    row = {**cohort.row(2), "scanner": unit}
    assert (screen(row)[:3].max() < 30) == (unit == EMERGENCY)
    white = thinned(screen(row)) > 200
    assert white.sum() == pytest.approx((film(row) == 255).sum(), rel=0.6)


def test_a_twin_with_another_request_shows_the_very_same_film(cohort):
    row = cohort.row(5)
    other = {**row, "priority": 1 - row["priority"], "hour": 3.0, "fracture": 1 - row["fracture"]}
    assert MODEL.picture(row) == MODEL.picture(other)


def test_all_files_are_of_one_size(cohort):
    for at in range(40):
        row = {**cohort.row(at), "scanner": MARKS[at % 3]}
        assert len(file_of(MODEL.picture(row))) == SIZE
