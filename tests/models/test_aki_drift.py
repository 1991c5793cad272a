"""The kidney cohort: a calendar turns, the outcome and the patients move, the algorithm stays."""

from __future__ import annotations

import re
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import ROOT, load_model
from tutor.core.intervals import difference
from tutor.kit import Metric, Patients
from tutor.lab.study import HELD_OUT_STEP, HeldOut, study

MODEL = load_model("aki_drift")
MANIFEST = tomllib.loads((ROOT / "exercises/aki_drift/exercise.toml").read_text())
NOT_READ = {"year", "practice", "census", "temperature", "crp", "late", "ct", "protocol"}
HIDDEN = {"infected", "gfr", "ejection_own", "diuretic_at_home", "risk", "injury", "rise", "surge"}


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    return study(MODEL, 0)


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), year=st.integers(2012, 2020))
def test_every_finding_stays_within_its_bounds(seed, year):
    patients = MODEL.simulate(300, seed, year=year)
    for feature in MODEL.findings:
        values = patients[feature.column].astype(float)
        low, high = feature.bounds
        assert np.isfinite(values).all()
        assert low <= values.min(), feature.column
        assert values.max() <= high, feature.column
        assert np.allclose(values, np.round(values, feature.decimals), atol=1e-9), feature.column


@pytest.mark.parametrize(
    ("sex", "age", "mg_dl", "egfr"),
    # Worked by hand from CKD-EPI 2021: 142 min(x,1)^a max(x,1)^-1.2 0.9938^age (1.012 for women).
    [(1, 60, 0.9, 97.8), (1, 70, 1.8, 40.0), (0, 65, 0.7, 95.9), (0, 50, 1.4, 45.9)],
)
def test_creatinine_and_egfr_obey_the_equation_without_race(sex, age, mg_dl, egfr):
    patients = MODEL.simulate(1, 1, sex=sex, age=age, gfr=egfr)
    assert patients["creatinine"][0] == pytest.approx(88.42 * mg_dl, abs=1.0)


def test_injury_is_a_rise_of_a_third_of_a_milligram(cohort):
    assert (cohort["rise"][cohort["injury"] == 1] >= 26).all()
    kept = cohort["injury"] == 0
    assert (cohort["rise"][kept] < 26).all()
    assert (cohort["rise"][kept] < 0.5 * cohort["creatinine"][kept]).all()


def test_the_calendar_brings_what_2012_did_not_know():
    then, later = MODEL.simulate(20_000, 5, year=2012), MODEL.simulate(20_000, 5, year=2019)
    surge = MODEL.simulate(20_000, 5, year=2020)
    for name in ("protocol", "ct", "infected", "late", "surge"):
        assert then[name].sum() == 0, name
    assert later["protocol"].mean() > 0.6
    assert later["ct"].mean() > 0.03
    assert later["infected"].sum() == later["late"].sum() == 0
    assert surge["infected"].mean() > 0.15
    assert surge["late"].mean() > 0.15
    assert later["age"].mean() > then["age"].mean() + 1
    assert surge["planned"].mean() < 0.5 * later["planned"].mean()
    assert surge["census"].max() < later["census"].min()


@pytest.mark.parametrize(
    ("do", "changed"),
    [
        ({"ct": 0}, {"ct", "risk", "injury", "rise"}),
        ({"protocol": 1}, {"protocol", "risk", "injury", "rise"}),
        ({"practice": 2012}, {"practice", "protocol", "ct", "risk", "injury", "rise"}),
        ({"late": 0}, {"late", "stunning", "ejection", "diuretic", "crp"}),
    ],
)
def test_interventions_change_what_follows_and_nothing_else(cohort, do, changed):
    after = MODEL.simulate(20_000, 5, **do)
    assert {name for name in cohort if not np.array_equal(cohort[name], after[name])} == changed


def test_protection_never_harms_and_a_second_contrast_never_helps(cohort):
    safe = MODEL.simulate(20_000, 5, protocol=1)
    assert (safe["injury"] <= MODEL.simulate(20_000, 5, protocol=0)["injury"]).all()
    assert (MODEL.simulate(20_000, 5, ct=1)["injury"] >= cohort["injury"]).all()


def test_the_algorithm_reads_no_date_no_fever_and_no_protocol():
    assert not (NOT_READ | HIDDEN) & set(MODEL.columns)
    assert len(MODEL.columns) <= 12
    shown = {feature.column for feature in MODEL.findings}
    assert set(MODEL.columns) <= shown
    assert not HIDDEN & shown
    assert set(MANIFEST["drivers"]) <= shown
    assert f"At {100 * MODEL.threshold:.0f} %" in MANIFEST["action"]
    units = {f.column: f.conventional.unit for f in MODEL.findings if f.conventional}
    assert units == {"creatinine": "mg/dL", "haemoglobin": "g/dL"}


@pytest.mark.parametrize("figure", MODEL.figures, ids=lambda figure: figure.id)
def test_published_figures_are_reproduced(held_out, figure):
    ours = figure.compute(held_out)
    assert figure.within(ours.value), ours
    assert ours.low <= ours.value <= ours.high
    assert figure.basis == "P"


def test_the_surge_figures_say_that_they_were_of_a_sepsis_alert():
    borrowed = [figure for figure in MODEL.figures if figure.citation == "wong2021"]
    assert len(borrowed) == 4
    assert all("sepsis alert" in figure.label for figure in borrowed)


@pytest.mark.parametrize("mode", MODEL.failure_modes, ids=lambda mode: mode.id)
def test_failure_modes_are_demonstrated(held_out, mode):
    patients = held_out.patients
    inside, outside = mode.touches(patients), mode.comparison(patients)
    gap = difference(mode.metric.measure(held_out, inside), mode.metric.measure(held_out, outside))
    assert gap.low > 0, gap


def test_modes_fail_in_both_directions_and_never_look_at_the_truth(held_out):
    assert {mode.metric for mode in MODEL.failure_modes} == set(Metric)
    patients = held_out.patients
    blind = patients.with_columns(injury=1 - patients["injury"], risk=1 - patients["risk"])
    for mode in MODEL.failure_modes:
        assert np.array_equal(mode.touches(patients), mode.touches(blind)), mode.id


def test_four_cells_are_filled_and_errors_are_explained(held_out):
    patients = held_out.patients
    scope = MODEL.scope(patients)
    touched = np.any([mode.touches(patients) for mode in MODEL.failure_modes], axis=0)
    for alert in (True, False):
        for truth in (True, False):
            cell = scope & (held_out.alert == alert) & (held_out.truth == truth)
            assert cell.sum() >= 150
            if alert != truth:
                assert touched[cell].mean() >= 0.85


def test_the_chart_holds_what_the_algorithm_missed(held_out):
    """A reader of all that is shown, who has met such patients, beats it where it is wrong."""
    from sklearn.ensemble import RandomForestClassifier

    shown = tuple(feature.column for feature in MODEL.findings)
    past = MODEL.simulate(8_000, 77)
    reader = RandomForestClassifier(60, max_depth=9, min_samples_leaf=10, random_state=0)
    reader.fit(past.matrix(shown), past["injury"])
    patients, truth = held_out.patients, held_out.truth
    says = reader.predict_proba(patients.matrix(shown))[:, 1] >= MODEL.threshold
    wrong = MODEL.scope(patients) & (held_out.alert != truth)
    assert (says == truth)[wrong & truth].mean() > 0.6
    assert (says == truth)[wrong & ~truth].mean() > 0.6


def test_it_was_right_about_the_year_it_learned_from(held_out):
    then = held_out.simulate(20_000, year=2012)
    assert then["injury"].mean() / held_out.predict(then).mean() == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("twin", MODEL.twins, ids=lambda twin: twin.id)
def test_twins_keep_the_patient_and_show_one_thing(held_out, twin):
    patients = held_out.patients
    rows = twin.applies(patients)
    assert rows.sum() > 100
    other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do))
    for name in ("age", "sex", "gfr", "diabetes", "haemoglobin", "contrast"):
        assert np.array_equal(patients[name], other[name]), name
    assert twin.as_is(patients.row(int(np.flatnonzero(rows)[0]))).startswith("As they are: ")
    moved = np.abs(held_out.predict(other) - held_out.probability)[rows]
    if twin.id == "came_at_once":
        assert np.array_equal(patients["injury"], other["injury"])
        assert np.median(moved) > 0.05
    else:
        assert moved.max() == 0
        assert not np.array_equal(patients["risk"][rows], other["risk"][rows])


def test_every_patient_has_a_twin(held_out):
    assert MODEL.twins[-1].applies(held_out.patients).all()


def test_the_story_carries_the_clues_and_never_the_diagnosis(cohort):
    rng = np.random.default_rng(0)
    told = set()
    for index in range(600):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        told.add(text)
        assert not re.search(r"kidney|renal|injur|creatinine|\bAKI\b", text, re.IGNORECASE)
        assert f"{row['year']:.0f}. A" in text
        assert bool(re.search(r"fever|swab", text)) == (row["infected"] == 1)
        assert bool(re.search(r"two days at home|day before yesterday", text)) == (row["late"] == 1)
        assert ("contrast" in text) == (row["ct"] == 1)
        wrong_sex = r"\b(woman|She|Her)\b" if row["sex"] == 1 else r"\b(man|He|His)\b"
        assert not re.search(wrong_sex, text)
        assert f"{row['age']:.0f}-year-old" in text
        assert (" An 8" in text) == (80 <= row["age"] < 90)
    assert len(told) > 500


def test_the_story_is_blind_to_what_is_hidden(cohort):
    for index in range(60):
        row = cohort.row(index)
        other = {**row, "risk": 0.99, "injury": 1 - row["injury"], "rise": 180.0, "gfr": 20.0}
        stories = [MODEL.story(r, np.random.default_rng(4)) for r in (row, other)]
        assert stories[0] == stories[1]


def test_the_truth_sentence_reports_the_rise_and_the_risk(cohort):
    row = {**cohort.row(0), "injury": 1.0, "rise": 64.0, "risk": 0.338}
    assert MODEL.truth_sentence(row) == (
        "Acute kidney injury: creatinine rose by 64 µmol/L (0.72 mg/dL). "
        "Of 100 patients with this whole chart, about 34 would have an injury."
    )
    assert MODEL.truth_sentence({**row, "injury": 0.0}).startswith("No kidney injury:")
