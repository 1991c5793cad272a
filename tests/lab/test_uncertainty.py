"""What stands beside the probability: calibrated apart from the bank, and measured apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from tutor.content.loading import built_in, load
from tutor.errors import BuildError
from tutor.lab.bundle import Bundle
from tutor.lab.out_of_distribution import Scope
from tutor.lab.training import HeldOut
from tutor.lab.uncertainty import Beside

TABLES = ("aki_drift", "need", "oximetry", "pneumonia", "screening", "sepsis")
LESSONS = {"second", "credit", "compared", "not_patient"}
# One false alarm in a hundred thousand.
CHANCE = 1e-5


def exercise_of(name):
    return next(e for e in load(built_in())[0].exercises if e.manifest.id == name)


def assert_covered(estimate, calibrated, level):
    """At least as often as chance allows; tied scores can only cover more."""
    left_out = int(np.floor((1 - level) * (calibrated + 1)))
    law = betabinom(estimate["n"], calibrated + 1 - left_out, left_out)
    assert law.cdf(round(estimate["value"] * estimate["n"])) > CHANCE


def test_each_class_is_covered_within_chance_of_the_level(bundle, small_study):
    evidence = bundle.evidence
    for of_class, present in (("present", True), ("absent", False)):
        left = int((small_study.truth == present).sum()) - sum(
            card.cell.present == present for card in bundle.cards
        )
        calibrated = left - evidence["coverage"][of_class]["n"]
        assert_covered(evidence["coverage"][of_class], calibrated, evidence["level"])
        assert evidence["coverage"][of_class]["value"] < 0.96


def test_the_cases_of_either_bank_are_neither_calibrated_on_nor_counted(bundle, small_study):
    counted = sum(estimate["n"] for estimate in bundle.evidence["coverage"].values())
    cases = (*bundle.cards, *bundle.assessment)
    assert counted == (small_study.patients.n - len(cases)) // 2


def test_a_higher_probability_rules_out_no_presence(bundle):
    revealed = sorted(bundle.revealed.values(), key=lambda case: case["probability"])
    present = [case["answers"]["present"] for case in revealed]
    absent = [case["answers"]["absent"] for case in revealed]
    assert present == sorted(present)
    assert absent == sorted(absent, reverse=True)


def test_a_cohort_too_small_to_calibrate_is_told(small_study):
    few = small_study.patients.take(np.arange(60))
    held_out = HeldOut(small_study.fitted, small_study.seed)
    held_out.__dict__["patients"] = few
    with pytest.raises(BuildError, match="Enlarge held_out_size"):
        Beside(held_out, np.arange(20))


@pytest.mark.long
@pytest.mark.parametrize("name", TABLES)
def test_lessons_are_met_and_every_class_covered(name, built_in_bundles):
    built = Bundle(built_in_bundles / exercise_of(name).fingerprint)
    told = {kind for closed in built.closed.values() for kind in closed["more"]}
    assert told <= LESSONS
    assert len(told) >= 2
    evidence = built.evidence
    for estimate in evidence["coverage"].values():
        assert_covered(estimate, estimate["n"], evidence["level"])


@pytest.mark.long
def test_new_members_without_records_are_out_of_scope_and_the_others_are_not(trained):
    held_out = trained("need")
    scope, patients = Scope.of(held_out.fitted), held_out.patients
    new = patients["new_member"] == 1
    assert scope.speaks(patients.take(new)).all()
    assert scope.speaks(patients.take(~new)).mean() < 0.01
