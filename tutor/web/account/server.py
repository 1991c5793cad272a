"""Whether the server is ready for a class, for its administrators."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/desk/?view=server``."""

    def show(ask: PageRequest) -> str:
        return fill("account/server.html", ask=ask, findings=services.server_check.see(ask.caller))

    return Part({"server": show})
