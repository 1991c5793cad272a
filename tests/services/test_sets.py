"""A practice set as it is stored: twelve cases, eight with the algorithm right, help that fades."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.services.play import KEY, play_set, slots
from tutor.core.selection import CELLS

LEARNERS = 80


@pytest.fixture
def sets(practice, address):
    """The first sets of many learners."""
    for n in range(LEARNERS):
        practice.enter(f"g_{n:022d}", KEY)
    return slots(address)


@pytest.fixture
def cell_of(bundle):
    """The cell of a case."""
    return {card.case: card.cell for card in bundle.cards}.__getitem__


def test_every_set_holds_eight_cases_with_the_algorithm_right_and_all_four_cells(sets, cell_of):
    assert len(sets) == LEARNERS
    for slots_ in sets.values():
        cells = Counter(cell_of(case) for case, *_ in slots_)
        assert sum(cells.values()) == len({case for case, *_ in slots_}) == 12
        assert sum(n for cell, n in cells.items() if cell.algorithm_right) == 8
        assert set(cells) == set(CELLS)


def test_exactly_two_cases_are_unaided_and_never_the_first(sets):
    places = Counter()
    for slots_ in sets.values():
        alone = [at for at, (_, _, aided) in enumerate(slots_) if not aided]
        assert len(alone) == 2
        places.update(alone)
    assert 0 not in places
    assert len(places) == 11


def test_the_first_four_are_flagged_and_the_next_eight_listed(sets):
    for slots_ in sets.values():
        assert [guidance for _, guidance, _ in slots_] == ["flagged"] * 4 + ["listed"] * 8


def test_each_learner_draws_their_own(sets):
    drawn = {tuple(case for case, *_ in slots_) for slots_ in sets.values()}
    assert len(drawn) == LEARNERS


def test_the_whole_bank_is_in_use(sets, bundle):
    met = {case for slots_ in sets.values() for case, *_ in slots_}
    assert len(met) > 0.9 * len(bundle.cards)


def test_no_case_comes_back_while_there_are_others(practice):
    met = [view.shown.ref.case for _ in range(4) for view in play_set(practice, "g_" + "z" * 22)]
    assert len(set(met)) == 48
