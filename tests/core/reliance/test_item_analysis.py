"""Item analysis: difficulty and the corrected item-total correlation."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.core.intervals import proportion
from tutor.core.reliance.item_analysis import FEWEST, correlation, items


def answered(table):
    """Rows are people, columns items; None where an item was not answered."""
    rows = [(p, i, r) for p, row in enumerate(table) for i, r in enumerate(row) if r is not None]
    person, code, right = (np.array(column) for column in zip(*rows, strict=True))
    return items(person, code, right.astype(bool))


def test_the_hardest_comes_first_with_its_interval():
    hard, easy = answered([[1, 0], [1, 0], [1, 1], [1, 0], [0, 1]])
    assert (hard.code, hard.right) == (1, proportion(2, 5))
    assert (easy.code, easy.right) == (0, proportion(4, 5))


def test_an_item_that_the_able_get_right_discriminates():
    table = [[n > 4, *(n > cut for cut in range(9))] for n in range(10)]
    item = next(one for one in answered(table) if one.code == 0)
    assert item.discrimination is not None
    assert item.discrimination.low > 0


def test_the_total_leaves_the_item_itself_out():
    table = [[1, 0, 1], [1, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0]]
    item = next(one for one in answered(table) if one.code == 0)
    rest = np.array([0.5, 0.5, 0.5, 1.0, 0.0, 0.5])
    assert item.discrimination is not None
    assert item.discrimination.value == pytest.approx(np.corrcoef([1, 1, 0, 0, 1, 0], rest)[0, 1])


def test_too_few_people_are_not_told():
    assert answered([[1, 0]] * (FEWEST - 1)) == ()


def test_what_does_not_vary_does_not_correlate():
    assert correlation(np.ones(9, bool), np.arange(9.0)) is None
    assert correlation(np.arange(9) > 4, np.ones(9)) is None


def test_nobody_answered():
    empty = np.zeros(0, int)
    assert items(empty, empty, np.zeros(0, bool)) == ()
