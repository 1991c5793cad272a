"""A class's progress, drawn anew every twenty seconds."""

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

    return Part({"progress": show}, {"refresh-progress": show})
