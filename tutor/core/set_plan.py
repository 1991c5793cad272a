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
PRACTICE_FLAGGED_IN = 3  # the first third of a set
PRACTICE_UNAIDED = 2


def practice(stream: np.random.Generator, most: int = PRACTICE_SIZE) -> Plan:
    """Practice without an assignment: guidance fades; one case in six unaided, never the first.

    A bank of ``most`` cases that are fewer than :data:`PRACTICE_SIZE` gives a shorter set.
    """
    size = min(most, PRACTICE_SIZE)
    unaided, flagged = size * PRACTICE_UNAIDED // PRACTICE_SIZE, size // PRACTICE_FLAGGED_IN
    without = set(stream.choice(np.arange(1, size), unaided, replace=False))
    return Plan(
        guidance=tuple(Guidance.FLAGGED if at < flagged else Guidance.LISTED for at in range(size)),
        aided=tuple(at not in without for at in range(size)),
    )
