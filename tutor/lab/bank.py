"""The case bank of an exercise: which held-out patients, and what each stage may see of them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.content.manifest import Bank as BankManifest
from tutor.core.case import CaseCard, Cell
from tutor.core.drawing import CELLS
from tutor.core.drawing import wanted as wanted
from tutor.core.natural_frequency import ScoreHistory
from tutor.errors import BuildError
from tutor.kit.cohorts import Patients
from tutor.kit.features import Feature
from tutor.kit.teaching import TeachingModel
from tutor.lab.chart_risk import seen
from tutor.lab.explanation import Explained
from tutor.lab.pictures import Pictures
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.twins import Twins

MIN_CELL = 16
CANDIDATES = 5  # errors looked at for every one wanted
SEED_OF_ASSESSMENT = 3_000_017
EXPLAINED = 0.9  # share of a bank's errors that a failure mode explains, where so many are found


Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Bank:
    """The chosen held-out rows, in an order that tells nothing, with their cards."""

    rows: NDArray[np.int_]
    cards: tuple[CaseCard, ...]


@dataclass(frozen=True)
class Banks:
    """Two banks without a patient in common: what practice draws from, and what assignments do.

    ``assessment`` is empty where too few patients are left beside practice. ``alike`` says that
    charts of assessment may read as charts of practice do, because so few can be told apart.
    """

    practice: Bank
    assessment: Bank
    alike: bool = False

    @property
    def both(self) -> Bank:
        """The cases of practice, then those of assessment."""
        rows = np.concatenate([self.practice.rows, self.assessment.rows])
        return Bank(rows, (*self.practice.cards, *self.assessment.cards))


def choose_banks(rated: RatedCohort, wanted_of: BankManifest, name: str) -> Banks:
    """Choose both banks by the same rules, from different patients and with different seeds.

    Nobody in practice is in the other bank, nor anyone whose chart reads the same, unless too few
    patients would be left.

    Raises:
        BuildError: a cell of practice has too few patients in scope.
    """
    practice, none = choose(rated, wanted_of, name), Bank(np.zeros(0, dtype=int), ())
    others = np.ones(rated.held_out.patients.n, dtype=bool)
    others[practice.rows] = False
    unlike = others & ~_reads_alike(rated, practice.rows)
    for allowed in (unlike, others) if wanted_of.assessment else ():
        found = _choose(rated, wanted_of.for_assignments, name, allowed, SEED_OF_ASSESSMENT)
        least = min(MIN_CELL, wanted_of.assessment // 6)
        if min(count_cells(found).values()) >= least and (
            allowed is others or not lacking(found, wanted_of.assessment)
        ):
            return Banks(practice, found, alike=allowed is others)
    return Banks(practice, none)


def choose(rated: RatedCohort, wanted_of: BankManifest, name: str) -> Bank:
    """Choose held-out patients over the four cells, two thirds with the algorithm right, and luck.

    "Right" means the same for learner, algorithm and truth: in the cells the outcome agrees with
    the sound decision, and the chart's risk lies outside the grey zone. Within a cell the failure
    modes take turns, so that patients whom a mode touches are met where the algorithm is right
    too. Of the algorithm's errors, nine in ten are explained by a mode that acted.

    Raises:
        BuildError: a cell has too few such patients in scope.
    """
    held_out, model = rated.held_out, rated.held_out.fitted.model
    if not _clear(rated, wanted_of).any():
        raise BuildError(
            f"Nobody in the scope of {model.id} lies outside the grey zone of the decision line. "
            "Move the line, or make the findings say more.",
            of="threshold",
        )
    everyone = np.ones(held_out.patients.n, dtype=bool)
    chosen = _choose(rated, wanted_of, name, everyone, held_out.seed)
    for cell, found in count_cells(chosen).items():
        if found < min(wanted(wanted_of.cases, cell), MIN_CELL):
            raise BuildError(_too_few(model.id, found, cell), of="scope")
    return chosen


def count_cells(chosen: Bank) -> dict[Cell, int]:
    """How many cases of a bank lie in each cell; cases of luck lie in none."""
    cells = Counter(card.cell for card in chosen.cards if not card.luck)
    return {cell: cells[cell] for cell in CELLS}


def lacking(chosen: Bank, cases: int) -> dict[Cell, int]:
    """The cells that hold fewer than a bank of ``cases`` wants, with how many they hold."""
    return {
        cell: found for cell, found in count_cells(chosen).items() if found < wanted(cases, cell)
    }


def _clear(rated: RatedCohort, wanted_of: BankManifest) -> Mask:
    """Who is in scope, outside the grey zone, and undisputed."""
    in_scope = rated.held_out.fitted.model.scope(rated.held_out.patients)
    return np.asarray(in_scope & rated.risk.clear(wanted_of.grey_zone))


def _choose(
    rated: RatedCohort, wanted_of: BankManifest, name: str, allowed: Mask, seed: int
) -> Bank:
    """A bank of ``allowed`` patients, as :func:`choose` says; cells may be short."""
    held_out = rated.held_out
    clear = allowed & _clear(rated, wanted_of)
    agrees = clear & (rated.risk.act == held_out.truth)
    right = held_out.alert == rated.risk.act
    touched = kinds_of(held_out.fitted.model, held_out.patients)
    stream = np.random.default_rng(seed)
    picked: list[tuple[int, CaseCard]] = []
    for cell in CELLS:
        inside = agrees & (right == cell.algorithm_right) & (held_out.truth == cell.present)
        count = wanted(wanted_of.cases, cell)
        if cell.algorithm_right:
            rows = _take_turns(np.flatnonzero(inside), touched, count, stream)
        else:
            rows = _errors(rated, np.flatnonzero(inside), touched, count, stream)
        picked += [(row, CaseCard(_case_id(name, row), cell, touched[row])) for row in rows]
    lucky = clear & (rated.risk.act != held_out.truth)
    for row in _luck(rated, np.flatnonzero(lucky), touched, wanted_of.luck, stream):
        cell = Cell(bool(right[row]), bool(held_out.truth[row]))
        picked.append((row, CaseCard(_case_id(name, row), cell, touched[row], luck=True)))
    order = stream.permutation(len(picked))
    chosen = [picked[int(at)] for at in order]
    rows_of = np.array([row for row, _ in chosen], dtype=int)
    return Bank(rows_of, tuple(card for _, card in chosen))


def _reads_alike(rated: RatedCohort, rows: NDArray[np.int_]) -> Mask:
    """Who has a chart that reads as one of those at ``rows``: findings, picture and story."""
    model, patients = rated.held_out.fitted.model, rated.held_out.patients
    decimals = {finding.column: finding.decimals for finding in model.findings}
    said = np.column_stack(
        [np.round(patients[c].astype(float), decimals.get(c, 6)) for c in seen(model)]
    )
    charts = {said[row].tobytes() for row in rows}
    return np.array([row.tobytes() in charts for row in said])


def _too_few(model: str, found: int, cell: Cell) -> str:
    return (
        f"Only {found} held-out patients of {model} have {describe(cell)}, with an outcome that "
        "agrees with the sound decision and a risk outside the grey zone. "
        "Widen the scope or enlarge the held-out cohort."
    )


def _errors(
    rated: RatedCohort,
    rows: NDArray[np.int_],
    kinds: list[str],
    count: int,
    stream: np.random.Generator,
) -> list[int]:
    """Errors of the algorithm, nine in ten explained; ``kinds`` then names the mode that acted."""
    looked = np.array(_take_turns(rows, kinds, CANDIDATES * count, stream), dtype=int)
    if not len(looked):
        return []
    acting = rated.acting(looked)
    by_row = {int(row): acting.acting(at) for at, row in enumerate(looked)}
    for row, modes in by_row.items():
        kinds[row] = modes[0] if modes else kinds[row]
    explained = np.array([row for row in looked if by_row[int(row)]], dtype=int)
    ordinary = np.array([row for row in looked if not by_row[int(row)]], dtype=int)
    most = _take_turns(explained, kinds, round(EXPLAINED * count), stream)
    rest = [int(row) for row in stream.permutation(ordinary)[: count - len(most)]]
    left = np.setdiff1d(explained, most)
    return most + rest + _take_turns(left, kinds, count - len(most) - len(rest), stream)


def _luck(
    rated: RatedCohort,
    rows: NDArray[np.int_],
    kinds: list[str],
    count: int,
    stream: np.random.Generator,
) -> list[int]:
    """Cases of luck, as near as may be half with and half without the condition."""
    present = rated.held_out.truth[rows]
    with_it = _take_turns(rows[present], kinds, count - count // 2, stream)
    without = _take_turns(rows[~present], kinds, count - len(with_it), stream)
    return with_it + without


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
    line = model.threshold
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
        "frequency_headline": (like.events / like.n >= line) != (chance >= line),
    }


class Closings:
    """Stage 5: what was true, which modes acted, and the same patients with one cause changed.

    Where the patients come from a table there are no twins, and ``closed`` says None; likewise
    where no twin moves the algorithm by two points.
    """

    def __init__(
        self, rated: RatedCohort, rows: NDArray[np.int_], pictures: Pictures | None = None
    ) -> None:
        self._model = rated.held_out.fitted.model
        self._pictures = pictures or Pictures(self._model)
        self._now = rated.held_out.patients.take(rows)
        self._chance = rated.held_out.probability[rows]
        self._risk = rated.risk.probability[rows]
        self._modes = rated.acting(rows)
        self._twins = Twins(rated, rows, self._modes)

    def touched(self, at: int) -> list[str]:
        """The failure modes that could touch the case at place ``at``."""
        return self._modes.touching(at)

    def pair(self, at: int) -> tuple[dict[str, float], dict[str, float]] | None:
        """The case at place ``at`` of the bank, and its twin; None without one."""
        found = self._twins.of(at)
        return None if found is None else (self._now.row(at), found.row)

    def closed(self, at: int) -> Any:
        """The closing of the case at place ``at`` of the bank."""
        row = self._now.row(at)
        return {
            "present": bool(row[self._model.truth]),
            "sentence": self._model.truth_sentence(row),
            "touched": self.touched(at),
            "acting": self._modes.acting(at),
            "chart_risk": float(self._risk[at]),
            "twin": self._told(at),
        }

    def unmoved(self) -> list[str]:
        """The twins that move the algorithm by two points in no case that they apply to."""
        return self._twins.unmoved()

    def _told(self, at: int) -> dict[str, Any] | None:
        """The case and its twin side by side."""
        found = self._twins.of(at)
        if found is None:
            return None
        row, other, model, twin = self._now.row(at), found.row, self._model, found.twin
        return {
            "as_is": twin.as_is(row),
            "changed": twin.changed,
            "lesson": twin.lesson,
            "findings": _differences(model, row, other),
            "algorithm": [float(self._chance[at]), found.probability],
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
