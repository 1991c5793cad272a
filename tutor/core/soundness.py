"""A sound decision: to act when the chart's own risk reaches the decision line, else not to.

The chart's risk is the probability of the condition given everything that a learner can see. A
decision is sound or not before anybody knows how it ends; where it ends against the odds, that is
luck. Near the line either decision is sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]
TINY = 1e-9


def log_odds(probability: ArrayLike) -> NDArray[np.float64]:
    """The natural logarithm of the odds; 0 and 1 are moved inwards by 1e-9. Shape as given."""
    inside = np.clip(np.asarray(probability, dtype=float), TINY, 1 - TINY)
    return np.asarray(np.log(inside / (1 - inside)))


def acts(risk: ArrayLike, line: float) -> Mask:
    """Whether acting is the sound decision: the risk is at or above the line. Shape as given."""
    return np.asarray(np.asarray(risk, dtype=float) >= line)


def in_grey_zone(risk: ArrayLike, line: float, factor: float) -> Mask:
    """Whether either decision is sound: the odds are within ``factor`` of the line's odds."""
    return np.asarray(np.abs(log_odds(risk) - log_odds(line)) <= np.log(factor))
