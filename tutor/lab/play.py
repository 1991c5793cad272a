"""Robots at a built exercise: real sets from its bank, played stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from tutor.core import encounter
from tutor.core.case import CaseCard, CaseRef, Cell, Truth
from tutor.core.drawing import CELLS, Slot, cell_counts, draw, draw_written
from tutor.core.encounter import Shown
from tutor.core.reliance.signal_detection import trial
from tutor.core.robots import ChartRisk, Habit, Screen, first, notice, second
from tutor.core.set_plan import Guidance, Plan
from tutor.core.verdicts import Outcome
from tutor.kit.evidence import Metric
from tutor.lab.bundle import Bundle

AT = datetime(2000, 1, 1, tzinfo=UTC)  # robots have no clock
TRIES = 64

Planner = Callable[[np.random.Generator], Plan]
Set = tuple[Slot, ...]


@dataclass(frozen=True)
class Table:
    """An exercise as it is played: practice's cards, and by case what the stages disclose.

    The cases of assignments are among the latter.
    """

    fingerprint: str
    cards: tuple[CaseCard, ...]
    threshold: float
    modes: Mapping[str, Metric]
    algorithm: Mapping[str, float]
    flagged: Mapping[str, tuple[str, ...]]
    truth: Mapping[str, Truth]
    written: bool = False

    @classmethod
    def of(cls, bundle: Bundle) -> Table:
        """Read each case of a bundle once."""
        measured = bundle.measured
        cases = [card.case for card in (*bundle.cards, *bundle.assessment)]
        return cls(
            bundle.directory.name,
            bundle.cards,
            measured.threshold,
            {mode.id: Metric(mode.metric or Metric.MISSES) for mode in measured.modes},
            {case: bundle.algorithm_view(case).probability for case in cases},
            {case: bundle.candidates(case) for case in cases},
            {case: bundle.closed_case(case).truth for case in cases},
            measured.recording is not None,
        )

    def sound(self, case: str) -> bool:
        """Whether acting is the sound decision: the chart's risk, else what was true."""
        truth = self.truth[case]
        if truth.chart_risk is None:
            return truth.present
        return truth.chart_risk >= self.threshold

    def advice_right(self, case: str) -> bool:
        """Whether the algorithm's answer is the sound one in this case."""
        return (self.algorithm[case] >= self.threshold) == self.sound(case)

    def acting(self, case: str) -> tuple[str, ...]:
        """The failure modes that act; those that could, where a bundle does not know."""
        truth = self.truth[case]
        return truth.touched if truth.acting is None else truth.acting

    def screen(self, slot: Slot) -> Screen:
        """What the reveal of this place in a set shows beside the number."""
        alert = self.algorithm[slot.case] >= self.threshold
        wrong_way = Metric.FALSE_ALARMS if alert else Metric.MISSES
        return Screen(
            self.flagged[slot.case] if slot.guidance is Guidance.FLAGGED else (),
            tuple(self.modes) if slot.guidance is Guidance.LISTED else (),
            frozenset(mode for mode, metric in self.modes.items() if metric is wrong_way),
        )


@dataclass(frozen=True)
class Played:
    """One encounter; ``noticing`` (a ``signal_detection.trial``) is None where it is not scored."""

    outcome: Outcome
    certainty: int
    noticing: tuple[int, int, int, int] | None


def lacks(cards: Sequence[CaseCard], size: int) -> tuple[Cell, ...]:
    """The cells that hold fewer cases than some set of ``size`` asks for."""
    asked = [cell_counts(size, np.random.default_rng(at)) for at in range(TRIES)]
    return tuple(
        cell
        for cell in CELLS
        if sum(card.cell == cell and not card.luck for card in cards)
        < max(counts[cell] for counts in asked)
    )


def deal(table: Table, plan: Planner, seed: Sequence[int], seen: frozenset[str]) -> Set:
    """A set as practice draws it: a plan, then cases that were not ``seen`` while there are any."""
    stream = np.random.default_rng(seed)
    dealt = draw_written if table.written else draw
    return dealt(table.cards, plan(stream), int(stream.integers(2**31)), seen)


def career(table: Table, plan: Planner, seed: Sequence[int]) -> list[Set]:
    """One learner's sets, as many as the bank has cases for, each without what was judged before.

    A set is dealt whole, but a case that comes again (because its cell and kind have no other
    left) says nothing new of the learner, who knows how it ended; it is left out.
    """
    sets: list[Set] = []
    seen: frozenset[str] = frozenset()
    dealt = 0
    while True:
        drawn = deal(table, plan, [*seed, len(sets)], seen)
        dealt += len(drawn)
        if dealt > len(table.cards):
            return sets
        sets.append(tuple(slot for slot in drawn if slot.case not in seen))
        seen |= {slot.case for slot in drawn}


def play(
    table: Table, slots: Set, robot: Habit | ChartRisk, stream: np.random.Generator
) -> Iterator[Played]:
    """A robot's encounters with one set, in its order."""
    for slot in slots:
        ref = CaseRef("", "", "", table.fingerprint, slot.case)
        shown = Shown("", robot.name, "", ref, slot.position, slot.guidance, slot.aided, AT)
        yield _encounter(table, slot, shown, robot, stream)


def _encounter(
    table: Table, slot: Slot, shown: Shown, robot: Habit | ChartRisk, stream: np.random.Generator
) -> Played:
    truth, acting = table.truth[slot.case], table.acting(slot.case)
    sound = table.sound(slot.case)
    if isinstance(robot, Habit):
        judged = first(robot, sound, table.threshold, stream)
    else:
        judged = robot.judge(truth)
    committed = encounter.commit(shown, judged, AT)
    if not slot.aided:
        closed = encounter.close_unaided(committed, truth, table.threshold, AT)
        return Played(closed.outcome, judged.certainty, None)
    revealed = encounter.reveal(committed, table.algorithm[slot.case], table.threshold, AT)
    screen = table.screen(slot)
    if isinstance(robot, Habit):
        suspected = notice(robot, screen, acting, stream)
        decision = second(robot, revealed, screen, suspected, stream)
    else:
        decision = robot.decide(revealed)
    closed = encounter.close(encounter.decide(revealed, decision, AT), truth, AT)
    scored = truth.scored and slot.guidance is Guidance.LISTED
    noticing = trial(acting, decision.suspected) if scored else None
    return Played(closed.outcome, judged.certainty, noticing)
