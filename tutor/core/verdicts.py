"""What an encounter came to: a verdict in words, a certainty-based mark, a Brier score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CBM_RIGHT = {1: 1, 2: 2, 3: 3}
CBM_WRONG = {1: 0, 2: -2, 3: -6}


class Verdict(StrEnum):
    """The outcome of an encounter; the first four where the algorithm was right."""

    AGREED_RIGHT = "agreed, rightly"
    CORRECTED = "corrected by it"
    KEPT_WRONG = "kept wrong"
    TALKED_OUT = "left the right answer"
    KEPT_RIGHT = "kept right"
    RECOVERED = "found it in spite of it"
    MISLED = "misled by it"
    BOTH_WRONG = "wrong together"
    ALONE_RIGHT = "right on your own"
    ALONE_WRONG = "wrong on your own"


# By whether the algorithm, the first and the last answer were right.
AIDED = {
    (True, True, True): Verdict.AGREED_RIGHT,
    (True, False, True): Verdict.CORRECTED,
    (True, False, False): Verdict.KEPT_WRONG,
    (True, True, False): Verdict.TALKED_OUT,
    (False, True, True): Verdict.KEPT_RIGHT,
    (False, False, True): Verdict.RECOVERED,
    (False, True, False): Verdict.MISLED,
    (False, False, False): Verdict.BOTH_WRONG,
}


@dataclass(frozen=True)
class Outcome:
    """An encounter reduced to answers: a probability at or above ``threshold`` says "act".

    ``advice`` and ``final`` are None in a case without the algorithm. ``chart_risk`` is the
    probability of the condition given everything that the learner could see; None in encounters
    stored before it was computed. ``scored`` is False for a case of luck, in which the sound
    decision met an unlucky outcome: it counts in no measure.
    """

    threshold: float
    initial: float
    advice: float | None
    final: float | None
    present: bool
    chart_risk: float | None = None
    scored: bool = True

    @property
    def sound(self) -> bool:
        """Whether acting is the sound decision: the chart's risk, else what was true."""
        if self.chart_risk is None:
            return self.present
        return self.chart_risk >= self.threshold

    @property
    def initial_right(self) -> bool:
        """Whether the first answer was the sound one."""
        return (self.initial >= self.threshold) == self.sound

    @property
    def advice_right(self) -> bool:
        """Whether the algorithm's answer was the sound one; False where it was not asked."""
        return self.advice is not None and (self.advice >= self.threshold) == self.sound

    @property
    def final_right(self) -> bool:
        """Whether the last answer was the sound one."""
        last = self.initial if self.final is None else self.final
        return (last >= self.threshold) == self.sound

    @property
    def aided(self) -> bool:
        """Whether the algorithm was shown."""
        return self.advice is not None

    @property
    def verdict(self) -> Verdict:
        """The outcome in words."""
        if not self.aided:
            return Verdict.ALONE_RIGHT if self.initial_right else Verdict.ALONE_WRONG
        return AIDED[self.advice_right, self.initial_right, self.final_right]


def certainty_mark(right: bool, certainty: int) -> int:
    """Certainty-based mark (Gardner-Medwin): right 1/2/3, wrong 0/−2/−6."""
    return (CBM_RIGHT if right else CBM_WRONG)[certainty]


@dataclass(frozen=True)
class Marks:
    """Certainty-based marks summed over ``n`` answers."""

    total: int
    n: int

    @property
    def mean(self) -> float | None:
        """Marks an answer, −6..3; None without an answer."""
        return self.total / self.n if self.n else None


def certainty_marks(answers: Iterable[tuple[bool, int]]) -> Marks:
    """The marks of answers given as (right, certainty 1..3)."""
    marks = [certainty_mark(right, certainty) for right, certainty in answers]
    return Marks(sum(marks), len(marks))


def brier(probability: float, present: bool) -> float:
    """The Brier score of one forecast: the squared distance from what happened, 0..1."""
    return (probability - float(present)) ** 2
