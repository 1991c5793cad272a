"""Robots of known habits play an exercise and are scored as learners are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.case import Cell
from tutor.core.intervals import Estimate
from tutor.core.policy import practice
from tutor.core.reliance.calibration import Forecasts, calibration
from tutor.core.reliance.counts import MEASURES, Answers, tally
from tutor.core.reliance.measures import Scores, together
from tutor.core.reliance.signal_detection import Detection, detection
from tutor.core.robots import HABITS, WELL_CALIBRATED, Habit, warning
from tutor.core.scoring import Marks, certainty_mark, certainty_marks
from tutor.errors import BadInput
from tutor.lab.bundle import Bundle
from tutor.lab.demand import Demand, demand
from tutor.lab.play import Planner, Played, Set, Table, deal, lacks, play
from tutor.lab.separation import Separation, separation

MOST_LEARNERS = 2_000
# What a classifier reads of a report: shares of cases with the algorithm, then the rest.
SHARES = MEASURES[:-1]
FIGURES = (*SHARES, "hits", "false_alarms", "marks", "brier")


@dataclass(frozen=True)
class Measured:
    """A habit: its true reliance on these sets, and what was measured.

    ``rair`` and ``rsr`` are None where no case of the sets could show them. ``behind``: the cases
    below the line of a share, in one set on average. ``before``, ``after``: Brier scores.
    """

    name: str
    rair: float | None
    rsr: float | None
    scores: Scores
    before: Estimate | None
    after: Estimate | None
    marks: Marks
    noticing: Detection
    behind: Mapping[str, float]


@dataclass(frozen=True)
class Simulation:
    """What the robots showed. ``lacking``: cells too small for a set; then nothing was played."""

    learners: int
    seed: int
    size: int
    bank: int
    lacking: tuple[Cell, ...]
    habits: tuple[Measured, ...]
    separation: Separation | None
    demand: Demand | None


def check_asked(learners: int, effect: float) -> None:
    """Refuse what cannot be played before anything is built.

    Raises:
        BadInput: too few or too many learners, or a difference in RSR that cannot be.

    """
    if not 1 <= learners <= MOST_LEARNERS:
        raise BadInput(
            "learners",
            f"{learners:,} robots of each habit cannot play. Say a number from 1 to "
            f"{MOST_LEARNERS:,}, such as --learners 200.",
        )
    if not 0 < effect < 1:
        raise BadInput(
            "effect",
            f"A share cannot be lower by {effect:g}. Say how much lower RSR is, between 0 and 1, "
            "such as --effect 0.2.",
        )


def simulate(
    bundle: Bundle,
    learners: int,
    effect: float,
    seed: int = 0,
    habits: Sequence[Habit] = HABITS,
    plan: Planner = practice,
) -> Simulation:
    """Let ``learners`` robots of each habit play one set; equally numbered ones get the same set.

    Raises:
        BadInput: as ``check_asked`` says, or the effect is more than there is to lose.
    """
    check_asked(learners, effect)
    table, size = Table.of(bundle), plan(np.random.default_rng(seed)).size
    lacking = lacks(table.cards, size)
    if lacking:
        return Simulation(learners, seed, size, len(table.cards), lacking, (), None, None)
    sets = [deal(table, plan, [seed, 0, at], frozenset()) for at in range(learners)]
    measured, figures = [], []
    for at, habit in enumerate(habits):
        stream = np.random.default_rng([seed, 1, at])
        played = [list(play(table, slots, habit, stream)) for slots in sets]
        row, of_each = _scored(table, sets, habit, played, stream)
        measured.append(row)
        figures.append(of_each)
    return Simulation(
        learners,
        seed,
        size,
        len(table.cards),
        (),
        tuple(measured),
        separation(figures, [habit.name for habit in habits], FIGURES, seed),
        demand(table, plan, WELL_CALIBRATED, effect, seed),
    )


def _scored(
    table: Table,
    sets: Sequence[Set],
    habit: Habit,
    played: Sequence[Sequence[Played]],
    stream: np.random.Generator,
) -> tuple[Measured, NDArray[np.float64]]:
    """All robots of a habit together, and the figures of each: ``(robots, FIGURES)``."""
    rows = [(who, one) for who, encounters in enumerate(played) for one in encounters]
    counted = tally(Answers.of((who, one.outcome) for who, one in rows), len(played))
    trials = np.zeros((len(played), 4), np.int64)
    for who, one in rows:
        trials[who] += one.noticing or (0, 0, 0, 0)
    marks = [(one.outcome.initial_right, one.certainty) for _, one in rows]
    person = np.array([who for who, _ in rows])
    said = np.array([one.outcome.initial for _, one in rows])
    present = np.array([one.outcome.present for _, one in rows])
    last = [(who, o.final, o.present) for who, one in rows if (o := one.outcome).final is not None]
    before = calibration(Forecasts(person, said, present), stream).brier
    after = calibration(
        Forecasts(
            np.array([who for who, _, _ in last], np.int64),
            np.array([final for _, final, _ in last], float),
            np.array([truth for _, _, truth in last], bool),
        ),
        stream,
    ).brier
    rair, rsr = _known(table, sets, habit)
    below = {name: float(n) for name, n in zip(MEASURES, counted.below.mean(axis=0), strict=True)}
    noticing = {"hits": float(trials[:, 1].mean()), "false_alarms": float(trials[:, 3].mean())}
    row = Measured(
        habit.name,
        rair,
        rsr,
        together(counted, stream),
        before,
        after,
        certainty_marks(marks),
        detection(trials, stream),
        below | noticing,
    )
    size = np.bincount(person)
    earned = np.array([certainty_mark(*mark) for mark in marks])
    columns = [
        *(_shares(counted.above[:, at], counted.below[:, at]) for at in range(len(SHARES))),
        _shares(trials[:, 0], trials[:, 1]),
        _shares(trials[:, 2], trials[:, 3]),
        np.bincount(person, weights=earned) / size,
        np.bincount(person, weights=(said - present) ** 2) / size,
    ]
    return row, np.stack(columns, axis=1)


def _shares(above: NDArray[np.int64], below: NDArray[np.int64]) -> NDArray[np.float64]:
    """By robot, NaN where nothing is below the line."""
    return np.where(below > 0, above / np.maximum(below, 1), np.nan)


def _known(table: Table, sets: Sequence[Set], habit: Habit) -> tuple[float | None, float | None]:
    """The habit's true RAIR and RSR over the cases of these sets."""
    warned: dict[bool, list[float]] = {True: [], False: []}
    for slots in sets:
        for slot in slots:
            if slot.aided:
                chance = warning(habit, table.screen(slot), table.touching[slot.case])
                warned[table.advice_right(slot.case)].append(chance)
    right, wrong = warned[True], warned[False]
    return (
        habit.rair(float(np.mean(right))) if right else None,
        habit.rsr(float(np.mean(wrong))) if wrong else None,
    )
