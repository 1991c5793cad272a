"""How many cases of an exercise show over-reliance: in one learner, and in a class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Estimate
from tutor.core.power import Leaners, cases_needed, power
from tutor.core.robots import Habit, warning
from tutor.errors import BadInput
from tutor.lab.play import Planner, Set, Table, career

AUDIENCES = (1, 20, 60)
CAREERS = 60
# A class is resampled 2,000 times for its interval, so it is simulated less often.
RUNS = {1: 4_000}
RUNS_OF_A_CLASS = 600
FARTHEST = 16
SURE = 0.99  # larger sizes are not tried once it is seen as often as this


@dataclass(frozen=True)
class Step:
    """Power where each has judged ``cases``; ``counted`` of them show reliance, on average."""

    cases: int
    counted: float
    power: Estimate


@dataclass(frozen=True)
class Curve:
    """For so many ``people``: the steps, and the cases each needs.

    ``needed`` is None where the bank is used up first; ``beyond`` is then what it would take were
    there more such cases, if that is less than ``FARTHEST`` times the bank. ``false_alarm``: how
    often people without the effect are taken for over-reliant, at the last step.
    """

    people: int
    steps: tuple[Step, ...]
    needed: float | None
    counted: float | None
    beyond: float | None
    false_alarm: Estimate


@dataclass(frozen=True)
class Demand:
    """``reference``: the RSR of the well calibrated in one set; ``effect``: how much lower to be.

    ``most``: the cases dealt until the bank is used up; ``fresh`` of them are different, on
    average.
    """

    reference: float
    effect: float
    most: int
    fresh: float
    curves: tuple[Curve, ...]


def demand(
    table: Table,
    plan: Planner,
    habit: Habit,
    effect: float,
    seed: int,
    audiences: Sequence[int] = AUDIENCES,
) -> Demand | None:
    """Power over doubling numbers of cases, for robots of ``habit`` that lean by ``effect`` more.

    All of a class are alike; people are not, so a class needs these cases at least. None where no
    case of a set has the algorithm wrong and shown.

    Raises:
        BadInput: RSR is not as high as ``effect`` in the first place.
    """
    careers = [career(table, plan, [seed, 2, at]) for at in range(CAREERS)]
    sets, size = len(careers[0]), len(careers[0][0])
    counts, chances = _wrong(table, habit, careers)
    if not counts[:, :1].any():
        return None
    sought = _Sought(habit, np.array(chances), effect, size)
    reference = sought.reference(counts[:, :1].sum(axis=1))
    if effect >= reference:
        raise BadInput(
            "effect",
            f"Here the well calibrated hold their ground in {reference:.0%}, so it cannot be "
            f"lower by {effect:g}. Say less, such as --effect {reference / 2:.2f}.",
        )
    curves = tuple(sought.curve(counts, people, [seed, 3, people]) for people in audiences)
    fresh = float(np.mean([sum(map(len, one)) for one in careers]))
    return Demand(reference, effect, sets * size, fresh, curves)


@dataclass(frozen=True)
class _Sought:
    """What is to be seen: people who hold their ground less often than those of ``habit``.

    ``chances`` of a warning by kind of case. Cases are counts, of shape ``(careers, kinds)``.
    """

    habit: Habit
    chances: NDArray[np.float64]
    effect: float
    size: int

    def reference(self, cases: NDArray[np.int64]) -> float:
        """The RSR of ``habit`` over these cases: kinds are used up at different speeds."""
        mix = cases.sum(axis=0)
        return float(mix @ self._keeps(self.habit) / mix.sum())

    def curve(self, counts: NDArray[np.int64], people: int, seed: list[int]) -> Curve:
        """Power over doubling numbers of sets; ``counts``, of shape ``(careers, sets, kinds)``."""
        stream = np.random.default_rng(seed)
        steps: list[Step] = []
        for sets in _doubling(counts.shape[1]):
            cases = counts[:, :sets].sum(axis=1)
            steps.append(self._step(cases, self.effect, sets, people, stream))
            if steps[-1].power.value >= SURE:
                break
        alike = self._step(cases, 0.0, sets, people, stream)
        needed, beyond = _needed(steps), None
        if needed is None:
            beyond = self._beyond(cases, steps, people, stream)
        counted = None if needed is None else _between(steps, needed)
        return Curve(people, tuple(steps), needed, counted, beyond, alike.power)

    def _keeps(self, habit: Habit) -> NDArray[np.float64]:
        return np.array([habit.rsr(chance) for chance in self.chances])

    def _step(
        self,
        cases: NDArray[np.int64],
        effect: float,
        sets: int,
        people: int,
        stream: np.random.Generator,
    ) -> Step:
        reference = self.reference(cases)
        leaning = self.habit.leaning(min(1.0, effect / reference))
        leaners = Leaners(cases, self.habit.skill, self._keeps(leaning))
        runs = RUNS.get(people, RUNS_OF_A_CLASS)
        seen = power(leaners, reference, people, runs, stream)
        counted = float(cases.sum(axis=1).mean()) * self.habit.skill
        return Step(sets * self.size, counted, seen)

    def _beyond(
        self,
        cases: NDArray[np.int64],
        steps: list[Step],
        people: int,
        stream: np.random.Generator,
    ) -> float | None:
        """As if whole banks of such cases were played one after another."""
        steps, sets, times = list(steps), steps[-1].cases // self.size, 1
        while times < FARTHEST and _needed(steps) is None:
            cases = cases + stream.permutation(cases)
            times *= 2
            steps.append(self._step(cases, self.effect, sets * times, people, stream))
        return _needed(steps)


def _needed(steps: list[Step]) -> float | None:
    return cases_needed([s.cases for s in steps], [s.power.value for s in steps])


def _between(steps: list[Step], cases: float) -> float:
    """The cases that count among so many."""
    return float(np.interp(cases, [s.cases for s in steps], [s.counted for s in steps]))


def _doubling(most: int) -> list[int]:
    """1, 2, 4, … up to ``most``, which comes last."""
    sizes = []
    now = 1
    while now < most:
        sizes.append(now)
        now *= 2
    return [*sizes, most]


def _wrong(
    table: Table, habit: Habit, careers: Iterable[list[Set]]
) -> tuple[NDArray[np.int64], list[float]]:
    """Cases with the algorithm wrong and shown, ``(careers, sets, kinds)``; each kind's warning."""
    found = [
        [
            [
                warning(habit, table.screen(slot), table.acting(slot.case))
                for slot in slots
                if slot.aided and not table.advice_right(slot.case)
            ]
            for slots in sets
        ]
        for sets in careers
    ]
    chances = sorted({chance for sets in found for one in sets for chance in one})
    place: Mapping[float, int] = {chance: at for at, chance in enumerate(chances)}
    counts = np.zeros((len(found), len(found[0]), len(chances)), np.int64)
    for who, sets in enumerate(found):
        for at, one in enumerate(sets):
            for chance in one:
                counts[who, at, place[chance]] += 1
    return counts, chances
