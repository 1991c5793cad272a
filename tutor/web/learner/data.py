"""My data: what is stored and for how long, to take away or to be forgotten."""

from __future__ import annotations

from tutor.services.accounts.personal_data import WORD
from tutor.services.services import Services
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/my/?view=data``."""

    def show(ask: PageRequest) -> str:
        return fill("learner/data.html", ask=ask, word=WORD, caller=ask.caller)

    def forget(ask: PageRequest) -> str:
        services.personal_data.forget(ask.caller, ask.said("word"))
        return notices.become()

    return Part({"data": show}, {"forget": forget})
