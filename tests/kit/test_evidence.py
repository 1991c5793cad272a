"""A claim counts what it says: misses among the ill, false alarms among the well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tutor.kit import FailureKind, FailureMode, Metric, Patients, PublishedFigure, proportion


@dataclass(frozen=True)
class Fixed:
    """A study whose four answers are written down."""

    truth: Any
    alert: Any


STUDY = Fixed(
    truth=np.array([True, True, True, False, False, False, False]),
    alert=np.array([True, False, False, True, True, True, False]),
)
ALL = np.ones(7, dtype=bool)


def test_misses_are_counted_among_those_who_have_it():
    missed = Metric.MISSES.measure(STUDY, ALL)
    assert (missed.value, missed.n) == (2 / 3, 3)


def test_false_alarms_are_counted_among_those_who_do_not():
    alarmed = Metric.FALSE_ALARMS.measure(STUDY, ALL)
    assert (alarmed.value, alarmed.n) == (3 / 4, 4)


def test_a_metric_looks_only_at_its_group():
    group = np.array([True, True, False, False, False, False, True])
    assert Metric.MISSES.measure(STUDY, group).n == 2
    assert Metric.FALSE_ALARMS.measure(STUDY, group).value == 0


def mode(**changed):
    return FailureMode(
        id="x",
        kind=FailureKind.SHORTCUT,
        title="",
        sentence="",
        mechanism="",
        metric=Metric.MISSES,
        touches=lambda p: p["marked"] == 1,
        inside="",
        outside="",
        **changed,
    )


def test_a_mode_is_compared_with_all_others_or_with_some_and_never_with_its_own():
    patients = Patients({"marked": np.array([1, 1, 0, 0]), "old": np.array([1, 0, 1, 0])})
    np.testing.assert_array_equal(mode().comparison(patients), [False, False, True, True])
    with_old = mode(compared_with=lambda p: p["old"] == 1)
    np.testing.assert_array_equal(with_old.comparison(patients), [False, False, True, False])


def figure(**changed):
    fixed = {"id": "f", "label": "", "published": 0.2, "doi": "", "basis": "P", "tolerance": 0.05}
    return PublishedFigure(**{**fixed, "compute": lambda study: proportion(1, 2), **changed})


@pytest.mark.parametrize(
    ("ours", "within"), [(0.2, True), (0.25, True), (0.15, True), (0.251, False), (0.149, False)]
)
def test_a_figure_is_reproduced_within_its_tolerance(ours, within):
    assert figure().within(ours) is within


@pytest.mark.parametrize(
    ("ours", "within"), [(0.02, True), (0.10, True), (0.019, False), (0.2, False)]
)
def test_a_bounded_figure_is_reproduced_within_its_range(ours, within):
    assert figure(bounded=True, interval=(0.02, 0.10)).within(ours) is within
