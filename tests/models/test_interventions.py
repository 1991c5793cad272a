"""What ``do()`` may change, in every model: what follows from the cause, and nobody's luck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.models.loading import load_model
from tests.models.test_all import NAMES, SEEDS, every_model, every_twin, twin_id
from tutor.kit import Patients, TeachingModel, World, happens

every_one = pytest.mark.parametrize("which", every_twin(), ids=twin_id)
Simulate = Callable[..., Patients]


def used_up(simulate: Simulate, n: int, seed: int, **do: Any) -> dict[str, Any]:
    """Where each variable's stream stands once it is drawn: how much luck it took."""
    states: dict[str, Any] = {}
    draw = World.draw

    def watched(world: World, name: str, equation: Callable[[Any], Any]) -> Any:
        def and_then(stream: np.random.Generator) -> Any:
            values = equation(stream)
            states[name] = stream.bit_generator.state
            return values

        return draw(world, name, and_then)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "draw", watched)
        simulate(n, seed, **do)
    return states


def out_of_step(simulate: Simulate, n: int, seed: int, before: Any, after: Any) -> list[str]:
    """The variables that take more of their stream, or less, under another intervention."""
    one, other = used_up(simulate, n, seed, **before), used_up(simulate, n, seed, **after)
    return [name for name in one if name in other and one[name] != other[name]]


def moved(one: Patients, other: Patients) -> np.ndarray:
    """Which patients differ in any column."""
    return np.any([one[name] != other[name] for name in one], axis=0)


def causes(model: TeachingModel, patients: Patients) -> list[str]:
    """All variables but those that make the world in which its patients are met."""
    return [name for name in patients if name not in model.deployment]


def counted(n: int, seed: int, **do: Any) -> Patients:
    """A cohort with the fault: numpy's Poisson takes as many numbers as the mean asks for."""
    world = World(n, seed, do)
    ill = world.draw("ill", lambda s: happens(s, 0.5, n))
    world.draw("visits", lambda s: s.poisson(1 + 3 * ill))
    return world.patients()


def test_a_draw_that_takes_more_luck_for_some_is_found():
    assert out_of_step(counted, 50, 0, {}, {"ill": 1}) == ["visits"]


def test_a_patient_who_loses_another_patients_luck_is_found():
    plain = counted(50, 0)
    first = plain["ill"].copy()
    first[0] = 1 - first[0]
    assert moved(plain, counted(50, 0, ill=first))[1:].any()


@every_one
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_every_variable_takes_the_same_luck_whatever_is_done(which, seed):
    name, at = which
    model = load_model(name)
    plain = dict(model.deployment)
    other = {**plain, **model.twins[at].do}
    assert out_of_step(model.simulate, 60, seed, plain, other) == []


@every_model
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_training_and_deployment_take_the_same_luck(name, seed):
    model = load_model(name)
    worlds = dict(model.training), dict(model.deployment)
    assert out_of_step(model.simulate, 60, seed, *worlds) == []


@every_model
@settings(max_examples=2, deadline=None)
@given(seed=SEEDS)
def test_whichever_cause_is_changed_for_one_only_that_one_changes(name, seed):
    """Any variable may be asked about, not only those of the twins."""
    model = load_model(name)
    plain = model.simulate(40, seed, **model.deployment)
    for cause in causes(model, plain):
        values = plain[cause].copy()
        order = np.argsort(values)
        low, high = int(order[0]), int(order[-1])
        values[low] = plain[cause][high]
        moves = moved(plain, model.simulate(40, seed, **{**model.deployment, cause: values}))
        moves[low] = False
        assert not moves.any(), cause


@every_model
@settings(max_examples=2, deadline=None)
@given(seed=SEEDS)
def test_setting_a_cause_to_what_it_is_changes_nothing(name, seed):
    model = load_model(name)
    plain = model.simulate(40, seed, **model.deployment)
    for cause in causes(model, plain):
        again = model.simulate(40, seed, **{**model.deployment, cause: plain[cause]})
        assert not moved(plain, again).any(), cause


# For each twin whose cause is an order, a recording, a record or a device: what it must leave as
# it is. A disease does not follow from how it is looked at, nor from skin, wealth or paperwork.
LEFT_ALONE: dict[tuple[str, str], tuple[str, ...]] = {
    ("oximetry", "light_and_warm"): (
        "oxyhaemoglobin",
        "pao2",
        "low_oxygen",
        "respiratory_rate",
        "lactate",
    ),
    ("oximetry", "dark_and_cool"): (
        "oxyhaemoglobin",
        "pao2",
        "low_oxygen",
        "respiratory_rate",
        "lactate",
    ),
    ("oximetry", "warm_hand"): (
        "oxyhaemoglobin",
        "pao2",
        "low_oxygen",
        "haemoglobin",
        "heart_rate",
    ),
    ("oximetry", "co_oximetry"): ("oxyhaemoglobin", "pao2", "low_oxygen", "cohb", "headache"),
    ("oximetry", "exact_probe"): ("oxyhaemoglobin", "pao2", "perfusion_index", "motion", "pigment"),
    ("oximetry", "moving"): ("oxyhaemoglobin", "pao2", "low_oxygen", "perfusion_index", "lactate"),
    ("oximetry", "still_hand"): (
        "oxyhaemoglobin",
        "pao2",
        "low_oxygen",
        "perfusion_index",
        "heart_rate",
    ),
    ("oximetry", "no_carbon_monoxide"): ("pao2", "severity", "perfusion_index", "haemoglobin"),
    ("sepsis", "ordered"): ("sepsis", "lactate", "creatinine", "temperature", "refill"),
    ("sepsis", "unordered"): ("sepsis", "lactate", "creatinine", "temperature", "refill"),
    ("sepsis", "no_operation"): ("sepsis", "since_onset", "refill", "urine"),
    ("sepsis", "no_infection"): ("sepsis", "since_onset", "refill", "urine", "operated"),
    ("need", "joined_earlier"): ("high_need", "conditions_now", "hba1c", "creatinine"),
    ("need", "in_reach"): ("high_need", "conditions_now", "hba1c", "creatinine", "self_rated"),
    ("need", "out_of_reach"): ("high_need", "conditions_now", "hba1c", "creatinine", "self_rated"),
    ("need", "without_medicine"): ("high_need", "conditions_now", "visits", "ldl"),
    ("need", "without_operation"): ("high_need", "conditions_now", "visits", "ldl"),
    ("need", "usual_use"): ("high_need", "conditions_now", "hba1c", "systolic"),
    ("need", "heavier_use"): ("high_need", "conditions_now", "hba1c", "systolic"),
    ("hip", "main_room"): ("fracture", "bone", "displaced", "walks", "priority", "department"),
    ("hip", "quiet_request"): ("fracture", "bone", "displaced", "walks", "scanner", "urgency"),
    ("hip", "loud_request"): ("fracture", "bone", "displaced", "walks", "scanner", "urgency"),
    ("hip", "paler_bone"): ("fracture", "line", "displaced", "pain", "scanner", "priority"),
    ("hip", "denser_bone"): ("fracture", "line", "displaced", "pain", "scanner", "priority"),
    ("screening", "new_film"): ("cancer", "noticed", "examination", "risk"),
    ("screening", "no_scar"): ("cancer", "noticed", "examination", "risk"),
    ("screening", "fatty_breast"): ("cancer", "noticed", "examination", "risk"),
    ("screening", "clear_film"): ("cancer", "noticed", "examination", "risk"),
    ("screening", "suspicious_film"): ("cancer", "noticed", "examination", "risk"),
    ("aki_drift", "box_empty"): ("gfr", "creatinine", "ejection", "shock", "systolic", "risk"),
    ("aki_drift", "box_ticked"): ("gfr", "creatinine", "ejection", "shock", "systolic", "risk"),
    ("aki_drift", "better_kidneys"): ("ejection", "shock", "systolic", "contrast", "infected"),
    ("aki_drift", "worse_kidneys"): ("ejection", "shock", "systolic", "contrast", "infected"),
    ("retinopathy", "retaken"): ("referable", "grade", "microaneurysms", "acuity", "lens_haze"),
    ("retinopathy", "out_of_focus"): ("referable", "grade", "microaneurysms", "acuity"),
    ("retinopathy", "dusty"): ("referable", "grade", "microaneurysms", "acuity", "lens_haze"),
    ("ecg", "still"): ("fibrillation", "rate", "pr", "systolic", "potassium"),
    ("ecg", "no_early_beats"): ("fibrillation", "driven", "tremor", "systolic", "potassium"),
    ("ecg", "with_early_beats"): ("fibrillation", "driven", "tremor", "systolic", "potassium"),
    ("ecg", "conducts_freely"): ("fibrillation", "tremor", "systolic", "potassium"),
    ("ecg", "paced"): ("fibrillation", "tremor", "systolic", "potassium"),
    ("pneumonia", "without_asthma"): ("severity", "urea", "rr", "spo2", "ph", "temperature"),
    ("pneumonia", "with_severe_asthma"): ("severity", "urea", "ph", "temperature", "copd"),
    ("pneumonia", "without_copd"): ("severity", "urea", "sbp", "cancer", "kidney_disease"),
    ("pneumonia", "without_kidney_disease"): ("severity", "rr", "spo2", "cancer", "copd"),
    ("pneumonia", "without_immunosuppression"): ("severity", "urea", "sbp", "cancer", "copd"),
    ("pneumonia", "more_severe"): ("age", "asthma", "copd", "usual_urea", "usual_spo2"),
    ("dyspnoea", "a_year_younger"): ("pneumonia", "failure", "copd", "bnp", "crp", "patch"),
    ("dyspnoea", "aged_in_the_record"): ("pneumonia", "failure", "copd", "bnp", "crp", "patch"),
    ("dyspnoea", "heavier_record"): ("pneumonia", "failure", "copd", "bnp", "crp", "patch"),
    ("dyspnoea", "lighter_record"): ("pneumonia", "failure", "copd", "bnp", "crp", "patch"),
    ("dyspnoea", "held_still"): ("pneumonia", "failure", "copd", "bnp", "crp", "patch"),
    ("skin_tone", "lighter"): ("malignant", "what", "site", "atypia", "sore"),
    ("skin_tone", "darker"): ("malignant", "what", "site", "atypia", "sore"),
    ("skin_tone", "well_lit"): ("malignant", "what", "site", "atypia", "sore", "tone"),
    ("skin_tone", "unstriped"): ("malignant", "what", "site", "atypia", "sore", "tone"),
    ("skin_tone", "pigmented"): ("malignant", "what", "site", "tone"),
}


def test_the_table_names_twins_that_exist():
    known = {(name, twin.id) for name in NAMES for twin in load_model(name).twins}
    assert set(LEFT_ALONE) <= known


@pytest.mark.parametrize("which", sorted(LEFT_ALONE), ids="/".join)
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_what_does_not_follow_from_the_cause_is_left_alone(which, seed):
    name, twin_name = which
    model = load_model(name)
    (twin,) = (twin for twin in model.twins if twin.id == twin_name)
    before = model.simulate(200, seed, **model.deployment)
    after = model.simulate(200, seed, **{**model.deployment, **twin.do})
    for column in LEFT_ALONE[which]:
        np.testing.assert_array_equal(before[column], after[column], column)
