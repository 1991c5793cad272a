"""The oximetry cohort: sane patients, faithful interventions, measured claims, a discreet chart."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import load_model
from tests.studies import Trained
from tutor.kit import Patients
from tutor.lab.training import HELD_OUT_STEP, HeldOut

MODEL = load_model("oximetry")


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("oximetry")


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5)


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


def test_the_probe_reads_higher_with_pigment_most_of_all_in_cool_hands():
    def error(**do):
        patients = MODEL.simulate(5_000, 3, motion=0, co_exposure=0, **do)
        return (patients["spo2"] - patients["oxyhaemoglobin"]).mean()

    warm = error(pigment=9, perfusion_index=3.0) - error(pigment=2, perfusion_index=3.0)
    cool = error(pigment=9, perfusion_index=0.4) - error(pigment=2, perfusion_index=0.4)
    assert 0 < warm < 1
    assert cool > warm + 1


def test_skin_tone_and_perfusion_change_the_reading_and_nothing_else():
    before = MODEL.simulate(3_000, 8)
    after = MODEL.simulate(3_000, 8, pigment=9, perfusion_index=0.4)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"pigment", "perfusion_index", "probe_error", "spo2"}


def test_movement_changes_the_reading_and_nothing_else():
    before = MODEL.simulate(3_000, 8)
    after = MODEL.simulate(3_000, 8, motion=1)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"motion", "motion_pull", "motion_jitter", "spo2"}
    assert (after["spo2"] - before["spo2"])[before["spo2"] > 90].mean() < -3


def test_carbon_monoxide_takes_oxygen_off_the_blood_but_not_off_the_reading():
    without = MODEL.simulate(3_000, 8, motion=0, co_exposure=0)
    exposed = MODEL.simulate(3_000, 8, motion=0, co_exposure=1)
    assert np.array_equal(without["pao2"], exposed["pao2"])
    assert np.array_equal(without["respiratory_rate"], exposed["respiratory_rate"])
    assert (exposed["oxyhaemoglobin"] - without["oxyhaemoglobin"]).mean() < -7
    assert abs((exposed["spo2"] - without["spo2"]).mean()) < 1


def test_intensive_care_keeps_the_same_people():
    ward, unit = MODEL.simulate(3_000, 8), MODEL.simulate(3_000, 8, site=1)
    for name in ("age", "sex", "pigment", "severity", "cold_hands", "motion"):
        assert np.array_equal(ward[name], unit[name]), name
    assert unit["low_oxygen"].mean() > ward["low_oxygen"].mean()


def test_the_algorithm_reads_neither_pigment_nor_movement_nor_history():
    assert not {"pigment", "motion", "co_exposure", "cohb", "oxyhaemoglobin"} & set(MODEL.columns)
    assert len(MODEL.columns) <= 12
    assert set(MODEL.columns) <= {feature.column for feature in MODEL.findings}
    training = MODEL.simulate(MODEL.training_size, 0, **MODEL.training)
    assert training["co_exposure"].sum() == training["motion"].sum() == 0
    assert (training["pigment"] >= 6).mean() < 0.1


def test_every_figure_says_what_stood_for_skin_tone():
    assert {figure.tolerance for figure in MODEL.figures} == {0.01}
    for figure in MODEL.figures:
        assert "recorded race" in figure.label
        assert "skin tone" in figure.label


def test_the_chart_holds_what_the_algorithm_missed(held_out):
    """A reader of all that is shown, who has met such patients, beats it where it is wrong."""
    from sklearn.ensemble import RandomForestClassifier

    shown = (*(feature.column for feature in MODEL.findings), "co_exposure")
    past = MODEL.simulate(8_000, 77)
    reader = RandomForestClassifier(60, max_depth=9, min_samples_leaf=10, random_state=0)
    reader.fit(past.matrix(shown), past["low_oxygen"])
    patients, truth = held_out.patients, held_out.truth
    says = reader.predict_proba(patients.matrix(shown))[:, 1] >= MODEL.threshold
    wrong = MODEL.scope(patients) & (held_out.alert != truth)
    assert (says == truth)[wrong & truth].mean() > 0.6
    assert (says == truth)[wrong & ~truth].mean() > 0.6


def test_every_patient_has_a_twin_and_it_is_the_same_patient(held_out):
    patients = held_out.patients
    assert np.any([twin.applies(patients) for twin in MODEL.twins], axis=0).all()
    for twin in MODEL.twins:
        rows = np.flatnonzero(twin.applies(patients))
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do))
        assert np.array_equal(patients["age"], other["age"])
        assert twin.as_is(patients.row(int(rows[0]))).startswith("As they are: ")
        truth_stays = np.array_equal(patients["oxyhaemoglobin"], other["oxyhaemoglobin"])
        assert truth_stays == (twin.id != "no_carbon_monoxide")


def test_the_twin_of_a_missed_dark_cool_finger_raises_the_alarm(held_out):
    twin = next(twin for twin in MODEL.twins if twin.id == "light_and_warm")
    patients = held_out.patients
    missed = twin.applies(patients) & held_out.truth & ~held_out.alert & (patients["motion"] == 0)
    other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do))
    assert (held_out.predict(other) >= MODEL.threshold)[missed].mean() > 0.7


def test_the_story_carries_the_clues_and_never_the_diagnosis(cohort):
    rng = np.random.default_rng(0)
    told = set()
    for index in range(600):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        told.add(text)
        assert not re.search(r"hypox|saturat|monoxide|desat|cyanos|SpO|oxim", text, re.IGNORECASE)
        assert ("cool to the touch" in text) == (row["perfusion_index"] < 1)
        moves = bool(re.search(r"shivering|will not keep it still", text))
        assert moves == (row["motion"] == 1)
        assert bool(re.search(r"stove|boiler", text)) == (row["co_exposure"] == 1)
        assert ("headache" in text) == (row["headache"] == 1)
        wrong_sex = r"\b(woman|She|Her)\b" if row["sex"] == 1 else r"\b(man|He|His)\b"
        assert not re.search(wrong_sex, text)
        assert f"{row['age']:.0f}-year-old" in text
        assert text.startswith("An 8" if 80 <= row["age"] < 90 else "A")
    assert len(told) > 500


HIDDEN = {"oxyhaemoglobin": 61.0, "low_oxygen": 1.0, "cohb": 33.0, "pao2": 4.0, "functional": 62.0}


def test_story_and_picture_are_blind_to_what_is_hidden(cohort):
    for index in range(40):
        row = cohort.row(index)
        for other in ({**row, **HIDDEN, "deterioration": 1.0}, {**row, "low_oxygen": 0.0}):
            assert MODEL.picture(row) == MODEL.picture(other)
            stories = [MODEL.story(r, np.random.default_rng(4)) for r in (row, other)]
            assert stories[0] == stories[1]


def test_the_picture_has_one_size_and_says_what_it_shows(cohort):
    sizes = set()
    for index in range(400):
        row = cohort.row(index)
        drawn = MODEL.picture(row)
        assert f"saturation {row['spo2']:.0f} percent, pulse {row['heart_rate']:.0f}" in drawn.alt
        assert ("ragged" in drawn.alt) == (row["motion"] == 1)
        assert f'aria-label="{drawn.alt}"' in drawn.svg
        assert "id=" not in drawn.svg
        assert "href" not in drawn.svg
        sizes.add(len(drawn.svg.replace(drawn.alt, "").encode()))
    assert len(sizes) == 1


def _height(row):
    points = re.search(r'points="([^"]+)"', MODEL.picture(row).svg)
    downs = [float(pair.split(",")[1]) for pair in points[1].split()]
    return max(downs) - min(downs), np.abs(np.diff(downs, n=2)).mean()


def test_the_wave_grows_with_perfusion_and_is_ragged_with_movement(cohort):
    row = {**cohort.row(0), "motion": 0.0}
    weak, fair, strong = ({**row, "perfusion_index": index} for index in (0.2, 1.5, 6.0))
    assert _height(weak)[0] < _height(fair)[0] < _height(strong)[0]
    assert _height({**weak, "motion": 1.0})[1] > 2 * _height(weak)[1]


def test_the_truth_sentence_reports_the_blood_and_the_error(cohort):
    row = {**cohort.row(0), "oxyhaemoglobin": 85.2, "spo2": 94.0, "low_oxygen": 1.0, "cohb": 0.0}
    assert MODEL.truth_sentence(row) == (
        "Co-oximetry: oxyhaemoglobin 85.2 %, below 88 %. The probe read 9 points too high."
    )
    poisoned = MODEL.truth_sentence({**row, "cohb": 11.0, "pao2": 13.0})
    assert "Carboxyhaemoglobin was 11 %" in poisoned
    assert "13.0 kPa" in poisoned


def test_carbon_monoxide_is_never_called_hypoxaemia(held_out):
    patients = held_out.patients
    said = (MODEL.condition, MODEL.absence, *(m.sentence for m in MODEL.failure_modes))
    assert not re.search("hypox", " ".join(said))
    exposed = np.flatnonzero(patients["co_exposure"] == 1)
    assert len(exposed) > 200
    for index in exposed[:200]:
        assert "hypox" not in MODEL.truth_sentence(patients.row(int(index)))
    assert np.median(patients["cohb"][exposed]) == pytest.approx(11, abs=0.7)


def test_no_chart_says_two_things_that_cannot_both_be_so():
    patients = MODEL.simulate(4_000, 12)
    for index in range(2_500):
        row = patients.row(index)
        told = MODEL.story(row, np.random.default_rng(index))
        alt = MODEL.picture(row).alt if index < 300 else ""
        quiet = "not troubled" in told or "feels easy" in told
        assert not (quiet and row["speech"] > 0), told
        assert not (row["speech"] == 2 and row["dyspnoea"] < 5), told
        assert ("will not keep it still" in told or "shivering" in told) == (row["motion"] == 1)
        assert ("lies still" in told) == (row["motion"] == 0)
        assert ("is cool" in told) == (row["perfusion_index"] < 1)
        assert not ("is warm" in told and "almost flat" in alt)
        assert row["cohb"] == 0 or row["co_exposure"] == 1
        assert ("ambulance" in told or "brought in" in told) == (row["co_exposure"] == 1)
