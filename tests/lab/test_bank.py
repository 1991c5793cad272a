"""The bank: four cells in fixed shares, every kind in each, and nothing that gives a case away."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tutor.core.case import Cell
from tutor.core.selection import CELLS
from tutor.errors import BuildError
from tutor.lab import bank
from tutor.lab.study import HELD_OUT_STEP, HeldOut


@pytest.fixture(scope="module")
def chosen(small_study, exercise):
    return bank.choose(small_study, 120, exercise.key)


def test_four_cells_with_the_algorithm_right_in_two_thirds(bundle):
    cells = Counter(card.cell for card in bundle.cards)
    assert cells == {
        Cell(True, True): 40,
        Cell(True, False): 40,
        Cell(False, True): 20,
        Cell(False, False): 20,
    }


def test_every_part_holds_the_same_cases(bundle):
    cases = {card.case for card in bundle.cards}
    assert len(cases) == 120
    assert set(bundle.shown) == set(bundle.revealed) == set(bundle.closed) == cases


def test_cases_are_shown_in_the_order_of_the_bank(bundle):
    """So that what holds of the order of the cards holds of the file that stage one reads."""
    assert list(bundle.shown) == [card.case for card in bundle.cards]


def test_every_kind_is_met_in_every_cell(bundle):
    """So that being touched by a failure mode does not tell that the algorithm is wrong."""
    kinds = {cell: {card.kind for card in bundle.cards if card.cell == cell} for cell in CELLS}
    assert all(found == {"", "masked_fever", "warm_runner"} for found in kinds.values())


def test_a_cards_cell_and_kind_are_those_of_its_patient(chosen, small_study):
    patients = small_study.patients.take(chosen.rows)
    right = (small_study.alert == small_study.truth)[chosen.rows]
    kinds = bank.kinds_of(small_study.fitted.model, patients)
    for at, card in enumerate(chosen.cards):
        assert card.cell == Cell(bool(right[at]), bool(patients["bacterial"][at]))
        assert card.kind == kinds[at]


def test_a_patient_is_met_once(chosen):
    assert len(set(chosen.rows.tolist())) == len(chosen.rows)


def test_the_choice_is_the_same_every_time(chosen, small_study, exercise):
    again = bank.choose(small_study, 120, exercise.key)
    assert again.cards == chosen.cards


def test_an_id_is_a_hash_of_fixed_length(bundle):
    assert all(re.fullmatch(r"[0-9a-f]{12}", card.case) for card in bundle.cards)


def test_neither_id_nor_order_tells_the_cell(bundle):
    """Sorted by id or by place, an answer goes neither with the place nor with its neighbour."""
    by_id = sorted(bundle.cards, key=lambda card: card.case)
    for cards in (list(bundle.cards), by_id):
        for answer in (lambda c: c.cell.present, lambda c: c.cell.algorithm_right):
            values = np.array([answer(card) for card in cards], dtype=float)
            place = np.corrcoef(values, np.arange(len(values)))[0, 1]
            neighbour = np.corrcoef(values[1:], values[:-1])[0, 1]
            assert abs(place) < 0.25  # 2.7 standard errors
            assert abs(neighbour) < 0.25


def test_no_digit_of_an_id_goes_with_the_answer(bundle):
    bits = np.array([[int(b) for b in f"{int(c.case, 16):048b}"] for c in bundle.cards])
    present = np.array([c.cell.present for c in bundle.cards], dtype=float)
    with_present = [abs(np.corrcoef(column, present)[0, 1]) for column in bits.T]
    assert max(with_present) < 0.36  # the largest of 48 by chance; a leak would be 1


def test_a_cell_without_patients_is_told(small_model, small_study, exercise):
    young = replace(small_model, scope=lambda p: np.asarray((p["age"] < 20) & (p["ran"] == 0)))
    fitted = replace(small_study.fitted, model=young)
    with pytest.raises(BuildError, match=r"Only \d+ held-out patients of throat"):
        bank.choose(HeldOut(fitted, small_study.seed), 120, exercise.key)


def test_only_patients_in_scope_are_chosen(small_model, small_study, exercise):
    adults = replace(small_model, scope=lambda p: np.asarray(p["age"] < 50))
    held_out = HeldOut(replace(small_study.fitted, model=adults), small_study.seed)
    chosen = bank.choose(held_out, 120, exercise.key)
    assert held_out.patients["age"][chosen.rows].max() < 50


# --- what each stage may see -------------------------------------------------------------------


def test_shown_holds_story_picture_and_findings_alone(bundle, small_model):
    columns = [finding.column for finding in small_model.findings]
    for case in bundle.shown.values():
        assert set(case) == {"story", "picture", "findings"}
        assert [row["column"] for row in case["findings"]] == columns


def test_pictures_have_one_size(bundle):
    sizes = {
        len(c["picture"]["svg"].replace(c["picture"]["alt"], "")) for c in bundle.shown.values()
    }
    assert len(sizes) == 1


def test_contributions_sum_to_the_probability_that_is_shown(bundle):
    for case in bundle.revealed.values():
        total = case["base"] + sum(part["share"] for part in case["contributions"])
        assert total == pytest.approx(case["probability"], abs=1e-6)


def test_contributions_come_largest_first(bundle):
    for case in bundle.revealed.values():
        shares = [abs(part["share"]) for part in case["contributions"]]
        assert shares == sorted(shares, reverse=True)


def test_the_cell_agrees_with_what_is_revealed_and_true(bundle):
    threshold = bundle.evidence["threshold"]
    for card in bundle.cards:
        alert = bundle.revealed[card.case]["probability"] >= threshold
        present = bundle.closed[card.case]["present"]
        assert card.cell == Cell(alert == present, present)


def test_what_such_a_score_has_meant_is_counted_among_200(bundle):
    for case in bundle.revealed.values():
        like = case["like"]
        assert like["n"] == 200
        assert like["low"] <= like["events"] / 200 <= like["high"]


# --- the twin ----------------------------------------------------------------------------------


def test_a_twin_is_the_same_patient_with_one_thing_changed(bundle, chosen, small_study):
    model, patients = small_study.fitted.model, small_study.patients
    twins = {twin.changed: twin for twin in model.twins}
    for card, row in zip(chosen.cards, chosen.rows, strict=True):
        told = bundle.closed[card.case]["twin"]
        twin = twins[told["changed"]]
        other = model.simulate(
            model.held_out_size, small_study.seed + HELD_OUT_STEP, **twin.do
        ).take([row])
        mine = patients.take([row])
        assert told["algorithm"] == pytest.approx(
            [small_study.predict(p)[0] for p in (mine, other)], abs=1e-12
        )
        assert told["present"] == [bool(p["bacterial"][0]) for p in (mine, other)]
        changed = {
            f.name for f in model.findings if f.say(mine[f.column][0]) != f.say(other[f.column][0])
        }
        assert {row["label"] for row in told["findings"]} == changed


def test_the_first_twin_that_applies_is_theirs(bundle):
    for card in bundle.cards:
        changed = bundle.closed[card.case]["twin"]["changed"]
        expected = {"warm_runner": "After a rest", "masked_fever": "Without it", "": "With one"}
        assert changed == expected[card.kind]


def test_without_a_twin_for_all_there_is_no_bank(small_model, small_study, chosen):
    some = replace(small_model, twins=small_model.twins[:1])
    held_out = HeldOut(replace(small_study.fitted, model=some), small_study.seed)
    with pytest.raises(BuildError, match="no twin"):
        bank.Closings(held_out, chosen.rows)
