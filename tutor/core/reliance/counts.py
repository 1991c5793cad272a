"""Encounters counted by person: what stands above and below the line of every measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.core.reliance.encounters import Encounters, Flags

# By measure: the encounters below the line, and those of them above it.
#
# Agreement: the last answer is the algorithm's. Switch: so, of those where the first was not (Yin
# et al., CHI 2019, doi 10.1145/3290605.3300509). RAIR and RSR, relative AI reliance and relative
# self-reliance: Schemmer et al., IUI 2023, doi 10.1145/3581641.3584066. Automation bias: a right
# answer was left for wrong advice. Revision bias: a right answer was left that the advice
# supported.
_COUNTED: Mapping[str, tuple[Callable[[Encounters], Flags], Callable[[Encounters], Flags]]] = {
    "accuracy_initial": (lambda e: e.aided, lambda e: e.right_first),
    "accuracy_final": (lambda e: e.aided, lambda e: e.right_last),
    "agreement": (lambda e: e.aided, lambda e: e.agreed),
    "switch": (lambda e: e.differed, lambda e: e.agreed),
    "rair": (lambda e: e.correctable, lambda e: e.right_last),
    "rsr": (lambda e: e.defensible, lambda e: e.right_last),
    "automation_bias": (lambda e: e.defensible, lambda e: e.agreed),
    "revision_bias": (lambda e: e.supported, lambda e: ~e.right_last),
    "accuracy_unaided": (lambda e: e.alone, lambda e: e.right_first),
}
MEASURES = tuple(_COUNTED)


@dataclass(frozen=True)
class Tally:
    """Counts, both of shape ``(people, len(MEASURES))``."""

    above: NDArray[np.int64]
    below: NDArray[np.int64]


def members(encounters: Encounters, measure: str) -> Flags:
    """The encounters below the line of a measure, as flags of length ``n``."""
    return _COUNTED[measure][0](encounters)


def tally(encounters: Encounters, people: int) -> Tally:
    """Count the measures of each of ``people``; whoever has no encounter has zeros.

    All but the last measure are over scored encounters with the algorithm, the last over scored
    encounters without it.
    """
    below, above = [], []
    for of, so in _COUNTED.values():
        inside = of(encounters)
        below.append(np.bincount(encounters.person[inside], minlength=people))
        inside = inside & so(encounters)
        above.append(np.bincount(encounters.person[inside], minlength=people))
    return Tally(np.stack(above, axis=1), np.stack(below, axis=1))
