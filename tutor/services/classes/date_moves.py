"""Dates of a class that move together: with its time zone, or by some days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tutor.errors import BadInput, Changed
from tutor.services.classes.assignment_detail import schedule_changed
from tutor.services.classes.assignment_form import FieldReader, whole_days
from tutor.services.local_time import clock_time_in, said, zone
from tutor.store import assignment_overrides as override_store
from tutor.store import assignments as store
from tutor.store.assignments import Assignment
from tutor.store.classes import Classroom
from tutor.store.connection import Connection

MOMENT, CLOCK = "moment", "clock"
_ASK = "The class has dates. Choose what happens to them, then save again. Nothing is changed yet."


@dataclass(frozen=True)
class Move:
    """One date of an assignment under another time zone, in words.

    ``moment`` is how the same moment reads there, ``clock`` the same time on the clock there.
    """

    title: str
    which: str
    before: str
    moment: str
    clock: str


class ZoneQuestion(BadInput):
    """The class has dates, and nothing says what another time zone does to them."""

    def __init__(self, moves: tuple[Move, ...]) -> None:
        super().__init__("dates", _ASK)
        self.moves = moves


def change_zone(
    connection: Connection, classroom: str, before: ZoneInfo, after: ZoneInfo, choice: str
) -> None:
    """Move the dates of a class whose time zone changes.

    ``choice`` is ``moment`` (they stay the same moments and read otherwise) or ``clock`` (they
    read the same and are other moments).

    Raises:
        ZoneQuestion: the class has dates and ``choice`` is neither.
    """
    if before == after or choice == MOMENT:
        return
    found = store.assignments_of_class(connection, classroom)
    moves = [move for one in found for move in _moves(connection, one, before, after)]
    if moves and choice != CLOCK:
        raise ZoneQuestion(tuple(moves))
    move_dates(connection, found, lambda at: clock_time_in(at, before, after))


def move_dates(
    connection: Connection, assignments: Iterable[Assignment], move: Callable[[datetime], datetime]
) -> None:
    """Move the dates of assignments, and the other dates of some learners with them."""

    def moved(at: datetime | None) -> datetime | None:
        return None if at is None else move(at)

    for one in assignments:
        dates = replace(one.dates, opens=moved(one.dates.opens), due=moved(one.dates.due))
        store.set_dates(connection, one.id, dates)
        for other in override_store.overrides_of(connection, one.id):
            override = other.override
            made = replace(override, opens=moved(override.opens), due=moved(override.due))
            override_store.set_override(connection, one.id, replace(other, override=made))


def shift_dates(
    connection: Connection,
    classroom: Classroom,
    chosen: Sequence[str],
    typed: str,
    drawn: Mapping[str, int],
    at: datetime,
) -> int:
    """Move the dates of the ``chosen`` assignments by the days ``typed``; how many have moved.

    ``drawn`` holds the revisions that were looked at, ``at`` is now.

    Raises:
        BadForm: nothing is chosen, the days cannot be read, or a published assignment would be
            due in the past. Changed: somebody else changed one of them meanwhile.
    """
    where = zone(classroom.time_zone)
    found = [
        one
        for one in store.assignments_of_class(connection, classroom.id)
        if one.id in chosen and (one.dates.opens or one.dates.due)
    ]
    reader = FieldReader({"days": typed})
    days = reader.read(lambda: whole_days(typed), 0)
    if not found:
        reader.errors["chosen"] = "Choose at least one assignment that has a date."
    for one in found if days else ():
        due = one.dates.due and clock_time_in(one.dates.due, where, where, days)
        if one.published_at and due and due <= at < (one.dates.due or at):
            reader.errors["days"] = f"“{one.title}” would be due in the past."
    reader.check()
    if changed := [one.title for one in found if drawn.get(one.id, one.revision) != one.revision]:
        raise Changed(schedule_changed(changed))
    move_dates(connection, found, lambda when: clock_time_in(when, where, where, days))
    return len(found)


def _moves(
    connection: Connection, one: Assignment, before: ZoneInfo, after: ZoneInfo
) -> list[Move]:
    named = [("opens", one.dates.opens), ("due", one.dates.due)]
    for other in override_store.overrides_of(connection, one.id):
        named += [
            ("opens for some", other.override.opens),
            ("due for some", other.override.due),
        ]
    return [
        Move(
            one.title,
            which,
            said(at, before),
            said(at, after),
            said(clock_time_in(at, before, after), after),
        )
        for which, at in named
        if at is not None
    ]
