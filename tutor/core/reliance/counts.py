"""Two-stage answers counted by person: what stands above and below the line of every measure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.scoring import Outcome

UNAIDED = -1
MEASURES = (
    "accuracy_initial",
    "accuracy_final",
    "agreement",
    "switch",
    "rair",
    "rsr",
    "accuracy_unaided",
)

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Answers:
    """Columns of one length: whose answers, and what was said and true. Equal codes, equal answers.

    ``person`` counts from 0. ``advice`` is ``UNAIDED`` where the algorithm was not asked; what
    stands in ``final`` there is passed over.
    """

    person: Codes
    initial: Codes
    advice: Codes
    final: Codes
    truth: Codes

    @classmethod
    def of(cls, outcomes: Iterable[tuple[int, Outcome]]) -> Answers:
        """Closed encounters, each with its person's number; present is 1, absent 0."""
        rows = [
            (person, _side(o, o.initial), _side(o, o.advice), _side(o, o.final), int(o.present))
            for person, o in outcomes
        ]
        return cls(*np.array(rows, np.int32).reshape(-1, 5).T)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int_]) -> Answers:
        """Some of the rows."""
        return Answers(
            self.person[chosen],
            self.initial[chosen],
            self.advice[chosen],
            self.final[chosen],
            self.truth[chosen],
        )


def _side(outcome: Outcome, probability: float | None) -> int:
    return UNAIDED if probability is None else int(probability >= outcome.threshold)


@dataclass(frozen=True)
class Tally:
    """Counts, both of shape ``(people, len(MEASURES))``."""

    above: NDArray[np.int64]
    below: NDArray[np.int64]


def tally(answers: Answers, people: int) -> Tally:
    """Count the measures of each of ``people``.

    All but the last over encounters with the algorithm. Agreement: the last answer is the
    algorithm's. Switch: so, of those where the first was not (Yin et al., CHI 2019,
    doi 10.1145/3290605.3300509). RAIR and RSR: Schemmer et al., IUI 2023,
    doi 10.1145/3581641.3584066. Accuracy unaided is that of the cases without the algorithm.
    """
    aided = answers.advice != UNAIDED
    right_first = answers.initial == answers.truth
    right_last = answers.final == answers.truth
    right_advice = answers.advice == answers.truth
    followed = answers.final == answers.advice
    differed = aided & (answers.initial != answers.advice)
    correctable = aided & ~right_first & right_advice
    defensible = aided & right_first & ~right_advice
    pairs = (
        (right_first, aided),
        (right_last, aided),
        (followed, aided),
        (followed, differed),
        (right_last, correctable),
        (right_last, defensible),
        (right_first, ~aided),
    )
    below = [np.bincount(answers.person[of], minlength=people) for _, of in pairs]
    above = [np.bincount(answers.person[so & of], minlength=people) for so, of in pairs]
    return Tally(np.stack(above, axis=1), np.stack(below, axis=1))
