"""Robots at a built exercise: real sets from its bank, played stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from tutor.core import attempt
from tutor.core.attempt import Closed, Shown
from tutor.core.case import CaseCard, CaseRef, Cell, Truth
from tutor.core.policy import Guidance, Plan
from tutor.core.reliance.signal_detection import trial
from tutor.core.robots import Habit, Screen, first, notice, second
from tutor.core.scoring import Outcome
from tutor.core.selection import CELLS, Slot, cell_counts, draw
from tutor.kit.evidence import Metric
from tutor.lab.bundle import Bundle

AT = datetime(2000, 1, 1, tzinfo=UTC)  # robots have no clock
TRIES = 64

Planner = Callable[[np.random.Generator], Plan]
Set = tuple[Slot, ...]


@dataclass(frozen=True)
class Table:
    """An exercise as it is played: its cards, and by case what the stages disclose."""

    fingerprint: str
    cards: tuple[CaseCard, ...]
    threshold: float
    modes: Mapping[str, Metric]
    algorithm: Mapping[str, float]
    touching: Mapping[str, tuple[str, ...]]
    present: Mapping[str, bool]

    @classmethod
    def of(cls, bundle: Bundle) -> Table:
        """Read each case of a bundle once."""
        revealed = {card.case: bundle.revealed[card.case] for card in bundle.cards}
        return cls(
            bundle.directory.name,
            bundle.cards,
            bundle.evidence["threshold"],
            {mode["id"]: Metric(mode["metric"]) for mode in bundle.evidence["modes"]},
            {case: shown["probability"] for case, shown in revealed.items()},
            {case: tuple(shown["touched"]) for case, shown in revealed.items()},
            {card.case: bundle.closed[card.case]["present"] for card in bundle.cards},
        )

    def advice_right(self, case: str) -> bool:
        """Whether the algorithm is right in this case."""
        return (self.algorithm[case] >= self.threshold) == self.present[case]

    def screen(self, slot: Slot) -> Screen:
        """What the reveal of this place in a set shows beside the number."""
        alert = self.algorithm[slot.case] >= self.threshold
        wrong_way = Metric.FALSE_ALARMS if alert else Metric.MISSES
        return Screen(
            self.touching[slot.case] if slot.guidance is Guidance.FLAGGED else (),
            tuple(self.modes) if slot.guidance is Guidance.LISTED else (),
            frozenset(mode for mode, metric in self.modes.items() if metric is wrong_way),
        )


@dataclass(frozen=True)
class Played:
    """One encounter; ``noticing`` (as ``detection.trial``) is None where nothing was on a list."""

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
    return draw(table.cards, plan(stream), int(stream.integers(2**31)), seen)


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


def play(table: Table, slots: Set, habit: Habit, stream: np.random.Generator) -> Iterator[Played]:
    """A robot's encounters with one set, in its order."""
    for slot in slots:
        ref = CaseRef("", "", "", table.fingerprint, slot.case)
        shown = Shown("", habit.name, "", ref, slot.position, slot.guidance, slot.aided, AT)
        yield _encounter(table, slot, shown, habit, stream)


def _encounter(
    table: Table, slot: Slot, shown: Shown, habit: Habit, stream: np.random.Generator
) -> Played:
    present, touching = table.present[slot.case], table.touching[slot.case]
    judged = first(habit, present, table.threshold, stream)
    committed = attempt.commit(shown, judged, AT)
    if not slot.aided:
        closed = attempt.close_unaided(committed, Truth(present), table.threshold, AT)
        return _played(closed, table, judged.certainty, None)
    revealed = attempt.reveal(committed, table.algorithm[slot.case], table.threshold, AT)
    screen = table.screen(slot)
    suspected = notice(habit, screen, touching, stream)
    decided = attempt.decide(revealed, second(habit, revealed, screen, suspected, stream), AT)
    closed = attempt.close(decided, Truth(present), AT)
    noticing = trial(touching, suspected) if slot.guidance is Guidance.LISTED else None
    return _played(closed, table, judged.certainty, noticing)


def _played(
    closed: Closed, table: Table, certainty: int, noticing: tuple[int, int, int, int] | None
) -> Played:
    return Played(closed.outcome, certainty, noticing)
