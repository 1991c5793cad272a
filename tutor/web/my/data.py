"""My data: what is stored and for how long, to take away or to be forgotten."""

from __future__ import annotations

from tutor.services.house import House
from tutor.services.rights import WORD
from tutor.web import views
from tutor.web.rooms import Ask, Part
from tutor.web.templating import fill


def part(house: House) -> Part:
    """``/my/?view=data``."""

    def show(ask: Ask) -> str:
        return fill("my_data.html", ask=ask, word=WORD, caller=ask.caller)

    def forget(ask: Ask) -> str:
        house.rights.forget(ask.caller, ask.said("word"))
        return views.go_to("/session")

    return Part({"data": show}, {"forget": forget})
