"""Findings that settle the matter, alone or in pairs: nothing is left for a learner to judge.

A finding is asked what a small table of its values as printed tells: how many of the patients with
each value have the condition. So a value in the middle of the scale can tell as well as a high one.
A finding of few values is a sign that is there or not; above 0.97 it is the answer with some noise.
A measured number may tell more, as some do. A pair is held against what its two findings tell one
by one: where only the two together tell, one of them is the key to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.kit.features import Feature
from tutor.kit.metrics import auroc

FEW = 4  # values of a sign that is there, or not, or in part
FEW_SETTLES = 0.97  # area under the ROC curve
SETTLES = 0.99
PAIR_SETTLES = 0.995
PAIR_TELLS, PAIR_GAINS = 0.8, 0.15  # what a pair tells, and beyond its findings one by one
MOST_CELLS = 8  # of each finding in the table of a pair

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int_]


@dataclass(frozen=True)
class Settled:
    """Findings, by their columns and labels, that tell too much; ``area`` is under the curve."""

    columns: tuple[str, ...]
    labels: tuple[str, ...]
    area: float


def settled(findings: Sequence[Feature], values: Array, present: Mask) -> Iterator[Settled]:
    """The findings that settle the matter; pairs of those that do not settle it alone.

    ``values`` has shape ``(n, findings)``, as drawn; ``present`` shape ``(n,)``.
    """
    printed = np.column_stack(
        [np.round(column, f.decimals) for f, column in zip(findings, values.T, strict=True)]
    )
    rest, codes, alone = [], [], []
    for finding, column in zip(findings, printed.T, strict=True):
        code, few = _code(column)
        area = _told(code, present)
        sharper = auroc(column, present.astype(int)).value
        area = max(area, sharper, 1 - sharper)
        if area >= (FEW_SETTLES if few else SETTLES):
            yield Settled((finding.column,), (finding.label,), area)
        elif code.max() > 0:
            rest.append(finding)
            codes.append(code)
            alone.append(_odds(code, present))
    for second in range(len(rest)):
        for first in range(second):
            pair = _told(codes[first] * MOST_CELLS + codes[second], present)
            if pair >= PAIR_SETTLES or (
                pair >= PAIR_TELLS
                and pair - _area(alone[first] + alone[second], present) >= PAIR_GAINS
            ):
                both = (rest[first], rest[second])
                columns, labels = (f.column for f in both), (f.label for f in both)
                yield Settled(tuple(columns), tuple(labels), pair)
                return


def _code(column: Array) -> tuple[Codes, bool]:
    """Each value's cell among at most ``MOST_CELLS``, and whether the finding has few values."""
    values, code = np.unique(column, return_inverse=True)
    if len(values) <= MOST_CELLS:
        return code, len(values) <= FEW
    edges = np.unique(np.quantile(column, np.linspace(0, 1, MOST_CELLS + 1)[1:-1]))
    return np.searchsorted(edges, column, side="right"), False


def _odds(code: Codes, present: Mask) -> Array:
    """For each patient the log-odds of the condition among those in the same cell."""
    with_it = np.bincount(code[present], minlength=code.max() + 1) + 0.5
    without = np.bincount(code[~present], minlength=code.max() + 1) + 0.5
    return np.asarray(np.log(with_it / without)[code])


def _told(code: Codes, present: Mask) -> float:
    """The area under the curve of what each half of the patients learns from the other's cells."""
    score = np.empty(len(code))
    size = int(code.max()) + 1
    for half in (0, 1):
        learned = np.arange(len(code)) % 2 != half
        with_it = np.bincount(code[learned & present], minlength=size) + 0.5
        without = np.bincount(code[learned & ~present], minlength=size) + 0.5
        score[~learned] = np.log(with_it / without)[code[~learned]]
    return _area(score, present)


def _area(score: Array, present: Mask) -> float:
    return float(auroc(score, present.astype(int)).value)
