"""The built-in models: every explanation that is served, against the model itself."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.contract import exercises
from tests.models.loading import load_model
from tutor.core.assignment import MOST_CASES, plan
from tutor.core.drawing import CELLS, draw
from tutor.core.set_plan import Guidance
from tutor.kit import Metric
from tutor.lab.acting_modes import LEAST
from tutor.lab.explain import background, brute_force
from tutor.lab.explanation import BOUND

EXERCISES = {exercise.manifest.id: exercise for exercise in exercises()}
BRUTE = 4  # rows of each that are held against the definition; 2^k coalitions take their time
pytestmark = [pytest.mark.long, pytest.mark.parametrize("name", EXERCISES)]


def model(name):
    return load_model(EXERCISES[name].manifest.model)


@pytest.fixture
def parts(name, contract):
    """What is built and served."""
    return contract.bundle(EXERCISES[name])


@pytest.fixture
def own(name, contract, trained):
    """The same model trained apart, and the cases of the bank: what the parts must agree with."""
    held_out, exercise = trained(EXERCISES[name].manifest.model), EXERCISES[name]
    rows = held_out.patients.take(contract.rows(exercise)).matrix(model(name).columns)
    built = contract.bundle(exercise)
    return held_out, [card.case for card in (*built.cards, *built.assessment)], rows


def contributions(name, parts, case):
    """A case's contributions in the order of the model's inputs."""
    parts_of_it = parts.revealed[case]["contributions"]
    by_column = {part["column"]: part["share"] for part in parts_of_it}
    return np.array([by_column[column] for column in model(name).columns])


def test_base_and_contributions_are_predict_proba_for_every_case(name, parts, own):
    held_out, cases, rows = own
    revealed = parts.revealed
    assert list(revealed) == cases
    expected = held_out.fitted.estimator.predict_proba(rows)[:, 1]
    totals = [revealed[case]["base"] + contributions(name, parts, case).sum() for case in cases]
    np.testing.assert_allclose(totals, expected, rtol=0, atol=BOUND)
    shown = [revealed[case]["probability"] for case in cases]
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-12)


def test_contributions_are_shapley_values_by_definition(name, parts, own):
    held_out, cases, rows = own
    for at in range(0, len(cases), len(cases) // BRUTE):
        by_definition = brute_force(held_out.fitted, rows[at])
        np.testing.assert_allclose(
            contributions(name, parts, cases[at]), by_definition, rtol=0, atol=1e-7
        )


def test_the_base_is_the_mean_over_the_background_that_is_stated(name, parts, own):
    held_out, cases, _ = own
    reference = background(held_out.fitted)
    assert len(reference) == parts.evidence["background"]
    expected = held_out.fitted.estimator.predict_proba(reference)[:, 1].mean()
    bases = {parts.revealed[case]["base"] for case in cases}
    assert len(bases) == 1
    assert bases.pop() == pytest.approx(expected, abs=1e-7)


def test_the_bank_holds_what_the_manifest_asks_for_in_the_four_cells(name, parts):
    asked = EXERCISES[name].manifest.bank
    for cards, cases, least in (
        (parts.cards, asked.cases, 120),
        (parts.assessment, asked.assessment, 72),
    ):
        scored = [card for card in cards if not card.luck]
        assert len(scored) == cases >= least
        cells = Counter(card.cell for card in scored)
        for cell in CELLS:
            assert cells[cell] == cases // (3 if cell.algorithm_right else 6)
    assert {c.case for c in parts.cards} & {c.case for c in parts.assessment} == set()


def test_assignments_can_draw_the_largest_set_that_the_form_allows(name, parts):
    for seed in range(20):
        drawn = plan(MOST_CASES, Guidance.LISTED, 0.2, np.random.default_rng(seed))
        assert len({slot.case for slot in draw(parts.assessment, drawn, seed)}) == MOST_CASES


def test_cases_of_luck_are_few_and_told_apart(name, parts):
    """A sound decision with an unlucky outcome; the outcome of every other case agrees with it."""
    asked = EXERCISES[name].manifest.bank
    for cards, most in (
        (parts.cards, asked.luck),
        (parts.assessment, asked.for_assignments.luck),
    ):
        assert sum(card.luck for card in cards) <= most <= len(cards) / 10
    for card in (*parts.cards, *parts.assessment):
        act = parts.closed[card.case]["chart_risk"] >= parts.evidence["threshold"]
        assert (act == card.cell.present) != card.luck


def test_a_mode_acts_only_where_it_could_touch_and_the_algorithm_erred_its_way(name, parts):
    direction = {mode["id"]: Metric(mode["metric"]) for mode in parts.evidence["modes"]}
    told = 0
    for card in (*parts.cards, *parts.assessment):
        acting = parts.closed[card.case]["acting"]
        assert set(acting) <= set(parts.revealed[card.case]["touched"])
        alert = parts.revealed[card.case]["probability"] >= parts.evidence["threshold"]
        wrong = Metric.FALSE_ALARMS if alert else Metric.MISSES
        assert {direction[mode] for mode in acting} <= {wrong}
        act = parts.closed[card.case]["chart_risk"] >= parts.evidence["threshold"]
        assert alert != act or not acting
        told += bool(acting)
    assert told > 0


def test_the_pictures_have_one_size_and_so_have_those_of_the_twins(name, parts):
    twins = [closed["twin"] for closed in parts.closed.values() if closed["twin"]]
    pictures = [case["picture"] for case in (*parts.shown.values(), *twins) if case["picture"]]
    assert bool(pictures) == (EXERCISES[name].manifest.form == "picture")
    assert all(len(p["svg"]) < 60_000 for p in pictures)
    assert len({len(p["svg"].replace(p["alt"], "").encode()) for p in pictures}) <= 1


def test_a_twin_moves_the_algorithm_and_something_of_it_is_to_be_seen(name, parts):
    """A finding, the picture, or what is true; where nothing moves the algorithm there is none."""
    twins = {case: closed["twin"] for case, closed in parts.closed.items() if closed["twin"]}
    assert twins
    for case, twin in twins.items():
        before, after = twin["algorithm"]
        assert abs(after - before) >= LEAST - 1e-9
        assert (
            twin["findings"]
            or twin["picture"] != parts.shown[case]["picture"]
            or twin["sentence"] != parts.closed[case]["sentence"]
        )
