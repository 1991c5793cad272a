"""A class's grades, and gradebooks to take away."""

from __future__ import annotations

from tutor.core.platform_gradebook import FilledGradebook
from tutor.services.classes.uploads import titles
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/desk/?view=grades``."""

    def show(ask: PageRequest, filled: FilledGradebook | None = None) -> str:
        seen = services.classrooms.see(ask.caller, ask.here.get("class", ""))
        work = [
            one
            for one in services.assignments.of_class(ask.caller, seen.classroom.id)
            if one.published_at is not None
        ]
        chosen = ask.here.get("id") or (work[0].id if work else "")
        rows = services.grades.see(ask.caller, chosen)[1] if chosen else ()
        now = next((one for one in work if one.id == chosen), None)
        return fill(
            "instructor/grades.html",
            ask=ask,
            seen=seen,
            work=work,
            now=now,
            rows=rows,
            filled=filled,
            titles=[(one, one) for one in titles("export", ask.typed)] if ask.error else [],
        )

    def fill_in(ask: PageRequest) -> str:
        return show(ask, services.grades.fill(ask.caller, ask.said("assignment"), ask.typed))

    return Part({"grades": show}, {"fill-gradebook": fill_in})
