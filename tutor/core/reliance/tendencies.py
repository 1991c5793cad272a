"""What one learner's encounters show of their habits, said only where an interval supports it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tutor.core.intervals import Estimate
from tutor.core.reliance.counts import tally
from tutor.core.reliance.encounters import Encounters
from tutor.core.reliance.measures import Share, each, share_of

# Whoever weighs the advice comes round, or stands firm, in two of three cases at least.
WEIGHS = 2 / 3
# A mean difference from the chart's risk that is worth a sentence.
LEANS = 0.05
# Fewer cases below the line of RAIR or RSR say nothing by themselves.
FEW = 3
# Of the cases in which the two differ at first: hardly ever, or nearly always, went over to it.
SELDOM, MOSTLY = 0.45, 0.55
# Whoever is right at first so often may well stay where they are.
GOOD = 0.9
# So many cases show whether somebody answers better than a coin.
ENOUGH = 12
COIN, HARDLY_BETTER, NOT_MUCH_BETTER = 0.5, 0.6, 0.65
# Second thoughts happen; answers that change more often than this hang on nothing.
SECOND_THOUGHTS = 0.1


class Tendency(StrEnum):
    """A habit that the encounters show."""

    GUESSES = "guesses"
    RELIES_TOO_MUCH = "relies too much"
    RELIES_TOO_LITTLE = "relies too little"
    SAYS_TOO_HIGH = "says too high"
    SAYS_TOO_LOW = "says too low"


@dataclass(frozen=True)
class Habits:
    """One learner's figures that advice rests on, and the tendencies that they support.

    ``right_first``, ``right_last``: of the scored cases, and of those with the algorithm.
    ``reversals``: of the first answers that the algorithm shared, those that were changed.
    """

    right_first: Share
    right_last: Share
    reversals: Share
    tendencies: tuple[Tendency, ...]


def habits(encounters: Encounters, lean: Estimate | None, stream: np.random.Generator) -> Habits:
    """The habits of one person; ``lean`` is that of their first answers (``Calibration.lean``).

    Guesses: answers that the algorithm shared were changed, in more than ``SECOND_THOUGHTS`` of
    such cases; or in two at least, by somebody whose first and last answers together are right in
    ``NOT_MUCH_BETTER`` or less; or neither first nor last answers can be told from a coin's.

    Relies too much: RSR lies below ``WEIGHS``; or the learner went over to the algorithm in most
    cases in which the two differed, and in every one in which it was wrong. Relies too little: RAIR
    lies below ``WEIGHS``; or the learner seldom went over, never where it was right, and was often
    wrong at first. "Lies below", "most" and "seldom" hold of the whole 95 % interval.
    """
    first = share_of(encounters, encounters.scored, encounters.right_first, stream)
    last = share_of(encounters, encounters.aided, encounters.right_last, stream)
    reversals = share_of(encounters, encounters.same, ~encounters.agreed, stream)
    scores = next(each(tally(encounters, 1)))
    switch = scores["switch"]
    stays = _below(switch, SELDOM) and first.value is not None and first.value < GOOD
    found = []
    coins = _like_a_coin(first) and _like_a_coin(last)
    if coins or _above(reversals, SECOND_THOUGHTS) or _wavers(reversals, first, last):
        found.append(Tendency.GUESSES)
    if _too_seldom(scores["rsr"], _above(switch, MOSTLY)):
        found.append(Tendency.RELIES_TOO_MUCH)
    if _too_seldom(scores["rair"], stays):
        found.append(Tendency.RELIES_TOO_LITTLE)
    if lean is not None and abs(lean.value) >= LEANS and lean.excludes(0.0):
        found.append(Tendency.SAYS_TOO_HIGH if lean.value > 0 else Tendency.SAYS_TOO_LOW)
    return Habits(first, last, reversals, tuple(found))


def _too_seldom(share: Share, always_alike: bool) -> bool:
    """Whether a share is surely below ``WEIGHS``; or is 0 in one who acts always alike."""
    if share.interval is None:
        return False
    below = share.denominator >= FEW and _below(share, WEIGHS)
    return below or (always_alike and share.numerator == 0)


def _below(share: Share, bound: float) -> bool:
    return share.interval is not None and share.interval[1] < bound


def _above(share: Share, bound: float) -> bool:
    return share.interval is not None and share.interval[0] > bound


def _wavers(reversals: Share, first: Share, last: Share) -> bool:
    """Whether shared answers were changed by somebody who is hardly right more often than not."""
    n = first.denominator + last.denominator
    if reversals.numerator < 2 or first.denominator < ENOUGH or last.denominator < ENOUGH:
        return False
    return first.numerator + last.numerator <= NOT_MUCH_BETTER * n


def _like_a_coin(share: Share) -> bool:
    """Whether so many answers are right as a coin would have right, or hardly more."""
    if share.interval is None or share.value is None or share.denominator < ENOUGH:
        return False
    return share.interval[0] <= COIN and share.value <= HARDLY_BETTER
