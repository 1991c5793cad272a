"""Draw a learner's cases from the bank: four cells in fixed shares, matched in kind, shuffled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import floor

import numpy as np

from tutor.core.case import CaseCard, Cell
from tutor.core.set_plan import Guidance, Plan
from tutor.errors import ContentError

RIGHT_SHARE = (0.60, 0.70)
LUCK_EVERY = 12
VARIED = 10
CELLS = tuple(Cell(right, present) for right in (True, False) for present in (True, False))


def wanted(cases: int, cell: Cell) -> int:
    """How many of a bank's ``cases`` lie in ``cell``: a third, or a sixth where it is wrong."""
    return cases // 3 if cell.algorithm_right else cases // 6


@dataclass(frozen=True)
class Slot:
    """One place of a set: which case, under which guidance, with or without the algorithm."""

    position: int
    case: str
    guidance: Guidance
    aided: bool


def cell_counts(size: int, stream: np.random.Generator) -> dict[Cell, int]:
    """How many cases of each cell a set of ``size`` holds.

    The algorithm is right in about two thirds, and where it is wrong it is wrong in both
    directions. From :data:`VARIED` cases on, how many are right is drawn, one more or less: whoever
    counts the cases so far does not know the last one. The split between present and absent
    varies from set to set.
    """
    varied = int(stream.integers(-1, 2)) if size >= VARIED else 0
    right = round(size * sum(RIGHT_SHARE) / 2) + varied
    wrong = size - right
    counts: dict[Cell, int] = {}
    for algorithm_right, total in ((True, right), (False, wrong)):
        spread = max(0, floor(total / 2) - 1)
        shift = int(stream.integers(-min(1, spread), min(1, spread) + 1))
        present = min(max(total // 2 + (total % 2) * int(stream.integers(2)) + shift, 0), total)
        counts[Cell(algorithm_right, True)] = present
        counts[Cell(algorithm_right, False)] = total - present
    return counts


def draw(
    cards: Sequence[CaseCard], plan: Plan, seed: int, seen: Iterable[str] = ()
) -> tuple[Slot, ...]:
    """A set of ``plan.size`` different cases in random order; the same seed gives the same set.

    One case of every twelve is a case of luck, where the bank has any; it never comes first. The
    others are drawn over the four cells. Cases in ``seen`` are used only when a cell has nothing
    else left.

    Raises:
        ContentError: a cell of the bank holds too few cases.

    """
    stream = np.random.default_rng(seed)
    before = frozenset(seen)
    lucky = [card for card in cards if card.luck]
    luck = min(plan.size // LUCK_EVERY, len(lucky))
    pools: dict[Cell, list[CaseCard]] = {cell: [] for cell in CELLS}
    for card in cards:
        if not card.luck:
            pools[card.cell].append(card)
    chosen: list[str] = []
    for cell, count in cell_counts(plan.size - luck, stream).items():
        pool = pools[cell]
        if len(pool) < count:
            raise ContentError(f"The bank holds {len(pool)} cases of {cell}; a set needs {count}.")
        chosen += _matched(pool, count, before, stream)
    scored = len(chosen)
    chosen += _matched(lucky, luck, before, stream) if luck else []
    order = stream.permutation(len(chosen))
    if luck and order[0] >= scored:
        at = int(stream.choice(np.flatnonzero(order < scored)))
        order[[0, at]] = order[[at, 0]]
    return tuple(
        Slot(at, chosen[int(pick)], plan.guidance[at], plan.aided[at])
        for at, pick in enumerate(order)
    )


def draw_written(
    cards: Sequence[CaseCard], plan: Plan, seed: int, seen: Iterable[str] = ()
) -> tuple[Slot, ...]:
    """A set from a small bank of written cases: ``plan.size`` different ones, in random order.

    The four cells are filled as :func:`draw` does, as far as the bank has them; what a cell lacks
    comes from the others. Of more than one case, the first is none of luck.

    Raises:
        ContentError: the bank holds fewer cases than the set.
    """
    if plan.size > len(cards):
        raise ContentError(f"The bank holds {len(cards)} cases; a set needs {plan.size}.")
    stream, before = np.random.default_rng(seed), frozenset(seen)
    lucky = frozenset(card.case for card in cards if card.luck)
    counts = cell_counts(plan.size, stream)
    chosen: list[str] = []
    for cell in CELLS:
        pool = [card for card in cards if card.cell == cell and not card.luck]
        chosen += _matched(pool, counts[cell], before, stream)
    others = [card for card in cards if card.case not in chosen]
    chosen += _matched(others, plan.size - len(chosen), before, stream)
    order = [chosen[int(at)] for at in stream.permutation(len(chosen))]
    if order[0] in lucky and len(lucky) < len(order):
        at = next(at for at, case in enumerate(order) if case not in lucky)
        order[0], order[at] = order[at], order[0]
    return tuple(Slot(at, case, plan.guidance[at], plan.aided[at]) for at, case in enumerate(order))


def _matched(
    pool: list[CaseCard], count: int, seen: frozenset[str], stream: np.random.Generator
) -> list[str]:
    """Take ``count`` cases, going round the kinds, so that parallel sets hold the same kinds.

    A kind of which all were seen is passed over while others have new ones.
    """
    shuffled = [pool[int(at)] for at in stream.permutation(len(pool))]
    kinds = sorted({card.kind for card in pool})
    kinds = [kinds[int(at)] for at in stream.permutation(len(kinds))]
    queued: dict[tuple[bool, str], list[str]] = {}
    for card in shuffled:
        queued.setdefault((card.case in seen, card.kind), []).append(card.case)
    taken: list[str] = []
    for again in (False, True):
        queues = [queued.get((again, kind), []) for kind in kinds]
        for turn in zip_longest(*queues):
            taken += [case for case in turn if case is not None]
    return taken[:count]
