"""The dyspnoea cohort: sane patients, films that are what was measured, a rule learned exactly."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import load_model
from tests.studies import Trained
from tutor.core.intervals import difference
from tutor.kit import Patients
from tutor.kit.pictures.chest.film import HEIGHT, film, films
from tutor.kit.pictures.chest.reader import DRAWN_FROM, ROWS_READ
from tutor.lab.explain import explain
from tutor.lab.training import HELD_OUT_STEP, HeldOut

MODEL = load_model("dyspnoea")


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("dyspnoea")


@pytest.fixture(scope="module")
def cohort() -> Patients:
    return MODEL.simulate(20_000, 5)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31), blurred=st.integers(0, 1))
def test_every_finding_and_measurement_stays_within_its_bounds(seed, blurred):
    patients = MODEL.measured(MODEL.simulate(50, seed, blurred=blurred))
    for feature in (*MODEL.findings, *MODEL.features):
        values = patients[feature.column]
        low, high = feature.bounds
        assert np.isfinite(values).all()
        assert low <= values.min(), feature.column
        assert values.max() <= high, feature.column
        rounded = np.round(values.astype(float), feature.decimals)
        assert np.allclose(values, rounded, atol=1e-9), feature.column


def test_fever_is_blunted_by_age(cohort):
    ill = cohort["pneumonia"] == 1
    young, old = ill & (cohort["years"] < 60), ill & (cohort["years"] >= 80)
    assert cohort["temperature"][young].mean() > cohort["temperature"][old].mean() + 0.2


def test_everyone_has_a_cause_and_few_have_two(cohort):
    causes = cohort["pneumonia"] + cohort["failure"] + cohort["copd"]
    assert set(causes) == {1, 2}
    assert 0.06 < (causes == 2).mean() < 0.11


def test_a_number_in_the_record_changes_the_label_and_nothing_in_the_patient():
    before = MODEL.simulate(3_000, 8)
    for name, value in (("age", 79), ("age", 84), ("bmi", 29.9)):
        after = MODEL.simulate(3_000, 8, **{name: value})
        changed = {key for key in before if not np.array_equal(before[key], after[key])}
        assert changed == {name, "recorded"}


def test_blur_changes_the_film_and_nothing_in_the_patient():
    before = MODEL.simulate(3_000, 8)
    after = MODEL.simulate(3_000, 8, blurred=0)
    changed = {key for key in before if not np.array_equal(before[key], after[key])}
    assert changed == {"blurred", "recorded"}


def test_pneumonia_changes_what_follows_from_it():
    without, ill = MODEL.simulate(3_000, 8, pneumonia=0), MODEL.simulate(3_000, 8, pneumonia=1)
    for name in ("age", "bmi", "failure", "copd", "pack_years", "congestion", "heart", "blurred"):
        assert np.array_equal(without[name], ill[name]), name
    for name in ("temperature", "crp", "white_cells", "patch", "sputum", "crackles"):
        assert ill[name].mean() > without[name].mean(), name


def test_the_label_follows_the_rules_in_their_order(cohort):
    old, heavy = cohort["age"] >= 80, cohort["bmi"] >= 30
    label, truth = cohort["recorded"], cohort["pneumonia"]
    assert label[old].all()
    assert not label[~old & heavy].any()
    assert not label[~old & ~heavy & (cohort["blurred"] == 1)].any()
    rest = ~old & ~heavy & (cohort["blurred"] == 0)
    assert np.array_equal(label[rest], truth[rest])
    assert 0.2 < rest.mean() < 0.6
    assert (MODEL.label, MODEL.truth) == ("recorded", "pneumonia")


def test_films_come_out_the_same_together_and_one_by_one(cohort):
    some = {name: cohort[name][:60] for name in DRAWN_FROM}
    together = films(some, ROWS_READ)
    for at in range(60):
        assert np.array_equal(together[at], film(cohort.row(at), ROWS_READ))


def test_the_rows_that_are_read_are_rows_of_the_whole_film(cohort):
    for blurred in (0.0, 1.0):
        row = {**cohort.row(3), "blurred": blurred}
        whole = film(row)
        assert whole.shape[0] == HEIGHT
        assert np.array_equal(whole[list(ROWS_READ)], film(row, ROWS_READ))


@pytest.mark.parametrize(
    ("state", "column", "sign"),
    [
        ({"patch": 0.8, "zone": 1}, "m_patch", +1),
        ({"patch": 0.8, "zone": 2}, "m_patch", +1),
        ({"congestion": 0.6}, "m_haze", +1),
        ({"heart": 0.6}, "m_heart", +1),
        ({"stretch": 0.8}, "m_haze", -1),
        ({"blurred": 1}, "m_sharp", -1),
    ],
)
def test_measurements_follow_what_is_drawn(state, column, sign):
    clear = {"patch": 0, "congestion": 0, "stretch": 0, "heart": 0.44, "blurred": 0}
    before = MODEL.measured(MODEL.simulate(60, 4, **clear))[column]
    after = MODEL.measured(MODEL.simulate(60, 4, **{**clear, **state}))[column]
    assert (sign * (after - before) > 0).mean() > 0.95


def test_a_patch_stands_out_on_the_film_in_its_own_zone():
    clear = MODEL.simulate(1, 4, patch=0, congestion=0, blurred=0).row(0)
    middle = {0: (54, 56), 1: (104, 54), 2: (54, 129), 3: (100, 134)}
    for zone, (down, across) in middle.items():
        change = film({**clear, "patch": 0.4, "zone": zone}).astype(int) - film(clear).astype(int)
        assert change[down - 6 : down + 6, across - 6 : across + 6].mean() > 15
        others = [place for other, place in middle.items() if other != zone]
        assert all(np.abs(change[y - 6 : y + 6, x - 6 : x + 6]).max() < 8 for y, x in others)


def test_the_algorithm_reads_twelve_inputs_and_none_of_the_decisive_examination():
    assert len(MODEL.columns) == 12
    assert not {"crackles", "jvp", "oedema", "ejection", "pneumonia"} & set(MODEL.columns)


@pytest.mark.parametrize("figure", MODEL.figures, ids=lambda figure: figure.id)
def test_the_rule_is_exact(held_out, figure):
    ours = figure.compute(held_out)
    assert figure.within(ours.value), ours
    assert figure.basis == "D"
    assert ours.n > 100


def test_the_rule_flips_at_its_limit_and_not_a_year_before(held_out):
    rows = np.flatnonzero(~held_out.truth)[:200]
    patients = held_out.patients.take(rows)
    ages = {age: patients.with_columns(age=np.full(len(rows), age)) for age in (79, 80, 90)}
    alerts = {age: held_out.predict(p) >= MODEL.threshold for age, p in ages.items()}
    assert alerts[79].mean() < 0.1
    assert alerts[80].all()
    assert alerts[90].all()


def test_the_explanation_shows_the_rule_plainly(held_out):
    patients = held_out.patients
    for touched, column, sign in (
        ((patients["age"] >= 80) & ~held_out.truth, "age", +1),
        ((patients["age"] < 80) & (patients["bmi"] >= 30) & held_out.truth, "bmi", -1),
    ):
        explained = explain(held_out.fitted, patients.take(np.flatnonzero(touched)[:60]))
        bar = explained.contributions[:, MODEL.columns.index(column)]
        assert (sign * bar > 0.05).all()
        if column == "age":
            assert (np.abs(explained.contributions).argmax(axis=1) == 0).all()


@pytest.mark.parametrize("mode", MODEL.failure_modes, ids=lambda mode: mode.id)
def test_failure_modes_are_demonstrated(held_out, mode):
    inside, outside = mode.touches(held_out.patients), mode.comparison(held_out.patients)
    assert not (inside & outside).any()
    gap = difference(mode.metric.measure(held_out, inside), mode.metric.measure(held_out, outside))
    assert gap.low > 0.5, gap


def test_the_chart_and_film_hold_what_the_algorithm_got_wrong(held_out):
    """A reader of what is shown, taught by the truth, beats it where it is wrong."""
    from sklearn.ensemble import RandomForestClassifier

    on_film = ("patch", "congestion", "stretch", "heart")
    shown = (*(feature.column for feature in MODEL.findings), *on_film)
    past = MODEL.simulate(4_000, 77)
    reader = RandomForestClassifier(60, max_depth=9, min_samples_leaf=5, random_state=0)
    reader.fit(past.matrix(shown), past["pneumonia"])
    patients, truth = held_out.patients, held_out.truth
    says = reader.predict_proba(patients.matrix(shown))[:, 1] >= 0.5
    wrong = MODEL.scope(patients) & (held_out.alert != truth)
    assert (says == truth)[wrong & truth].mean() > 0.8
    assert (says == truth)[wrong & ~truth].mean() > 0.8


def test_every_patient_has_a_twin_who_is_as_ill(held_out):
    patients = held_out.patients
    assert np.any([twin.applies(patients) for twin in MODEL.twins], axis=0).all()
    for twin in MODEL.twins:
        rows = np.flatnonzero(twin.applies(patients))
        other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do))
        for name in ("pneumonia", "failure", "copd", "patch", "crp", "years", "build"):
            assert np.array_equal(patients[name], other[name]), name
        assert twin.as_is(patients.row(int(rows[0]))).startswith("As they are: ")


def test_the_twin_a_year_younger_takes_the_false_alarm_away(held_out):
    twin = MODEL.twins[0]
    patients = held_out.patients
    rows = np.flatnonzero(twin.applies(patients) & ~held_out.truth & held_out.alert)[:100]
    other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(twin.do)).take(rows)
    says = held_out.predict(MODEL.measured(other)) >= MODEL.threshold
    assert says.mean() < 0.1


def test_the_story_carries_what_is_told_and_never_the_diagnosis(cohort):
    rng = np.random.default_rng(0)
    told = set()
    for index in range(500):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        told.add(text)
        assert not re.search(r"pneumon|infect|failure|heart|COPD|bronch", text, re.IGNORECASE)
        assert bool(re.search(r"green|yellow", text)) == (row["sputum"] == 2)
        assert ("never smoked" in text) == (row["pack_years"] == 0)
        wrong_sex = r"\b(woman|She)\b" if row["sex"] == 1 else r"\b(man|He)\b"
        assert not re.search(wrong_sex, text)
        assert f"{row['age']:.0f}-year-old" in text
        assert text.startswith("An 8" if 80 <= row["age"] < 90 else "A")
    assert len(told) > 400


def test_the_story_is_blind_to_what_is_hidden(cohort):
    for index in range(30):
        row = cohort.row(index)
        hidden = {"pneumonia": 1 - row["pneumonia"], "failure": 1 - row["failure"], "copd": 0.0}
        stories = [MODEL.story(one, np.random.default_rng(4)) for one in (row, {**row, **hidden})]
        assert stories[0] == stories[1]
        assert MODEL.picture(row) == MODEL.picture({**row, **hidden, "recorded": 0.0})


def test_the_picture_has_one_size_and_its_words_name_no_diagnosis(cohort):
    sizes = set()
    for index in range(40):
        row = cohort.row(index)
        drawn = MODEL.picture(row)
        assert not re.search(r"pneumon|failure|COPD|normal|consolid", drawn.alt, re.IGNORECASE)
        assert ("patch" in drawn.alt) == (row["patch"] > 0)
        assert ("haze" in drawn.alt) == (row["congestion"] > 0)
        assert ("low and flat" in drawn.alt) == (row["stretch"] > 0.25)
        assert ("blurred" in drawn.alt) == (row["blurred"] == 1)
        assert f"{100 * row['heart']:.0f} %" in drawn.alt
        assert f'aria-label="{drawn.alt}"' in drawn.svg
        assert len(drawn.svg) < 42_000
        sizes.add(len(drawn.svg.replace(drawn.alt, "").encode()))
    assert len(sizes) == 1


def test_the_truth_sentence_names_the_causes(cohort):
    row = {**cohort.row(0), "pneumonia": 1.0, "failure": 1.0, "copd": 0.0}
    assert MODEL.truth_sentence({**row, "patch": 0.6}) == "Pneumonia with heart failure."
    unseen = MODEL.truth_sentence({**row, "patch": 0.0})
    assert unseen == "Pneumonia with heart failure. The X-ray did not show it on the first day."
    alone = {**row, "pneumonia": 0.0}
    assert MODEL.truth_sentence({**alone, "patch": 0.0}) == "No pneumonia: heart failure."
    scarred = MODEL.truth_sentence({**alone, "patch": 0.4})
    assert scarred == "No pneumonia: heart failure. The patch on the X-ray was an old scar."


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    p = cohort
    assert (p["pack_years"] <= 2 * (p["years"] - 16)).all()
    rng = np.random.default_rng(1)
    for index in range(3_000):
        row = cohort.row(index)
        text = MODEL.story(row, rng)
        if "gasping" in text:
            assert row["breaths"] >= 26
        assert bool(re.search(r"hardly coughed|coughs up nothing", text)) == (row["sputum"] == 0)
        assert ("many years" in text) == (row["pack_years"] >= 20)
        drawn = MODEL.picture(row).alt if index < 100 else ""
        if row["patch"] > 0:
            assert "clear on both sides" not in drawn
        truth = MODEL.truth_sentence(row)
        assert ("old scar" in truth) == (row["patch"] > 0 and row["pneumonia"] == 0)
        assert ("did not show" in truth) == (row["patch"] == 0 and row["pneumonia"] == 1)


def test_every_mode_says_how_it_is_undone():
    assert all(mode.undo is not None for mode in MODEL.failure_modes)
