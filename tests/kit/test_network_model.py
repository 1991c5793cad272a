"""ASIA as a teaching model: the truth of each patient is known, and SHAP can be held against it."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest

from tests.kit.test_bif import ASIA
from tutor.errors import ContentError
from tutor.kit import FailureKind, FailureMode, Metric, Patients
from tutor.kit.bif import read_bif
from tutor.kit.network_model import OUTCOME, TRUE_PROBABILITY, network_model
from tutor.lab.case_parts import Closings
from tutor.lab.explain import background, explain
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import study

SHOW = ("smoke", "bronc", "xray", "dysp")
NETWORK = read_bif(ASIA)


def model_of(**more):
    says = {
        "id": "asia",
        "title": "ASIA",
        "target": "either",
        "present": "yes",
        "show": SHOW,
        "condition": "tuberculosis or cancer",
        "absence": "neither",
        "threshold": 0.2,
    }
    return network_model(NETWORK, **{**says, **more})


MODEL = model_of()


@pytest.fixture(scope="module")
def held_out():
    return study(MODEL, 0)


def test_the_true_probability_is_how_often_it_is_so():
    patients = MODEL.simulate(60_000, 4)
    for chance in np.unique(patients[TRUE_PROBABILITY]):
        alike = patients[TRUE_PROBABILITY] == chance
        off = abs(patients[OUTCOME][alike].mean() - chance)
        assert off <= 4 * np.sqrt(chance * (1 - chance) / alike.sum()) + 1e-9


def test_under_do_the_true_probability_is_that_of_the_world_in_which_it_was_done():
    """Set by hand, breathlessness says nothing of its causes."""
    patients = MODEL.simulate(500, 4, dysp="yes")
    without = NETWORK.posterior("either", SHOW[:3], patients)[:, 1]
    assert patients[TRUE_PROBABILITY] == pytest.approx(without)
    half = np.arange(500) % 2
    mixed = MODEL.simulate(500, 4, dysp=half)
    assert mixed[TRUE_PROBABILITY][half == 1] == pytest.approx(without[half == 1])


def test_the_fitted_model_learns_the_posterior(held_out):
    off = np.abs(held_out.probability - held_out.patients[TRUE_PROBABILITY])
    assert off.mean() < 0.01


def shapley(value, k):
    """By the definition, over all coalitions of ``k`` features."""
    shares = np.zeros(k)
    for feature in range(k):
        others = [other for other in range(k) if other != feature]
        for size in range(k):
            weight = factorial(size) * factorial(k - size - 1) / factorial(k)
            for coalition in combinations(others, size):
                with_it = value({*coalition, feature})
                shares[feature] += weight * (with_it - value({*coalition}))
    return shares


def exact_shares(row, reference):
    """Shapley values of the exact posterior itself, against the same background."""

    def value(coalition):
        mixed = reference.copy()
        for at in coalition:
            mixed[:, at] = row[at]
        columns = dict(zip(SHOW, mixed.T.astype(int), strict=True))
        return NETWORK.posterior("either", SHOW, Patients(columns))[:, 1].mean()

    return shapley(value, len(SHOW))


def test_shap_of_the_fitted_model_is_near_that_of_the_exact_posterior(held_out):
    rows = np.unique(held_out.patients.matrix(SHOW), axis=0, return_index=True)[1]
    patients = held_out.patients.take(rows)
    explained = explain(held_out.fitted, patients)
    reference = background(held_out.fitted)
    exact = np.array([exact_shares(row, reference) for row in patients.matrix(SHOW)])
    # How far apart the two may lie is how far the forest is from the posterior it learned.
    every = np.abs(explained.probability - patients[TRUE_PROBABILITY]).max()
    assert np.abs(explained.contributions - exact).max() < 2 * every + 0.01
    assert np.corrcoef(explained.contributions.ravel(), exact.ravel())[0, 1] > 0.99


def test_everyone_has_a_twin_whose_first_cause_is_another(held_out):
    rated = RatedCohort.of(held_out)
    closings = Closings(rated, np.arange(120))
    pairs = [pair for at in range(120) if (pair := closings.pair(at))]
    assert len(pairs) > 10
    for row, other in pairs:
        assert row["smoke"] != other["smoke"]
        assert row["asia"] == other["asia"]


def test_the_sentence_says_the_exact_probability():
    row = {OUTCOME: 1.0, TRUE_PROBABILITY: 0.1234}
    assert MODEL.truth_sentence(row) == (
        "Tuberculosis or cancer. From what was shown, the exact probability was 12.3 %."
    )


BLIND = FailureMode(
    id="bronchitis",
    kind=FailureKind.BLIND,
    title="Takes bronchitis for something worse",
    sentence="Where bronchitis explains the breathlessness, it still suspects the worst.",
    mechanism="Nobody it learned from had bronchitis.",
    metric=Metric.FALSE_ALARMS,
    touches=lambda patients: patients["bronc"] == 1,
    inside="with bronchitis",
    outside="without",
)


def test_an_algorithm_that_never_met_bronchitis_takes_breathlessness_for_the_worst():
    """Explaining away, which the network was published to show: the tutorial's failure mode."""
    made = model_of(
        show=("smoke", "bronc", "dysp"),
        inputs=("smoke", "dysp"),
        training={"bronc": "no"},
        threshold=0.3,
        failure_modes=(BLIND,),
        labels={"smoke": "Smokes"},
    )
    assert made.columns == ("smoke", "dysp")
    assert [finding.label for finding in made.findings] == ["Smokes", "bronc", "dysp"]
    assert {twin.changed for twin in made.twins} == {"Changed. Smokes: no", "Changed. Smokes: yes"}
    found = study(made, 0)
    world = NETWORK.intervened({"bronc": "no"})
    learned = world.posterior("either", made.columns, found.patients)[:, 1]
    assert np.abs(found.probability - learned).max() < 0.05
    touched = BLIND.touches(found.patients)
    inside, outside = (BLIND.metric.measure(found, who) for who in (touched, ~touched))
    assert inside.low > outside.high


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"target": "cancer"}, "no node 'cancer'"),
        ({"present": "maybe"}, "'maybe' is no state of 'either'"),
        ({"show": ("smoke", "either")}, "not the target"),
        ({"show": ("smoke",)}, "two nodes or more"),
        ({"show": ("smoke", "smoke")}, "each once"),
        ({"show": ("smoke", "fever")}, "no node 'fever'"),
        ({"inputs": ("smoke", "lung")}, "'lung', which is not shown"),
        ({"training": {"fever": "no"}}, "no node 'fever'"),
        ({"training": {"bronc": "maybe"}}, "'maybe' is no state of 'bronc'"),
    ],
)
def test_what_cannot_be_asked_is_told(more, says):
    with pytest.raises(ContentError, match=says):
        model_of(**more)
