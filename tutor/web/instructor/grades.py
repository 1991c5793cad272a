"""A class's grades, and gradebooks to take away."""

from __future__ import annotations

from tutor.core.gradebook import Filled
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

SHAPES = (("canvas", "Canvas"), ("moodle", "Moodle"))


def part(services: Services) -> Part:
    """``/desk/?view=grades``."""

    def show(ask: PageRequest, filled: Filled | None = None) -> str:
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
            shapes=SHAPES,
        )

    def fill_in(ask: PageRequest) -> str:
        assignment, shape = ask.said("assignment"), ask.said("shape")
        return show(ask, services.grades.fill(ask.caller, assignment, shape, ask.said("export")))

    return Part({"grades": show}, {"fill-gradebook": fill_in})
