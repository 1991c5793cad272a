"""Robots at the small exercise: what the report says follows from who played, and from the bank."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from tutor.core.case import Cell
from tutor.core.robots import HABITS, WELL_CALIBRATED
from tutor.core.set_plan import PRACTICE_SIZE, Guidance, practice
from tutor.errors import BadInput
from tutor.lab.bundle import Bundle
from tutor.lab.play import Table, career, deal, play
from tutor.lab.sample_size import demand
from tutor.lab.simulate import MOST_LEARNERS, simulate

OVER = next(habit for habit in HABITS if habit.name == "over-reliant")
NOBODY = frozenset()


@pytest.fixture(scope="module")
def table(bundle):
    """The small exercise as it is played."""
    return Table.of(bundle)


@pytest.fixture(scope="module")
def played(bundle):
    """Forty robots of each habit; how many cases are needed is left out, as in ``no_demand``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tutor.lab.simulate.demand", lambda *_: None)
        return simulate(bundle, 40, 0.4)


@pytest.fixture
def no_demand(monkeypatch):
    """Leave out how many cases are needed: it takes longest, and says nothing of who played."""
    monkeypatch.setattr("tutor.lab.simulate.demand", lambda *_: None)


def unaided(stream):
    """A plan in which the algorithm is never shown."""
    plan = practice(stream)
    return replace(plan, aided=(False,) * plan.size)


def afterwards(stream):
    """A plan in which failure modes are told once the case is closed."""
    plan = practice(stream)
    return replace(plan, guidance=(Guidance.AFTER,) * plan.size)


# --- playing -------------------------------------------------------------------------------------


def test_a_robot_plays_the_set_that_was_dealt(table):
    slots = deal(table, practice, [1], NOBODY)
    encounters = list(play(table, slots, WELL_CALIBRATED, np.random.default_rng(0)))
    assert len(encounters) == PRACTICE_SIZE
    for slot, one in zip(slots, encounters, strict=True):
        truth = table.truth[slot.case]
        assert (one.outcome.present, one.outcome.scored) == (truth.present, truth.scored)
        assert one.outcome.chart_risk == truth.chart_risk
        assert one.outcome.advice == (table.algorithm[slot.case] if slot.aided else None)
        assert (one.noticing is not None) == (
            slot.aided and truth.scored and slot.guidance is Guidance.LISTED
        )


def test_the_cards_and_what_is_disclosed_agree(table):
    for card in table.cards:
        truth = table.truth[card.case]
        assert truth.scored == (not card.luck)
        assert truth.present == card.cell.present
        if truth.scored:
            assert table.advice_right(card.case) == card.cell.algorithm_right
            assert table.sound(card.case) == truth.present


def test_a_screen_shows_what_its_guidance_allows(table):
    slots = deal(table, practice, [1], NOBODY)
    touched = {case for case, modes in table.flagged.items() if modes}
    assert any(slot.case in touched for slot in slots)
    for slot in slots:
        flagged = table.screen(replace(slot, guidance=Guidance.FLAGGED))
        listed = table.screen(replace(slot, guidance=Guidance.LISTED))
        after = table.screen(replace(slot, guidance=Guidance.AFTER))
        assert (flagged.flags, flagged.listed) == (table.flagged[slot.case], ())
        assert (listed.flags, listed.listed) == ((), tuple(table.modes))
        assert (after.flags, after.listed) == ((), ())


def test_a_career_uses_the_bank_up_and_counts_no_case_twice(table):
    sets = career(table, practice, [1])
    cases = [slot.case for slots in sets for slot in slots]
    assert len(sets) == len(table.cards) // PRACTICE_SIZE
    assert len(sets[0]) == PRACTICE_SIZE
    assert len(cases) == len(set(cases))


# --- the report ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_demand")
def test_the_true_reliance_is_what_is_measured(bundle):
    found = simulate(bundle, 150, 0.4)
    for habit in found.habits:
        for true, name in ((habit.rair, "rair"), (habit.rsr, "rsr")):
            low, high = habit.scores[name].interval
            slack = (high - low) / 2  # one interval in twenty misses, and there are a dozen
            assert low - slack < true < high + slack, (habit.name, name)


def test_the_same_seed_gives_the_same_report_and_another_seed_another(bundle, monkeypatch):
    once, again = (simulate(bundle, 2, 0.4, seed=0) for _ in range(2))
    monkeypatch.setattr("tutor.lab.simulate.demand", lambda *_: None)  # of habits it says nothing
    other = simulate(bundle, 2, 0.4, seed=1)
    assert once == again
    assert once.habits != other.habits


@pytest.mark.usefixtures("no_demand")
def test_the_figures_change_when_the_habits_change(bundle, played):
    was, now = played.habits[0], simulate(bundle, 15, 0.4, habits=(OVER,)).habits[0]
    assert now.scores["rsr"].value < was.scores["rsr"].value
    assert now.rsr < was.rsr


@pytest.mark.usefixtures("no_demand")
def test_two_names_for_one_habit_are_not_told_apart(bundle, played):
    twice = simulate(bundle, 60, 0.4, habits=(OVER, replace(OVER, name="twin"))).separation
    assert twice.pairs[0].verdict == "not told apart"
    names = ("over-reliant", "under-reliant")
    (pair,) = [p for p in played.separation.pairs if (p.first, p.second) == names]
    assert pair.verdict == "told apart"


@pytest.mark.usefixtures("no_demand")
def test_one_robot_alone_can_play(bundle):
    found = simulate(bundle, 1, 0.4)
    assert found.separation is None
    assert [habit.scores.people for habit in found.habits] == [1] * len(HABITS)


def test_a_set_without_the_algorithm_says_that_reliance_cannot_be_told(bundle):
    found = simulate(bundle, 2, 0.3, plan=unaided)
    assert found.demand is None
    for habit in found.habits:
        assert (habit.rair, habit.rsr, habit.scores["rsr"].value) == (None, None, None)


@pytest.mark.usefixtures("no_demand")
def test_where_modes_are_told_afterwards_nothing_can_be_noticed(bundle):
    for habit in simulate(bundle, 2, 0.4, plan=afterwards).habits:
        assert habit.noticing.hits.value is None
        assert habit.behind["hits"] == 0


@pytest.mark.parametrize("right", [True, False])
def test_a_bank_that_lacks_a_cell_is_not_played_and_the_cell_is_named(bundle, tmp_path, right):
    spoilt = shutil.copytree(bundle.directory, tmp_path / "spoilt")
    cards = json.loads((spoilt / "cards.json").read_text())
    kept = [card for card in cards if card["right"] != right]
    (spoilt / "cards.json").write_text(json.dumps(kept))
    found = simulate(Bundle(spoilt), 5, 0.3)
    assert set(found.lacking) == {Cell(right, True), Cell(right, False)}
    assert (found.habits, found.separation, found.demand) == ((), None, None)


# --- how many cases ------------------------------------------------------------------------------


def test_a_smaller_effect_is_seen_less_often_and_needs_more_cases(table):
    small, large = (
        demand(table, practice, WELL_CALIBRATED, effect, 0, (1, 20)).curves
        for effect in (0.15, 0.4)
    )
    for less, more in zip(small, large, strict=True):
        assert less.steps[0].power.value < more.steps[0].power.value
    assert large[1].needed < small[1].needed


def test_a_larger_class_needs_fewer_cases_of_each(table):
    one, some, many = demand(table, practice, WELL_CALIBRATED, 0.25, 0).curves
    assert many.needed <= some.needed
    assert one.steps[0].power.value < some.steps[0].power.value < many.steps[0].power.value


def test_a_bank_too_small_for_one_learner_says_more_than_it_holds(table):
    found = demand(table, practice, WELL_CALIBRATED, 0.1, 0, (1,))
    (one,) = found.curves
    assert one.needed is None
    assert one.steps[-1].cases == found.most <= len(table.cards)
    assert found.fresh <= found.most
    assert one.beyond is not None
    assert one.beyond > found.most


def test_those_who_are_well_calibrated_are_seldom_taken_for_over_reliant(table):
    for curve in demand(table, practice, WELL_CALIBRATED, 0.3, 0).curves:
        assert curve.false_alarm.low < 0.05


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("learners", [-1, 0, MOST_LEARNERS + 1])
def test_too_few_or_too_many_learners_are_refused(bundle, learners):
    with pytest.raises(BadInput, match="from 1 to 2,000"):
        simulate(bundle, learners, 0.2)


@pytest.mark.parametrize("effect", [-0.2, 0, 1, float("nan")])
def test_an_effect_that_cannot_be_is_refused(bundle, effect):
    with pytest.raises(BadInput, match="between 0 and 1"):
        simulate(bundle, 1, effect)


def test_an_effect_larger_than_there_is_to_lose_is_refused(bundle):
    with pytest.raises(BadInput, match="Say less"):
        simulate(bundle, 1, 0.95)
