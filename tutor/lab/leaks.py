"""Leaks: nothing that is shown before a commitment tells the truth better than the findings may.

**The best possible.** The bank is no sample of its cohort: two thirds of its cases have the
algorithm right, half have the condition. So the measure is not what a reader reaches in the cohort
but what somebody reaches *on these very cases* who has the findings and the algorithm's inputs of
thousands of held-out patients, weighted as the bank was drawn: boosted trees, cross-fitted, so that
no case is judged by trees that have seen it. Where the true probability is known (a network's exact
posterior), it is among what they are given. An exercise may state a lower ``best``.

**What is held against it.** On the bank's cases a plain classifier (logistic regression; small
boosted trees), cross-validated, gets the findings as they are said, the words of the story, and
the best possible itself. If its area under the ROC curve is larger beyond chance (DeLong's paired
test, the same cases), the story tells what no finding does. Order and ids may not go with the truth
that is left once the findings are known, and no finding may settle the matter by itself.

**Pictures** are another matter: a picture may rightly hold the finding that decides (the P waves
that the algorithm never measured), and its text alternative must say so. Neither is put to a
classifier. What must not tell is all else: bytes, the number and the names of elements, the
length of the alternative. Each is compared among cases whose alternative uses the same words, that
is, whose pictures show the same by the author's own account; and neither picture nor alternative
may name the diagnosis. Where no two alternatives are alike, such a leak stays unseen.

The levels are strict, for dozens of exercises are checked: about one false alarm in a thousand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.discrimination import paired_auroc
from tutor.core.intervals import Z95
from tutor.kit.metrics import auroc
from tutor.lab.bank import Bank, kinds_of
from tutor.lab.study import HeldOut

STRICT = 3.3  # standard errors by which a classifier must be better
STRICTER = 4.5  # standard errors for each of many carriers
SETTLES = 0.99  # of the pairs of a case with and one without, ranked rightly by one finding
BESIDE = 8  # held-out patients beside each of the bank's, for the best possible
LEAST_BESIDE = 100
FOLDS = 4
MOST_WORDS = 300

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Leak:
    """What tells too much: ``of`` is ``story``, ``picture``, ``order`` or a finding's column."""

    of: str
    what: str
    mend: str


def leaks(
    held_out: HeldOut, chosen: Bank, shown: Mapping[str, Any], best: float | None = None
) -> Iterator[Leak]:
    """Every leak of a bank; ``best`` is the area under the ROC curve that the exercise states."""
    cases = [shown[card.case] for card in chosen.cards]
    present = np.array([card.cell.present for card in chosen.cards])
    possible = best_possible(held_out, chosen)
    settled = list(_settled(held_out, chosen, present))
    yield from settled
    if not settled:
        yield from _stated(possible, present, best)
    yield from _told_by_words(held_out, chosen, cases, present, possible)
    left = present - possible
    yield from _told_by_order(chosen, left)
    if cases[0]["picture"]:
        pictures = [case["picture"] for case in cases]
        yield from _told_beside_the_picture(pictures, left)
        yield from _named(pictures, held_out.fitted.model.condition)


# --- the best possible ------------------------------------------------------------------------


def best_possible(held_out: HeldOut, chosen: Bank) -> Array:
    """The probability of the condition for each case of the bank, shape ``(n,)``.

    As somebody could say it who knew thousands of such patients, drawn as the bank was.
    """
    rows, weight = _like_the_bank(held_out, chosen)
    model = held_out.fitted.model
    known = (*model.features, *model.findings)
    columns = tuple(dict.fromkeys([f.column for f in known] + [model.exact] * bool(model.exact)))
    told = _levels(held_out.patients.take(rows).matrix(columns))
    chance = _cross_fitted(lambda: _trees(40, 8), told, held_out.truth[rows], weight, 3)
    return chance[: len(chosen.rows)]


def _like_the_bank(held_out: HeldOut, chosen: Bank) -> tuple[NDArray[np.int_], Array]:
    """The bank's rows, then others of the same cells and kinds; weights that make them as many."""
    model, patients = held_out.fitted.model, held_out.patients
    in_scope = model.scope(patients)
    kinds = kinds_of(model, patients)
    right = held_out.alert == held_out.truth

    def like(row: int) -> tuple[bool, bool, str]:
        return bool(right[row]), bool(held_out.truth[row]), kinds[row]

    rows = chosen.rows.tolist()
    inside, weights = set(rows), [0.0] * len(rows)
    places: dict[tuple[bool, bool, str], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        places[like(row)].append(at)
    pools: dict[tuple[bool, bool, str], list[int]] = defaultdict(list)
    for row in np.flatnonzero(in_scope).tolist():
        if row not in inside:
            pools[like(row)].append(row)
    for kind, ours in places.items():
        others = pools[kind]
        most = min(len(others), max(LEAST_BESIDE, BESIDE * len(ours)))
        others = [others[at] for at in np.linspace(0, len(others) - 1, most).astype(int)]
        each = len(ours) / (len(ours) + len(others))
        for at in ours:
            weights[at] = each
        rows += others
        weights += [each] * len(others)
    weight = np.array(weights)
    return np.array(rows), weight / weight.mean()


def _levels(told: Array) -> Array:
    """Each column in at most 48 levels of equal size, which trees read faster."""
    edges = np.nanquantile(told, np.linspace(0, 1, 49)[1:-1], axis=0)
    return np.column_stack(
        [np.searchsorted(edge, column) for edge, column in zip(edges.T, told.T, strict=True)]
    ).astype(float)


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


def _cross_fitted(
    make: Callable[[], Any],
    told: Array,
    present: Mask,
    weight: Array | None = None,
    folds: int = FOLDS,
) -> Array:
    """Each row's probability from a classifier that has not seen it, shape ``(n,)``."""
    order = np.random.default_rng(0).permutation(len(present))
    order = order[np.argsort(present[order], kind="stable")]
    fold = np.empty(len(present), dtype=int)
    fold[order] = np.arange(len(present)) % folds
    chance = np.empty(len(present))
    for number in range(folds):
        seen, unseen = fold != number, fold == number
        extra = {} if weight is None else {"sample_weight": weight[seen]}
        fitted = make().fit(told[seen], present[seen], **extra)
        chance[unseen] = fitted.predict_proba(told[unseen])[:, 1]
    return chance


# --- findings and words -----------------------------------------------------------------------


def _settled(held_out: HeldOut, chosen: Bank, present: Mask) -> Iterator[Leak]:
    patients = held_out.patients.take(chosen.rows)
    for finding in held_out.fitted.model.findings:
        area = auroc(patients[finding.column].astype(float), present.astype(int)).value
        if max(area, 1 - area) >= SETTLES:
            what = f"{finding.label!r} alone tells who has the condition; nothing is left to judge."
            yield Leak(finding.column, what, "Take it out of the findings, or make it less sure.")


def _stated(possible: Array, present: Mask, best: float | None) -> Iterator[Leak]:
    if best is None:
        return
    reached = auroc(possible, present.astype(int))
    if reached.value - (reached.value - reached.low) * STRICT / Z95 > best:
        what = (
            f"The findings tell more than the stated best: an area under the ROC curve of "
            f"{reached.value:.2f}; stated {best:.2f}."
        )
        yield Leak("best", what, "Find what gives it away, or state what is possible.")


def _told_by_words(
    held_out: HeldOut, chosen: Bank, cases: Sequence[Any], present: Mask, possible: Array
) -> Iterator[Leak]:
    model, patients = held_out.fitted.model, held_out.patients.take(chosen.rows)
    said = [np.round(patients[f.column].astype(float), f.decimals) for f in model.findings]
    words, used = _words([case["story"] for case in cases])
    certain = np.clip(possible, 0.001, 0.999)
    told = np.nan_to_num(np.column_stack([np.log(certain / (1 - certain)), *said, used]))
    for make in (_line, lambda: _trees(20, 4)):
        compared = paired_auroc(present, possible, _cross_fitted(make, told, present))
        gain = compared.second - compared.first
        if gain - (compared.high - compared.low) / 2 * STRICT / Z95 > 0:
            what = (
                f"The story tells what no finding does: with its words a plain classifier reaches "
                f"an area under the ROC curve of {compared.second:.2f}; the findings allow "
                f"{compared.first:.2f}.{_loudest(words, used, present - possible)}"
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
    one = np.zeros(len(left), dtype=int)
    strength = [abs(_goes_with(column, left, one)) for column in used.T]
    loud = [f"“{words[at]}”" for at in np.argsort(strength)[::-1][:3]]
    return f" Most telling: {', '.join(loud)}."


# --- what is no finding at all ----------------------------------------------------------------


def _goes_with(carrier: Array, left: Array, stratum: NDArray[np.int_]) -> float:
    """Standard errors by which ``carrier`` goes with the truth that is ``left``, within strata.

    A rank test: the sum of products over the strata against its variance under permutation.
    """
    total = variance = 0.0
    for number in np.unique(stratum):
        inside = stratum == number
        n = int(inside.sum())
        if n < 2:
            continue
        _, place, count = np.unique(carrier[inside], return_inverse=True, return_counts=True)
        rank = (np.cumsum(count) - (count - 1) / 2)[place]
        x, y = rank - rank.mean(), left[inside] - left[inside].mean()
        scale = float(x @ x) ** 0.5
        if scale:
            total += float(x @ y) / scale
            variance += float(y @ y) / (n - 1)
    return total / variance**0.5 if variance else 0.0


def _told_by_order(chosen: Bank, left: Array) -> Iterator[Leak]:
    one = np.zeros(len(left), dtype=int)
    ids = np.array([int(card.case, 16) for card in chosen.cards], dtype=float)
    places = {"order": np.arange(len(left), dtype=float), "ids": ids}
    for name, carrier in places.items():
        if abs(_goes_with(carrier, left, one)) > STRICTER:
            what = f"The {name} of the cases in the bank go with who has the condition."
            yield Leak("order", what, "Let the bank be shuffled and its ids be drawn by hashing.")


def _told_beside_the_picture(pictures: Sequence[Mapping[str, str]], left: Array) -> Iterator[Leak]:
    said = [re.sub(r"[\W\d_]+", " ", picture["alt"].lower()) for picture in pictures]
    _, stratum = np.unique(said, return_inverse=True)
    carriers = _carriers(pictures)
    loud = {name: abs(_goes_with(column, left, stratum)) for name, column in carriers.items()}
    name = max(loud, key=lambda name: loud[name])
    if loud[name] > STRICTER:
        what = f"{name} of the picture goes with who has the condition, though it shows the same."
        yield Leak("picture", what, "Draw every picture from the same elements, with the same ids.")


def _carriers(pictures: Sequence[Mapping[str, str]]) -> dict[str, Array]:
    """What a picture has besides what it shows: name and values, each of shape ``(n,)``."""
    marks = [Counter(re.findall(r'<\w+|\sid="[^"]*"', picture["svg"])) for picture in pictures]
    found = {
        "The size": [len(p["svg"].replace(p["alt"], "")) for p in pictures],
        "The length of the text alternative": [len(p["alt"]) for p in pictures],
        "The number of elements": [sum(mark.values()) for mark in marks],
    }
    for name in sorted(set().union(*marks)):
        label = f"The id {name[4:]}" if name.startswith(" id") else f"The number of {name}>"
        found[label] = [mark[name] for mark in marks]
    return {name: np.array(values, dtype=float) for name, values in found.items()}


def _named(pictures: Sequence[Mapping[str, str]], condition: str) -> Iterator[Leak]:
    name = re.sub(r"^(?:a|an|the) ", "", condition.lower())
    word = re.compile(rf"\b{re.escape(name)}\b")
    for part, where in (("alt", "text alternative"), ("svg", "source")):
        texts = (picture[part].lower() for picture in pictures)
        if any(name in text and word.search(text) for text in texts):
            what = f"The {where} of a picture names the diagnosis, {name!r}."
            yield Leak("picture", what, "Say what is to be seen, not what it means.")
            return
