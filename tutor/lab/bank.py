"""The case banks of an exercise: which held-out patients practice and assignments show."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.content.manifest import Bank as BankManifest
from tutor.core.case import CaseCard, Cell
from tutor.core.drawing import CELLS
from tutor.core.drawing import wanted as wanted
from tutor.errors import BuildError
from tutor.kit.cohorts import Patients
from tutor.kit.evidence import Mask
from tutor.kit.teaching import TeachingModel
from tutor.lab.chart_risk import seen
from tutor.lab.rated_cohort import RatedCohort

MIN_CELL = 16
CANDIDATES = 5  # errors looked at for every one wanted
SEED_OF_ASSESSMENT = 3_000_017
EXPLAINED = 0.9  # share of a bank's errors that a failure mode explains, where so many are found


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
    patients = rated.held_out.patients
    charts = charts_read(rated.held_out.fitted.model, patients)
    unlike = others & ~read_among(charts, charts[practice.rows])
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
        picked += [(row, CaseCard(case_id(name, row), cell, touched[row])) for row in rows]
    lucky = clear & (rated.risk.act != held_out.truth)
    for row in _luck(rated, np.flatnonzero(lucky), touched, wanted_of.luck, stream):
        cell = Cell(bool(right[row]), bool(held_out.truth[row]))
        picked.append((row, CaseCard(case_id(name, row), cell, touched[row], luck=True)))
    order = stream.permutation(len(picked))
    chosen = [picked[int(at)] for at in order]
    rows_of = np.array([row for row, _ in chosen], dtype=int)
    return Bank(rows_of, tuple(card for _, card in chosen))


def charts_read(model: TeachingModel, patients: Patients) -> NDArray[np.float64]:
    """Each patient's chart as it reads: findings rounded as printed, picture and story.

    The shape is ``(n, columns)``.
    """
    decimals = {finding.column: finding.decimals for finding in model.findings}
    return np.column_stack(
        [np.round(patients[c].astype(float), decimals.get(c, 6)) for c in seen(model)]
    )


def read_among(charts: NDArray[np.float64], others: NDArray[np.float64]) -> Mask:
    """Which of ``charts`` read as one of ``others`` does."""
    known = {chart.tobytes() for chart in others}
    return np.array([chart.tobytes() in known for chart in charts], dtype=bool)


def choose_fresh(rated: RatedCohort, wanted_of: BankManifest, name: str, unlike: Mask) -> Bank:
    """A bank for one assignment, from a cohort of its own and only of those in ``unlike``.

    It has the size and the rules of the assessment bank. The cohort's seed is part of the ids, so
    that no case has the id of one in another bank.

    Raises:
        BuildError: a cell has too few such patients.
    """
    asked = wanted_of.for_assignments
    seed = rated.held_out.seed
    chosen = _choose(rated, asked, f"{name}/{seed}", unlike, seed)
    least = min(MIN_CELL, asked.cases // 6)
    for cell, found in count_cells(chosen).items():
        if found < least:
            raise BuildError(
                f"Only {found} fresh patients have {describe(cell)} and a chart that reads like "
                "nobody's whom learners may have met. Learners get the patients that are kept for "
                "assignments.",
                of="scope",
            )
    return chosen


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


def case_id(name: str, row: int) -> str:
    """The id of the held-out patient at ``row``: 12 hexadecimal digits that tell nothing."""
    return hashlib.blake2b(f"{name}/{row}".encode(), digest_size=6).hexdigest()
