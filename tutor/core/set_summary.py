"""A finished set in counts: what came of each disagreement, and which patients to look at again.

Cases of luck count in nothing but their own number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tutor.core.verdicts import Outcome, Verdict

MOST_LOOKS = 3
CERTAIN = 3


@dataclass(frozen=True)
class Disagreements:
    """Scored patients in whom the first answer and the algorithm's lay on two sides of the line.

    ``came_round`` of ``algorithm_right`` ended with the algorithm's answer, ``stood_firm`` of
    ``learner_right`` with their own; each of these is the right one.
    """

    algorithm_right: int
    came_round: int
    learner_right: int
    stood_firm: int

    @property
    def total(self) -> int:
        """How many there were."""
        return self.algorithm_right + self.learner_right


def disagreements(outcomes: Iterable[Outcome]) -> Disagreements:
    """Count them; where two answers differ, one is right and the other is not."""
    apart = [o for o in outcomes if o.aided and o.scored and o.initial_right != o.advice_right]
    theirs = [o for o in apart if o.advice_right]
    own = [o for o in apart if o.initial_right]
    return Disagreements(
        len(theirs), sum(o.final_right for o in theirs), len(own), sum(o.final_right for o in own)
    )


class SecondLook(StrEnum):
    """Why a patient is worth a second look, the most telling reason first."""

    MISLED = "misled"
    KEPT_WRONG = "kept wrong"
    CERTAIN = "certain and unsound"
    LUCK = "luck"


def second_looks(answers: Sequence[tuple[Outcome, int]]) -> list[tuple[int, SecondLook]]:
    """Up to three places in ``answers``, (outcome, certainty 1..3), each with its reason.

    Each reason is met once before any is met twice; the list is in the order of the set.
    """
    found = {at: reason for at, one in enumerate(answers) if (reason := _reason(*one))}
    chosen: list[int] = []
    while len(chosen) < min(MOST_LOOKS, len(found)):
        met = Counter(found[at] for at in chosen)
        rank = {at: (met[found[at]], _RANK[found[at]], at) for at in found if at not in chosen}
        chosen.append(min(rank, key=rank.__getitem__))
    return [(at, found[at]) for at in sorted(chosen)]


def _reason(outcome: Outcome, certainty: int) -> SecondLook | None:
    if not outcome.scored:
        return SecondLook.LUCK
    if outcome.verdict is Verdict.MISLED:
        return SecondLook.MISLED
    if outcome.verdict is Verdict.KEPT_WRONG:
        return SecondLook.KEPT_WRONG
    return SecondLook.CERTAIN if certainty == CERTAIN and not outcome.initial_right else None


_RANK = {reason: rank for rank, reason in enumerate(SecondLook)}
