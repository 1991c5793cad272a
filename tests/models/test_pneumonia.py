"""The pneumonia cohort: sane patients, faithful interventions, measured claims, a shy story."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import load_model
from tests.studies import Trained
from tutor.kit import Metric, Patients
from tutor.lab.training import HELD_OUT_STEP, HeldOut, train

MODEL = load_model("pneumonia")
OUTCOMES = {"ward_risk", "care_risk", "dies_without_escalation", "died_in_hospital"}


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("pneumonia")


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5, site=1)


def changed(before: Patients, after: Patients) -> set[str]:
    return {name for name in before if not np.array_equal(before[name], after[name])}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), site=st.integers(0, 1))
def test_every_finding_stays_within_its_bounds(seed, site):
    patients = MODEL.simulate(400, seed, site=site)
    for feature in MODEL.findings:
        values = patients[feature.column]
        low, high = feature.bounds
        assert np.isfinite(values).all()
        assert low <= values.min(), feature.column
        assert values.max() <= high, feature.column
        rounded = np.round(values.astype(float), feature.decimals)
        assert np.allclose(values, rounded, atol=1e-9), feature.column


def test_values_are_those_of_adults_in_hospital_with_pneumonia(cohort):
    medians = {"rr": (20, 26), "sbp": (115, 135), "temperature": (37.5, 38.5), "pulse": (92, 108)}
    medians |= {"spo2": (92, 96), "urea": (6, 12), "sodium": (133, 138), "ph": (7.38, 7.45)}
    for name, (low, high) in medians.items():
        assert low < np.median(cohort[name]) < high, name


def test_severe_asthma_raises_the_danger_and_changes_no_vital_sign():
    mild = MODEL.simulate(4_000, 8, asthma=1, asthma_severity=1)
    severe = MODEL.simulate(4_000, 8, asthma=1, asthma_severity=2)
    course = OUTCOMES | {"escalated"}
    assert changed(mild, severe) == course | {
        *("asthma_severity", "peak_flow", "speech", "asthma_icu")
    }
    assert (severe["ward_risk"] > mild["ward_risk"]).all()


def test_escalation_changes_the_record_and_never_the_truth():
    kept = MODEL.simulate(4_000, 8, escalated=0)
    taken = MODEL.simulate(4_000, 8, escalated=1)
    assert changed(kept, taken) == {"escalated", "care_risk", "died_in_hospital"}
    assert np.array_equal(kept["died_in_hospital"], kept["dies_without_escalation"])
    assert (taken["died_in_hospital"] <= kept["died_in_hospital"]).all()
    assert taken["died_in_hospital"].sum() < kept["died_in_hospital"].sum()


def test_kidney_disease_moves_urea_and_hardly_the_danger():
    without = MODEL.simulate(4_000, 8, kidney_disease=0)
    with_it = MODEL.simulate(4_000, 8, kidney_disease=1)
    expected = OUTCOMES | {"kidney_disease", "usual_urea", "urea", "ph"}
    assert changed(without, with_it) <= expected
    assert np.median(with_it["urea"] / without["urea"]) > 2.5
    assert (with_it["ward_risk"] - without["ward_risk"]).mean() < 0.01


def test_immunosuppression_quietens_the_signs_while_the_danger_grows():
    without = MODEL.simulate(4_000, 8, immunosuppressed=0)
    with_it = MODEL.simulate(4_000, 8, immunosuppressed=1)
    assert with_it["rr"].mean() < without["rr"].mean()
    assert with_it["temperature"].mean() < without["temperature"].mean()
    assert np.array_equal(with_it["urea"], without["urea"])
    assert (with_it["ward_risk"] > without["ward_risk"]).all()


def test_sites_keep_the_same_people_and_asthma_is_escalated_in_both():
    records, clinic = MODEL.simulate(20_000, 8), MODEL.simulate(20_000, 8, site=1)
    for name in ("age", "sex", "severity", "cancer", "fate"):
        assert np.array_equal(records[name], clinic[name]), name
    assert clinic["kidney_disease"].mean() > 3 * records["kidney_disease"].mean()
    for patients in (records, clinic):
        assert 0.81 < patients["escalated"][patients["asthma"] == 1].mean() < 0.87


def test_the_severity_index_scores_as_published():
    well = {feature.column: np.array([0.0]) for feature in MODEL.findings}
    well |= {name: np.array([0]) for name in ("nursing_home", "effusion")} | {"sex": np.array([1])}
    usual = {"age": 40, "rr": 18, "sbp": 120, "temperature": 37.5, "pulse": 90, "spo2": 96}
    usual |= {"urea": 6, "sodium": 138, "glucose": 6, "ph": 7.4}
    well |= {name: np.array([value]) for name, value in usual.items()}
    points, grade = _index(well)
    assert (points, grade) == (40, 1)
    worse = {"age": 70, "sex": 0, "cancer": 1, "altered": 1, "rr": 30, "urea": 11, "ph": 7.34}
    points, grade = _index(well | {name: np.array([value]) for name, value in worse.items()})
    assert (points, grade) == (70 - 10 + 30 + 20 + 20 + 20 + 30, 5)
    assert _index(well | {"asthma": np.array([1])}) == (40, 1)
    just_short = {"rr": 29, "sbp": 90, "temperature": 39.9, "pulse": 124, "spo2": 90, "ph": 7.35}
    just_short |= {"urea": 10.9, "sodium": 130, "glucose": 13.9}
    assert _index(well | {name: np.array([at]) for name, at in just_short.items()}) == (40, 1)
    scored = {"rr": (30, 20), "sbp": (89, 20), "temperature": (40, 15), "pulse": (125, 10)}
    scored |= {"urea": (11, 20), "sodium": (129, 20), "glucose": (14, 10), "ph": (7.34, 30)}
    for name, (value, earned) in (scored | {"spo2": (89, 10)}).items():
        assert _index(well | {name: np.array([value])})[0] == 40 + earned, name
    assert _index(well | {"age": np.array([71])})[1] == 3
    assert _index(well | {"age": np.array([51])})[1] == 2


def _index(patient: dict[str, np.ndarray]) -> tuple[float, int]:
    module = MODEL.scope.__globals__
    points = module["psi_points"](Patients(patient))
    return float(points[0]), int(module["psi_class"](Patients(patient))[0])


def test_the_algorithm_reads_no_clue_to_its_own_failures():
    clues = {"peak_flow", "speech", "asthma_icu", "usual_spo2", "usual_urea", "immunosuppressed"}
    assert not clues & set(MODEL.columns)
    assert not {"severity", "escalated", *OUTCOMES} & set(MODEL.columns)
    assert "asthma" in MODEL.columns
    assert len(MODEL.columns) <= 12


@pytest.mark.parametrize("figure", MODEL.figures, ids=lambda figure: figure.id)
def test_published_figures_are_reproduced(held_out, figure):
    ours = figure.compute(held_out)
    assert figure.within(ours.value), ours
    if figure.unit == "":
        assert ours.low == ours.high == figure.published, "the interval crosses no effect"
    if figure.interval is not None:
        assert figure.interval[0] <= ours.low
        assert ours.high <= figure.interval[1]


def test_asthma_lowers_the_score_of_the_very_same_patient(held_out):
    patients = held_out.patients
    never = held_out.predict(patients.with_columns(asthma=np.zeros(patients.n)))
    always = held_out.predict(patients.with_columns(asthma=np.ones(patients.n)))
    middling = (never > 0.08) & (never < 0.3)
    assert (never - always)[middling].mean() > 0.03


def test_errors_in_either_direction_are_touched_by_a_mode_of_that_direction(held_out):
    patients, truth, alert = held_out.patients, held_out.truth, held_out.alert
    low, high = patients["ward_risk"] < 0.05, patients["ward_risk"] >= 0.15
    for present, clear in ((True, high), (False, low)):
        here = MODEL.scope(patients) & (truth == present) & clear
        metric = Metric.MISSES if present else Metric.FALSE_ALARMS
        modes = [mode for mode in MODEL.failure_modes if mode.metric is metric]
        touched = np.any([mode.touches(patients) for mode in modes], axis=0)
        wrong = here & (alert != truth)
        assert (here & (alert == truth)).sum() >= 150
        assert wrong.sum() >= 150
        assert touched[wrong].mean() >= 0.8, metric


def test_learning_from_deaths_without_intensive_care_undoes_the_misses_in_asthma(held_out):
    mode = next(mode for mode in MODEL.failure_modes if mode.id == "asthma")
    patients = held_out.patients
    missed = mode.touches(patients) & (patients["ward_risk"] >= 0.2) & ~held_out.alert
    fair = train(replace(MODEL, label=mode.undo.label), 0).predict(patients.take(missed))
    assert missed.sum() > 100
    assert (fair - held_out.probability[missed] >= 0.02).mean() > 0.9


def test_mild_asthma_is_safe_and_the_algorithm_says_so(held_out):
    patients = held_out.patients
    mild = MODEL.scope(patients) & (patients["asthma_severity"] == 1)
    safe = mild & (patients["ward_risk"] < 0.05)
    assert safe.sum() > 300
    assert safe.sum() > 0.6 * mild.sum()
    assert (~held_out.alert)[safe].mean() > 0.95


def test_a_reader_of_the_whole_chart_beats_the_algorithm_where_it_is_wrong(held_out):
    from sklearn.ensemble import ExtraTreesClassifier

    columns = tuple(feature.column for feature in MODEL.findings)

    def chart(patients: Patients) -> np.ndarray:
        rises = {"rise": patients["urea"] / patients["usual_urea"]}
        rises["fall"] = patients["usual_spo2"] - patients["spo2"]
        return patients.with_columns(**rises).matrix((*columns, "rise", "fall"))

    taught = MODEL.simulate(15_000, 77, **MODEL.deployment)
    reader = ExtraTreesClassifier(60, max_depth=10, min_samples_leaf=5, random_state=0)
    reader.fit(chart(taught), taught[MODEL.truth])
    patients, truth = held_out.patients, held_out.truth
    admits = reader.predict_proba(chart(patients))[:, 1] >= MODEL.threshold
    wrong = MODEL.scope(patients) & (held_out.alert != truth)
    risk = patients["ward_risk"]
    assert (admits == truth)[wrong & truth & (risk >= 0.25)].mean() > 0.7
    assert (admits == truth)[wrong & ~truth & (risk < 0.035)].mean() > 0.5


def test_a_twin_moves_the_algorithm_for_nearly_every_patient(held_out):
    patients = held_out.patients
    moved = np.zeros(patients.n, dtype=bool)
    for twin in MODEL.twins:
        mine = twin.applies(patients)
        do = {**MODEL.deployment, **twin.do}
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **do)
        assert np.array_equal(other["fate"], patients["fate"])
        change = np.abs(held_out.predict(other) - held_out.probability) >= 0.02
        assert change[mine].mean() > 0.1, twin.id
        moved |= mine & change
        assert twin.as_is(patients.row(int(np.flatnonzero(mine)[0]))).startswith("As they are")
    assert moved[MODEL.scope(patients)].mean() > 0.9


def test_without_asthma_the_danger_falls_and_the_score_rises(held_out):
    patients = held_out.patients
    twin = MODEL.twins[0]
    severe = MODEL.failure_modes[0].touches(patients)
    missed = MODEL.scope(patients) & severe & held_out.truth & ~held_out.alert
    other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **{**MODEL.deployment, **twin.do})
    rise = held_out.predict(other)[missed] - held_out.probability[missed]
    assert (rise > 0).mean() > 0.7
    assert other[MODEL.truth][missed].mean() < 0.4


def test_the_story_fits_the_patient_and_never_tells_the_end(cohort):
    stories = set()
    for at in range(400):
        row = cohort.row(at)
        told = MODEL.story(row, np.random.default_rng(at))
        stories.add(told)
        assert not re.search(r"\b(asthma|death|dies|died|die|intensive|escalat\w*)\b", told, re.I)
        assert f"{row['age']:.0f}-year-old" in told
        assert (" woman " in told) == (row["sex"] == 0)
        assert (" he " in told) == (row["sex"] == 1)
        assert ("nursing home" in told) == (row["nursing_home"] == 1)
        assert ("fever" in told) == (row["temperature"] >= 38)
        assert ("single words" in told) == (row["speech"] == 2)
        assert told[:3] != "A 8"
    assert len(stories) > 380


def test_the_story_knows_nothing_hidden(cohort):
    hidden = {"severity", "fate", "escalated", "asthma_severity", *OUTCOMES}
    for at in range(50):
        row = cohort.row(at)
        blind = {name: value for name, value in row.items() if name not in hidden}
        assert MODEL.story(blind, np.random.default_rng(at)) == MODEL.story(
            row, np.random.default_rng(at)
        )


def test_the_closing_sentence_tells_truth_and_record_apart(cohort):
    saved = (cohort["dies_without_escalation"] == 1) & (cohort["died_in_hospital"] == 0)
    told = MODEL.truth_sentence(cohort.row(int(np.flatnonzero(saved)[0])))
    assert "would have died" in told
    assert "intensive care, left hospital alive" in told


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    """Speech, mind, fever, diseases and usual values agree with each other and with the story."""
    for at in range(2_500):
        row = cohort.row(at)
        told = MODEL.story(row, np.random.default_rng(at))
        muddled = bool(re.search("does not know the day|seems confused", told))
        assert muddled == (row["altered"] == 1), told
        assert ("full sentences" in told) == (row["speech"] == 0), told
        assert ("between phrases" in told) == (row["speech"] == 1), told
        assert not (row["asthma"] == 1 and row["copd"] == 1)
        assert not (row["asthma_icu"] == 1 and row["asthma"] == 0)
        assert row["urea"] >= 0.5 * row["usual_urea"]
        assert row["spo2"] <= row["usual_spo2"] + 4
        if row["copd"] == row["kidney_disease"] == 0:
            assert row["usual_spo2"] >= 92
        assert not (row["speech"] == 0 and row["rr"] >= 45), told
