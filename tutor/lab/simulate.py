"""Robots of known habits play an exercise and are scored as learners are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.case import Cell
from tutor.core.intervals import Estimate
from tutor.core.reliance.calibration import nearness
from tutor.core.reliance.counts import MEASURES, Tally, tally
from tutor.core.reliance.encounters import NO_TRIAL, Encounter, Encounters
from tutor.core.reliance.measures import Scores, pooled
from tutor.core.reliance.signal_detection import Detection, detection
from tutor.core.robots import HABITS, WELL_CALIBRATED, Habit, warning
from tutor.core.set_plan import Plan, practice
from tutor.core.verdicts import Marks, certainty_mark, certainty_marks
from tutor.errors import BadInput
from tutor.lab.bundle import Bundle
from tutor.lab.habit_classifier import Separation, separation
from tutor.lab.play import Planner, Played, Set, Table, deal, lacks, play
from tutor.lab.sample_size import Demand, demand
from tutor.lab.story_reader import StoryReading, read_stories

MOST_LEARNERS = 2_000
# What a classifier reads of a report: shares of cases with the algorithm, then the rest.
# Automation bias is left out: of two answers, it says what RSR says.
SHARES = tuple(m for m in MEASURES if m not in ("automation_bias", "accuracy_unaided"))
FIGURES = (*SHARES, "hits", "false_alarms", "marks", "distance")


@dataclass(frozen=True)
class Measured:
    """A habit: its true reliance on these sets, and what was measured.

    ``rair`` and ``rsr`` are None where no case of the sets could show them. ``behind``: the cases
    below the line of a share, in one set on average. ``before``, ``after``: mean squared distances
    to the chart's own risk; None where a bundle does not know it.
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
    """What the robots showed. ``lacking``: cells too small for a set; then nothing was played.

    ``reading``: how a robot fares that reads the stories alone; None where there are too few.
    """

    learners: int
    seed: int
    size: int
    bank: int
    lacking: tuple[Cell, ...]
    habits: tuple[Measured, ...]
    separation: Separation | None
    demand: Demand | None
    reading: StoryReading | None = None


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
    table = Table.of(bundle)
    if table.written:
        plan = _shortened(plan, len(table.cards))
    size = plan(np.random.default_rng(seed)).size
    lacking = () if table.written else lacks(table.cards, size)
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
        read_stories(bundle),
    )


def _shortened(plan: Planner, most: int) -> Planner:
    """The same plan for a bank of ``most`` cases, which may be fewer than a set asks for."""

    def shorter(stream: np.random.Generator) -> Plan:
        whole = plan(stream)
        return Plan(whole.guidance[:most], whole.aided[:most])

    return shorter


def _scored(
    table: Table,
    sets: Sequence[Set],
    habit: Habit,
    played: Sequence[Sequence[Played]],
    stream: np.random.Generator,
) -> tuple[Measured, NDArray[np.float64]]:
    """All robots of a habit together, and the figures of each: ``(robots, FIGURES)``."""
    rows = Encounters.of(
        Encounter(who, one.outcome, one.certainty, one.noticing or NO_TRIAL)
        for who, encounters in enumerate(played)
        for one in encounters
    )
    counted, people = tally(rows, len(played)), len(played)
    trials = np.zeros((people, 4), np.int64)
    np.add.at(trials, rows.person, rows.trials)
    near = nearness(rows)
    rair, rsr = _known(table, sets, habit)
    below = {name: float(n) for name, n in zip(MEASURES, counted.below.mean(axis=0), strict=True)}
    noticing = {"hits": float(trials[:, 1].mean()), "false_alarms": float(trials[:, 3].mean())}
    scored = [one for encounters in played for one in encounters if one.outcome.scored]
    row = Measured(
        habit.name,
        rair,
        rsr,
        pooled(counted, stream),
        near.before if near else None,
        near.after if near else None,
        certainty_marks((one.outcome.initial_right, one.certainty) for one in scored),
        detection(trials, stream),
        below | noticing,
    )
    return row, np.stack([*_columns(counted, trials), *_said(rows, people)], axis=1)


def _columns(counted: Tally, trials: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """The shares of each robot, as ``FIGURES`` begins: each of shape ``(robots,)``."""
    places = [MEASURES.index(name) for name in SHARES]
    return [
        *(_shares(counted.above[:, at], counted.below[:, at]) for at in places),
        _shares(trials[:, 0], trials[:, 1]),
        _shares(trials[:, 2], trials[:, 3]),
    ]


def _said(rows: Encounters, people: int) -> list[NDArray[np.float64]]:
    """Each robot's mean mark, and its mean squared distance to the chart's risk at first."""
    right, certainty = rows.right_first[rows.scored], rows.certainty[rows.scored]
    earned = [certainty_mark(*one) for one in zip(right.tolist(), certainty.tolist(), strict=True)]
    known = ~np.isnan(rows.chart_risk)
    squared = (rows.said_first[known] - rows.chart_risk[known]) ** 2
    return [
        _means(rows.person[rows.scored], np.array(earned, float), people),
        _means(rows.person[known], squared, people),
    ]


def _means(
    person: NDArray[np.int32], values: NDArray[np.float64], people: int
) -> NDArray[np.float64]:
    """By robot, NaN where there is nothing."""
    n = np.bincount(person, minlength=people)
    total = np.bincount(person, weights=values, minlength=people)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _shares(above: NDArray[np.int64], below: NDArray[np.int64]) -> NDArray[np.float64]:
    """By robot, NaN where nothing is below the line."""
    return np.where(below > 0, above / np.maximum(below, 1), np.nan)


def _known(table: Table, sets: Sequence[Set], habit: Habit) -> tuple[float | None, float | None]:
    """The habit's true RAIR and RSR over the cases of these sets."""
    warned: dict[bool, list[float]] = {True: [], False: []}
    for slots in sets:
        for slot in slots:
            if slot.aided:
                chance = warning(habit, table.screen(slot), table.acting(slot.case))
                warned[table.advice_right(slot.case)].append(chance)
    right, wrong = warned[True], warned[False]
    return (
        habit.rair(float(np.mean(right))) if right else None,
        habit.rsr(float(np.mean(wrong))) if wrong else None,
    )
