"""A class's progress, drawn anew every twenty seconds, and whom to write to."""

from __future__ import annotations

from markupsafe import Markup

from tutor.core.progress import State
from tutor.services.classes.progress import Progress
from tutor.services.local_time import zone
from tutor.services.services import Services
from tutor.web.layout.moments import local_time
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def _state(asked: str) -> str:
    """The state to which an address narrows the list; empty for everyone."""
    return asked if asked in list(State) else ""


def _due(found: Progress) -> Markup:
    return local_time(found.assignment.dates.due, zone(found.classroom.time_zone))


def part(services: Services) -> Part:
    """``/desk/?view=progress``: of the assignment asked for, else of the newest published one."""

    def show(ask: PageRequest) -> str:
        seen = services.classrooms.see(ask.caller, ask.here.get("class", ""))
        work = [
            one
            for one in services.assignments.of_class(ask.caller, seen.classroom.id)
            if one.published_at is not None
        ]
        chosen = ask.here.get("id") or (work[0].id if work else "")
        found = services.progress.see(ask.caller, chosen) if chosen else None
        return fill(
            "instructor/progress.html",
            ask=ask,
            seen=seen,
            work=work,
            found=found,
            states=list(State),
            chosen=_state(ask.here.get("state", "")),
            due=_due(found) if found else "",
        )

    def addresses(ask: PageRequest) -> str:
        found = services.progress.see(ask.caller, ask.here.get("id", ""))
        seen = services.classrooms.see(ask.caller, found.classroom.id)
        return fill("instructor/addresses.html", ask=ask, seen=seen, found=found)

    return Part({"progress": show, "addresses": addresses}, {"refresh-progress": show})
