"""The case bank of an exercise: which held-out patients, and what each stage may see of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.calibration import ScoreHistory
from tutor.core.case import CaseCard, Cell
from tutor.core.selection import CELLS
from tutor.core.selection import wanted as wanted
from tutor.errors import BuildError
from tutor.kit.cohorts import Patients
from tutor.kit.features import Feature
from tutor.kit.teaching import TeachingModel
from tutor.lab.explained import Explained
from tutor.lab.pictures import Pictures
from tutor.lab.study import HELD_OUT_STEP, HeldOut

RIGHT_OF_THREE = 2
MIN_CELL = 16


@dataclass(frozen=True)
class Bank:
    """The chosen held-out rows, in an order that tells nothing, with their cards."""

    rows: NDArray[np.int_]
    cards: tuple[CaseCard, ...]


def choose(held_out: HeldOut, cases: int, name: str) -> Bank:
    """Choose ``cases`` held-out patients over the four cells, two thirds with the algorithm right.

    Within a cell the failure modes take turns, so that patients whom a mode touches are met
    where the algorithm is right too.

    Raises:
        BuildError: a cell has too few patients in scope.
    """
    model = held_out.fitted.model
    patients = held_out.patients
    right = held_out.alert == held_out.truth
    in_scope = model.scope(patients)
    kinds = kinds_of(model, patients)
    stream = np.random.default_rng(held_out.seed)
    picked: list[tuple[int, Cell, str]] = []
    for cell in CELLS:
        inside = in_scope & (right == cell.algorithm_right) & (held_out.truth == cell.present)
        rows = _take_turns(np.flatnonzero(inside), kinds, wanted(cases, cell), stream)
        if len(rows) < min(wanted(cases, cell), MIN_CELL):
            raise BuildError(
                f"Only {len(rows)} held-out patients of {model.id} have {describe(cell)}. "
                "Widen the scope or the cohort.",
                of="scope",
            )
        picked += [(int(row), cell, kinds[row]) for row in rows]
    order = stream.permutation(len(picked))
    picked = [picked[int(at)] for at in order]
    cards = tuple(CaseCard(_case_id(name, row), cell, kind) for row, cell, kind in picked)
    return Bank(np.array([row for row, _, _ in picked]), cards)


def describe(cell: Cell) -> str:
    """A cell in words."""
    right, present = cell.algorithm_right, cell.present
    return (
        f"the algorithm {'right' if right else 'wrong'} "
        f"and the condition {'present' if present else 'absent'}"
    )


def kinds_of(model: TeachingModel, patients: Patients) -> list[str]:
    """For each patient the first failure mode that touches them, or ``""``."""
    kinds = [""] * patients.n
    for mode in reversed(model.failure_modes):
        for row in np.flatnonzero(mode.touches(patients)):
            kinds[int(row)] = mode.id
    return kinds


def _take_turns(
    rows: NDArray[np.int_], kinds: list[str], wanted: int, stream: np.random.Generator
) -> list[int]:
    queues: dict[str, list[int]] = defaultdict(list)
    for row in stream.permutation(rows):
        queues[kinds[int(row)]].append(int(row))
    taken: list[int] = []
    while len(taken) < wanted and any(queues.values()):
        for kind in sorted(queues):
            if queues[kind] and len(taken) < wanted:
                taken.append(queues[kind].pop())
    return taken


def _case_id(name: str, row: int) -> str:
    return hashlib.blake2b(f"{name}/{row}".encode(), digest_size=6).hexdigest()


def finding(feature: Feature, value: float) -> dict[str, Any]:
    """A chart row: what is said, its flag, and where it lies on its range bar (0..1)."""
    row: dict[str, Any] = {
        "column": feature.column,
        "label": feature.label,
        "short": feature.name,
        "said": feature.say(value),
        "unit": feature.unit,
        "flag": feature.flag(value),
        "note": feature.note,
        "bar": None,
        "us": us(feature, value),
    }
    if feature.bounds and feature.reference and not feature.words:
        low, high = feature.bounds
        row["bar"] = [
            round(float(np.clip((at - low) / (high - low), 0, 1)), 3)
            for at in (value, *feature.reference)
        ]
        row["range"] = "–".join(f"{end:.{feature.decimals}f}" for end in feature.reference)
    return row


def us(feature: Feature, value: float) -> dict[str, str] | None:
    """What :func:`finding` says in the unit of the United States, where that is another."""
    other = feature.conventional
    if other is None:
        return None
    return {
        "said": feature.say_conventional(value),
        "unit": other.unit,
        "range": "–".join(other.say(end) for end in feature.reference or ()),
    }


def shown(
    model: TeachingModel,
    row: dict[str, float],
    stream: np.random.Generator,
    pictures: Pictures | None = None,
) -> Any:
    """Stage 1: story, picture, findings; nothing of the algorithm, nothing of the truth."""
    return {
        "story": model.story(row, stream),
        "picture": (pictures or Pictures(model)).of(row),
        "findings": [finding(feature.of(row), row[feature.column]) for feature in model.findings],
    }


def revealed(
    model: TeachingModel, row: dict[str, float], explained: Explained, at: int, past: ScoreHistory
) -> Any:
    """Stage 3: the algorithm's probability, what such scores have meant, what moved it."""
    chance = float(explained.probability[at])
    like = past.like(chance)
    parts = sorted(
        zip(model.features, explained.contributions[at], strict=True), key=lambda p: -abs(p[1])
    )
    return {
        "probability": chance,
        "base": explained.base,
        "contributions": [
            {
                "column": feature.column,
                "label": feature.name,
                "said": f"{feature.say(row[feature.column])} {feature.unit}".strip(),
                "us": us(feature, row[feature.column]),
                "share": float(share),
            }
            for feature, share in parts
        ],
        "like": {"events": like.events, "n": like.n, "low": like.low, "high": like.high},
    }


class Closings:
    """Stage 5: what was true, and the same patients with one cause changed.

    Where the patients come from a table there are no twins, and ``closed`` says None.
    """

    def __init__(
        self, held_out: HeldOut, rows: NDArray[np.int_], pictures: Pictures | None = None
    ) -> None:
        self._model = held_out.fitted.model
        self._pictures = pictures or Pictures(self._model)
        self._now = held_out.patients.take(rows)
        self._chance = held_out.probability[rows]
        self._touched = {mode.id: mode.touches(self._now) for mode in self._model.failure_modes}
        self._twin = np.full(len(rows), -1)
        self._other: dict[int, tuple[Patients, NDArray[np.float64], NDArray[np.int_]]] = {}
        for number, twin in enumerate(self._model.twins):
            mine = (self._twin < 0) & twin.applies(self._now)
            if not mine.any():
                continue
            self._twin[mine] = number
            changed = self._changed(held_out, twin.do, rows[mine])
            place = np.cumsum(mine) - 1
            self._other[number] = (changed, held_out.predict(changed), place)
        if self._model.structural and (self._twin < 0).any():
            what = f"Some patients of {self._model.id} have no twin; add one for all."
            raise BuildError(what, of="twins")

    def _changed(self, held_out: HeldOut, do: Any, rows: NDArray[np.int_]) -> Patients:
        model = self._model
        world = model.simulate(
            model.held_out_size, held_out.seed + HELD_OUT_STEP, **{**model.deployment, **do}
        )
        return model.measured(world.take(rows))

    def touched(self, at: int) -> list[str]:
        """The failure modes that touch the case at place ``at``."""
        return [mode for mode, mask in self._touched.items() if mask[at]]

    def pair(self, at: int) -> tuple[dict[str, float], dict[str, float]] | None:
        """The case at place ``at`` of the bank, and its twin; None without twins."""
        if not self._model.structural:
            return None
        patients, _, place = self._other[int(self._twin[at])]
        return self._now.row(at), patients.row(int(place[at]))

    def closed(self, at: int) -> Any:
        """The closing of the case at place ``at`` of the bank."""
        row = self._now.row(at)
        return {
            "present": bool(row[self._model.truth]),
            "sentence": self._model.truth_sentence(row),
            "touched": self.touched(at),
            "twin": self._told(at),
        }

    def _told(self, at: int) -> dict[str, Any] | None:
        """The case and its twin side by side."""
        pair = self.pair(at)
        if pair is None:
            return None
        (row, other), model, number = pair, self._model, int(self._twin[at])
        twin = model.twins[number]
        _, chances, place = self._other[number]
        return {
            "as_is": twin.as_is(row),
            "changed": twin.changed,
            "lesson": twin.lesson,
            "findings": _differences(model, row, other),
            "algorithm": [float(self._chance[at]), float(chances[int(place[at])])],
            "present": [bool(row[model.truth]), bool(other[model.truth])],
            "sentence": model.truth_sentence(other),
            "picture": self._pictures.of(other),
        }


def _differences(
    model: TeachingModel, row: dict[str, float], other: dict[str, float]
) -> list[dict[str, Any]]:
    """The findings (and inputs read off the picture) that read differently in the twin."""
    features = {f.column: f for f in (*model.findings, *model.features)}
    return [
        {
            "label": f.name,
            "unit": f.unit,
            "before": f.say(row[c]),
            "after": f.say(other[c]),
            "us": [us(f, row[c]), us(f, other[c])],
        }
        for c, f in features.items()
        if f.say(row[c]) != f.say(other[c])
    ]
