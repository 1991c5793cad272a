"""My data: what is stored and for how long, to take away or to be forgotten."""

from __future__ import annotations

from tutor.services.accounts.personal_data import WORD
from tutor.services.services import Services
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

SAVED = {True: "Saved. You get e-mails again.", False: "Saved. You get no more e-mails."}


def part(services: Services) -> Part:
    """``/my/?view=data``, and ``mail`` by the link that each e-mail holds."""
    choice = services.mail_choice

    def show(ask: PageRequest, told: str = "") -> str:
        return fill(
            "learner/data.html",
            ask=ask,
            told=told,
            word=WORD,
            caller=ask.caller,
            wants=choice.wants(ask.caller),
        )

    def choose(ask: PageRequest) -> str:
        wanted = ask.said("wanted") == "yes"
        choice.choose(ask.caller, wanted)
        return show(ask.fresh(), SAVED[wanted])

    def mail(ask: PageRequest, told: str = "") -> str:
        wants = choice.wants_by_link(ask.caller, ask.here.get("token", ""))
        return fill("learner/mail.html", ask=ask, told=told, wants=wants)

    def choose_by_link(ask: PageRequest) -> str:
        wanted = ask.said("wanted") == "yes"
        choice.choose_by_link(ask.caller, ask.here.get("token", ""), wanted)
        return mail(ask.fresh(), SAVED[wanted])

    def forget(ask: PageRequest) -> str:
        services.personal_data.forget(ask.caller, ask.said("word"))
        return notices.become()

    return Part(
        {"data": lambda ask: show(ask), "mail": lambda ask: mail(ask)},
        {"forget": forget, "choose-mail": choose, "choose-mail-by-link": choose_by_link},
    )
