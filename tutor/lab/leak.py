"""A leak: something shown before a commitment that tells more than the findings may."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leak:
    """What tells too much: ``of`` is ``story``, ``picture``, ``order`` or a finding's column."""

    of: str
    what: str
    mend: str
