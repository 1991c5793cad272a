"""Join a class by its code: no account, no e-mail."""

from __future__ import annotations

from tutor.services.house import House
from tutor.web import views
from tutor.web.rooms import Ask, Part
from tutor.web.templating import fill


def part(house: House) -> Part:
    """``/my/?view=join``, with ``&code=`` from a link."""

    def show(ask: Ask) -> str:
        code = ask.here.get("code", "")
        return fill("my_join.html", ask=ask, code=code, name=ask.caller.name)

    def join(ask: Ask) -> str:
        house.classrooms.join(ask.caller, ask.said("code"), ask.said("name"), ask.origin)
        return views.go_to("/my/")

    return Part({"join": show}, {"join": join})
