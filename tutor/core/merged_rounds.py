"""The rounds of two places that become one: which count, which are practice, which are set aside.

In each part of an assignment one round counts. Where both places have one, somebody says whose
counts; the other is set aside: it is kept and can be read, counts nowhere and does not go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

COUNTED = 1
# Rounds from here on are set aside.
ASIDE = 10_000


@dataclass(frozen=True)
class PlacedSet:
    """A set that a place has begun for a part of an assignment.

    ``answered`` of its ``size`` patients are closed. ``steps`` rises with whatever is done in it.
    """

    id: str
    learner: str
    assignment: str
    part: int
    round: int
    size: int
    answered: int
    steps: int


@dataclass(frozen=True)
class MovedSet:
    """A set that a merge gave to another learner, to another round, or both."""

    id: str
    learner: str
    round: int
    to_round: int
    steps: int


def doubled(sets: Iterable[PlacedSet]) -> tuple[str, ...]:
    """The assignments in a part of which two learners have a round that counts, in order."""
    counted: dict[tuple[str, int], int] = defaultdict(int)
    for one in sets:
        counted[one.assignment, one.part] += one.round == COUNTED
    return tuple(dict.fromkeys(assignment for (assignment, _), n in counted.items() if n > 1))


def merged_rounds(
    sets: Sequence[PlacedSet], into: str, counts: Mapping[str, str]
) -> tuple[MovedSet, ...]:
    """What moves so that all ``sets`` of two learners are those of ``into``.

    ``counts`` says by assignment whose round counts where both have one; ``into``'s if it does
    not.
    """
    parts: dict[tuple[str, int], list[PlacedSet]] = defaultdict(list)
    for one in sets:
        parts[one.assignment, one.part].append(one)
    return tuple(
        MovedSet(one.id, one.learner, one.round, to, one.steps)
        for (assignment, _), part in parts.items()
        for one, to in _rounds(part, counts.get(assignment, into))
        if (one.learner, one.round) != (into, to)
    )


def _rounds(part: Sequence[PlacedSet], first: str) -> Iterator[tuple[PlacedSet, int]]:
    """Each set of one part with its new round; those of ``first`` keep theirs."""
    keep = [one for one in part if one.learner == first]
    taken = {one.round for one in keep}
    yield from ((one, one.round) for one in keep)
    for one in sorted((o for o in part if o.learner != first), key=lambda o: o.round):
        to = one.round
        if to in taken and to == COUNTED:
            to = ASIDE
        while to in taken:
            to += 1
        taken.add(to)
        yield one, to
