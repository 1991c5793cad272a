"""The lessons on explanations: each true of the case it is told of, two at the most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone

from tutor.core.paired_auroc import PairedAuroc
from tutor.lab import bank, case_parts
from tutor.lab.alternative_model import equally_good, second
from tutor.lab.explain import background, brute_force, explain
from tutor.lab.explanation import Explained
from tutor.lab.lessons import MOST, Lessons, with_it
from tutor.lab.shared_attribution import LARGE, TAKES, inherited
from tutor.lab.training import Fitted


@pytest.fixture(scope="module")
def chosen(small_rated, exercise):
    return bank.choose_banks(small_rated, exercise.manifest.bank, exercise.key).both


@pytest.fixture(scope="module")
def inputs(small_study, chosen):
    return small_study.patients.take(chosen.rows).matrix(small_study.fitted.model.columns)


@pytest.fixture(scope="module")
def explained(small_study, chosen) -> Explained:
    return explain(small_study.fitted, small_study.patients.take(chosen.rows))


@pytest.fixture(scope="module")
def told(bundle):
    """What each kind of lesson says, by case."""
    kinds = {"second": {}, "credit": {}, "compared": {}, "not_patient": {}}
    for case, closed in bundle.closed.items():
        for kind, lesson in closed["more"].items():
            kinds[kind][case] = lesson
    return kinds


def test_a_case_has_two_lessons_at_the_most(bundle):
    counts = [len(closed["more"]) for closed in bundle.closed.values()]
    assert 0 < max(counts) <= MOST


# --- a second model, equally good --------------------------------------------------------------


def test_the_second_model_is_another_and_as_good(small_study):
    found = second(small_study)
    assert not np.array_equal(found.probability, small_study.probability)
    assert equally_good(found.auroc)


def test_it_is_told_where_the_two_decide_differently_and_nowhere_else(
    bundle, told, small_study, chosen
):
    disagree = second(small_study).disagree[chosen.rows]
    cases = {card.case for card, other in zip(chosen.cards, disagree, strict=True) if other}
    assert set(told["second"]) == cases
    threshold = bundle.evidence["threshold"]
    for case, lesson in told["second"].items():
        first = bundle.revealed[case]["probability"]
        assert (first >= threshold) != (lesson["probability"] >= threshold)


def test_how_often_they_disagree_is_counted_on_all_who_were_held_out(bundle, small_study):
    other = second(small_study).probability >= small_study.fitted.model.threshold
    assert bundle.evidence["second"]["often"]["value"] == (other != small_study.alert).mean()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-0.01, 0.02, True), (0.001, 0.004, True), (0.001, 0.006, False), (-0.03, -0.01, False)],
)
def test_equally_good_is_within_chance_or_too_small_to_matter(low, high, expected):
    assert equally_good(PairedAuroc(0.8, 0.8, low, high)) is expected


def test_where_no_refit_is_as_good_none_is_told(fresh_study):
    """A model far better than any refit: it has seen the answers."""
    truth = fresh_study.patients["bacterial"].astype(float)
    fresh_study.__dict__["probability"] = truth
    assert second(fresh_study) is None


# --- shared credit -----------------------------------------------------------------------------


def test_an_input_that_is_told_twice_hands_its_bar_to_its_copy(small_study, inputs):
    """Half of a copied input's credit is its own; without it, the other takes it all."""
    fitted = small_study.fitted
    doubled = np.column_stack([fitted.inputs, fitted.inputs[:, 0]])
    features = (*fitted.model.features, replace(fitted.model.features[0], column="again"))
    model = replace(fitted.model, features=features)
    forest = clone(fitted.estimator).fit(doubled, fitted.labels)
    twice = Fitted(model, forest, doubled, fitted.labels, fitted.cohort)
    rows = np.column_stack([inputs, inputs[:, 0]])
    shares = np.array([brute_force(twice, row) for row in rows])
    chance = forest.predict_proba(rows)[:, 1]
    base = forest.predict_proba(background(twice))[:, 1].mean()
    found = inherited(twice, rows, Explained(float(base), shares, chance))
    assert found
    for lesson in found.values():
        assert {lesson.dropped, lesson.heir} == {0, 4}
        assert lesson.correlation == pytest.approx(1)


def test_who_inherits_takes_a_quarter_of_a_large_bar(small_study, inputs, explained):
    for at, lesson in inherited(small_study.fitted, inputs, explained).items():
        assert lesson.share == explained.contributions[at, lesson.dropped]
        assert lesson.before == explained.contributions[at, lesson.heir]
        assert abs(lesson.share) >= LARGE
        assert (lesson.after - lesson.before) * np.sign(lesson.share) >= TAKES * abs(lesson.share)


# --- compared with whom ------------------------------------------------------------------------


def test_the_other_background_had_the_condition_recorded(small_study):
    fitted = small_study.fitted
    recorded = fitted.inputs[fitted.labels == 1]
    rows = with_it(fitted)
    assert len(rows) == fitted.model.background_size
    assert all((recorded == row).all(axis=1).any() for row in rows)


def test_another_background_changes_the_longest_bar(told, bundle):
    assert told["compared"]
    for case, lesson in told["compared"].items():
        longest = bundle.revealed[case]["contributions"][0]
        assert (lesson["top"], lesson["share"]) == (longest["label"], longest["share"])
        assert lesson["other_top"] != lesson["top"]
        assert lesson["base"] == bundle.revealed[case]["base"]


def test_the_other_base_is_the_mean_over_the_other_background(told, small_study):
    fitted = small_study.fitted
    expected = fitted.estimator.predict_proba(with_it(fitted))[:, 1].mean()
    for lesson in told["compared"].values():
        assert lesson["other_base"] == pytest.approx(expected, abs=1e-6)


# --- the algorithm's, not the patient's --------------------------------------------------------


def test_a_bar_that_the_truth_does_not_follow_reads_otherwise_in_the_twin(told, bundle):
    assert told["not_patient"]
    for case, lesson in told["not_patient"].items():
        twin = bundle.closed[case]["twin"]
        assert twin["present"] == [lesson["present"]] * 2
        said = {
            f["label"]: [f"{f[key]} {f['unit']}".strip() for key in ("before", "after")]
            for f in twin["findings"]
        }
        assert said[lesson["label"]] == [lesson["before"], lesson["after"]]


def test_the_choice_is_the_same_every_time(small_study, small_rated, chosen, explained, bundle):
    closings = case_parts.Closings(small_rated, chosen.rows)
    again = Lessons(small_study, chosen.rows, explained, closings)
    for at, card in enumerate(chosen.cards):
        assert again.of(at).keys() == bundle.closed[card.case]["more"].keys()
