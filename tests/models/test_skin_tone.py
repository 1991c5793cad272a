"""The skin cohort: one lesion on six skins, pictures that are what was measured, a gap mended."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tests.models.loading import load_model
from tests.studies import Trained
from tutor.kit import Patients
from tutor.kit.metrics import auroc
from tutor.kit.pictures.lesion.alt_text import describe
from tutor.kit.pictures.lesion.pixels import draw
from tutor.kit.pictures.lesion.reader import STEP, read
from tutor.lab.training import HELD_OUT_STEP, HeldOut

MODEL = load_model("skin_tone")
# A veil can be too small to see; the scope does not count on it.
SIGNS = ("veil", "vessels", "sore", "cysts", "ridges", "furrows")


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("skin_tone")


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5)


def _figure(name):
    return next(figure for figure in MODEL.figures if figure.id == name)


def _eye(p):
    """What a person who looks would note, as numbers."""
    wild = p["disorder"] * (p["network"] + p["globules"])
    return np.column_stack([*(p[name] > 0 for name in SIGNS), wild, p["changed"]]).astype(float)


def _changed(before, after):
    return {name for name in before if not np.array_equal(before[name], after[name])}


def test_the_type_of_skin_says_nothing_of_the_disease(cohort):
    rates = [cohort["malignant"][cohort["type"] == kind].mean() for kind in range(1, 7)]
    assert max(rates) - min(rates) < 0.04


def test_the_archive_is_light_well_lit_and_without_palms():
    archive, clinic = MODEL.simulate(8_000, 2, archive=1), MODEL.simulate(8_000, 2)
    assert (archive["type"] >= 5).mean() < 0.02
    assert not archive["palm"].any()
    assert not archive["dim"].any()
    shares = np.bincount(clinic["type"], minlength=7)[1:] / clinic.n
    assert shares == pytest.approx(np.full(6, 1 / 6), abs=0.015)


def test_other_skin_changes_nothing_but_its_melanin():
    before = MODEL.simulate(3_000, 8)
    for kind in range(1, 7):
        other = MODEL.simulate(3_000, 8, fitzpatrick=kind)
        assert _changed(before, other) == {"fitzpatrick", "tone"}
    assert _changed(before, MODEL.simulate(3_000, 8, dim=0)) == {"dim", "light"}


def test_stripes_lie_on_palms_and_soles_alone(cohort):
    on_palm = cohort["palm"] == 1
    assert set(cohort["site"][on_palm]) == {4, 5}
    assert set(cohort["site"][~on_palm]) == {0, 1, 2, 3}
    striped = (cohort["furrows"] > 0).astype(int) + (cohort["ridges"] > 0)
    assert np.array_equal(striped, cohort["palm"])


def test_the_same_lesion_stands_out_less_in_darker_skin_and_in_dim_light():
    mine = np.flatnonzero(MODEL.simulate(400, 3)["palm"] == 0)[:80]

    def contrast(**do):
        return MODEL.measured(MODEL.simulate(400, 3, **do).take(mine))["m_contrast"].mean()

    by_type = [contrast(fitzpatrick=kind, dim=0) for kind in range(1, 7)]
    assert by_type == sorted(by_type, reverse=True)
    assert by_type[-1] < 0.6 * by_type[0]
    assert contrast(fitzpatrick=1, dim=1) < 0.7 * by_type[0]


def test_the_picture_that_is_shown_is_the_one_that_was_measured(cohort):
    few = cohort.take(np.arange(6))
    whole = draw(few)
    assert np.array_equal(whole[:, ::STEP, ::STEP], draw(few, STEP))
    seen, measured = read(whole[:, ::STEP, ::STEP]), MODEL.measured(few)
    for column in MODEL.columns:
        assert np.array_equal(seen[column], measured[column]), column


@pytest.mark.parametrize("sign", SIGNS[1:])
def test_each_sign_can_be_seen_on_the_darkest_skin(sign):
    """Taking the sign away changes the drawn lesion by more than the grain of the picture."""
    on_palm = sign in ("ridges", "furrows")
    world = {"fitzpatrick": 6, "dim": 0}
    with_it = MODEL.simulate(2_000, 4, **world)
    mine = np.flatnonzero((with_it[sign] > 0) & (with_it["palm"] == on_palm))[:20]
    without = MODEL.simulate(2_000, 4, **world, **{sign: 0}).take(mine)
    apart = np.abs(draw(with_it.take(mine)).astype(int) - draw(without)).max(axis=3)
    assert (np.sort(apart.reshape(len(mine), -1), axis=1)[:, -40:].mean(1) > 12).mean() >= 0.9


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    for index in range(2_500):
        row = cohort.row(index)
        told, alt = MODEL.story(row, np.random.default_rng(index)), describe(row)
        assert not ("last year" in told and "months" in told.split(" and ")[0]), told
        assert ("no change" in told or "always looked" in told) == (row["changed"] == 0), told
        assert row["known_for"] <= row["age"], told
        assert ("palm" in told or "sole" in told) == (row["palm"] == 1), told
        assert ("red sore" in alt) == (row["ulcerated"] == 1), alt
        assert not ("furrows" in alt and "ridges" in alt), alt
        if row["network"] == 0 and row["globules"] == 0:
            assert row["disorder"] == 0
        if row["palm"] == 1:
            assert "network" not in alt, alt
            assert "globules" not in alt, alt


def test_who_looks_does_far_better_than_the_algorithm_on_every_skin(held_out):
    patients, truth = held_out.patients, held_out.truth
    half = np.arange(patients.n) % 2 == 0
    looks = LogisticRegression().fit(_eye(patients)[half], truth[half])
    seen = looks.predict_proba(_eye(patients))[:, 1]
    for kind in range(1, 7):
        mine = (patients["type"] == kind) & ~half
        assert auroc(seen[mine], truth[mine]).value > 0.93
        assert auroc(held_out.probability[mine], truth[mine]).value < 0.78


def test_the_fall_by_skin_is_published_and_training_on_all_types_closes_it(held_out):
    light, dark = (_figure(name).compute(held_out) for name in ("area_light", "area_dark"))
    assert light.low > dark.high
    left = _figure("gap_retrained").compute(held_out)
    assert left.value < 0.25 * (light.value - dark.value)
    for figure in MODEL.figures:
        assert figure.within(figure.compute(held_out).value), figure.id


def test_lighter_skin_and_better_light_bring_missed_cancers_back(held_out):
    patients = held_out.patients
    missed = ~held_out.alert & held_out.truth
    for name, enough in (("lighter", 0.4), ("well_lit", 0.2)):
        twin = next(twin for twin in MODEL.twins if twin.id == name)
        rows = np.flatnonzero(missed & twin.applies(patients) & (patients["pale"] == 0))[:80]
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do)).take(rows)
        says = held_out.predict(MODEL.measured(other))
        assert (says >= MODEL.threshold).mean() > enough, name
        assert says.mean() > held_out.probability[rows].mean() + 0.1, name


def test_no_failure_mode_and_no_twin_tells_the_diagnosis(held_out):
    patients = held_out.patients
    for mode in MODEL.failure_modes:
        assert 0.02 < held_out.truth[mode.touches(patients)].mean() < 0.9, mode.id
    for twin in MODEL.twins:
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do))
        for name in ("malignant", "what", "type", "lesion_seed", "atypia", "site"):
            assert np.array_equal(patients[name], other[name]), (twin.id, name)


def test_the_words_of_the_picture_name_what_is_seen_and_no_diagnosis(cohort):
    banned = r"malign|benign|cancer|melanoma|carcinoma|naev|kerato|histolog"
    for index in range(200):
        row = cohort.row(index)
        alt = MODEL.picture(row).alt if index < 40 else ""
        told = MODEL.story(row, np.random.default_rng(index))
        assert not re.search(banned, alt + told, re.IGNORECASE)
        if not alt:
            continue
        assert ("along the furrows" in alt) == (row["furrows"] > 0)
        assert ("on the ridges" in alt) == (row["ridges"] > 0)
        assert ("red sore" in alt) == (row["sore"] > 0)
        assert ("scattered white dots" in alt) == (row["cysts"] > 0)
        assert ("is dim" in alt) == (row["dim"] == 1)


def test_the_truth_sentence_names_what_the_microscope_showed(cohort):
    row = {**cohort.row(0), "what": 0.0, "palm": 1.0, "pale": 0.0}
    assert MODEL.truth_sentence(row) == "Histology: acral melanoma."
    other = {**row, "what": 1.0, "palm": 0.0}
    assert MODEL.truth_sentence(other) == "Histology: pigmented basal cell carcinoma."
    assert "dermal naevus" in MODEL.truth_sentence({**row, "what": 2.0, "palm": 0.0, "pale": 1.0})
