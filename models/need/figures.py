"""The published figures, and how each is computed on this cohort."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import Z95, Estimate, Patients, PublishedFigure, Study, once_per_study, proportion

from .cohort import PUBLISHED_SHARE

FIGURE_SIZE = 250_000


@once_per_study
def _judged(study: Study) -> tuple[Patients, NDArray[np.float64]]:
    """The cohort of the published frame, and its scores.

    As in the study: its share of the smaller group, members with a full year. The expensive drug
    and the operation are ours, and left out.
    """
    frame = {"barriers_share": PUBLISHED_SHARE, "new_member": 0}
    cohort = study.simulate(FIGURE_SIZE, **frame, costly_drug=0, operation=0)
    return cohort, study.predict(cohort)


def _mean(values: NDArray[Any]) -> Estimate:
    mean, half = float(values.mean()), Z95 * float(values.std(ddof=1)) / sqrt(len(values))
    return Estimate(mean, mean - half, mean + half, len(values))


def _at_97th(study: Study, barriers: int) -> Estimate:
    """Mean active conditions of a group around the 97th percentile (95th to 99th) of score."""
    cohort, score = _judged(study)
    low, high = np.quantile(score, [0.95, 0.99])
    near = (score >= low) & (score <= high) & (cohort["barriers"] == barriers)
    return _mean(cohort["conditions"][near].astype(float))


def _excess(study: Study) -> Estimate:
    """How many more conditions, as a share; the interval by the delta method."""
    more, fewer = _at_97th(study, 1), _at_97th(study, 0)
    ratio = more.value / fewer.value
    spread = [(e.high - e.low) / 2 / e.value for e in (more, fewer)]
    half = ratio * sqrt(spread[0] ** 2 + spread[1] ** 2)
    return Estimate(ratio - 1, ratio - 1 - half, ratio - 1 + half, more.n + fewer.n)


def swaps(enrolled: NDArray[Any], waiting: NDArray[Any], as_published: bool) -> int:
    """How many of the ``enrolled`` give their place to somebody sicker who is ``waiting``.

    ``enrolled`` holds the conditions of those above the line without barriers, ``waiting`` of
    those below it with barriers, from the highest score down. The healthiest enrolled is compared
    with one after the other waiting, and gives way to the first who is sicker. The code published
    with the study steps over the next enrolled after each exchange; the correction, noted there
    in 2022, does not.
    """
    order, step = np.sort(enrolled), 2 if as_published else 1
    at = exchanged = 0
    for conditions in waiting:
        if at >= len(order):
            break
        if order[at] < conditions:
            exchanged, at = exchanged + 1, at + step
    return exchanged


def _share(after: bool, as_published: bool = True) -> Callable[[Study], Estimate]:
    """Share with barriers among the highest 3 % of scores, before or after the exchange."""

    def compute(study: Study) -> Estimate:
        cohort, score = _judged(study)
        top = score >= np.quantile(score, 0.97)
        barriers, conditions = cohort["barriers"] == 1, cohort["conditions"]
        below = np.flatnonzero(~top & barriers)
        below = below[np.lexsort((-conditions[below], -score[below]))]
        moved = swaps(conditions[top & ~barriers], conditions[below], as_published) if after else 0
        return proportion(int((top & barriers).sum()) + moved, int(top.sum()))

    return compute


STUDY: dict[str, Any] = {"doi": "10.1126/science.aax2342", "citation": "obermeyer2019"}
GROUPS = "(published by recorded race; ours by barriers to care)"
FIGURES = (
    PublishedFigure(
        id="conditions_barriers",
        label="Active conditions at the 97th percentile of score, Black patients; ours: patients "
        "with barriers to care",
        published=4.8,
        basis="S",
        tolerance=0.25,
        compute=lambda study: _at_97th(study, 1),
        unit="conditions",
        **STUDY,
    ),
    PublishedFigure(
        id="conditions_others",
        label="Active conditions at the 97th percentile of score, White patients; ours: patients "
        "without barriers to care",
        published=3.8,
        basis="S",
        tolerance=0.25,
        compute=lambda study: _at_97th(study, 0),
        unit="conditions",
        **STUDY,
    ),
    PublishedFigure(
        id="excess",
        label=f"More conditions at the same score {GROUPS}",
        published=0.263,
        basis="S",
        tolerance=0.066,  # a quarter of a condition in 3.8
        compute=_excess,
        **STUDY,
    ),
    PublishedFigure(
        id="share_before",
        label=f"Share of the smaller group among the highest 3 % of scores {GROUPS}",
        published=0.177,
        basis="P",
        tolerance=0.02,
        compute=_share(after=False),
        **STUDY,
    ),
    PublishedFigure(
        id="share_after",
        label=f"The same share in the paper's simulation without the gap in illness {GROUPS}",
        published=0.465,
        basis="P",
        tolerance=0.02,
        compute=_share(after=True),
        **STUDY,
    ),
    PublishedFigure(
        id="share_corrected",
        label="The same share by the corrected loop, on our cohort (derived, not published)",
        published=0.63,
        basis="D",
        tolerance=0.04,
        compute=_share(after=True, as_published=False),
        **STUDY,
    ),
)
