"""The strip is what it says it is, and the algorithm fails as its model claims."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import ROOT, load_model
from tutor.kit.pictures.ecg.detector import Detector
from tutor.kit.pictures.ecg.signal import ESCAPE, FREE, PACED, RATE_HZ, Beats, Noise, draw
from tutor.kit.story import WOMAN
from tutor.lab.training import HELD_OUT_STEP, HeldOut, study

MODEL = load_model("ecg")
MANIFEST = tomllib.loads((ROOT / "exercises/ecg/exercise.toml").read_text())
HIDDEN = 2  # what the strip does not show of the atria
DIAGNOSES = re.compile(r"fibrillat|sinus|flutter|arrhythmia|ectop|premature|artefact|block", re.I)


@cache
def cohort(n=2_000, **do):
    return MODEL.simulate(n, 7, **do)


@cache
def on_seed_zero() -> HeldOut:
    return study(MODEL, 0)


def quiet(p):
    """Undisturbed strips: no early beat, no tremor, ventricles that follow atria that show."""
    clear = (p["ectopy"] == 0) & (p["tremor"] == 0) & (p["flat"] == 0)
    return clear & (p["driven"] == FREE)


def some(p, mask, n=12):
    rows = np.flatnonzero(mask)[:n]
    assert len(rows) == n
    return p.take(rows)


# --- the cohort -------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), training=st.booleans())
def test_every_value_lies_within_the_bounds_of_its_feature(seed, training):
    do = MODEL.training if training else MODEL.deployment
    patients = MODEL.measured(MODEL.simulate(120, seed, **do))
    for feature in (*MODEL.features, *MODEL.findings):
        values = patients[feature.column]
        low, high = feature.bounds
        assert np.isfinite(values).all()
        assert values.min() >= low, feature.column
        assert values.max() <= high, feature.column
        np.testing.assert_array_equal(values, values.round(feature.decimals))
        if feature.words:
            assert set(values.astype(int)) <= set(feature.words)


def test_the_library_is_cleaner_than_the_hospital():
    library, hospital = cohort(library=1), cohort()
    assert library["ectopy"].max() == 1
    assert library["tremor"].max() == 0
    assert (library["driven"] == FREE).all()
    assert (hospital["ectopy"] >= 2).any()
    assert (hospital["tremor"] > 0).any()
    assert set(hospital["driven"]) == {FREE, PACED, ESCAPE}


@pytest.mark.parametrize(
    ("do", "may_change"),
    [
        ({"ectopy": 0}, {"ectopy", "pulse_rhythm", "palpitations"}),
        ({"tremor": 0}, {"tremor", "tremor_seen", "atria"}),
        ({"flat": 0}, {"flat", "p_height", "f_height", "atria"}),
        ({"p_height": 0.2}, {"p_height"}),
    ],
)
def test_an_intervention_leaves_what_does_not_follow_from_it(do, may_change):
    before, after = cohort(), cohort(**do)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert next(iter(do)) in changed
    assert changed <= may_change


# --- the strip --------------------------------------------------------------------------------


def test_a_strip_is_the_same_alone_and_in_a_batch():
    p = cohort()
    together = draw(p.take(np.arange(64)))
    for at in (0, 17, 63):
        np.testing.assert_array_equal(together[at], draw(p.take([at]))[0])
    measured = MODEL.measured(p.take(np.arange(300)))
    alone = MODEL.measured(p.take([299]))
    assert {k: v[-1] for k, v in measured.items()} == {k: v[0] for k, v in alone.items()}


def test_without_tremor_the_same_heart_beats_at_the_same_times():
    shaky = some(cohort(), cohort()["tremor"] > 0)
    still = shaky.with_columns(tremor=np.zeros(shaky.n))
    noise = Noise.of(shaky["trace_seed"])
    np.testing.assert_array_equal(Beats.of(shaky, noise).at, Beats.of(still, noise).at)
    apart = np.abs(draw(shaky) - draw(still))
    assert (apart.max(axis=1) > 0.05).all()
    calm = some(cohort(), cohort()["tremor"] == 0)
    np.testing.assert_array_equal(draw(calm), draw(calm.with_columns(tremor=np.zeros(calm.n))))


def test_early_beats_are_as_many_as_drawn_and_early():
    p = some(cohort(), (cohort()["ectopy"] >= 2) & (cohort()["driven"] == FREE), 30)
    beats = Beats.of(p, Noise.of(p["trace_seed"]))
    inside = (beats.at > 0) & (beats.at < 10)
    assert np.mean((beats.early & inside).sum(axis=1) == p["ectopy"]) > 0.8
    usual = (60 / p["rate"])[:, None]
    shorter = np.diff(beats.at, axis=1) < 0.9 * usual
    assert shorter[beats.early[:, 1:]].mean() > 0.9


def test_the_detector_finds_the_beats_of_a_quiet_strip():
    p = some(cohort(), quiet(cohort()) & (cohort()["fibrillation"] == 0), 40)
    beats = Beats.of(p, Noise.of(p["trace_seed"])).at
    found = Detector.of(draw(p))
    for row in range(p.n):
        true = beats[row][(beats[row] > 0.2) & (beats[row] < 9.8)]
        near = np.abs(found.times[row][:, None] - true)
        assert np.nanmax(np.nanmin(near, axis=0)) < 0.03
        assert abs(found.count[row] - len(true)) <= 2


def before_each_qrs(p):
    """For each strip the 300 to 70 ms before its timely R peaks, shape ``(beats, samples)``."""
    strips, cuts = draw(p), []
    beats = Beats.of(p, Noise.of(p["trace_seed"]))
    for strip, at, early in zip(strips, beats.at, beats.early, strict=True):
        peaks = [int(t * RATE_HZ) for t in at[~early] if 0.4 < t < 10]
        cuts.append(np.array([strip[k - 75 : k - 18] for k in peaks]))
    return cuts


def p_wave_likeness(p):
    """How alike the waves before each QRS are: the mean correlation with their average."""
    likeness = []
    for cuts in before_each_qrs(p):
        mean = cuts.mean(axis=0)
        likeness.append(np.mean([np.corrcoef(cut, mean)[0, 1] for cut in cuts]))
    return np.array(likeness)


def test_p_waves_are_there_in_sinus_rhythm_and_only_there():
    p = cohort(4_000)
    heights = {}
    for af in (0, 1):
        strips = some(p, quiet(p) & (p["rate"] < 90) & (p["fibrillation"] == af), 40)
        mean = np.mean([cuts.mean(axis=0) for cuts in before_each_qrs(strips)], axis=0)
        heights[af] = mean[10:50].max() - (mean[:5].mean() + mean[-5:].mean()) / 2
    assert heights[0] > 0.08
    assert heights[1] < 0.03


def test_the_line_between_beats_is_restless_in_fibrillation_and_only_there():
    p = cohort(4_000)
    slow = quiet(p) & (p["rate"] < 70)
    restless = {}
    for af in (0, 1):
        strips = some(p, slow & (p["fibrillation"] == af), 20)
        cuts = [cut[:25] for beat in before_each_qrs(strips) for cut in beat]
        restless[af] = np.median([cut.max() - cut.min() for cut in cuts])
    assert restless[1] > 0.06 > 0.05 > restless[0]


def test_who_looks_for_p_waves_can_tell_early_beats_from_fibrillation():
    p = cohort(4_000)
    free = (p["tremor"] == 0) & (p["driven"] == FREE) & (p["flat"] == 0)
    early = free & (p["fibrillation"] == 0) & (p["ectopy"] >= 2)
    with_p = p_wave_likeness(some(p, early, 40))
    without = p_wave_likeness(some(p, free & (p["fibrillation"] == 1), 40))
    assert np.mean(with_p[:, None] > without[None, :]) > 0.97


def test_pacing_is_wide_and_regular_whatever_the_atria_do():
    p = MODEL.measured(cohort(fibrillation=1))
    paced = (p["driven"] == PACED) & (p["ectopy"] == 0) & (p["tremor"] == 0)
    free = quiet(p)
    assert p["qrs"][paced].min() > 120 > p["qrs"][free].max()
    assert np.median(p["m_rr_cv"][paced]) < 5 < np.quantile(p["m_rr_cv"][free], 0.05)


# --- the picture and the words ----------------------------------------------------------------


def pictures(n=40):
    p = cohort()
    return [(p.row(at), MODEL.picture(p.row(at))) for at in range(n)]


def test_a_picture_has_one_size_and_nothing_hidden():
    drawn = pictures()
    assert len({len(pic.svg.replace(pic.alt, "").encode()) for _, pic in drawn}) == 1
    for row, pic in drawn:
        assert pic.svg.count(pic.alt) == 1
        assert not re.search(r"\bid=|<script|<style|href|url\(", pic.svg)
        assert not DIAGNOSES.search(pic.svg)
        assert f"{row['trace_seed']:.0f}" not in pic.svg


def test_a_picture_is_the_strip_that_was_measured():
    row = cohort().row(3)
    strip = draw(cohort().take([3]))[0]
    points = re.findall(r"points=\"([^\"]+)\"", MODEL.picture(row).svg)
    heights = [float(xy.split(",")[1]) for half in points for xy in half.split()]
    assert len(heights) == 1_250
    tallest = (200 - min(heights[:625])) / 100
    assert tallest == pytest.approx(strip[:1_250].max(), abs=0.01)


def test_the_words_for_the_strip_are_true_to_it():
    for row, pic in pictures():
        shown = row["atria"] != HIDDEN
        no_wave = "No wave of constant shape" in pic.alt
        assert no_wave == (shown and bool(row["fibrillation"]))
        assert bool(re.search("cannot be told|can be made out", pic.alt)) == (not shown)
        assert ("spike" in pic.alt) == (row["driven"] == PACED)
        assert ("Jagged" in pic.alt) == (row["tremor"] > 0)
        count = int(re.search(r"(\d+) QRS", pic.alt)[1])
        assert abs(count * 6 - row["rate"]) <= 0.2 * row["rate"] + 6


def test_a_story_tells_nothing_of_the_rhythm():
    p = cohort()
    for at in range(300):
        row = p.row(at)
        told = MODEL.story(row, np.random.default_rng(at))
        assert not DIAGNOSES.search(told)
        other = {**row, "fibrillation": 1 - row["fibrillation"], "ectopy": 5.0, "driven": 2.0}
        assert told == MODEL.story(other, np.random.default_rng(at))
        assert ("woman" in told) == ("She" in told) == (row["sex"] == WOMAN)


def test_the_truth_is_said():
    p = cohort()
    for at in range(200):
        row = p.row(at)
        assert ("Atrial fibrillation" in MODEL.truth_sentence(row)) == bool(row["fibrillation"])


def test_no_chart_says_two_things_that_cannot_both_be_so():
    p = cohort(4_000)
    uneven = (p["ectopy"] >= 2) | ((p["fibrillation"] == 1) & (p["driven"] == FREE))
    assert (p["pulse_rhythm"][uneven] == 1).all()
    assert (p["pulse_rhythm"][~uneven & (p["ectopy"] == 0)] == 0).all()
    assert (p["pacemaker"][p["driven"] == PACED] == 1).all()
    for at in range(p.n):
        row = p.row(at)
        told, truth = MODEL.story(row, np.random.default_rng(at)), MODEL.truth_sentence(row)
        assert not ("Sinus rhythm" in truth and "block" in truth)
        assert ("premature" in truth) == (row["ectopy"] > 0)
        assert ("do not show on this strip" in truth) == (row["atria"] == HIDDEN)
        assert ("premature atrial" in truth) <= (row["fibrillation"] == 0)
        assert ("hands tremble" in told) == (row["tremor_seen"] == 1)
        complaint = re.search("stumble|palpitations|skips|breath", told)
        assert bool(complaint) == bool(row["palpitations"] or row["breathless"])
        assert bool(complaint) != bool(re.search("no complaint|feels well|another reason", told))


def test_what_the_machine_measured_is_called_so():
    for feature in MODEL.features:
        assert feature.column == "m_noise" or "machine" in feature.name, feature.name


# --- the claims -------------------------------------------------------------------------------


def test_a_failure_mode_touches_both_rhythms():
    """Else a mark "touches this patient" would give the rhythm away."""
    p = on_seed_zero().patients
    for mode in MODEL.failure_modes:
        assert 0.15 < p["fibrillation"][mode.touches(p)].mean() < 0.6


@pytest.mark.parametrize(
    ("twin", "present", "alert_before"),
    [("still", 0, True), ("no_early_beats", 0, True), ("conducts_freely", 1, False)],
)
def test_a_twin_without_the_culprit_gets_the_right_answer(twin, present, alert_before):
    held_out = on_seed_zero()
    change = next(t for t in MODEL.twins if t.id == twin)
    p = held_out.patients
    wrong = change.applies(p) & (p["fibrillation"] == present) & (held_out.alert == alert_before)
    rows = np.flatnonzero(wrong)[:40]
    world = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **change.do).take(rows)
    alert = held_out.predict(MODEL.measured(world)) >= MODEL.threshold
    np.testing.assert_array_equal(world["fibrillation"], p["fibrillation"][rows])
    assert np.mean(alert != alert_before) > 0.75


def test_the_exercise_says_what_the_model_does():
    assert f"{100 * MODEL.threshold:.0f} %" in MANIFEST["action"]
    assert set(MANIFEST["drivers"]) <= {finding.column for finding in MODEL.findings}
    assert not re.search(
        r"premature|tremor|pacemaker|P wave", MANIFEST["blurb"] + MANIFEST["title"]
    )
    intro = (ROOT / "exercises/ecg/intro.md").read_text()
    assert not re.search(r"premature|tremor|artefact|pacemaker|algorithm", intro)
