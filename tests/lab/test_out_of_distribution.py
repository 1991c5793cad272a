"""Out of scope: a finding outside its training range, or a combination nobody had, is named."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.kit import Patients
from tutor.lab.out_of_distribution import ODDER_THAN, Scope


@pytest.fixture(scope="module")
def scope(small_study):
    return Scope.of(small_study.fitted)


@pytest.fixture(scope="module")
def ordinary(small_study):
    """One patient in the middle of the training cohort."""
    middle = np.median(small_study.fitted.inputs, axis=0)
    return dict(zip(small_study.fitted.model.columns, middle, strict=True))


def told(scope, patient):
    columns = {name: np.array([value]) for name, value in patient.items()}
    return scope.notices(Patients(columns))[0]


def test_an_ordinary_patient_is_passed_over(scope, ordinary):
    assert told(scope, ordinary) is None


@pytest.mark.parametrize(("column", "value"), [("pulse", 300), ("crp", -50), ("age", 117)])
def test_a_finding_outside_its_training_range_is_named(scope, ordinary, small_model, column, value):
    notice = told(scope, {**ordinary, column: value})
    feature = next(f for f in small_model.features if f.column == column)
    (named,) = notice["beyond"]
    assert named["label"] == feature.name
    assert named["said"].startswith(str(value))
    seen = small_model.simulate(small_model.training_size, 0, **small_model.training)[column]
    assert named["range"] == [feature.say(seen.min()), feature.say(seen.max())]


def test_the_end_of_the_range_is_still_inside(scope, ordinary, small_study):
    inputs = small_study.fitted.inputs
    at = small_study.fitted.model.columns.index("age")
    for end in (inputs[:, at].min(), inputs[:, at].max()):
        assert "beyond" not in (told(scope, {**ordinary, "age": end}) or {})


def test_the_farthest_of_several_comes_first_and_the_rest_are_counted(scope, ordinary):
    notice = told(scope, {**ordinary, "temperature": 60, "pulse": 9_000, "crp": 400, "age": 150})
    assert notice["beyond"][0]["label"] == "Pulse"
    assert len(notice["beyond"]) + notice["more"] == 4


def test_findings_that_never_go_together_are_named_together(scope, small_study):
    """Each within its range; a feverish patient with the slowest pulse is not to be had."""
    inputs, columns = small_study.fitted.inputs, small_study.fitted.model.columns
    values = dict(zip(columns, np.median(inputs, axis=0), strict=True))
    values["temperature"] = inputs[:, columns.index("temperature")].max()
    values["pulse"] = inputs[:, columns.index("pulse")].min()
    assert {named["label"] for named in told(scope, values)["odd"]} == {"Temperature", "Pulse"}


def test_the_limit_is_where_it_is_said_to_be(scope, small_study):
    odd = scope.odd(small_study.fitted.inputs).mean()
    assert odd == pytest.approx(1 - ODDER_THAN, abs=1 / len(small_study.fitted.inputs))


def test_it_is_quiet_among_patients_like_those_of_training(scope, small_model):
    """Expected: one in 200 by the limit, and the ends of four ranges."""
    fresh = small_model.simulate(4_000, 77, **small_model.training)
    assert scope.speaks(fresh).mean() < 0.015


def test_it_speaks_for_whom_it_has_a_notice(scope, small_study):
    some = small_study.patients.take(np.arange(500))
    notices = [notice is not None for notice in scope.notices(some)]
    assert notices == scope.speaks(some).tolist()


def test_an_input_that_never_varied_has_one_value(small_study):
    from dataclasses import replace

    inputs = small_study.fitted.inputs.copy()
    inputs[:, 0] = 37.0
    scope = Scope.of(replace(small_study.fitted, inputs=inputs))
    patient = dict(zip(small_study.fitted.model.columns, np.median(inputs, axis=0), strict=True))
    assert told(scope, patient) is None
    assert told(scope, {**patient, "temperature": 37.1})["beyond"][0]["range"] == ["37.0"]
