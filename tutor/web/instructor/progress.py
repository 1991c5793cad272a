"""A class's progress, drawn anew every twenty seconds, and whom to write to."""

from __future__ import annotations

from tutor.core.progress import State
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


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
        )

    def addresses(ask: PageRequest) -> str:
        found = services.progress.see(ask.caller, ask.here.get("id", ""))
        seen = services.classrooms.see(ask.caller, found.classroom.id)
        return fill("instructor/addresses.html", ask=ask, seen=seen, found=found)

    return Part({"progress": show, "addresses": addresses}, {"refresh-progress": show})
