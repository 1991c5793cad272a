"""The hip cohort: sane patients, films that are measured, a ladder that is reproduced."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import load_model
from tests.studies import Trained
from tutor.kit import Patients
from tutor.kit.pictures.hip.film import CLINIC, EMERGENCY, PORTABLE, film, films
from tutor.kit.pictures.hip.reader import DRAWN_FROM, ROWS_READ, describe
from tutor.lab.training import HELD_OUT_STEP, HeldOut

MODEL = load_model("hip")
PIXELS = [column for column in MODEL.columns if column.startswith("m_")]


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("hip")


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31), scanner=st.sampled_from([CLINIC, EMERGENCY, PORTABLE]))
def test_every_finding_and_measurement_stays_within_its_bounds(seed, scanner):
    patients = MODEL.measured(MODEL.simulate(60, seed, scanner=scanner))
    for feature in (*MODEL.findings, *MODEL.features):
        values = patients[feature.column]
        low, high = feature.bounds
        assert np.isfinite(values).all()
        assert low <= values.min(), feature.column
        assert values.max() <= high, feature.column
        rounded = np.round(values.astype(float), feature.decimals)
        assert np.allclose(values, rounded, atol=1e-9), feature.column


def test_outpatients_are_filmed_by_day_and_only_broken_bones_are_displaced(cohort):
    by_day = cohort["hour"][cohort["department"] == 0]
    assert by_day.min() >= 8
    assert by_day.max() <= 17
    assert not cohort["displaced"][cohort["fracture"] == 0].any()


def _changed(before, after):
    return {name for name in before if not np.array_equal(before[name], after[name])}


def test_the_order_changes_nothing_that_came_before_it():
    before = MODEL.simulate(3_000, 8)
    assert _changed(before, MODEL.simulate(3_000, 8, scanner=PORTABLE)) == {"scanner"}
    assert _changed(before, MODEL.simulate(3_000, 8, density=0.2)) == {"density"}
    away = MODEL.simulate(3_000, 8, priority=0, department=0)
    assert _changed(before, away) == {"priority", "department"}


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    assert cohort["walks"][cohort["displaced"] == 1].max() < 2
    assert not (cohort["displaced"] & cohort["occult"]).any()
    assert cohort["occult"].sum() / cohort["fracture"].sum() == pytest.approx(0.046, abs=0.01)
    for index in range(2_500):
        row = cohort.row(index)
        text = MODEL.story(row, np.random.default_rng(index))
        if row["department"] == 1:
            assert not re.search(r"at home|stairs", text)
        assert ("hurts badly" in text or "very painful" in text) == (row["pain"] >= 7)
        truth = MODEL.truth_sentence(row)
        assert ("did not show" in truth) == (row["occult"] == 1)
        assert ("fold" in truth) <= ("beyond the bone" in describe(row))


def test_a_break_changes_what_is_feared_and_ordered_but_not_the_patient():
    whole, broken = MODEL.simulate(3_000, 8, fracture=0), MODEL.simulate(3_000, 8, fracture=1)
    for name in ("age", "sex", "bmi", "fall", "density", "film_seed", "side", "fold"):
        assert np.array_equal(whole[name], broken[name]), name
    for name in ("pain", "suspicion", "urgency", "priority", "department"):
        assert broken[name].mean() > whole[name].mean(), name


def test_three_hospitals_have_the_published_prevalences():
    pooled = MODEL.simulate(150_000, 1, pooled=1)
    rates = [pooled["fracture"][pooled["hospital"] == one].mean() for one in range(3)]
    assert rates == pytest.approx([0.342, 0.012, 0.010], abs=0.012)
    assert set(MODEL.simulate(500, 1)["hospital"]) == {0}


def test_what_is_measured_is_read_off_the_pixels_of_the_film(cohort):
    for index in (3, 4):
        row = cohort.row(index)
        whole = film(row)
        assert np.array_equal(whole[ROWS_READ], film(row, ROWS_READ))
        measured = MODEL.measured(cohort.take([index]))
        inner = whole[ROWS_READ][:, 8:-8]
        assert measured["m_brightness"][0] == pytest.approx(inner.mean(), abs=0.06)
        assert measured["m_letters"][0] == pytest.approx(100 * (inner > 250).mean(), abs=0.06)


def test_films_come_out_the_same_together_and_one_by_one(cohort):
    some = {name: cohort[name][:60] for name in DRAWN_FROM}
    together = films(some, ROWS_READ)
    for at in range(60):
        assert np.array_equal(together[at], film(cohort.row(at), ROWS_READ))


def test_every_unit_leaves_its_marks_and_erasing_them_undoes_it():
    def read(unit):
        return MODEL.measured(MODEL.simulate(200, 3, scanner=unit))

    clinic, emergency, portable = read(CLINIC), read(EMERGENCY), read(PORTABLE)
    assert portable["m_letters"].min() > clinic["m_letters"].max()
    assert emergency["m_frame"].max() < clinic["m_frame"].min()
    assert portable["m_grain"].min() > clinic["m_grain"].max()
    again = MODEL.measured(
        MODEL.simulate(200, 3, scanner=PORTABLE).with_columns(scanner=np.full(200, CLINIC))
    )
    assert all(np.array_equal(again[column], clinic[column]) for column in PIXELS)


def test_the_break_is_plain_on_the_film_and_almost_nothing_in_the_measurements():
    state = MODEL.simulate(300, 9, scanner=CLINIC, displaced=0, density=0.5)
    whole = state.with_columns(break_shown=np.zeros(300, dtype=int))
    broken = state.with_columns(break_shown=np.ones(300, dtype=int))
    usual = MODEL.measured(MODEL.simulate(300, 10))
    before, after = MODEL.measured(whole), MODEL.measured(broken)
    for column in PIXELS:
        shift = (after[column] - before[column]).mean()
        assert abs(shift) < 0.1 * usual[column].std(), column
    darker = film(whole.row(0)).astype(int) - film(broken.row(0)).astype(int)
    assert (darker > 25).sum() > 20


def test_the_algorithm_reads_film_and_request_and_nothing_of_the_patient():
    told = {"scanner", "priority", "department", "hour"}
    assert set(MODEL.columns) == {*PIXELS, *told}
    assert len(MODEL.columns) <= 12
    assert dict(MODEL.training) == dict(MODEL.deployment) == {}


def test_figures_are_held_to_two_points_and_are_published_as_such():
    assert {figure.basis for figure in MODEL.figures} == {"P"}
    assert {figure.tolerance for figure in MODEL.figures} <= {0.01, 0.02}


def test_the_ladder_climbs_and_falls(held_out):
    ours = {figure.id: figure.compute(held_out) for figure in MODEL.figures}
    assert ours["image"].high < ours["with_patient"].low
    assert ours["with_patient"].high < ours["with_process"].low
    assert ours["matched_patient"].high < ours["image"].low
    assert ours["matched_both"].high < ours["matched_patient"].low
    assert 0.46 <= ours["matched_both"].value <= 0.58


def test_every_patient_has_a_twin_whose_hip_is_the_same(held_out):
    patients = held_out.patients
    assert np.any([twin.applies(patients) for twin in MODEL.twins], axis=0).all()
    for twin in MODEL.twins:
        rows = np.flatnonzero(twin.applies(patients))
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do))
        for name in ("fracture", "displaced", "line", "film_seed", "walks"):
            assert np.array_equal(patients[name], other[name]), name
        assert twin.as_is(patients.row(int(rows[0]))).startswith("As it is: ")


def test_another_request_for_the_same_hip_turns_the_algorithm_round(held_out):
    patients = held_out.patients
    calm = next(twin for twin in MODEL.twins if twin.id == "quiet_request")
    loud = next(twin for twin in MODEL.twins if twin.id == "loud_request")
    fixed = patients["scanner"] != PORTABLE
    for twin, wrong, most in (
        (calm, calm.applies(patients) & fixed & held_out.alert & ~held_out.truth, 0.6),
        (loud, loud.applies(patients) & ~held_out.alert & held_out.truth, 0.8),
    ):
        rows = np.flatnonzero(wrong)[:60]
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do)).take(rows)
        said, truth = held_out.predict(MODEL.measured(other)), held_out.truth[rows]
        towards = np.where(truth, 1, -1) * (said - held_out.probability[rows])
        assert (towards >= 0.02).mean() > 0.95, twin.id
        assert ((said >= MODEL.threshold) == truth).mean() > most, twin.id


def test_the_story_carries_the_clues_and_never_the_diagnosis(cohort):
    rng = np.random.default_rng(0)
    told = set()
    for index in range(500):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        told.add(text)
        assert not re.search(r"fract|broke|break|crack|displac", text, re.IGNORECASE)
        assert ("left hip" in text) == (row["side"] == 1)
        assert bool(re.search(r" fell | slipped ", text)) == (row["fall"] == 1)
        assert bool(re.search(r"walk(s|ed)\b", text)) == (row["walks"] == 2)
        wrong_sex = r"\b(woman|She|she)\b" if row["sex"] == 1 else r"\b(man|He|he)\b"
        assert not re.search(wrong_sex, text)
        assert text.startswith("An 8" if 80 <= row["age"] < 90 else "A")
    assert len(told) > 400


def test_the_story_is_blind_to_what_is_hidden(cohort):
    for index in range(30):
        row = cohort.row(index)
        other = {**row, "fracture": 1 - row["fracture"], "suspicion": 3.0, "displaced": 1.0}
        other |= {"occult": 1.0, "urgency": 1.0}
        stories = [MODEL.story(one, np.random.default_rng(4)) for one in (row, other)]
        assert stories[0] == stories[1]


def test_the_picture_has_one_size_and_its_words_name_no_diagnosis(cohort):
    sizes = set()
    for index in range(60):
        row = cohort.row(index)
        drawn = MODEL.picture(row)
        assert not re.search(r"fract|broken|normal", drawn.alt, re.IGNORECASE)
        assert ("break in the cortex" in drawn.alt) == (row["break_shown"] > row["displaced"])
        assert ("step in the cortex" in drawn.alt) == (row["displaced"] == 1)
        assert ("beyond the bone" in drawn.alt) == (row["fold"] == 1)
        assert ("PORTABLE" in drawn.alt) == (row["scanner"] == PORTABLE)
        assert drawn.alt.startswith("Left" if row["side"] else "Right")
        assert f'aria-label="{drawn.alt}"' in drawn.svg
        assert len(drawn.svg) < 42_000
        sizes.add(len(drawn.svg.replace(drawn.alt, "").encode()))
    assert len(sizes) == 1


def test_the_truth_sentence_names_the_break(cohort):
    row = {**cohort.row(0), "fracture": 1.0, "displaced": 0.0, "line": 0.0, "fold": 0.0}
    row |= {"occult": 0.0}
    assert MODEL.truth_sentence(row) == "Undisplaced fracture of the femoral neck."
    other = {**row, "displaced": 1.0, "line": 1.0}
    assert MODEL.truth_sentence(other) == "Displaced fracture between the trochanters."
    assert "MRI" in MODEL.truth_sentence({**row, "occult": 1.0})
    assert "skin fold" in MODEL.truth_sentence({**row, "fracture": 0.0, "fold": 1.0})
