"""Do the 95 % intervals of RAIR and RSR hold the truth? Simulated learners of known reliance.

Each simulated learner is right at first with their own chance, comes round to right advice with
their own RAIR and stands up to wrong advice with their own RSR. The algorithm is right in two
thirds of the cases, as in a practice set. A class is drawn afresh in every simulation, so the truth
it is held to is that of the people it is drawn from.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.ratio import Ratio
from tutor.core.reliance.bootstrap import resampled, share_interval
from tutor.core.reliance.counts import MEASURES, Tally, tally
from tutor.core.reliance.encounters import Encounters
from tutor.core.reliance.measures import each

SIMULATIONS = 2000
CASES = (24, 48, 96)
ALGORITHM_RIGHT = 2 / 3
INITIALLY_RIGHT = 0.6
COLUMNS = {"RAIR": MEASURES.index("rair"), "RSR": MEASURES.index("rsr")}


@dataclass(frozen=True)
class Learners:
    """A population. ``alike`` is the concentration of the beta their chances come from, if any."""

    name: str
    rair: float
    rsr: float
    alike: float | None = None

    def truth(self, measure: str) -> float:
        """What an interval ought to hold."""
        return self.rair if measure == "RAIR" else self.rsr


@dataclass(frozen=True)
class Row:
    """How often the intervals held the truth, of the ``measurable`` simulations."""

    learners: Learners
    people: int
    cases: int
    measure: str
    measurable: int
    covered: float
    percentile: float | None

    def row(self) -> str:
        """A row of the table."""
        plain = "" if self.percentile is None else f"{self.percentile:.1%}"
        return (
            f"| {self.people} | {self.learners.name} | {self.cases} | {self.measure} "
            f"{self.learners.truth(self.measure):.2f} | {self.measurable:,} | {self.covered:.1%} "
            f"| {plain} |"
        )


VARIED = 10.0
KINDS = (("lean on it", 0.85, 0.35), ("weigh it", 0.6, 0.7), ("hold back", 0.25, 0.9))


def simulate(learners: Learners, people: int, cases: int, stream: np.random.Generator) -> Tally:
    """``people`` of a population, each through ``cases`` cases with the algorithm."""

    def chances(mean: float) -> NDArray[np.float64]:
        if learners.alike is None:
            return np.full((people, 1), mean)
        return stream.beta(learners.alike * mean, learners.alike * (1 - mean), (people, 1))

    def happens(chance: NDArray[np.float64]) -> NDArray[np.bool_]:
        return stream.random((people, cases)) < chance

    truth = stream.integers(0, 2, (people, cases))
    right_advice = np.arange(cases) < round(cases * ALGORITHM_RIGHT)
    right_first = happens(chances(INITIALLY_RIGHT))
    corrected, held = happens(chances(learners.rair)), happens(chances(learners.rsr))
    right_last = np.where(right_advice, right_first | corrected, right_first & held)

    def answers(right: NDArray[np.bool_]) -> NDArray[np.int32]:
        return np.where(right, truth, 1 - truth).astype(np.int32).ravel()

    person = np.repeat(np.arange(people, dtype=np.int32), cases)
    advice = answers(np.broadcast_to(right_advice, truth.shape))
    return tally(
        Encounters.of_codes(
            person, answers(right_first), advice, answers(right_last), answers(truth == truth)
        ),
        people,
    )


def one_by_one(learners: Learners, cases: int, stream: np.random.Generator) -> Iterator[Row]:
    """Single learners, each with their own interval."""
    found = list(each(simulate(learners, SIMULATIONS, cases, stream)))
    for measure, at in COLUMNS.items():
        intervals = [scores[MEASURES[at]].interval for scores in found]
        held = [i[0] <= learners.truth(measure) <= i[1] for i in intervals if i is not None]
        yield Row(learners, 1, cases, measure, len(held), float(np.mean(held)), None)


def together(
    learners: Learners,
    people: int,
    cases: int,
    stream: np.random.Generator,
    simulations: int = SIMULATIONS,
) -> Iterator[Row]:
    """Classes, each with one pooled interval; beside it, a plain percentile bootstrap."""
    held: dict[str, list[tuple[bool, bool]]] = {measure: [] for measure in COLUMNS}
    for _ in range(simulations):
        counted = simulate(learners, people, cases, stream)
        for measure, at in COLUMNS.items():
            above, below = counted.above[:, at], counted.below[:, at]
            ours = share_interval(above, below, stream)
            if ours is None:
                continue
            sums = resampled(np.stack([above, below], axis=1)[below > 0], stream)
            low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
            truth = learners.truth(measure)
            held[measure].append((ours[0] <= truth <= ours[1], bool(low <= truth <= high)))
    for measure, pairs in held.items():
        covered, plain = np.mean(pairs, axis=0)
        yield Row(learners, people, cases, measure, len(pairs), float(covered), float(plain))


def study(stream: np.random.Generator) -> Iterator[Row]:
    """Every row of the table in docs/reliance.md."""
    for name, rair, rsr in KINDS:
        for cases in CASES:
            yield from one_by_one(Learners(name, rair, rsr), cases, stream)
    for people, kinds in ((30, KINDS), (8, KINDS[1:2])):
        for name, rair, rsr in kinds:
            for cases in CASES:
                yield from together(
                    Learners(f"{name}, varied", rair, rsr, VARIED), people, cases, stream
                )
    name, rair, rsr = KINDS[1]
    for cases in CASES:
        yield from together(Learners(f"{name}, alike", rair, rsr), 30, cases, stream)


def measure(_: Path) -> list[Ratio]:
    """Print the table as it comes; what is held to a bound is the worst distance from 95 %."""
    print("| people | who | cases | truth | measurable | covered | percentile bootstrap |")
    print("|---|---|---|---|---|---|---|")
    worst = 0.0
    for row in study(np.random.default_rng(20230327)):
        print(row.row())
        sys.stdout.flush()
        worst = max(worst, abs(row.covered - 0.95))
    return [Ratio("worst distance of coverage from 95 % / 2 points", worst, 0.02, "", 1.0)]
