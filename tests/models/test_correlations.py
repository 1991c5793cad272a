"""What goes with what, in every cohort: the directions that a clinician knows.

One table for all models. A new model adds its rows; each row is a claim about patients, not about
the algorithm. The size of a correlation is a teaching choice, its direction is not.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.models.loading import load_model
from tests.models.test_all import NAMES, SEEDS
from tutor.kit import Patients

Pair = tuple[str, str, int]
SIZE = 20_000  # chance alone moves a correlation by 0.007 (one standard deviation)
CHANCE = 0.007
# The world in which a model's patients differ most in illness, where it is not the plain one.
WORLDS: dict[str, dict[str, Any]] = {
    "need": dict(load_model("need").deployment),
    "pneumonia": {"site": 1},
    "screening": {"setting": 3},
    "sepsis": {"window": 1},
}
# Cause (or what comes first), effect (or what goes with it), and the direction.
PAIRS: dict[str, tuple[Pair, ...]] = {
    "aki_drift": (
        ("age", "egfr", -1),
        ("diabetes", "egfr", -1),
        ("egfr", "creatinine", -1),
        ("egfr", "haemoglobin", +1),
        ("egfr", "protocol", -1),
        ("ejection", "shock", -1),
        ("ejection", "diuretic", -1),
        ("shock", "systolic", -1),
        ("shock", "lactate", +1),
        ("shock", "shock_box", +1),
        ("infected", "temperature", +1),
        ("infected", "crp", +1),
        ("egfr", "risk", -1),
        ("ejection", "risk", -1),
        ("shock", "risk", +1),
        ("infected", "risk", +1),
        ("contrast", "risk", +1),
        ("planned", "risk", -1),
    ),
    "dyspnoea": (
        ("years", "failure", +1),
        ("build", "failure", +1),
        ("pack_years", "copd", +1),
        ("pneumonia", "temperature", +1),
        ("pneumonia", "white_cells", +1),
        ("pneumonia", "crp", +1),
        ("pneumonia", "sputum", +1),
        ("pneumonia", "patch", +1),
        ("failure", "bnp", +1),
        ("failure", "jvp", +1),
        ("failure", "oedema", +1),
        ("failure", "ejection", -1),
        ("failure", "congestion", +1),
        ("failure", "heart", +1),
        ("build", "bnp", -1),
        ("years", "bnp", +1),
        ("copd", "wheeze", +1),
        ("copd", "stretch", +1),
        ("copd", "saturation", -1),
        ("congestion", "bnp", +1),
        ("crp", "temperature", +1),
    ),
    "ecg": (
        ("age", "fibrillation", +1),
        ("heart_failure", "fibrillation", +1),
        ("hypertension", "systolic", +1),
        ("heart_failure", "breathless", +1),
        ("pulse_rhythm", "palpitations", +1),
        ("tremor", "tremor_seen", +1),
        ("fibrillation", "pulse_rhythm", +1),
    ),
    "hip": (
        ("age", "density", -1),
        ("age", "fall", +1),
        ("age", "fracture", +1),
        ("bmi", "density", +1),
        ("bone", "fracture", -1),
        ("fall", "fracture", +1),
        ("fracture", "pain", +1),
        ("fracture", "walks", -1),
        ("displaced", "leg", +1),
        ("fracture", "suspicion", +1),
        ("suspicion", "priority", +1),
        ("suspicion", "department", +1),
        ("priority", "scanner", +1),
    ),
    "need": (
        ("age", "conditions", +1),
        ("barriers", "conditions", +1),
        ("barriers", "distance", +1),
        ("barriers", "skipped", +1),
        ("conditions_now", "conditions", +1),
        ("conditions_now", "recorded", +1),
        ("conditions_now", "hba1c", +1),
        ("conditions_now", "systolic", +1),
        ("conditions_now", "creatinine", +1),
        ("conditions_now", "haematocrit", -1),
        ("conditions_now", "daily_help", +1),
        ("conditions_now", "self_rated", +1),
        ("conditions_now", "admissions", +1),
        ("conditions_now", "ed_visits", +1),
        ("conditions_now", "visits", +1),
        ("recorded", "medicines", +1),
        ("habit", "visits", +1),
        ("cost", "cost_next", +1),
        ("new_member", "cost", -1),
    ),
    "oximetry": (
        ("severity", "oxyhaemoglobin", -1),
        ("severity", "fio2", +1),
        ("oxyhaemoglobin", "respiratory_rate", -1),
        ("oxyhaemoglobin", "dyspnoea", -1),
        ("oxyhaemoglobin", "speech", -1),
        ("oxyhaemoglobin", "accessory_muscles", -1),
        ("oxyhaemoglobin", "heart_rate", -1),
        ("oxyhaemoglobin", "lactate", -1),
        ("shock", "perfusion_index", -1),
        ("shock", "lactate", +1),
        ("temperature", "heart_rate", +1),
        ("co_exposure", "headache", +1),
        ("co_exposure", "oxyhaemoglobin", -1),
        ("oxyhaemoglobin", "spo2", +1),
        ("shock", "heart_rate", +1),
    ),
    "pneumonia": (
        ("severity", "rr", +1),
        ("severity", "sbp", -1),
        ("severity", "temperature", +1),
        ("severity", "pulse", +1),
        ("severity", "spo2", -1),
        ("severity", "urea", +1),
        ("severity", "ph", -1),
        ("severity", "sodium", -1),
        ("severity", "glucose", +1),
        ("severity", "altered", +1),
        ("age", "altered", +1),
        ("age", "heart_failure", +1),
        ("age", "ward_risk", +1),
        ("cancer", "ward_risk", +1),
        ("copd", "usual_spo2", -1),
        ("copd", "peak_flow", -1),
        ("kidney_disease", "usual_urea", +1),
        ("asthma_severity", "peak_flow", -1),
        ("asthma_severity", "speech", +1),
        ("asthma_severity", "asthma_icu", +1),
        ("immunosuppressed", "ward_risk", +1),
        ("asthma", "escalated", +1),
        ("urea", "ph", -1),
        ("rr", "spo2", -1),
    ),
    "retinopathy": (
        ("diabetes_years", "referable", +1),
        ("hba1c", "referable", +1),
        ("systolic", "referable", +1),
        ("referable", "acr", +1),
        ("referable", "feet_numb", +1),
        ("exudates", "acuity", -1),
        ("new_vessels", "floaters", +1),
        ("age", "lens_haze", +1),
        ("age", "pupil", -1),
        ("lit_room", "pupil", -1),
        ("age", "acuity", -1),
        ("diabetes_years", "microaneurysms", +1),
        ("grade", "haemorrhages", +1),
    ),
    "screening": (
        ("age", "risk", +1),
        ("relatives", "risk", +1),
        ("hormones", "risk", +1),
        ("biopsies", "risk", +1),
        ("children", "risk", -1),
        ("cancer", "film", +1),
        ("cancer", "lump", +1),
        ("cancer", "skin", +1),
        ("cancer", "pain", -1),
        ("scar", "film", +1),
    ),
    "sepsis": (
        ("sepsis", "refill", +1),
        ("sepsis", "skin", +1),
        ("sepsis", "confused", +1),
        ("sepsis", "rigors", +1),
        ("sepsis", "urine", -1),
        ("sepsis", "bilirubin", +1),
        ("age", "confused", +1),
        ("inflammation", "temperature", +1),
        ("inflammation", "heart_rate", +1),
        ("inflammation", "wbc", +1),
        ("temperature", "heart_rate", +1),
        ("strain", "respiratory_rate", +1),
        ("strain", "lactate", +1),
        ("steroids", "wbc", +1),
        ("operated", "antibiotic", +1),
        ("known_infection", "antibiotic", +1),
        ("suspicion", "culture", +1),
        ("suspicion", "off_round", +1),
        ("culture", "antibiotic", +1),
        ("respiratory_rate", "lactate", +1),
        ("heart_rate", "respiratory_rate", +1),
        ("systolic", "heart_rate", -1),
        ("steroids", "sepsis", +1),
        ("age", "sepsis", +1),
    ),
    "dermoscopy": (
        ("age", "melanoma", +1),
        ("family", "melanoma", +1),
        ("melanoma", "atypia", +1),
        ("atypia", "disorder", +1),
        ("melanoma", "worry", +1),
        ("melanoma", "changed", +1),
        ("melanoma", "bleeds", +1),
        ("melanoma", "firm", +1),
    ),
    "skin_tone": (
        ("age", "malignant", +1),
        ("malignant", "atypia", +1),
        ("malignant", "changed", +1),
        ("malignant", "ulcerated", +1),
        ("malignant", "on_ridge", +1),
        ("malignant", "known_for", -1),
        ("atypia", "disorder", +1),
        ("atypia", "radius", +1),
        ("fitzpatrick", "tone", +1),
        ("type", "palm", +1),
    ),
}
PRESENT = [name for name in NAMES if name in PAIRS]


@cache
def cohort(name: str, seed: int) -> Patients:
    """A cohort in the world where its correlations are looked for."""
    return load_model(name).simulate(SIZE, seed, **WORLDS.get(name, {}))


def wrong_way(patients: Patients, pairs: tuple[Pair, ...]) -> list[str]:
    """The pairs that do not go together in their direction, beyond chance."""
    found = []
    for cause, effect, sign in pairs:
        together = np.corrcoef(patients[cause].astype(float), patients[effect].astype(float))[0, 1]
        if not sign * together > CHANCE:
            found.append(f"{cause} and {effect}: {together:+.3f}, expected {sign:+d}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_model_says_what_goes_with_what(name: str) -> None:
    assert len(PAIRS.get(name, ())) >= 7, f"add rows for {name}"
    patients = load_model(name).simulate(50, 0)
    for cause, effect, sign in PAIRS[name]:
        assert {cause, effect} <= set(patients)
        assert sign in (-1, 1)


@pytest.mark.parametrize("name", PRESENT)
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_what_goes_together_goes_the_clinical_way(name: str, seed: int) -> None:
    assert wrong_way(cohort.__wrapped__(name, seed), PAIRS[name]) == []


@pytest.mark.parametrize("name", PRESENT)
def test_a_direction_turned_round_is_found(name: str) -> None:
    turned = tuple((cause, effect, -sign) for cause, effect, sign in PAIRS[name])
    assert len(wrong_way(cohort(name, 5), turned)) == len(turned)
