"""How long code of a pack may run, and how much memory it may use."""

from __future__ import annotations

from tutor.content.manifest import MOST_MEMORY_MB, MOST_SECONDS, Limits
from tutor.settings import OperatorLimits

HARDEST = Limits(seconds=MOST_SECONDS, memory_mb=MOST_MEMORY_MB)


def allowed(asked: Limits = HARDEST) -> Limits:
    """What an operator has set; else what the pack asks for, which has bounds of its own.

    Raises:
        ValidationError: what the operator has set is no number, or too small.
    """
    set_by_operator = OperatorLimits()
    more = {
        "seconds": set_by_operator.pack_seconds or asked.seconds,
        "memory_mb": set_by_operator.pack_memory or asked.memory_mb,
    }
    return asked.model_copy(update=more)  # unchecked: an operator may go beyond the bounds
