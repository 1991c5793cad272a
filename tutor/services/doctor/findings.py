"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Ready; ready, with something to think about; not ready."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands, and what to do about it (empty where all is well)."""

    name: str
    state: State
    says: str
    mend: str = ""


def good(name: str, says: str) -> Finding:
    """Nothing to do."""
    return Finding(name, State.GOOD, says)


def note(name: str, says: str, mend: str) -> Finding:
    """It works, and may not be what is wanted."""
    return Finding(name, State.NOTE, says, mend)


def bad(name: str, says: str, mend: str) -> Finding:
    """Not fit for a class."""
    return Finding(name, State.BAD, says, mend)
