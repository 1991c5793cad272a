"""Join a class by its code: no account, no e-mail."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/my/?view=join``, with ``&code=`` from a link."""

    def show(ask: PageRequest) -> str:
        code = ask.here.get("code", "")
        guest = services.accounts.guest_name(ask.caller)
        return fill("learner/join.html", ask=ask, code=code, name=ask.caller.name, guest=guest)

    def join(ask: PageRequest) -> str:
        room = services.joining.join(
            ask.caller, ask.said("code"), ask.said("name"), ask.origin, ask.said("identifier")
        )
        return notices.go_to(f"/my/?joined={room.id}")

    return Part({"join": show}, {"join": join})
