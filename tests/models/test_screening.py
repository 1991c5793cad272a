"""The screening cohort: one mammogram, four populations, an algorithm that knows only one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import ROOT, load_model
from tests.studies import Trained
from tutor.kit import Metric, Patients
from tutor.kit.pictures.icon_array import Group, icon_array
from tutor.lab.training import HELD_OUT_STEP, HeldOut, train

MODEL = load_model("screening")
MANIFEST = tomllib.loads((ROOT / "exercises/screening/exercise.toml").read_text())
CHECK, SCREENING, PRACTICE, CLINIC = range(4)
HARD = 3
PLACE = next(feature for feature in MODEL.findings if feature.column == "setting")
PER_THOUSAND = {CHECK: 1, SCREENING: 10, PRACTICE: 100, CLINIC: 340}


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("screening")


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), setting=st.integers(0, 3))
def test_every_finding_stays_within_its_bounds(seed, setting):
    women = MODEL.simulate(300, seed, setting=setting)
    for feature in MODEL.findings:
        values = women[feature.column].astype(float)
        low, high = feature.bounds
        assert low <= values.min(), feature.column
        assert values.max() <= high, feature.column
        assert np.allclose(values, np.round(values, feature.decimals), atol=1e-9), feature.column


def test_a_hard_lump_speaks_for_cancer_and_a_smooth_one_does_not():
    clinic = MODEL.simulate(20_000, 5, setting=CLINIC)
    cancer = [clinic["cancer"][clinic["examination"] == felt].mean() for felt in (1, 2, 3)]
    assert cancer[2] > 0.8
    assert max(cancer[:2]) < 0.34


def test_nobody_is_examined_where_nobody_examines(cohort):
    early = cohort["setting"] <= SCREENING
    assert (cohort["examination"][early] == 0).all()
    assert (cohort["months_since"][early] == 0).all()
    assert (cohort["examination"][~early] > 0).all()
    assert cohort["pain"].max() == 1
    assert (cohort["pain"] + cohort["lump"] + cohort["skin"]).max() == 1


@pytest.mark.parametrize("setting", range(4))
def test_the_place_alone_fixes_how_common_cancer_is(setting):
    women = MODEL.simulate(60_000, 2, setting=setting)
    expected = PER_THOUSAND[setting] / 1_000
    assert (women["prevalence"] == PER_THOUSAND[setting]).all()
    assert women["cancer"].mean() == pytest.approx(expected, rel=0.15, abs=5e-4)


def test_the_film_is_equally_good_everywhere_and_worse_in_dense_breasts():
    for setting in (SCREENING, CLINIC):
        women = MODEL.simulate(150_000, 2, setting=setting, scar=0, months_since=0)
        ill, film = women["cancer"] == 1, women["film"]
        assert film[ill].mean() == pytest.approx(0.90, abs=0.02)
        assert film[~ill].mean() == pytest.approx(0.09, abs=0.004)
    finds = [film[ill & (women["density"] == d)].mean() for d in range(4)]
    alarms = [film[~ill & (women["density"] == d)].mean() for d in range(4)]
    assert finds == sorted(finds, reverse=True)
    assert alarms == sorted(alarms)
    assert finds[3] < finds[0] - 0.2


def test_changing_the_place_keeps_the_woman_and_can_only_add_cancer():
    here = MODEL.simulate(20_000, 8, setting=SCREENING)
    there = MODEL.simulate(20_000, 8, setting=CLINIC, noticing=SCREENING, months_since=0)
    for name in ("age", "density", "relatives", "hormones", "children", "bmi", "scar"):
        assert np.array_equal(here[name], there[name]), name
    assert (there["cancer"] >= here["cancer"]).all()
    assert (there["film"] >= here["film"]).all()
    same = here["cancer"] == there["cancer"]
    assert np.array_equal(here["noticed"][same], there["noticed"][same])


@pytest.mark.parametrize(
    ("do", "changed"),
    [
        ({"film": 1}, {"film"}),
        ({"scar": 0}, {"scar", "film"}),
        ({"months_since": 0}, {"months_since", "film"}),
        ({"density": 0}, {"density", "film"}),
    ],
)
def test_interventions_change_what_follows_and_nothing_else(cohort, do, changed):
    after = MODEL.simulate(20_000, 5, **do)
    assert {name for name in cohort if not np.array_equal(cohort[name], after[name])} == changed


def test_the_algorithm_is_not_told_the_place_the_date_or_the_hand():
    hidden = {"setting", "prevalence", "months_since", "examination", "scar", "cancer", "risk"}
    assert not hidden & set(MODEL.columns)
    assert len(MODEL.columns) <= 12
    shown = {feature.column for feature in MODEL.findings}
    assert set(MODEL.columns) <= shown
    assert set(MANIFEST["drivers"]) <= shown
    assert f"At {100 * MODEL.threshold:.0f} %" in MANIFEST["action"]
    training = MODEL.simulate(MODEL.training_size, 0, **MODEL.training)
    assert set(training["setting"]) == {CLINIC}
    assert training["scar"].sum() == training["months_since"].sum() == 0


def test_the_derived_figures_follow_from_the_published_ones():
    published = {figure.id: figure for figure in MODEL.figures}
    finds, alarms = published["sensitivity"].published, published["alarms"].published
    for id, share in (("check", 0.001), ("screening", 0.01), ("practice", 0.1), ("clinic", 0.34)):
        figure = published[f"ppv_{id}"]
        value = share * finds / (share * finds + (1 - share) * alarms)
        assert figure.published == pytest.approx(value, abs=6e-4)
        assert figure.basis == "D"
    assert published["ppv_screening"].tolerance == 0.005


def test_modes_fail_in_both_directions_and_never_look_at_the_truth(held_out):
    assert {mode.metric for mode in MODEL.failure_modes} == set(Metric)
    patients = held_out.patients
    blind = patients.with_columns(cancer=1 - patients["cancer"])
    for mode in MODEL.failure_modes:
        assert np.array_equal(mode.touches(patients), mode.touches(blind)), mode.id


def test_the_chart_holds_what_the_algorithm_missed(held_out):
    """A reader of all that is shown, who has met such women, beats it where it is wrong."""
    from sklearn.ensemble import RandomForestClassifier

    shown = tuple(feature.column for feature in MODEL.findings)
    past = MODEL.simulate(8_000, 77)
    reader = RandomForestClassifier(60, max_depth=9, min_samples_leaf=10, random_state=0)
    reader.fit(past.matrix(shown), past["cancer"])
    patients, truth = held_out.patients, held_out.truth
    says = reader.predict_proba(patients.matrix(shown))[:, 1] >= MODEL.threshold
    wrong = MODEL.scope(patients) & (held_out.alert != truth)
    assert (says == truth)[wrong & truth].mean() > 0.6
    assert (says == truth)[wrong & ~truth].mean() > 0.7


def test_told_the_place_the_algorithm_no_longer_alarms_where_cancer_is_rare(held_out):
    mode = next(mode for mode in MODEL.failure_modes if mode.id == "rare_disease")
    told = replace(MODEL, training=mode.undo.training, features=(*MODEL.features, PLACE))
    rare = mode.touches(held_out.patients)
    chance = train(told, 0).predict(held_out.patients.take(rare))
    assert (held_out.probability[rare] >= MODEL.threshold).mean() > 0.9
    assert (chance >= MODEL.threshold).mean() < 0.2


def test_every_woman_has_a_twin(held_out):
    patients = held_out.patients
    assert np.any([twin.applies(patients) for twin in MODEL.twins], axis=0).all()
    for twin in MODEL.twins:
        rows = np.flatnonzero(twin.applies(patients))
        assert len(rows) > 100
        assert twin.as_is(patients.row(int(rows[0]))).startswith("As she is: ")
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **twin.do)
        assert np.array_equal(other["cancer"][rows], patients["cancer"][rows])


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    """What she tells, the chart's rows and the place where she is seen agree."""
    say = {feature.column: feature for feature in MODEL.findings}
    for at in range(2_500):
        row = cohort.row(at)
        told = MODEL.story(row, np.random.default_rng(at))
        complaints = row["lump"] + row["pain"] + row["skin"]
        assert ("noticed nothing" in told) == (complaints == 0), told
        assert ("lump" in told) == (row["lump"] == 1), told
        assert bool(re.search("aching|pain", told)) == (row["pain"] == 1), told
        assert bool(re.search("drawn in|turned in", told)) == (row["skin"] == 1), told
        old = re.search(r"mammogram is (\d+) months old", told)
        taken = say["months_since"].say(row["months_since"])
        assert taken == (f"{old[1]} months ago" if old else "at this visit")
        assert not (old and row["film"] == 1), "a suspicious mammogram has been followed up"
        assert not (complaints == 0 and row["setting"] == PRACTICE), told
        examined = say["examination"].say(row["examination"]) != "not done"
        assert examined == (row["setting"] >= PRACTICE), told
        assert row["prevalence"] == PER_THOUSAND[row["setting"]]


def test_the_story_carries_the_clues_and_never_the_diagnosis(cohort):
    rng = np.random.default_rng(0)
    told = set()
    for index in range(600):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        told.add(text)
        assert not re.search(r"cancer|tumour|malign|benign|biops|suspicious", text, re.IGNORECASE)
        assert not re.search(r"\b(he|his|him|man)\b", text, re.IGNORECASE)
        assert text.startswith(f"A {row['age']:.0f}-year-old woman ")
        assert ("scar" in text) == (row["scar"] == 1)
        assert ("months old" in text) == (row["months_since"] > 0)
        assert ("lump" in text) == (row["lump"] == 1)
        assert ("screening" in text) == (row["setting"] == SCREENING)
        assert ("breast clinic" in text) == (row["setting"] == CLINIC)
    assert len(told) > 150


def test_story_and_picture_are_blind_to_what_is_hidden(cohort):
    for index in range(40):
        row = cohort.row(index)
        other = {**row, "cancer": 1 - row["cancer"], "risk": 0.99, "film": 1 - row["film"]}
        assert MODEL.picture(row) == MODEL.picture(other)
        stories = [MODEL.story(r, np.random.default_rng(4)) for r in (row, other)]
        assert stories[0] == stories[1]


@pytest.mark.parametrize("setting", range(4))
def test_the_picture_counts_a_thousand_women_of_that_place(cohort, setting):
    drawn = MODEL.picture({**cohort.row(0), "setting": float(setting)})
    ill, found, missed, well, alarmed, clear = (
        int(number) for number in re.findall(r"\d+", drawn.alt.replace("1,000", ""))
    )
    assert ill == PER_THOUSAND[setting] == found + missed
    assert well == 1_000 - ill == alarmed + clear
    assert found == round(0.9 * ill)
    assert alarmed == round(0.09 * well)
    groups = [shape.count("M") for shape in re.findall(r'path d="([^"]*)"', drawn.svg)]
    assert groups == [found, missed, alarmed, clear, 1, 1, 1, 1]


def test_the_picture_has_one_size_and_no_hooks(cohort):
    drawn = [MODEL.picture({**cohort.row(0), "setting": float(s)}) for s in range(4)]
    assert len({len(d.svg.replace(d.alt, "").encode()) for d in drawn}) == 1
    for d in drawn:
        assert f'aria-label="{d.alt}"' in d.svg
        assert not re.search(r"\bid=|href|script|style=", d.svg)
        assert len(d.svg) < 40_000


def test_an_icon_array_stands_for_a_thousand():
    with pytest.raises(ValueError, match="1,000"):
        icon_array((Group(999, "dot", "#000000", "people"),), "People.")


def test_the_truth_sentence_reports_the_state_and_the_counts(cohort):
    row = {**cohort.row(0), "setting": 1.0, "film": 1.0, "cancer": 0.0, "months_since": 0.0}
    assert MODEL.truth_sentence(row) == (
        "No breast cancer was found within a year. Of 1,000 women seen in the screening programme, "
        "98 have a suspicious mammogram; 9 of these have cancer."
    )
    assert MODEL.truth_sentence({**row, "cancer": 1.0}).startswith("She has breast cancer, ")
    assert "14 months old" in MODEL.truth_sentence({**row, "months_since": 14.0})
    assert "fewer than 1" in MODEL.truth_sentence({**row, "setting": 0.0, "film": 0.0})
