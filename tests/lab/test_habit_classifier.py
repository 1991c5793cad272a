"""Habits told apart by figures: told where they differ, not told where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.lab.habit_classifier import FEWEST, separation

COLUMNS = ("height", "weight")
NAMES = ("one", "other")


def figures(*shifts, n=60, seed=0):
    stream = np.random.default_rng(seed)
    return [stream.normal([0.0, shift], 1.0, (n, 2)) for shift in shifts]


def test_what_differs_is_told_apart_by_the_figure_that_differs():
    found = separation(figures(0, 5), NAMES, COLUMNS, 0)
    (pair,) = found.pairs
    assert (pair.verdict, pair.figure) == ("told apart", "weight")
    assert found.right.low > 0.9
    assert np.trace(found.confusion) > np.sum(found.confusion) * 0.9


def test_what_is_alike_is_not_told_apart():
    found = separation(figures(0, 0), NAMES, COLUMNS, 0)
    assert found.pairs[0].verdict == "not told apart"
    assert found.right.low < 0.5


def test_what_differs_a_little_is_told_apart_often():
    assert separation(figures(0, 1.4, n=400), NAMES, COLUMNS, 0).pairs[0].verdict == "often"


def test_that_a_figure_cannot_be_measured_tells_too():
    one, other = figures(0, 0)
    other[:, 1] = np.nan
    found = separation([one, other], NAMES, COLUMNS, 0)
    assert found.pairs[0].verdict == "told apart"
    assert found.pairs[0].figure == "height"


def test_a_figure_that_nobody_has_is_no_harm():
    one, other = figures(0, 0)
    one[:], other[:] = np.nan, np.nan
    found = separation([one, other], NAMES, COLUMNS, 0)
    assert (found.pairs[0].verdict, found.pairs[0].figure) == ("not told apart", "")


def test_every_robot_is_counted_once():
    found = separation(figures(0, 1, 2), ("a", "b", "c"), COLUMNS, 0)
    assert [sum(row) for row in found.confusion] == [60, 60, 60]
    assert [(p.first, p.second) for p in found.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]


@pytest.mark.parametrize("n", [1, FEWEST - 1])
def test_a_handful_of_robots_teaches_nothing(n):
    assert separation(figures(0, 5, n=n), NAMES, COLUMNS, 0) is None
