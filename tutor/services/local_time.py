"""Moments as people type them: local to a class's time zone, across changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tutor.errors import BadInput

LOCAL = "%Y-%m-%dT%H:%M"


@cache
def zones() -> tuple[str, ...]:
    """Every time zone by name."""
    return tuple(sorted(z for z in available_timezones() if "/" in z or z == "UTC"))


def zone(name: str, field: str = "time_zone") -> ZoneInfo:
    """A time zone.

    Raises:
        BadInput: there is none of that name.
    """
    if name not in zones():
        raise BadInput(field, "Choose a time zone from the list, such as Europe/Berlin.")
    return ZoneInfo(name)


def moment(field: str, typed: str, where: ZoneInfo) -> datetime | None:
    """A local date and time as typed (``2026-03-29T08:00``), in UTC; None where nothing is typed.

    Where clocks go back an hour happens twice: the first is meant.

    Raises:
        BadInput: not a date and time, or one that clocks skip that night.
    """
    text = typed.strip().replace(" ", "T")
    if not text:
        return None
    for form in (LOCAL, LOCAL + ":%S"):
        try:
            naive = datetime.strptime(text, form)
            break
        except ValueError:
            continue
    else:
        raise BadInput(field, "Type a date and a time, such as 2026-10-01 08:00.")
    local = naive.replace(tzinfo=where)
    at = local.astimezone(UTC)
    if at.astimezone(where).replace(tzinfo=None) != naive:
        raise BadInput(field, "Clocks go forward that night and skip this time. Choose another.")
    return at


def clock_time_in(at: datetime, before: ZoneInfo, after: ZoneInfo, days: int = 0) -> datetime:
    """The moment at which clocks ``after`` show what those ``before`` show at ``at``, in UTC.

    ``days`` later or earlier on the calendar. A time that clocks skip is taken an hour later.
    """
    clock = at.astimezone(before).replace(tzinfo=None) + timedelta(days=days)
    return clock.replace(tzinfo=after).astimezone(UTC)


def typed(at: datetime | None, where: ZoneInfo) -> str:
    """A moment as its field holds it."""
    return "" if at is None else at.astimezone(where).strftime(LOCAL)


def short(at: datetime | None, where: ZoneInfo) -> str:
    """A moment as a table holds it: ``1 Oct 2026, 08:00``."""
    return "" if at is None else at.astimezone(where).strftime("%-d %b %Y, %H:%M")


def said(at: datetime | None, where: ZoneInfo) -> str:
    """A moment as it is read: ``Thursday 1 October 2026, 08:00 (CEST)``."""
    if at is None:
        return ""
    return at.astimezone(where).strftime("%A %-d %B %Y, %H:%M (%Z)")


def stamp(at: datetime | None, where: ZoneInfo) -> str:
    """When something was written: ``1 October 2026, 08:00 (CEST)``."""
    return "" if at is None else at.astimezone(where).strftime("%-d %B %Y, %H:%M (%Z)")


def ago(since: datetime, at: datetime, where: ZoneInfo) -> str:
    """How many days ago, by the calendar of a zone: ``today``, ``yesterday``, ``3 days ago``."""
    days = (at.astimezone(where).date() - since.astimezone(where).date()).days
    return "today" if days < 1 else "yesterday" if days == 1 else f"{days} days ago"
