"""The kidney cohort: a calendar turns, the outcome and the patients move, the algorithm stays."""

from __future__ import annotations

import re
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import ROOT, load_model
from tests.studies import Trained
from tutor.kit import Metric, Patients
from tutor.lab.training import HELD_OUT_STEP, HeldOut

MODEL = load_model("aki_drift")
MANIFEST = tomllib.loads((ROOT / "exercises/aki_drift/exercise.toml").read_text())
NOT_READ = {"year", "practice", "census", "temperature", "crp", "ct", "protocol", "shock"}
NOT_READ |= {"systolic", "lactate"}
HIDDEN = {"infected", "gfr", "ticked", "risk", "injury", "rise", "surge"}


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("aki_drift")


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
    for name in ("protocol", "ct", "infected", "ticked", "surge"):
        assert then[name].sum() == 0, name
    assert later["protocol"].mean() > 0.6
    assert later["ct"].mean() > 0.025
    assert later["infected"].sum() == later["ticked"].sum() == 0
    assert surge["infected"].mean() > 0.15
    assert surge["ticked"].mean() > 0.15
    assert later["age"].mean() > then["age"].mean() + 1
    assert surge["planned"].mean() < 0.5 * later["planned"].mean()
    assert surge["census"].max() < later["census"].min()


@pytest.mark.parametrize(
    ("do", "changed"),
    [
        ({"ct": 0}, {"ct", "risk", "injury", "rise"}),
        ({"protocol": 1}, {"protocol", "risk", "injury", "rise"}),
        ({"practice": 2012}, {"practice", "protocol", "ct", "risk", "injury", "rise"}),
        ({"ticked": 0}, {"ticked", "shock_box"}),
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


def test_every_figure_is_published_as_such():
    assert {figure.basis for figure in MODEL.figures} == {"P"}


def test_the_surge_figures_say_that_they_were_of_a_sepsis_alert():
    borrowed = [figure for figure in MODEL.figures if figure.citation == "wong2021"]
    assert len(borrowed) == 4
    assert all("sepsis alert" in figure.label for figure in borrowed)


def test_modes_fail_in_both_directions_and_never_look_at_the_truth(held_out):
    assert {mode.metric for mode in MODEL.failure_modes} == set(Metric)
    patients = held_out.patients
    blind = patients.with_columns(injury=1 - patients["injury"], risk=1 - patients["risk"])
    for mode in MODEL.failure_modes:
        assert np.array_equal(mode.touches(patients), mode.touches(blind)), mode.id


def foretold(held_out: HeldOut):
    """Patients in scope whose course agrees with their own risk, clearly off the line."""
    risk, odds = held_out.patients["risk"], MODEL.threshold / (1 - MODEL.threshold)
    own = risk / (1 - risk)
    agrees = np.where(held_out.truth, own > 1.5 * odds, own < odds / 1.5)
    return MODEL.scope(held_out.patients) & agrees


def test_the_chart_holds_what_the_algorithm_missed(held_out):
    """A reader of all that is shown, who has met such patients, beats it where it is wrong."""
    from sklearn.ensemble import RandomForestClassifier

    shown = tuple(feature.column for feature in MODEL.findings)
    past = MODEL.simulate(20_000, 77)
    reader = RandomForestClassifier(60, max_depth=9, min_samples_leaf=10, random_state=0)
    reader.fit(past.matrix(shown), past["injury"])
    patients, truth = held_out.patients, held_out.truth
    says = reader.predict_proba(patients.matrix(shown))[:, 1] >= MODEL.threshold
    wrong = foretold(held_out) & (held_out.alert != truth)
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
    for name in ("age", "sex", "ejection", "diabetes", "shock", "contrast", "systolic"):
        assert np.array_equal(patients[name], other[name]), name
    assert twin.as_is(patients.row(int(np.flatnonzero(rows)[0]))).startswith("As they are: ")
    if "ticked" in twin.do:
        assert np.array_equal(patients["risk"], other["risk"])
        assert np.array_equal(patients["injury"], other["injury"])
    moved = np.abs(held_out.predict(other) - held_out.probability)[rows & MODEL.scope(patients)]
    assert np.median(moved) > 0.03


def test_every_patient_has_a_twin(held_out):
    reached = [twin.applies(held_out.patients) for twin in MODEL.twins]
    assert np.any(reached, axis=0).all()


def test_every_mode_says_how_it_is_undone():
    assert all(mode.undo is not None for mode in MODEL.failure_modes)


def test_nobody_in_shock_is_asked_about(held_out):
    patients = held_out.patients
    assert not (MODEL.scope(patients) & (patients["shock"] == 1)).any()


def test_the_risk_is_what_the_chart_says(cohort):
    """Whoever has the same chart and story has the same risk: nothing hidden goes into it."""
    seen = [f.column for f in MODEL.findings]
    told = cohort.matrix((*seen, "infected"))
    from sklearn.linear_model import LinearRegression

    egfr, ejection = cohort["egfr"], cohort["ejection"]
    columns = np.column_stack(
        [
            told,
            np.maximum(52 - ejection, 0),
            cohort["systolic"] < 90,
            egfr,
        ]
    )
    logit = np.log(cohort["risk"] / (1 - cohort["risk"]))
    assert LinearRegression().fit(columns, logit).score(columns, logit) > 1 - 1e-9


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    p = cohort
    assert (p["shock_box"] >= p["shock"]).all()
    assert (p["systolic"][p["shock"] == 1] < 90).all()
    assert (p["systolic"][p["shock"] == 0] > 90).all()
    assert (p["lactate"][p["shock"] == 1] > 2).all()
    assert (p["lactate"][p["shock"] == 0] <= 2).all()
    assert (p["temperature"][p["infected"] == 0] < 38.5).all()
    rng = np.random.default_rng(1)
    for index in range(3_000):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        if row["planned"] == 1:
            assert not re.search(r"admitted|urgent|troponin", text)
            assert row["shock"] == row["infected"] == 0
        else:
            assert not re.search(r"planned|booked", text)
        assert ("Spring 2020" in text) == (row["year"] == 2020)


def test_the_usual_range_of_creatinine_and_haemoglobin_goes_by_sex():
    findings = {feature.column: feature for feature in MODEL.findings}
    woman, man = {"sex": 0.0}, {"sex": 1.0}
    assert findings["creatinine"].of(woman).flag(100) == "H"
    assert findings["creatinine"].of(man).flag(100) == ""
    assert findings["haemoglobin"].of(woman).flag(125) == ""
    assert findings["haemoglobin"].of(man).flag(125) == "L"


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


def test_the_truth_sentence_reports_the_rise(cohort):
    row = {**cohort.row(0), "injury": 1.0, "rise": 64.0}
    assert MODEL.truth_sentence(row) == (
        "Acute kidney injury: creatinine rose by 64 µmol/L (0.72 mg/dL) within two days."
    )
    assert MODEL.truth_sentence({**row, "injury": 0.0}).startswith("No acute kidney injury:")
