"""A practice set as it is stored: twelve cases, seven with the algorithm right, help that fades."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.services.play import KEY, play_set, slots
from tutor.core.drawing import CELLS

LEARNERS = 80


@pytest.fixture
def sets(practice, address):
    """The first sets of many learners."""
    for n in range(LEARNERS):
        practice.enter(f"g_{n:022d}", KEY)
    return slots(address)


def test_a_set_holds_six_to_eight_cases_with_the_algorithm_right_and_all_four_cells(sets, bundle):
    """Eleven are scored; one is a case of luck, and never the first."""
    cards = {card.case: card for card in bundle.cards}
    assert len(sets) == LEARNERS
    for slots_ in sets.values():
        met = [cards[case] for case, *_ in slots_]
        scored = [card.cell for card in met if not card.luck]
        assert len({card.case for card in met}) == 12
        assert len(scored) == 11
        assert sum(cell.algorithm_right for cell in scored) in (6, 7, 8)
        assert set(scored) == set(CELLS)
        assert not met[0].luck


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
