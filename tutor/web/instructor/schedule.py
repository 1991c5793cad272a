"""The term of a class: its assignments over time, whose dates can be moved together."""

from __future__ import annotations

from datetime import UTC, datetime

from tutor.core.access import Role
from tutor.services.local_time import said, zone
from tutor.services.services import Services
from tutor.store.assignments import Assignment
from tutor.web import words
from tutor.web.layout.page_sections import PageRequest, Part, keeping_typed
from tutor.web.layout.templating import fill

LAST = datetime.max.replace(tzinfo=UTC)


def part(services: Services) -> Part:
    """``/desk/?view=schedule``."""
    work, classes = services.assignments, services.classrooms

    def show(ask: PageRequest, told: str = "") -> str:
        seen = classes.see(ask.caller, ask.here.get("class", ""))
        where = zone(seen.classroom.time_zone)
        found = sorted(work.of_class(ask.caller, seen.classroom.id), key=_in_time)
        return fill(
            "instructor/schedule.html",
            ask=ask,
            seen=seen,
            told=told,
            may=seen.place.role == Role.INSTRUCTOR,
            chosen=ask.chosen("chosen"),
            drawn=" ".join(f"{one.id}:{one.revision}" for one in found),
            rows=[(one, said(one.dates.opens, where), said(one.dates.due, where)) for one in found],
        )

    def shift(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        drawn = _revisions(ask.said("drawn"))
        moved = work.shift(ask.caller, room, ask.chosen("chosen"), ask.said("days"), drawn)
        return show(ask.fresh(), f"The dates of {words.count(moved, 'assignment')} have moved.")

    return Part(
        {"schedule": lambda ask: show(ask)},
        {"shift-dates": keeping_typed(shift, show, "chosen")},
    )


def _revisions(drawn: str) -> dict[str, int]:
    """The revisions that the page was drawn from, by assignment."""
    pairs = (one.partition(":") for one in drawn.split())
    return {id_: int(number) for id_, _, number in pairs if number.isdecimal()}


def _in_time(one: Assignment) -> tuple[datetime, datetime]:
    """By due date, then by opening; what has no date comes last."""
    return one.dates.due or LAST, one.dates.opens or LAST
