"""Sets drawn from a bank: right shares, all kinds, different cases, an order that tells nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.case import CaseCard, Cell
from tutor.core.drawing import CELLS, VARIED, cell_counts, draw
from tutor.core.set_plan import Plan, practice
from tutor.errors import ContentError

KINDS = ("", "masked", "warm")
BANK = tuple(
    CaseCard(f"{cell.algorithm_right:d}{cell.present:d}{kind}{n}", cell, kind)
    for cell in CELLS
    for kind in KINDS
    for n in range(14 if cell.algorithm_right else 7)
)
CARDS = {card.case: card for card in BANK}
seeds = st.integers(0, 2**31 - 1)


def plan(seed=0):
    return practice(np.random.default_rng(seed))


@given(seeds, st.integers(6, 60))
def test_the_algorithm_is_right_in_about_two_thirds_and_wrong_both_ways(seed, size):
    counts = cell_counts(size, np.random.default_rng(seed))
    right = sum(n for cell, n in counts.items() if cell.algorithm_right)
    assert sum(counts.values()) == size
    assert abs(right - 0.65 * size) <= (1.5 if size >= VARIED else 0.5)
    assert all(counts[cell] >= 1 for cell in CELLS)


@given(seeds)
def test_a_set_of_twelve(seed):
    slots = draw(BANK, plan(seed), seed)
    cells = Counter(CARDS[slot.case].cell for slot in slots)
    assert [slot.position for slot in slots] == list(range(12))
    assert len({slot.case for slot in slots}) == 12
    assert cells[Cell(True, True)] + cells[Cell(True, False)] in (7, 8, 9)
    assert all(cells[cell] >= 1 for cell in CELLS)
    assert tuple(slot.guidance for slot in slots) == plan(seed).guidance
    assert tuple(slot.aided for slot in slots) == plan(seed).aided


@given(seeds)
def test_the_same_seed_gives_the_same_set(seed):
    assert draw(BANK, plan(), seed) == draw(BANK, plan(), seed)


@given(seeds)
def test_parallel_sets_hold_every_kind_where_the_algorithm_is_right(seed):
    """With at least three cases of a cell, each of the three kinds is met in it."""
    kinds: dict[Cell, set[str]] = {}
    taken = Counter()
    for slot in draw(BANK, plan(), seed):
        card = CARDS[slot.case]
        kinds.setdefault(card.cell, set()).add(card.kind)
        taken[card.cell] += 1
    for cell, count in taken.items():
        assert len(kinds[cell]) == min(count, len(KINDS))


def test_cases_seen_before_come_back_only_when_a_cell_has_no_others():
    seen = {card.case for card in BANK if not card.case.endswith(("0", "1"))}
    for seed in range(20):
        taken = {slot.case for slot in draw(BANK, plan(), seed, seen)}
        assert not taken & seen


def test_a_used_up_kind_brings_no_case_back_while_others_have_new_ones():
    seen = {card.case for card in BANK if card.kind == "warm"}
    for seed in range(20):
        assert not {slot.case for slot in draw(BANK, plan(), seed, seen)} & seen


def test_a_bank_is_met_once_before_a_case_of_it_is_met_twice():
    met: set[str] = set()
    for seed in range(6):
        taken = {slot.case for slot in draw(BANK, plan(), seed, met)}
        assert not taken & met
        met |= taken


def test_when_everything_was_seen_there_is_still_a_set():
    assert len(draw(BANK, plan(), 3, CARDS)) == 12


def test_neither_place_nor_neighbour_tells_the_cell():
    """Over many sets each cell is met as often at each place."""
    at_place = Counter()
    for seed in range(600):
        for slot in draw(BANK, plan(), seed):
            at_place[slot.position, CARDS[slot.case].cell.present] += 1
    shares = [at_place[at, True] / 600 for at in range(12)]
    assert max(shares) - min(shares) < 0.13  # about 4.5 standard errors of a difference


def test_how_many_are_present_varies_so_that_counting_does_not_help():
    totals = {
        sum(CARDS[slot.case].cell.present for slot in draw(BANK, plan(), seed))
        for seed in range(100)
    }
    assert len(totals) >= 3


def test_how_often_the_algorithm_is_right_varies_so_that_counting_does_not_help():
    totals = Counter(
        sum(CARDS[slot.case].cell.algorithm_right for slot in draw(BANK, plan(), seed))
        for seed in range(90)
    )
    assert set(totals) == {7, 8, 9}
    assert min(totals.values()) >= 15


LUCKY = tuple(CaseCard(f"luck{n}", CELLS[n % 4], KINDS[n % 3], luck=True) for n in range(6))


def lengthened(times):
    """The plan of practice, so many times over."""
    one = plan()
    return Plan(one.guidance * times, one.aided * times)


@given(seeds, st.integers(1, 3))
def test_one_case_of_twelve_is_a_case_of_luck_and_never_the_first(seed, times):
    slots = draw((*LUCKY, *BANK), lengthened(times), seed)
    luck = [slot.position for slot in slots if slot.case.startswith("luck")]
    assert (len(luck), len({slot.case for slot in slots})) == (times, 12 * times)
    assert 0 not in luck
    cells = Counter(CARDS[slot.case].cell for slot in slots if slot.case in CARDS)
    right = sum(n for cell, n in cells.items() if cell.algorithm_right)
    assert abs(right - 0.65 * 11 * times) <= 1.5
    assert all(cells[cell] >= 1 for cell in CELLS)


def test_a_short_set_holds_no_case_of_luck():
    short = Plan(plan().guidance[:11], plan().aided[:11])
    for seed in range(20):
        assert not {slot.case for slot in draw((*LUCKY, *BANK), short, seed)} - set(CARDS)


def test_a_bank_without_cases_of_luck_gives_the_sets_that_it_gave():
    assert [slot.case for slot in draw(BANK, plan(), 7)][:3] == ["1110", "11masked5", "11warm4"]


def test_a_case_of_luck_comes_at_any_place_but_the_first():
    places = Counter(
        slot.position
        for seed in range(600)
        for slot in draw((*LUCKY, *BANK), plan(), seed)
        if slot.case.startswith("luck")
    )
    assert set(places) == set(range(1, 12))
    assert max(places.values()) < 2 * min(places.values())


def test_cases_of_luck_that_were_seen_come_back_only_when_there_are_no_others():
    seen = {card.case for card in LUCKY[:5]}
    for seed in range(20):
        assert not {slot.case for slot in draw((*LUCKY, *BANK), plan(), seed, seen)} & seen


def test_a_bank_that_lacks_a_cell_is_refused():
    bank = [card for card in BANK if card.cell != Cell(False, True)]
    with pytest.raises(ContentError, match="bank"):
        draw(bank, plan(), 0)
