"""What holds for every cohort under models/, whoever wrote it."""

from __future__ import annotations

import re
from functools import cache
from html import escape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.loading import ROOT, load_model
from tutor.kit import units

NAMES = sorted(path.parent.name for path in (ROOT / "models").glob("*/model.py"))
SEEDS = st.integers(0, 2**31 - 1)
NEVER_CHANGED = ("age", "sex")
MOST = 2 / 3  # a failure that touches nearly everyone says nothing about anyone

every_model = pytest.mark.parametrize("name", NAMES)


def worlds(model):
    """The interventions in which this model's patients are met, the plain one first."""
    twins = [{**model.deployment, **twin.do} for twin in model.twins]
    return [dict(model.deployment), dict(model.training), *twins]


def features(model):
    return tuple({f.column: f for f in (*model.features, *model.findings)}.items())


@cache
def deployed(name, n=4_000, seed=11):
    model = load_model(name)
    return model.simulate(n, seed, **model.deployment)


@cache
def read(name, n=240, seed=11):
    """Fewer patients, with what is read off their pictures."""
    model = load_model(name)
    return model.measured(model.simulate(n, seed, **model.deployment))


@cache
def twins_of(name, at):
    """The same patients as :func:`deployed`, with the twin's cause changed."""
    model = load_model(name)
    return model.simulate(4_000, 11, **{**model.deployment, **model.twins[at].do})


def every_twin():
    return [(name, at) for name in NAMES for at in range(len(load_model(name).twins))]


def twin_id(value):
    return load_model(value[0]).twins[value[1]].id if isinstance(value, tuple) else str(value)


def test_all_models_are_found():
    assert len(NAMES) >= 10
    for name in NAMES:
        assert load_model(name).id == name


# --- values -----------------------------------------------------------------------------------


@every_model
@settings(max_examples=6, deadline=None)
@given(data=st.data(), seed=SEEDS)
def test_every_value_is_possible_in_every_world(name, data, seed):
    model = load_model(name)
    do = data.draw(st.sampled_from(worlds(model)))
    patients = model.measured(model.simulate(16 if model.measure else 200, seed, **do))
    for column, feature in features(model):
        values = patients[column].astype(float)
        assert feature.bounds is not None, column
        assert np.isfinite(values).all(), column
        assert feature.bounds[0] <= values.min(), (column, values.min(), do)
        assert values.max() <= feature.bounds[1], (column, values.max(), do)
        rounded = np.round(values, feature.decimals)
        np.testing.assert_allclose(values, rounded, rtol=0, atol=1e-9, err_msg=column)
        assert not any(re.fullmatch(r"-0(\.0+)?", feature.say(value)) for value in values), column
        if feature.words:
            assert set(values) <= set(feature.words), column


@every_model
@settings(max_examples=6, deadline=None)
@given(seed=SEEDS)
def test_the_same_seed_gives_the_same_patients_and_another_seed_others(name, seed):
    model = load_model(name)
    once, again = (model.simulate(80, seed, **model.deployment) for _ in range(2))
    assert list(once) == list(again)
    for column in once:
        np.testing.assert_array_equal(once[column], again[column], column)
    other = model.simulate(80, seed + 1, **model.deployment)
    assert not np.array_equal(once["age"], other["age"])


@every_model
def test_truth_and_label_are_yes_or_no_and_both_occur(name):
    model, patients = load_model(name), deployed(name)
    for column in (model.truth, model.label):
        assert set(np.unique(patients[column].astype(int))) == {0, 1}


@every_model
def test_reference_ranges_lie_within_the_bounds(name):
    for column, feature in features(load_model(name)):
        if feature.reference is None:
            continue
        low, high = feature.reference
        assert feature.bounds[0] <= low < high <= feature.bounds[1], column


@every_model
def test_what_is_said_and_what_is_flagged_agree(name):
    model, patients = load_model(name), read(name)
    for column, feature in features(model):
        for value in np.unique(patients[column].astype(float)):
            said, flag = feature.say(value), feature.flag(value)
            assert said.strip(), column
            if feature.words:
                assert feature.reference is None, "words cannot be above or below a range"
                assert flag == ""
                continue
            assert float(said) == pytest.approx(value, abs=0.5001 * 10**-feature.decimals)
            assert said == f"{float(said):.{feature.decimals}f}"
            low, high = feature.reference or (-np.inf, np.inf)
            assert flag == ("L" if float(said) < low else "H" if float(said) > high else ""), (
                column,
                value,
            )


PRACTICE_DIFFERS = {
    ("Glucose", "mmol/L"): units.GLUCOSE,
    ("Creatinine", "µmol/L"): units.CREATININE,
    ("Bilirubin", "µmol/L"): units.BILIRUBIN,
    ("Urea", "mmol/L"): units.UREA,
    ("Usual urea", "mmol/L"): units.UREA,
    ("Haemoglobin", "g/L"): units.HAEMOGLOBIN,
    ("LDL cholesterol", "mmol/L"): units.LDL_CHOLESTEROL,
}
SAME = re.compile(r"^(usual )?(glucose|creatinine|bilirubin|urea|ha?emoglobin|ldl)", re.I)


@every_model
def test_a_finding_that_is_given_otherwise_elsewhere_has_both_units(name):
    for _, feature in features(load_model(name)):
        expected = PRACTICE_DIFFERS.get((feature.label, feature.unit))
        assert feature.conventional == expected, feature.label
        if SAME.search(feature.label) and not feature.words:
            assert expected is not None, f"{feature.label} in {feature.unit}: add it above"


@every_model
def test_a_finding_with_two_units_is_in_the_chart_where_they_are_switched(name):
    model = load_model(name)
    shown = {feature.column for feature in model.findings}
    assert {f.column for _, f in features(model) if f.conventional} <= shown


@every_model
def test_a_flag_agrees_with_the_value_and_range_in_either_unit(name):
    model, patients = load_model(name), deployed(name)
    for column, feature in features(model):
        if feature.conventional is None or feature.reference is None:
            continue
        low, high = (float(feature.conventional.say(end)) for end in feature.reference)
        for value in np.unique(patients[column].astype(float)):
            said, flag = float(feature.say_conventional(value)), feature.flag(value)
            assert flag == ("L" if said < low else "H" if said > high else ""), (column, value)


# --- failure modes and twins ------------------------------------------------------------------


@every_model
def test_a_failure_mode_touches_some_and_not_most(name):
    model, patients = load_model(name), deployed(name)
    scope = model.scope(patients)
    for mode in model.failure_modes:
        touched, compared = mode.touches(patients), mode.comparison(patients)
        assert touched.dtype == compared.dtype == bool
        assert touched.shape == compared.shape == (patients.n,)
        for among in (touched, touched[scope]):
            assert 0.01 <= among.mean() <= MOST, (mode.id, among.mean())
        assert not (touched & compared).any()
        assert compared.mean() >= 0.01


@every_model
def test_every_patient_in_scope_has_a_twin(name):
    model, patients = load_model(name), deployed(name)
    scope = model.scope(patients)
    assert scope.mean() > 0.1
    served = np.any([twin.applies(patients) for twin in model.twins], axis=0)
    assert served[scope].all()


@pytest.mark.parametrize("which", every_twin(), ids=twin_id)
def test_a_twin_is_the_same_person(which):
    name, at = which
    twin, before, after = load_model(name).twins[at], deployed(name), twins_of(name, at)
    assert list(before) == list(after)
    assert "sex" not in twin.do
    for column in NEVER_CHANGED:
        if column in before and column not in twin.do:
            np.testing.assert_array_equal(before[column], after[column])


@pytest.mark.parametrize("which", every_twin(), ids=twin_id)
def test_what_comes_before_the_cause_does_not_follow_from_it(which):
    """Columns are drawn in causal order, so all before the first change are no descendants."""
    name, at = which
    twin, before, after = load_model(name).twins[at], deployed(name), twins_of(name, at)
    for column in before:
        if column in twin.do:
            break
        np.testing.assert_array_equal(before[column], after[column], column)
    for column, value in twin.do.items():
        assert (after[column] == value).all()


@pytest.mark.parametrize("which", every_twin(), ids=twin_id)
def test_a_patient_who_has_the_twins_values_already_is_left_alone(which):
    name, at = which
    twin, before, after = load_model(name).twins[at], deployed(name), twins_of(name, at)
    already = np.all([before[column] == value for column, value in twin.do.items()], axis=0)
    for column in before:
        same = before[column][already], after[column][already]
        np.testing.assert_array_equal(*same, err_msg=column)


@pytest.mark.parametrize("which", every_twin(), ids=twin_id)
def test_a_twin_changes_what_a_learner_or_the_algorithm_can_see_or_what_is_true(which):
    name, at = which
    model = load_model(name)
    twin, before = model.twins[at], deployed(name)
    mine = np.flatnonzero(model.scope(before) & twin.applies(before))[:40]
    assert len(mine), "no patient in scope gets this twin"
    one = model.measured(before.take(mine))
    other = model.measured(twins_of(name, at).take(mine))
    shown = {column for column, _ in features(model)} | {model.truth, model.label}
    changed = np.any([one[column] != other[column] for column in shown], axis=0)
    assert changed.mean() > 0.1
    for row in range(3):
        assert twin.as_is(one.row(row % one.n)).strip()
    assert twin.changed.strip()


# --- words and pictures -----------------------------------------------------------------------


@every_model
def test_a_story_never_names_the_condition(name):
    model, patients = load_model(name), deployed(name)
    condition = re.sub(r"^(an?|the) ", "", model.condition)
    banned = re.compile(f"{re.escape(condition)}|{re.escape(model.absence)}", re.I)
    stories = set()
    for at in range(150):
        told = model.story(patients.row(at), np.random.default_rng(at))
        stories.add(told)
        assert not banned.search(told), told
        assert f"{patients['age'][at]:.0f}" in told or "age" not in patients
        assert told == model.story(patients.row(at), np.random.default_rng(at))
        assert told.endswith((".", "”", "?")), told
    assert len(stories) > 100


@every_model
def test_a_story_does_not_depend_on_truth_or_label(name):
    model, patients = load_model(name), deployed(name)
    for at in range(60):
        row = patients.row(at)
        other = {**row, model.truth: 1 - row[model.truth], model.label: 1 - row[model.label]}
        told = [model.story(r, np.random.default_rng(at)) for r in (row, other)]
        assert told[0] == told[1]


@every_model
def test_the_truth_is_told_of_everyone(name):
    model, patients = load_model(name), deployed(name)
    for at in range(60):
        told = model.truth_sentence(patients.row(at))
        assert told.endswith(".")
        assert "nan" not in told.split()


@every_model
def test_a_picture_has_one_length_whatever_it_shows(name):
    model = load_model(name)
    if model.picture is None:
        assert model.measure is None
        return
    patients, sizes = read(name), set()
    with_it = np.flatnonzero(patients[model.truth] == 1)[:15]
    without = np.flatnonzero(patients[model.truth] == 0)[:15]
    assert len(with_it) == len(without) == 15
    for at in (*with_it, *without):
        drawn = model.picture(patients.row(int(at)))
        label = f'aria-label="{escape(drawn.alt)}"'
        assert drawn.svg.count(label) == 1
        assert 'role="img"' in drawn.svg
        assert "<script" not in drawn.svg
        sizes.add(len(drawn.svg.replace(label, "").encode()))
    assert len(sizes) == 1
