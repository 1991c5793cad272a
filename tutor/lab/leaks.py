"""Leaks: nothing that is shown before a commitment tells the truth better than the findings may.

**The best possible** is the chart's own risk (`chart_risk.py`): what somebody would say who had the
findings of thousands of such patients. It is measured on held-out patients in scope, half with and
half without the condition, who are not chosen by how they ended: in the bank's scored cases the
outcome always agrees with the sound decision. An exercise may state a lower ``best``.

**What is held against it.** For the same patients a plain classifier (logistic regression; small
boosted trees), cross-validated, gets the findings as they are said, the words of the story, and
the risk itself. If its area under the ROC curve is larger beyond chance (DeLong's paired test, the
same patients), the story tells what no finding does. Before that each mark of the story is tested
by itself, and whether the story reads the answer (`story_leaks.py`). No finding may settle the
matter by itself, nor a pair (`finding_leaks.py`), and in the bank neither order nor ids may go with
the truth. What the texts of the exercise name is read elsewhere (`text_leaks.py`).

**Pictures** are held against the same: see `picture_leaks.py`.

The levels are strict, for dozens of exercises are checked: about one false alarm in a thousand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Z95
from tutor.core.paired_auroc import paired_auroc
from tutor.kit.metrics import auroc
from tutor.lab.bank import Bank, Banks
from tutor.lab.finding_leaks import settled
from tutor.lab.leak import Leak
from tutor.lab.picture_leaks import picture_leaks
from tutor.lab.rank_test import goes_with
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.story_leaks import Told, answers_read, telling_stories

STRICT = 3.3  # standard errors by which a classifier must be better
STRICTER = 4.5  # standard errors for each of many carriers
EACH = 400  # held-out patients with, and as many without, on whom stories are measured
FOLDS = 4
MOST_WORDS = 300

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """Held-out patients in scope: rows, whether the condition is present, risk, stories.

    Arrays have shape ``(n,)``. As many with the condition as without, at most ``EACH`` of each.
    """

    rows: NDArray[np.int_]
    present: Mask
    risk: Array
    told: Told
    streams: NDArray[np.int_]

    @classmethod
    def of(cls, rated: RatedCohort) -> Sample:
        """Draw them at equal steps, and write their stories."""
        held_out = rated.held_out
        model, truth = held_out.fitted.model, held_out.truth
        in_scope = model.scope(held_out.patients)
        groups = [np.flatnonzero(in_scope & (truth == present)) for present in (True, False)]
        size = min(EACH, *(len(group) for group in groups))
        rows = np.concatenate(
            [group[np.linspace(0, len(group) - 1, size).astype(int)] for group in groups]
        )
        streams = np.column_stack([np.full(len(rows), held_out.seed), rows])
        told = Told.of(model, held_out.patients.take(rows), streams)
        return cls(rows, truth[rows], rated.risk.probability[rows], told, streams)

    @property
    def stories(self) -> tuple[str, ...]:
        """What is told of each."""
        return self.told.stories


def leaks(
    rated: RatedCohort, banks: Banks, shown: Mapping[str, Any], best: float | None = None
) -> Iterator[Leak]:
    """Every leak of both banks; ``best`` is the area under the curve that the exercise states."""
    sample = Sample.of(rated)
    sure = list(_settled(rated, sample))
    yield from sure
    if not sure:
        yield from _stated(sample, best)
    yield from islice(_told_by_stories(rated, sample), 1)
    for chosen in (banks.practice, banks.assessment):
        if chosen.cards:
            present = np.array([card.cell.present for card in chosen.cards], dtype=float)
            yield from _told_by_order(chosen, present)
    cases = [shown[card.case] for card in banks.both.cards]
    if cases[0]["picture"]:
        pictures = [case["picture"] for case in cases]
        yield from islice(picture_leaks(rated, banks.both, pictures), 1)


def _trees(rounds: int, leaves: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=rounds,
        max_leaf_nodes=leaves,
        min_samples_leaf=8,
        early_stopping=False,
        random_state=0,
    )


def _line() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=200))


def _cross_fitted(make: Callable[[], Any], told: Array, present: Mask) -> Array:
    """Each row's probability from a classifier that has not seen it, shape ``(n,)``."""
    order = np.random.default_rng(0).permutation(len(present))
    order = order[np.argsort(present[order], kind="stable")]
    fold = np.empty(len(present), dtype=int)
    fold[order] = np.arange(len(present)) % FOLDS
    chance = np.empty(len(present))
    for number in range(FOLDS):
        seen, unseen = fold != number, fold == number
        fitted = make().fit(told[seen], present[seen])
        chance[unseen] = fitted.predict_proba(told[unseen])[:, 1]
    return chance


# --- findings and words -----------------------------------------------------------------------


def _settled(rated: RatedCohort, sample: Sample) -> Iterator[Leak]:
    patients = rated.held_out.patients.take(sample.rows)
    findings = rated.held_out.fitted.model.findings
    values = patients.matrix(tuple(finding.column for finding in findings))
    for found in settled(findings, values, sample.present):
        if len(found.columns) == 1:
            what = (
                f"{found.labels[0]!r} alone tells who has the condition; nothing is left to judge "
                f"(area under the ROC curve {found.area:.2f})."
            )
            yield Leak(found.columns[0], what, "Take it out of the findings, or make it less sure.")
        else:
            what = (
                f"{found.labels[0]!r} and {found.labels[1]!r} together tell who has the condition "
                f"(area under the ROC curve {found.area:.2f}), far beyond what each tells."
            )
            mend = "Take one of them out of the findings, or make them less sure."
            yield Leak(found.columns[0], what, mend)


def _stated(sample: Sample, best: float | None) -> Iterator[Leak]:
    if best is None:
        return
    reached = auroc(sample.risk, sample.present.astype(int))
    if reached.value - (reached.value - reached.low) * STRICT / Z95 > best:
        what = (
            f"The findings tell more than the stated best: an area under the ROC curve of "
            f"{reached.value:.2f}; stated {best:.2f}."
        )
        yield Leak("best", what, "Find what gives it away, or state what is possible.")


def _told_by_stories(rated: RatedCohort, sample: Sample) -> Iterator[Leak]:
    """What the stories give away, the most telling first."""
    model, present = rated.held_out.fitted.model, sample.present
    if loud := list(islice(telling_stories(model, sample.told, present), 3)):
        first, *more = sorted(loud, key=lambda mark: mark.p)
        also = f" So do {' and '.join(mark.name for mark in more)}." if more else ""
        what = (
            f"The story tells what no finding does: {first.name}. {first.counts}, and no finding "
            f"explains it.{also}"
        )
        yield Leak("story", what, "Let the story say only what a finding says too.")
    if answers := answers_read(model, sample.told, sample.streams, present):
        what = f"The story depends on {' and '.join(answers)}, which is the answer."
        yield Leak("story", what, "Tell it from findings and from what visible= names.")
    yield from _told_by_words(rated, sample)


def _told_by_words(rated: RatedCohort, sample: Sample) -> Iterator[Leak]:
    model = rated.held_out.fitted.model
    patients, present = rated.held_out.patients.take(sample.rows), sample.present
    said = [np.round(patients[f.column].astype(float), f.decimals) for f in model.findings]
    words, used = _words(sample.stories)
    certain = np.clip(sample.risk, 0.001, 0.999)
    told = np.nan_to_num(np.column_stack([np.log(certain / (1 - certain)), *said, used]))
    for make in (_line, lambda: _trees(20, 4)):
        compared = paired_auroc(present, sample.risk, _cross_fitted(make, told, present))
        gain = compared.second - compared.first
        if gain - (compared.high - compared.low) / 2 * STRICT / Z95 > 0:
            what = (
                f"The story tells what no finding does: with its words a plain classifier reaches "
                f"an area under the ROC curve of {compared.second:.2f}; the findings allow "
                f"{compared.first:.2f}.{_loudest(words, used, present - sample.risk)}"
            )
            yield Leak("story", what, "Let the story say only what a finding says too.")
            return


def _words(stories: Sequence[str]) -> tuple[list[str], Array]:
    """The words of the stories, and which story uses them, shape ``(n, words)``; no numbers."""
    sets = [set(re.findall(r"[^\W\d_]{2,}", story.lower())) for story in stories]
    often = Counter(word for each in sets for word in each)
    words = [w for w, n in sorted(often.items(), key=lambda item: (-item[1], item[0]))]
    words = [w for w in words if 2 < often[w] < len(sets)][:MOST_WORDS]
    used = [[float(word in each) for word in words] for each in sets]
    return words, np.array(used, dtype=float).reshape(len(sets), len(words))


def _loudest(words: Sequence[str], used: Array, left: Array) -> str:
    """The three words that go most with the truth that no finding tells."""
    if not words:
        return ""
    strength = [abs(goes_with(column, left)) for column in used.T]
    loud = [f"“{words[at]}”" for at in np.argsort(strength)[::-1][:3]]
    return f" Most telling: {', '.join(loud)}."


# --- what is no finding at all ----------------------------------------------------------------


def _told_by_order(chosen: Bank, left: Array) -> Iterator[Leak]:
    ids = np.array([int(card.case, 16) for card in chosen.cards], dtype=float)
    places = {"order": np.arange(len(left), dtype=float), "ids": ids}
    for name, carrier in places.items():
        if abs(goes_with(carrier, left)) > STRICTER:
            what = f"The {name} of the cases in the bank go with who has the condition."
            yield Leak("order", what, "Let the bank be shuffled and its ids be drawn by hashing.")
