"""The built-in models: every explanation that is served, against the model itself."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

from tutor.content.loading import built_in, load
from tutor.content.modules import load_model
from tutor.core.selection import CELLS
from tutor.lab.bank import choose
from tutor.lab.build import SEED
from tutor.lab.bundle import Bundle
from tutor.lab.explain import background, brute_force
from tutor.lab.explained import BOUND
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.study import study

NAMES = tuple(exercise.manifest.id for exercise in load(built_in())[0].exercises)
BRUTE = 4  # rows of each that are held against the definition; 2^k coalitions take their time
pytestmark = [pytest.mark.long, pytest.mark.parametrize("name", NAMES)]


@cache
def exercise(name):
    return next(e for e in load(built_in())[0].exercises if e.manifest.id == name)


@cache
def model(name):
    return load_model(exercise(name).model_file, "landmarks", name)


@pytest.fixture
def parts(name, built_in_bundles):
    """What is built and served."""
    return Bundle(built_in_bundles / exercise(name).fingerprint)


@cache
def own(name):
    """The same model trained apart, and the cases of the bank: what the parts must agree with."""
    held_out = study(model(name), SEED)
    rated = RatedCohort.of(held_out)
    chosen = choose(rated, exercise(name).manifest.bank, exercise(name).key)
    rows = held_out.patients.take(chosen.rows).matrix(model(name).columns)
    return held_out, [card.case for card in chosen.cards], rows


def contributions(name, parts, case):
    """A case's contributions in the order of the model's inputs."""
    parts_of_it = parts.revealed[case]["contributions"]
    by_column = {part["column"]: part["share"] for part in parts_of_it}
    return np.array([by_column[column] for column in model(name).columns])


def test_base_and_contributions_are_predict_proba_for_every_case(name, parts):
    held_out, cases, rows = own(name)
    revealed = parts.revealed
    assert list(revealed) == cases
    expected = held_out.fitted.estimator.predict_proba(rows)[:, 1]
    totals = [revealed[case]["base"] + contributions(name, parts, case).sum() for case in cases]
    np.testing.assert_allclose(totals, expected, rtol=0, atol=BOUND)
    shown = [revealed[case]["probability"] for case in cases]
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-12)


def test_contributions_are_shapley_values_by_definition(name, parts):
    held_out, cases, rows = own(name)
    for at in range(0, len(cases), len(cases) // BRUTE):
        by_definition = brute_force(held_out.fitted, rows[at])
        np.testing.assert_allclose(
            contributions(name, parts, cases[at]), by_definition, rtol=0, atol=1e-7
        )


def test_the_base_is_the_mean_over_the_background_that_is_stated(name, parts):
    held_out, cases, _ = own(name)
    reference = background(held_out.fitted)
    assert len(reference) == parts.evidence["background"]
    expected = held_out.fitted.estimator.predict_proba(reference)[:, 1].mean()
    bases = {parts.revealed[case]["base"] for case in cases}
    assert len(bases) == 1
    assert bases.pop() == pytest.approx(expected, abs=1e-7)


def test_the_bank_holds_what_the_manifest_asks_for_in_the_four_cells(name, parts):
    cards = parts.cards
    cells = Counter(card.cell for card in cards)
    asked = exercise(name).manifest.bank.cases
    assert len(cards) == asked >= 120
    for cell in CELLS:
        share = 3 if cell.algorithm_right else 6
        assert cells[cell] == asked // share


def test_the_pictures_have_one_size(name, parts):
    pictures = [case["picture"] for case in parts.shown.values() if case["picture"]]
    assert bool(pictures) == (exercise(name).manifest.form == "picture")
    assert len({len(p["svg"].replace(p["alt"], "").encode()) for p in pictures}) <= 1


def test_every_case_has_a_twin_in_which_something_is_different(name, parts):
    """A finding, the picture, or what is true."""
    shown = parts.shown
    for case, closed in parts.closed.items():
        twin = closed["twin"]
        assert (
            twin["findings"]
            or twin["picture"] != shown[case]["picture"]
            or twin["sentence"] != closed["sentence"]
        )
