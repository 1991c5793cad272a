"""The bank: four cells in fixed shares, every kind in each, and nothing that gives a case away."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tutor.content.manifest import Bank as BankManifest
from tutor.core.case import Cell
from tutor.core.drawing import CELLS
from tutor.core.soundness import in_grey_zone
from tutor.errors import BuildError
from tutor.lab import bank, case_parts
from tutor.lab.acting_modes import LEAST, ActingModes
from tutor.lab.chart_risk import seen
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import HELD_OUT_STEP
from tutor.lab.twins import Twins

WANTED = BankManifest(cases=120, luck=12)


@pytest.fixture(scope="module")
def chosen(small_rated, exercise):
    return bank.choose(small_rated, WANTED, exercise.key)


def test_four_cells_with_the_algorithm_right_in_two_thirds(bundle):
    cells = Counter(card.cell for card in bundle.cards if not card.luck)
    assert cells == {
        Cell(True, True): 40,
        Cell(True, False): 40,
        Cell(False, True): 20,
        Cell(False, False): 20,
    }


def test_every_part_holds_the_same_cases(bundle):
    cases = {card.case for card in bundle.cards}
    others = {card.case for card in bundle.assessment}
    assert (len(cases), len(others), len(cases | others)) == (120 + 12, 72 + 7, 211)
    assert set(bundle.shown) == set(bundle.revealed) == set(bundle.closed) == cases | others


def test_cases_are_shown_in_the_order_of_the_banks(bundle):
    """So that what holds of the order of the cards holds of the file that stage one reads."""
    assert list(bundle.shown) == [card.case for card in (*bundle.cards, *bundle.assessment)]


@pytest.mark.parametrize("seed", range(4))
def test_the_two_banks_share_no_patient_and_no_chart_that_reads_the_same(
    small_rated, exercise, seed, monkeypatch
):
    monkeypatch.setattr(bank, "SEED_OF_ASSESSMENT", seed)
    wanted = BankManifest(cases=120, assessment=72)
    found = bank.choose_banks(small_rated, wanted, f"{exercise.key}{seed}")
    patients, seen_columns = small_rated.held_out.patients, seen(small_rated.held_out.fitted.model)
    charts = patients.matrix(seen_columns).round(1)
    here, there = found.practice.rows, found.assessment.rows
    assert set(here) & set(there) == set()
    assert {c.case for c in found.practice.cards} & {
        c.case for c in found.assessment.cards
    } == set()
    assert {*map(bytes, charts[here])} & {*map(bytes, charts[there])} == set()
    assert not found.alike
    assert Counter(c.cell for c in found.assessment.cards if not c.luck) == {
        cell: bank.wanted(72, cell) for cell in CELLS
    }


def test_where_charts_repeat_the_patients_differ_though_charts_may_not(
    small_rated, exercise, monkeypatch
):
    everyone = np.ones(small_rated.held_out.patients.n, dtype=bool)
    monkeypatch.setattr(bank, "read_among", lambda *_: everyone)
    found = bank.choose_banks(small_rated, BankManifest(cases=120, assessment=72), exercise.key)
    assert found.alike
    assert set(found.practice.rows) & set(found.assessment.rows) == set()
    assert len(found.assessment.cards) == 72 + 7


def test_patients_touched_by_a_mode_are_met_where_the_algorithm_is_right(bundle):
    """So that being touched by a failure mode does not tell that the algorithm is wrong."""
    kinds = {cell: {card.kind for card in bundle.cards if card.cell == cell} for cell in CELLS}
    for cell in (Cell(True, True), Cell(True, False)):
        assert kinds[cell] == {"", "masked_fever", "warm_runner"}


def test_the_outcome_of_a_scored_case_agrees_with_the_sound_decision(chosen, small_rated):
    risk, truth = small_rated.risk, small_rated.held_out.truth
    luck = np.array([card.luck for card in chosen.cards])
    agrees = (risk.act == truth)[chosen.rows]
    assert agrees.tolist() == (~luck).tolist()
    assert luck.sum() == 12


def test_nobody_in_the_bank_lies_in_the_grey_zone_or_is_disputed(chosen, small_rated):
    risk = small_rated.risk.probability[chosen.rows]
    assert not in_grey_zone(risk, 0.4, WANTED.grey_zone).any()
    assert small_rated.risk.undisputed[chosen.rows].all()


def test_luck_is_met_with_and_without_the_condition(chosen):
    present = Counter(card.cell.present for card in chosen.cards if card.luck)
    assert present == {True: 6, False: 6}


def test_a_card_of_an_error_names_a_mode_that_acted(chosen, small_rated):
    acting = small_rated.acting(chosen.rows)
    for at, card in enumerate(chosen.cards):
        acted = acting.acting(at)
        if acted and not card.luck:
            assert card.kind == acted[0]
            assert not card.cell.algorithm_right


def test_at_least_nine_in_ten_errors_are_explained(chosen, small_rated):
    explained = small_rated.acting(chosen.rows).explained
    errors = [at for at, c in enumerate(chosen.cards) if not c.luck and not c.cell.algorithm_right]
    assert len(errors) == 40
    assert explained[errors].sum() >= 36


def test_a_card_carries_the_cell_of_its_patient(chosen, small_study):
    present = small_study.truth[chosen.rows]
    right = (small_study.alert == small_study.truth)[chosen.rows]
    for at, card in enumerate(chosen.cards):
        if not card.luck:
            assert card.cell == Cell(bool(right[at]), bool(present[at]))


def test_a_patient_is_met_once(chosen):
    assert len(set(chosen.rows.tolist())) == len(chosen.rows)


def test_the_choice_is_the_same_every_time(chosen, small_study, exercise):
    again = bank.choose(RatedCohort.of(small_study), WANTED, exercise.key)
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


def rated_as(rated, fitted):
    """The same patients and risks under another fitted model."""
    return replace(rated, held_out=replace(rated.held_out, fitted=fitted))


def test_a_cell_without_patients_is_told(small_model, small_study, small_rated, exercise):
    young = replace(small_model, scope=lambda p: np.asarray((p["age"] < 20) & (p["ran"] == 0)))
    fitted = replace(small_study.fitted, model=young)
    with pytest.raises(BuildError, match=r"Only \d+ held-out patients of throat"):
        bank.choose(rated_as(small_rated, fitted), WANTED, exercise.key)


def test_a_line_inside_everyones_grey_zone_is_told(small_rated, exercise):
    wide = BankManifest(cases=120, grey_zone=5)
    risk = replace(small_rated.risk, probability=np.full_like(small_rated.risk.probability, 0.41))
    with pytest.raises(BuildError, match="outside the grey zone of the decision line"):
        bank.choose(replace(small_rated, risk=risk), wide, exercise.key)


def test_only_patients_in_scope_are_chosen(small_model, small_study, small_rated, exercise):
    adults = replace(small_model, scope=lambda p: np.asarray(p["age"] < 50))
    rated = rated_as(small_rated, replace(small_study.fitted, model=adults))
    chosen = bank.choose(rated, WANTED, exercise.key)
    assert rated.held_out.patients["age"][chosen.rows].max() < 50


# --- what each stage may see -------------------------------------------------------------------


def test_shown_holds_story_picture_and_findings_alone(bundle, small_model):
    columns = [finding.column for finding in small_model.findings]
    for case in bundle.shown.values():
        assert set(case) == {"story", "picture", "findings"}
        assert [row["column"] for row in case["findings"]] == columns


def test_pictures_have_one_size(bundle):
    twins = [closed["twin"] for closed in bundle.closed.values() if closed["twin"]]
    assert twins
    sizes = {
        len(c["picture"]["svg"].replace(c["picture"]["alt"], ""))
        for c in (*bundle.shown.values(), *twins)
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
    for card in (*bundle.cards, *bundle.assessment):
        alert = bundle.revealed[card.case]["probability"] >= threshold
        present = bundle.closed[card.case]["present"]
        act = bundle.closed[card.case]["chart_risk"] >= threshold
        assert card.cell == Cell(alert == act, present)
        assert card.luck == (act != present)


def test_the_frequency_is_the_headline_where_it_lies_on_the_other_side_of_the_line(bundle):
    threshold = bundle.evidence["threshold"]
    told = set()
    for case in bundle.revealed.values():
        share = case["like"]["events"] / case["like"]["n"]
        across = (share >= threshold) != (case["probability"] >= threshold)
        assert case["frequency_headline"] == across
        told.add(across)
    assert told == {True, False}


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
        if told is None:
            continue
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


def test_a_twin_moves_the_algorithm_by_two_points_or_there_is_none(bundle):
    twins = [case["twin"] for case in bundle.closed.values()]
    told = [twin["algorithm"] for twin in twins if twin]
    assert all(abs(after - before) >= LEAST for before, after in told)
    assert 0 < len(told) < len(twins)


def test_a_twin_undoes_the_mode_that_acted(bundle):
    undone = {"warm_runner": "After a rest", "masked_fever": "Without it"}
    acted = [case for case in bundle.closed.values() if case["acting"]]
    assert len(acted) >= 36
    for case in acted:
        assert case["twin"]["changed"] in {undone[mode] for mode in case["acting"]}


def test_a_plain_twin_is_shown_only_where_no_other_moves(small_model, small_rated, chosen):
    rested = small_model.twins[0]
    cooled = replace(rested, id="cooled", do={"ran": 0, "tablet": 1})
    ran = np.flatnonzero(small_rated.held_out.patients["ran"][chosen.rows] == 1)
    shown = []
    for plain in (False, True):
        twins = (rested, replace(cooled, plain=plain))
        fitted = replace(small_rated.held_out.fitted, model=replace(small_model, twins=twins))
        found = Twins(rated_as(small_rated, fitted), chosen.rows, ActingModes({}, {}))
        shown.append([one.twin.id for at in ran if (one := found.of(at))])
    assert shown[0].count("cooled") > shown[1].count("cooled")
    assert shown[1].count("rested") > shown[0].count("rested")


def test_a_twin_that_never_applies_is_reported(small_model, small_rated, chosen):
    never = replace(small_model.twins[0], applies=lambda p: np.zeros(p.n, dtype=bool))
    twins = (*small_model.twins[1:], never)
    fitted = replace(small_rated.held_out.fitted, model=replace(small_model, twins=twins))
    assert case_parts.Closings(rated_as(small_rated, fitted), chosen.rows).unmoved() == ["rested"]
