"""Reliance on advice, as Schemmer et al. define it (IUI 2023, doi 10.1145/3581641.3584066)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutor.core.intervals import Estimate, mean
from tutor.core.scoring import Outcome


@dataclass(frozen=True)
class Ratio:
    """A share with its counts; ``value`` is None, "not yet measurable", with nothing below."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The share, or None where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Reliance:
    """Relative AI reliance and relative self-reliance.

    ``rair``: finally right ÷ all that were initially wrong while the algorithm was right.
    ``rsr``: finally right ÷ all that were initially right while the algorithm was wrong.
    """

    rair: Ratio
    rsr: Ratio


def reliance(outcomes: Iterable[Outcome]) -> Reliance:
    """Score the encounters in which the algorithm was shown; the others are passed over."""
    aided = [outcome for outcome in outcomes if outcome.aided]
    correctable = [o for o in aided if o.advice_right and not o.initial_right]
    defensible = [o for o in aided if not o.advice_right and o.initial_right]
    return Reliance(
        rair=Ratio(sum(o.final_right for o in correctable), len(correctable)),
        rsr=Ratio(sum(o.final_right for o in defensible), len(defensible)),
    )


def weight_of_advice(initial: float, advice: float, final: float) -> float | None:
    """(final − initial) / (advice − initial), truncated to 0..1; None where advice = initial."""
    if advice == initial:
        return None
    return min(1.0, max(0.0, (final - initial) / (advice - initial)))


def mean_weight_of_advice(outcomes: Iterable[Outcome]) -> Estimate | None:
    """The mean weight over the encounters that have one; None where none has.

    The interval is over encounters, so it speaks of one learner.
    """
    weights = [
        weight_of_advice(o.initial, o.advice, o.final)
        for o in outcomes
        if o.advice is not None and o.final is not None
    ]
    return mean([weight for weight in weights if weight is not None], 0.0, 1.0)
