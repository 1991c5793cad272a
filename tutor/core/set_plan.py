"""How much help a case comes with, and which cases come without the algorithm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Guidance(StrEnum):
    """How failure modes are shown beside the algorithm's view."""

    FLAGGED = "flagged"
    LISTED = "listed"
    AFTER = "after"


@dataclass(frozen=True)
class Plan:
    """How many cases, how many right, and for each position its guidance and whether aided."""

    guidance: tuple[Guidance, ...]
    aided: tuple[bool, ...]

    @property
    def size(self) -> int:
        """How many cases the set holds."""
        return len(self.guidance)


PRACTICE_SIZE = 12
PRACTICE_FLAGGED = 4
PRACTICE_UNAIDED = 2


def practice(stream: np.random.Generator) -> Plan:
    """Practice without an assignment: guidance fades; two cases unaided, never the first."""
    without = set(stream.choice(np.arange(1, PRACTICE_SIZE), PRACTICE_UNAIDED, replace=False))
    return Plan(
        guidance=tuple(
            Guidance.FLAGGED if at < PRACTICE_FLAGGED else Guidance.LISTED
            for at in range(PRACTICE_SIZE)
        ),
        aided=tuple(at not in without for at in range(PRACTICE_SIZE)),
    )
