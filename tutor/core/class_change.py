"""A change to the people of a class, kept so that it can be taken back.

A change holds the places it touched as they were before and after. To take it back, each field
that it changed gets its earlier value again, unless somebody has changed that field since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tutor.core.merged_rounds import MovedSet

# For so long a change can be taken back; then what it holds is deleted.
KEPT = timedelta(days=30)


class Kind(StrEnum):
    """What was done."""

    REMOVED = "removed"
    MOVED = "moved"
    MERGED = "merged"
    LOADED = "loaded"
    EDITED = "edited"
    INVITED = "invited"
    GROUP_REMOVED = "group removed"


@dataclass(frozen=True)
class PlaceState:
    """All that a place says of somebody; ``looks_after`` are an assistant's groups."""

    role: str
    group: str | None
    name: str
    email: str
    number: str
    login: str
    claimed: bool
    listed: bool
    left_at: datetime | None
    at: datetime
    looks_after: tuple[str, ...] = ()


# The fields that a change may change, and what each is called.
FIELDS = {
    "role": "role",
    "group": "group",
    "name": "name",
    "email": "e-mail",
    "number": "number",
    "login": "login",
    "listed": "place on the list",
    "left_at": "place in the class",
    "looks_after": "groups to look after",
}


@dataclass(frozen=True)
class PlaceChange:
    """One place before and after; None where there was none."""

    learner: str
    before: PlaceState | None
    after: PlaceState | None

    @property
    def name(self) -> str:
        """What the person is called, as it was before."""
        state = self.before or self.after
        return state.name if state else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that were changed; none where the place was made or taken away."""
        if self.before is None or self.after is None:
            return ()
        return tuple(
            name for name in FIELDS if getattr(self.before, name) != getattr(self.after, name)
        )


@dataclass(frozen=True)
class OwnDates:
    """Dates of one's own in an assignment."""

    assignment: str
    opens: datetime | None
    due: datetime | None
    grace: int | None


@dataclass(frozen=True)
class MovedGrade:
    """A grade by hand that moved to another place, and when it was given."""

    assignment: str
    at: datetime


@dataclass(frozen=True)
class MovedWork:
    """What moved from a place to the one that it was made part of.

    ``comments``, ``questions`` and ``grade_changes`` (the history of grades) are ids. ``sets`` are
    those of both that changed hands or rounds.
    """

    comments: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    grade_changes: tuple[str, ...] = ()
    grades: tuple[MovedGrade, ...] = ()
    dates: tuple[OwnDates, ...] = ()
    sets: tuple[MovedSet, ...] = ()


@dataclass(frozen=True)
class RemovedGroup:
    """A group that was removed, with the dates it had of its own."""

    id: str
    name: str
    dates: tuple[OwnDates, ...] = ()


@dataclass(frozen=True)
class ClassChange:
    """What was done in one step."""

    kind: Kind
    places: tuple[PlaceChange, ...] = ()
    groups_made: tuple[tuple[str, str], ...] = ()
    groups_removed: tuple[RemovedGroup, ...] = ()
    moved: MovedWork = MovedWork()


def obstacle(change: PlaceChange, now: PlaceState | None) -> str:
    """Why a place cannot be put back as it was before, as a sentence; empty if it can."""
    if change.after is None:
        return "" if now is None else f"“{change.name}” has a place in the class again."
    if change.before is None:
        if now is None:
            return ""
        if now.claimed and not change.after.claimed:
            return f"“{now.name}” has joined since."
        if now.left_at is None and replace(now, claimed=change.after.claimed) != change.after:
            return f"“{now.name}” has been changed since."
        return ""
    if now is None:
        return f"“{change.name}” has no place in the class any more."
    for name in change.fields:
        if getattr(now, name) not in (getattr(change.after, name), getattr(change.before, name)):
            return f"The {FIELDS[name]} of “{now.name}” has been changed since."
    return ""


def restored(change: PlaceChange, now: PlaceState | None) -> PlaceState | None:
    """The place as it is once the change has been taken back; None where there is none then."""
    if change.before is None:
        return None
    if change.after is None or now is None:
        return change.before
    earlier = {name: getattr(change.before, name) for name in change.fields}
    return replace(now, **earlier)
