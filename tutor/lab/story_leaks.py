"""What a story gives away: the answer that it reads, and marks that go with the truth.

**Reading.** A story may not read the answer: given the truth of another patient, with all else as
it was, it must say the same. A column that is no finding and that all but equals the truth is the
answer by another name.

**Marks.** A mark is a word, a number, a sign, a capital, an order of words or a length
(`story_marks.py`). It may go with the truth where it says what the page says too. So patients are
first parted by what explains the mark: a small tree, of those columns on the page that the story
reads, guesses who has it. Within its leaves the mark must not go with the truth, by Fisher's exact
test over all leaves together, corrected for the number of marks. Findings that the story does not
read take no part: where strong ones all but settle the matter, every mark that goes with the truth
goes with them, and a weak giveaway would hide behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.metrics import auroc
from tutor.kit.teaching import TeachingModel
from tutor.lab.chart_risk import as_printed, seen
from tutor.lab.row_reads import NotedRow
from tutor.lab.story_marks import Marks, marks_of

LEVEL = 1e-4  # of a false alarm among all marks of an exercise
LOUD = 3.5  # standard errors from which a mark is worth a tree
MOST_TREES = 12
LEAVES, SMALLEST = 24, 8
SETTLES = 0.99  # area under the ROC curve of a column that is the answer by another name
SHOWN = 0.995  # of the patients in whom the page tells a column that it does not name
TURNED = 100  # patients whose stories are told once more, with another's truth

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int_]


@dataclass(frozen=True)
class Telling:
    """A mark, and how many of those with and without the condition have it."""

    name: str
    ill: int
    well: int
    of_ill: int
    of_well: int
    p: float

    @property
    def counts(self) -> str:
        """The counts as a sentence says them."""
        return (
            f"{self.ill} of {self.of_ill} patients with the condition have it and {self.well} of "
            f"{self.of_well} without"
        )


@dataclass(frozen=True)
class Told:
    """The stories of ``patients``, with the columns that they were told from."""

    patients: Patients
    stories: tuple[str, ...]
    reads: frozenset[str]

    @classmethod
    def of(cls, model: TeachingModel, patients: Patients, streams: Codes) -> Told:
        """Tell them; ``streams`` has shape ``(n, 2)`` and seeds each story's own chance."""
        reads: set[str] = set()
        stories = tuple(
            model.story(NotedRow(patients.row(at), reads), np.random.default_rng(list(stream)))
            for at, stream in enumerate(streams)
        )
        return cls(patients, stories, frozenset(reads & set(patients)))


def answers_read(model: TeachingModel, told: Told, streams: Codes, present: Mask) -> list[str]:
    """The columns of the answer on which a story depends, by name; sorted."""
    answers = _answers(model, told, present)
    if not answers:
        return []
    ill, well = np.flatnonzero(present), np.flatnonzero(~present)
    few = np.concatenate([ill[: TURNED // 2], well[: TURNED // 2]])
    others = np.concatenate([well[: TURNED // 2], ill[: TURNED // 2]])
    depends = False
    for at, other in zip(few, np.resize(others, len(few)), strict=True):
        row, stream = told.patients.row(int(at)), list(streams[at])
        if model.story(row, np.random.default_rng(stream)) != told.stories[at]:
            return []  # it draws from a chance of its own, so nothing follows from a difference
        row |= {name: float(told.patients[name][other]) for name in answers}
        depends |= model.story(row, np.random.default_rng(stream)) != told.stories[at]
    return answers if depends else []


def _answers(model: TeachingModel, told: Told, present: Mask) -> list[str]:
    """What the stories read of the truth, of the label and of columns that equal the truth."""
    hidden = told.reads - set(seen(model))
    named = hidden & {model.truth, model.label, model.exact}
    for name in hidden - named:
        values = told.patients[name].astype(float)
        if np.isfinite(values).all():
            area = auroc(values, present.astype(int)).value
            named |= {name} if max(area, 1 - area) >= SETTLES else set()
    return sorted(named)


def chart_behind(model: TeachingModel, told: Told, present: Mask) -> Array:
    """The columns on the page that the stories were told from, shape ``(n, columns)``.

    A column that is not on the page counts as if it were, where the page tells it all the same.
    """
    page = as_printed(model, told.patients)
    own = [at for at, name in enumerate(seen(model)) if name in told.reads]
    columns = [page[:, at] for at in own]
    hidden = told.reads - set(seen(model)) - set(_answers(model, told, present))
    for name in sorted(hidden):
        values = told.patients[name]
        _, code = np.unique(values, return_inverse=True)
        if 1 < code.max() + 1 <= LEAVES and _guessed(page, code) >= SHOWN:
            columns.append(values.astype(float))
    return np.nan_to_num(np.column_stack(columns)) if columns else np.zeros((len(present), 0))


def _guessed(page: Array, code: Codes) -> float:
    """The share of patients in whom a small tree of the page guesses a column's value."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=SMALLEST, random_state=0)
    return float((tree.fit(page, code).predict(page) == code).mean())


def telling_stories(model: TeachingModel, told: Told, present: Mask) -> Iterator[Telling]:
    """The marks of the stories that go with the truth though the page does not explain them."""
    return telling_marks(marks_of(told.stories), chart_behind(model, told, present), present)


def telling_marks(marks: Marks, chart: Array, present: Mask) -> Iterator[Telling]:
    """The marks that go with the truth among patients whose charts explain them alike.

    ``chart`` has shape ``(n, columns)``: what is on the page and may explain a mark.
    """
    if not len(marks.names):
        return
    loud = np.abs(_beyond(marks.has, chart, present))
    level = LEVEL / len(marks.names)
    for at in np.argsort(-loud, kind="stable")[:MOST_TREES]:
        if loud[at] < LOUD:
            return
        has = marks.has[:, at].astype(bool)
        p = _exact(has, present, _leaves(chart, has))
        if p < level:
            counts = int((has & present).sum()), int((has & ~present).sum())
            yield Telling(marks.names[at], *counts, int(present.sum()), int((~present).sum()), p)


def _beyond(has: Array, chart: Array, present: Mask) -> Array:
    """Standard errors by which each mark goes with the truth that no straight line explains."""
    varied = chart[:, chart.std(axis=0) > 0]
    design = (varied - varied.mean(axis=0)) / varied.std(axis=0) if varied.size else varied
    basis, _ = np.linalg.qr(np.column_stack([np.ones(len(chart)), design]))
    left = present - present.mean()
    mark = has - basis @ (basis.T @ has)
    own = mark.std(axis=0) > 1e-6
    z = left @ mark / np.where(own, np.linalg.norm(mark, axis=0), 1) / left.std()
    return np.where(own, z, 0.0)


def _leaves(chart: Array, has: Mask) -> Codes:
    """The leaf of each patient in a small tree that guesses who has the mark, shape ``(n,)``."""
    from sklearn.tree import DecisionTreeClassifier

    if not chart.shape[1]:
        return np.zeros(len(has), dtype=int)
    tree = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=SMALLEST, random_state=0)
    return np.asarray(tree.fit(chart, has).apply(chart))


def _exact(has: Mask, present: Mask, stratum: Codes) -> float:
    """Fisher's exact test of mark and truth within strata, two-sided (twice the smaller tail)."""
    from scipy.stats import hypergeom

    chance, least, seen = np.ones(1), 0, 0
    for number in np.unique(stratum):
        inside = stratum == number
        n, ill, marked = int(inside.sum()), int(present[inside].sum()), int(has[inside].sum())
        low, high = max(0, ill + marked - n), min(ill, marked)
        if low == high:
            continue
        chance = np.convolve(chance, hypergeom.pmf(np.arange(low, high + 1), n, ill, marked))
        least += low
        seen += int((has & present & inside).sum())
    at = seen - least
    return float(min(1.0, 2 * min(chance[: at + 1].sum(), chance[at:].sum())))
