"""What an explanation does not say: for each case the lessons that apply to it, two at the most.

Four lessons on Shapley values, each measured on the case it is told of: a second model, equally
good, decides otherwise; correlated findings share the credit; compared with other people the
story is another; a bar belongs to the model, not to the patient.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.teaching import TeachingModel
from tutor.lab.alternative_model import Second, second
from tutor.lab.case_parts import Closings
from tutor.lab.explain import against
from tutor.lab.explanation import Explained, verify
from tutor.lab.out_of_distribution import said_us
from tutor.lab.shared_attribution import inherited
from tutor.lab.training import Fitted, HeldOut

MOST = 2
EVERY = 3
TELLING = 0.03
RARE_FIRST = ("second",)

Lesson = dict[str, Any]


class Lessons:
    """The lessons of a bank, by the place of a case in it."""

    def __init__(
        self,
        held_out: HeldOut,
        rows: NDArray[np.int_],
        explained: Explained,
        closings: Closings,
    ) -> None:
        patients = held_out.patients.take(rows)
        inputs = patients.matrix(held_out.fitted.model.columns)
        self._second = second(held_out)
        self._by_kind: dict[str, dict[int, Lesson]] = {
            "second": _another_answer(self._second, rows),
            "credit": _shared_credit(held_out.fitted, inputs, explained),
            "compared": _compared_with_others(held_out.fitted, inputs, explained),
            "not_patient": _not_the_patient(held_out.fitted.model, explained, closings),
        }
        self._chosen = _choose(self._by_kind, len(rows))

    def of(self, at: int) -> dict[str, Lesson]:
        """The lessons of the case at place ``at``, by kind; often none."""
        return {kind: self._by_kind[kind][at] for kind in self._chosen[at]}

    def evidence(self) -> dict[str, Any]:
        """What was measured once for the model: how a second one compares; None without one."""
        found = self._second
        if found is None:
            return {"second": None}
        often = found.often
        return {
            "second": {
                "auroc": [found.auroc.first, found.auroc.second],
                "difference": [found.auroc.low, found.auroc.high],
                "often": {"value": often.value, "low": often.low, "high": often.high},
            }
        }


def _choose(by_kind: dict[str, dict[int, Lesson]], cases: int) -> list[list[str]]:
    """For each case two kinds at the most: the rare ones first, then those told least so far."""
    told: Counter[str] = Counter()
    chosen = []
    for at in range(cases):
        apply = [kind for kind, lessons in by_kind.items() if at in lessons]
        apply.sort(key=lambda kind: (kind not in RARE_FIRST, told[kind]))
        chosen.append(apply[:MOST])
        told.update(chosen[-1])
    return chosen


def _another_answer(other: Second | None, rows: NDArray[np.int_]) -> dict[int, Lesson]:
    if other is None:
        return {}
    return {
        at: {"probability": float(other.probability[row])}
        for at, row in enumerate(rows)
        if other.disagree[row]
    }


def _shared_credit(
    fitted: Fitted, inputs: NDArray[np.float64], explained: Explained
) -> dict[int, Lesson]:
    features = fitted.model.features
    return {
        at: {
            "dropped": features[found.dropped].name,
            "share": found.share,
            "heir": features[found.heir].name,
            "before": found.before,
            "after": found.after,
            "correlation": found.correlation,
        }
        for at, found in inherited(fitted, inputs, explained).items()
    }


def _compared_with_others(
    fitted: Fitted, inputs: NDArray[np.float64], explained: Explained
) -> dict[int, Lesson]:
    """For one case in three: against patients who had it, is another bar the largest?"""
    features, asked = fitted.model.features, np.arange(0, len(inputs), EVERY)
    reference = with_it(fitted)
    base, bars = against(fitted.estimator, reference, inputs[asked])
    name = f"{fitted.model.id} against those who had it"
    verify(name, Explained(base, bars, explained.probability[asked]))
    lessons = {}
    for place, at in enumerate(asked):
        here, there = (int(np.abs(b).argmax()) for b in (explained.contributions[at], bars[place]))
        if here != there:
            lessons[int(at)] = {
                "base": explained.base,
                "top": features[here].name,
                "share": float(explained.contributions[at, here]),
                "other_base": base,
                "other_top": features[there].name,
                "other_share": float(bars[place, there]),
                "n": len(reference),
            }
    return lessons


def with_it(fitted: Fitted) -> NDArray[np.float64]:
    """Training rows whose recorded outcome was present, at equal steps, as a background."""
    rows = fitted.inputs[fitted.labels == 1]
    size = min(fitted.model.background_size, len(rows))
    return np.asarray(rows[np.linspace(0, len(rows) - 1, size).astype(int)])


def _not_the_patient(
    model: TeachingModel, explained: Explained, closings: Closings
) -> dict[int, Lesson]:
    """For one case in three: the twin reads otherwise on an input with a bar, the truth stays.

    None without twins.
    """
    lessons = {}
    for at in range(1, len(explained.contributions), EVERY):
        shares, pair = explained.contributions[at], closings.pair(at)
        if pair is None:
            continue
        row, other = pair
        if row[model.truth] != other[model.truth]:
            continue
        for place in np.argsort(-np.abs(shares)):
            feature, share = model.features[place], float(shares[place])
            before, after = (feature.say(r[feature.column]) for r in (row, other))
            if abs(share) >= TELLING and before != after:
                lessons[at] = {
                    "label": feature.name,
                    "before": f"{before} {feature.unit}".strip(),
                    "before_us": said_us(feature, row[feature.column]),
                    "after": f"{after} {feature.unit}".strip(),
                    "after_us": said_us(feature, other[feature.column]),
                    "share": share,
                    "present": bool(row[model.truth]),
                }
                break
    return lessons
