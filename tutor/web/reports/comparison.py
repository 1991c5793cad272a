"""Groups, assignments and terms side by side."""

from __future__ import annotations

from urllib.parse import urlencode

from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.reports import report_text


def part(services: Services) -> Part:
    """``/desk/?view=comparison`` of an assignment."""

    def show(ask: PageRequest) -> str:
        found = services.comparisons.see(ask.caller, ask.here.get("id", ""))
        classroom = found.seen.classroom.id
        to = {"view": "report", "class": classroom, "id": found.seen.assignment.id}
        return fill(
            "reports/comparison.html",
            seen=services.classrooms.see(ask.caller, classroom),
            found=found,
            report="/desk/?" + urlencode(to),
            says=report_text.share_says,
        )

    return Part({"comparison": show})
