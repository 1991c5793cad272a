"""The photograph is measured, it can be read or not, and the algorithm is right or not."""

from __future__ import annotations

import base64
import re
import tomllib
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import ROOT, load_model
from tutor.core.intervals import difference, proportion
from tutor.kit.pictures.fundus.eye import CHROMA, DISC, SIZE, eye, palette
from tutor.kit.pictures.fundus.photograph import (
    BLURRED,
    DARK,
    DUST,
    GLARE,
    SHARP,
    dot_places,
    draw,
    places,
)
from tutor.kit.pictures.fundus.reader import read
from tutor.lab.training import HELD_OUT_STEP, HeldOut, study

MODEL = load_model("retinopathy")
MANIFEST = tomllib.loads((ROOT / "exercises/retinopathy/exercise.toml").read_text())
FAULTS = (BLURRED, DARK, DUST, GLARE)
SEEN = [f"seen_{what}" for what in ("microaneurysms", "haemorrhages", "exudates", "new_vessels")]


@cache
def cohort(n=600, seed=7, **do):
    return MODEL.simulate(n, seed, **do)


@cache
def measured(n=300, **do):
    return MODEL.measured(cohort(n, **do))


@cache
def on_seed_zero() -> HeldOut:
    return study(MODEL, 0)


def said_of(row):
    return MODEL.picture(row).alt


# --- the cohort -------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), fault=st.sampled_from([None, SHARP, *FAULTS]))
def test_every_value_lies_within_the_bounds_of_its_feature(seed, fault):
    do = {} if fault is None else {"fault": fault}
    patients = MODEL.measured(MODEL.simulate(40, seed, **do))
    for feature in (*MODEL.features, *MODEL.findings):
        low, high = feature.bounds
        values = patients[feature.column]
        assert low <= values.min() <= values.max() <= high, feature.column
        np.testing.assert_allclose(values, values.round(feature.decimals), atol=1e-9)


def test_what_makes_an_eye_referable_is_more_than_microaneurysms():
    p = cohort(8_000)
    more = (p["haemorrhages"] > 0) | (p["exudates"] > 0) | (p["new_vessels"] > 0)
    np.testing.assert_array_equal(p["referable"] == 1, more)
    assert ((p["microaneurysms"] > 0) & ~more).sum() > 1_000
    assert p["dot_size"].max() <= 125


def test_whoever_cannot_be_graded_needs_referral():
    p = cohort(8_000)
    by_eye = np.isin(p["fault"], (SHARP, DUST, GLARE))
    np.testing.assert_array_equal(p["gradable_by_eye"] == 1, by_eye)
    np.testing.assert_array_equal(p["needs_referral"] == 1, (p["referable"] == 1) | ~by_eye)
    for column in SEEN:
        assert not p[column][~by_eye].any()
        np.testing.assert_array_equal(p[column][by_eye], p[column[5:]][by_eye])


def test_hazy_lenses_blur_and_narrow_pupils_darken():
    p = cohort(8_000)
    hazy, narrow = p["lens_haze"] == 1, p["pupil"] < 3
    lit = p["lit_room"] == 1
    assert (p["fault"] == DARK)[lit].mean() > 3 * (p["fault"] == DARK)[~lit].mean()
    assert (p["fault"] == BLURRED)[hazy].mean() > 5 * (p["fault"] == BLURRED)[~hazy].mean()
    assert (p["fault"] == DARK)[narrow].mean() > 5 * (p["fault"] == DARK)[~narrow].mean()


@pytest.mark.parametrize(
    ("do", "may_change"),
    [
        ({"fault": DUST}, {"fault", "gradable_by_eye", "needs_referral", *SEEN}),
        (
            {"lens_haze": 1},
            {"lens_haze", "fault", "acuity", "gradable_by_eye", "needs_referral", *SEEN},
        ),
        (
            {"haemorrhages": 0},
            {"haemorrhages", "referable", "exudates", "acuity", "needs_referral", *SEEN},
        ),
        ({"pigment": 0.9}, {"pigment"}),
        (
            {"lit_room": 1},
            {"lit_room", "pupil", "fault", "gradable_by_eye", "needs_referral", *SEEN},
        ),
    ],
)
def test_an_intervention_leaves_what_does_not_follow_from_it(do, may_change):
    before, after = cohort(2_000), cohort(2_000, **do)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert next(iter(do)) in changed
    assert changed <= may_change


# --- the photograph ---------------------------------------------------------------------------


def test_a_photograph_is_the_same_alone_and_in_a_batch():
    p = cohort(48)
    together = draw(p)
    for at in (0, 17, 40):
        np.testing.assert_array_equal(together[at], draw(p.take([at]))[0])
    alone = MODEL.measured(cohort(300).take([299]))
    assert {k: v[-1] for k, v in measured().items()} == {k: v[0] for k, v in alone.items()}


def test_a_left_eye_is_a_right_eye_mirrored_and_read_alike():
    p = cohort(60, fault=SHARP)
    right = draw(p.with_columns(left_eye=np.zeros(60)))
    left = draw(p.with_columns(left_eye=np.ones(60)))
    np.testing.assert_array_equal(right, left[:, :, ::-1])
    one, other = read(right), read(left)
    for name in ("m_dots", "m_blots", "m_pale", "m_quadrants"):
        assert np.mean(one[name] == other[name]) > 0.9, name
    assert np.median(np.abs(one["m_blot"] - other["m_blot"])) == 0


def test_a_healthy_fundus_has_a_pale_disc_a_dark_macula_and_arcades_around_it():
    green = eye(3)[0]
    middle = (SIZE - 1) / 2
    x, y = (np.round(DISC + middle)).astype(int)
    assert green[y, x - 3 : x + 4].mean() > 1.4 * np.median(green)
    assert green[84 - 5 : 84 + 5, 84 - 5 : 84 + 5].mean() < green[84 - 5 : 84 + 5, 50:60].mean()
    column = green[:, 84]
    assert column[20:50].min() < 0.8 * np.median(column[20:50])
    assert column[118:148].min() < 0.8 * np.median(column[118:148])


def centres(points, p):
    """Row and column of points given from the fovea of a right eye, ``(n, 2)`` each."""
    at = np.round(points + (SIZE - 1) / 2).astype(int)
    x = np.where(p["left_eye"] == 1, SIZE - 1 - at[:, 0], at[:, 0])
    return at[:, 1], x


def test_blood_is_red_and_dust_is_grey():
    bled = cohort(200, fault=SHARP, haemorrhages=1, microaneurysms=0, exudates=0, new_vessels=0)
    seeds = bled["eye_seed"].astype(np.uint64)
    rows, columns = centres(places(seeds, 3, 14)[:, 0], bled)
    blood = draw(bled)[np.arange(200), rows, columns]
    dusty = cohort(200, fault=DUST, specks=1, microaneurysms=0, haemorrhages=0, strength=0.5)
    rows, columns = centres(places(seeds, 11, 8, 70)[:, 0], dusty)
    dust = draw(dusty)[np.arange(200), rows, columns]
    assert np.median(CHROMA[blood & 7]) > 70
    assert np.median(CHROMA[dust & 7]) < 10
    assert np.median(np.abs((blood >> 3) - (dust >> 3).astype(int))) < 6, "alike in green"
    red, green, _ = palette()[blood].astype(int).T
    assert np.median(red - green) > 60


def test_a_lesion_shows_on_a_sharp_photograph_and_hardly_on_a_poor_one():
    """The change that one haemorrhage makes, against the grain of the photograph."""
    contrast = {}
    for fault in (SHARP, BLURRED, DARK):
        do = {"fault": fault, "exudates": 0, "new_vessels": 0, "microaneurysms": 0}
        bled, well = cohort(60, haemorrhages=1, **do), cohort(60, haemorrhages=0, **do)
        rows, columns = centres(places(bled["eye_seed"].astype(np.uint64), 3, 14)[:, 0], bled)
        gap = (draw(well) >> 3).astype(int) - (draw(bled) >> 3)
        contrast[fault] = np.median(gap[np.arange(60), rows, columns])
    assert contrast[SHARP] >= 4
    assert contrast[BLURRED] <= 3
    assert contrast[DARK] <= 1


def test_spots_are_counted_and_vessels_are_not():
    clear = {"fault": SHARP, "microaneurysms": 0, "new_vessels": 0, "confluent": 0}
    clear |= {"blot_size": 400, "conspicuity": 1}
    counts = {k: measured(80, haemorrhages=k, exudates=0, **clear)["m_blots"] for k in (0, 1, 4)}
    assert counts[0].mean() < counts[1].mean() < counts[4].mean()
    assert counts[4].mean() - counts[0].mean() > 2.5
    assert (measured(80, haemorrhages=4, exudates=0, **clear)["m_blot"] > 1.5).mean() > 0.95
    pale = {k: measured(80, haemorrhages=0, exudates=k, **clear)["m_palest"] for k in (0, 2)}
    assert (pale[2] > 2.1).mean() > 0.95 > 0.05 > (pale[0] > 2.1).mean()


def test_new_vessels_thicken_the_mesh():
    with_them = measured(80, fault=SHARP, new_vessels=1)["m_tangle"]
    without = measured(80, fault=SHARP, new_vessels=0)["m_tangle"]
    assert (with_them - without).mean() > 2


def test_touching_microaneurysms_touch():
    p = cohort(100, confluent=1, microaneurysms=3)
    points = dot_places(p)
    apart = np.hypot(*(points[:, 1:3] - points[:, :1]).transpose(2, 0, 1))
    np.testing.assert_allclose(apart, 1.7)
    free = dot_places(cohort(100, confluent=0, microaneurysms=3))
    assert np.median(np.hypot(*(free[:, 1] - free[:, 0]).T)) > 20


@pytest.mark.parametrize("fault", [SHARP, *FAULTS])
def test_the_gate_knows_which_photographs_can_be_read(fault):
    passed = measured(150, fault=fault)["gradable"].mean()
    assert passed > 0.99 if fault == SHARP else passed < 0.12


def test_pictures_have_one_size_and_nothing_hidden():
    p = cohort()
    rows = [int(np.flatnonzero(p["fault"] == f)[k]) for f in (SHARP, *FAULTS) for k in (0, 1, 2)]
    rows += [int(np.flatnonzero(p["new_vessels"] == 1)[0])]
    drawn = [MODEL.picture(p.row(at)) for at in rows]
    assert len({len(pic.svg.replace(pic.alt, "").encode()) for pic in drawn}) == 1
    for pic in drawn:
        assert pic.svg.count(pic.alt) == 1
        assert not re.search(r"\bid=|<script|<style|url\(", pic.svg)
        jpeg = base64.b64decode(re.search(r"base64,([^\"]+)\"", pic.svg)[1])
        assert jpeg.startswith(b"\xff\xd8\xff")


def test_the_fullest_photograph_fits():
    full = cohort(30, haemorrhages=14, exudates=4, new_vessels=1, microaneurysms=12, fault=DUST)
    for at in range(30):
        MODEL.picture(full.row(at))


# --- the words --------------------------------------------------------------------------------


def test_the_words_for_a_photograph_are_true_to_it():
    p = cohort()
    for at in range(150):
        row = p.row(at)
        told, fault = said_of(row) if at < 25 else _describe(row), row["fault"]
        assert ("left eye" in told) == (row["left_eye"] == 1)
        readable = fault in (SHARP, DUST, GLARE)
        assert ("red blot" in told) == (readable and row["haemorrhages"] > 0)
        assert ("yellow spots" in told) == (readable and row["exudates"] > 0)
        assert ("curled vessels" in told) == (readable and row["new_vessels"] == 1)
        assert ("out of focus" in told) == (fault == BLURRED)
        assert ("very dark" in told) == (fault == DARK)
        assert ("grey-black" in told) == (fault == DUST)
        assert ("grey-white" in told) == (fault == GLARE)
        assert not re.search(r"retinopath|referable|haemorrhage|exudate|dust|reflect", told, re.I)


def _describe(row):
    from tutor.kit.pictures.fundus.report import describe

    return describe(row)


def test_a_blurred_photograph_is_described_by_what_is_left_of_it():
    hidden = cohort(100, fault=BLURRED, haemorrhages=2, blot_size=250, defocus=4.0)
    other = cohort(100, fault=BLURRED, haemorrhages=0, microaneurysms=0, exudates=0)
    for at in range(20):
        without = {"new_vessels": 0.0}
        assert _describe({**hidden.row(at), **without}) == _describe({**other.row(at), **without})


def test_in_the_dark_only_the_largest_blots_may_be_made_out():
    bled = cohort(60, fault=DARK, haemorrhages=3, conspicuity=1, light=0.30, blot_size=400)
    assert all("darker patches" in _describe(bled.row(at)) for at in range(10))
    dim = cohort(60, fault=DARK, haemorrhages=3, conspicuity=1, light=0.18, blot_size=300)
    assert not any("darker patches" in _describe(dim.row(at)) for at in range(10))


def test_a_story_tells_what_is_seen_and_heard_and_no_more():
    p = cohort()
    unseen = ("referable", "grade", "haemorrhages", "exudates", "new_vessels", "fault", "specks")
    stories = set()
    for at in range(300):
        row = p.row(at)
        told = MODEL.story(row, np.random.default_rng(at))
        stories.add(told)
        other = {k: v for k, v in row.items() if k not in unseen}
        assert told == MODEL.story(other, np.random.default_rng(at))
        assert not re.search(r"retinopath|refer|haemorrhage|blur|focus", told, re.I)
        assert ("woman" in told) == ("She " in told) == (row["sex"] == 0)
        assert bool(re.search("bright|daylight|no blind", told)) == (row["lit_room"] == 1)
        assert ("threads float" in told) == (row["floaters"] == 1)
        assert f"{'left' if row['left_eye'] else 'right'} eye" in told
        assert told[:4] != "A 8 "
    assert len(stories) > 280


def test_the_truth_is_said():
    p = cohort()
    for at in range(200):
        row = p.row(at)
        told = MODEL.truth_sentence(row)
        assert ("referable retinopathy" in told) == (row["referable"] == 1)
        assert ("Nobody can grade" in told) == (row["fault"] in (BLURRED, DARK))
        assert ("a person can still" in told) == (row["fault"] in (DUST, GLARE))
        assert ("haemorrhage" in told) == (row["haemorrhages"] > 0)


# --- the claims -------------------------------------------------------------------------------


def test_no_chart_says_two_things_that_cannot_both_be_so():
    p = cohort(2_500)
    for at in range(p.n):
        row = p.row(at)
        told = MODEL.story(row, np.random.default_rng(at))
        assert not ("threads float" in told and re.search("noticed nothing|as before", told))
        assert bool(re.search("closer than|harder to read", told)) == (row["acuity"] < 0.7)
        truth = MODEL.truth_sentence(row)
        assert not ("no retinopathy" in truth and "mild" in truth)
        assert ("microaneurysms only" in truth) <= (row["referable"] == 0)


def test_a_failure_mode_touches_eyes_with_and_without():
    p = on_seed_zero().patients
    for mode in MODEL.failure_modes:
        assert 0.15 < p["referable"][mode.touches(p)].mean() < 0.6


@pytest.mark.parametrize("cut", ["age", "pigment", "sex", "lit_room", "left_eye"])
def test_no_failure_is_found_on_readable_photographs(cut):
    """The absence of a failure: the gap between two halves of readable eyes is small."""
    held_out = on_seed_zero()
    p, alert, truth = held_out.patients, held_out.alert, held_out.truth
    high = p[cut] > np.median(p[cut]) if cut in ("age", "pigment") else p[cut] == 1
    for present in (True, False):
        asked = (p["gradable"] == 1) & (truth == present)
        wrong = [
            proportion(int((alert != truth)[asked & half].sum()), int((asked & half).sum()))
            for half in (high, ~high)
        ]
        gap = difference(*wrong)
        assert -0.07 < gap.low < gap.high < 0.07, (cut, present, gap)
        assert max(share.high for share in wrong) < 0.08


def test_readable_photographs_are_read_rightly():
    held_out = on_seed_zero()
    readable = MODEL.scope(held_out.patients) & (held_out.patients["fault"] == SHARP)
    assert (held_out.alert == held_out.truth)[readable].mean() > 0.97


def test_a_reader_of_focus_and_colour_beats_the_algorithm_where_it_is_wrong():
    held_out = on_seed_zero()
    p, truth = held_out.patients, held_out.truth
    wrong = MODEL.scope(p) & (held_out.alert != truth)
    assert (p["gradable_by_eye"][wrong & truth] == 0).mean() > 0.85
    # Who does not count grey specks sees on a dirty photograph what the twin's shows.
    clean = held_out.predict(
        MODEL.measured(
            p.take(wrong & ~truth).with_columns(
                fault=np.zeros(int((wrong & ~truth).sum()), dtype=int)
            )
        )
    )
    assert (clean < MODEL.threshold).mean() > 0.85


def twin_of(name, mask, n=40):
    held_out = on_seed_zero()
    change = next(twin for twin in MODEL.twins if twin.id == name)
    rows = np.flatnonzero(mask & change.applies(held_out.patients))[:n]
    world = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **change.do).take(rows)
    same = [k for k in world if not np.array_equal(world[k], held_out.patients[k][rows])]
    assert "fault" in same
    assert set(same) <= {"fault", "gradable_by_eye", "needs_referral", *SEEN}
    truth = world["needs_referral"] == 1
    return truth, held_out.predict(MODEL.measured(world)) >= MODEL.threshold


@pytest.mark.parametrize("present", [True, False])
def test_a_second_photograph_gets_the_right_answer(present):
    held_out = on_seed_zero()
    wrong = (held_out.alert != held_out.truth) & (held_out.truth == present)
    truth, alert = twin_of("retaken", wrong)
    assert len(truth) == 40
    assert np.mean(alert == truth) > 0.85


def test_out_of_focus_the_algorithm_falls_silent_and_behind_dust_it_alarms():
    held_out = on_seed_zero()
    readable = held_out.patients["fault"] == SHARP
    _, alert = twin_of("out_of_focus", readable & held_out.truth & held_out.alert)
    assert alert.mean() < 0.35
    _, alert = twin_of("dusty", readable & ~held_out.truth & ~held_out.alert)
    assert alert.mean() > 0.65


def test_the_exercise_says_what_the_model_does():
    assert f"{100 * MODEL.threshold:.0f} %" in MANIFEST["action"]
    assert set(MANIFEST["drivers"]) <= {finding.column for finding in MODEL.findings}
    assert MANIFEST["bank"]["cases"] == 240
    intro = (ROOT / "exercises/retinopathy/intro.md").read_text()
    assert f"{100 * MODEL.threshold:.0f} %" in intro
    assert not re.search(r"dust|speck|grey|glare|reflect|gradable|blur", intro, re.I)
    assert not re.search(r"dust|focus|blur|gradable", MANIFEST["blurb"] + MANIFEST["title"])
