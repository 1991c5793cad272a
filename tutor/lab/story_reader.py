"""A robot that reads stories and nothing else: how often their words alone give the answer.

It is a logistic regression over the marks of a story (words, numbers, signs, order, length; see
``story_marks.py``), cross-fitted: it judges each case by what it learned from the stories of the
others. In the cells of a bank as many cases have the condition as lack it, so chance is one half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Estimate, proportion
from tutor.kit.metrics import auroc
from tutor.lab.bundle import Bundle
from tutor.lab.story_marks import Marks, marks_of

FOLDS = 5
FEWEST = 40  # cases from which the reading says something
SHRUNK = 0.02  # inverse strength of the penalty: there are as many marks as cases
NAMED = 3

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class StoryReading:
    """How the reader fared on the scored cases of both banks.

    ``right`` is the share of cases in which its answer is right, ``chance`` the share of the more
    frequent answer; ``area`` is the area under the ROC curve. ``marks`` are those that told it
    most, the most telling first.
    """

    right: Estimate
    chance: float
    area: Estimate
    marks: tuple[str, ...]

    @property
    def tells(self) -> bool:
        """Whether the stories alone tell more than chance would, beyond doubt."""
        return self.right.low > self.chance and self.area.low > 0.5


def read_stories(bundle: Bundle) -> StoryReading | None:
    """Let the robot read every scored case; None where there are too few of them."""
    cards = [card for card in (*bundle.cards, *bundle.assessment) if not card.luck]
    present = np.array([card.cell.present for card in cards], dtype=bool)
    if min(present.sum(), (~present).sum()) < FEWEST // 2:
        return None
    return reading([bundle.chart(card.case).story for card in cards], present)


def reading(stories: list[str], present: Mask) -> StoryReading:
    """The same of ``stories`` and of whether each patient has the condition, shape ``(n,)``."""
    marks = marks_of(stories)
    chance = float(max(present.mean(), 1 - present.mean()))
    if not marks.names:
        half = proportion(int(present.sum()), len(present))
        return StoryReading(half, chance, auroc(np.full(len(present), 0.5), present), ())
    said = _cross_fitted(marks, present)
    right = int(((said >= 0.5) == present).sum())
    return StoryReading(
        proportion(right, len(present)), chance, auroc(said, present), _telling(marks, present)
    )


def _cross_fitted(marks: Marks, present: Mask) -> NDArray[np.float64]:
    """Each story's probability from a reader who has not seen it, shape ``(n,)``."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    found = cross_val_predict(_reader(), marks.has, present, cv=folds, method="predict_proba")
    return np.asarray(found[:, 1])


def _telling(marks: Marks, present: Mask) -> tuple[str, ...]:
    weights = _reader().fit(marks.has, present).coef_[0] * marks.has.std(axis=0)
    order = np.argsort(-np.abs(weights), kind="stable")[:NAMED]
    return tuple(marks.names[at] for at in order)


def _reader() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=SHRUNK, max_iter=500)
