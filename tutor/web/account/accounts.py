"""The administrator's list of accounts: invite somebody, or give them a new link."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

ROLES = (("instructor", "Instructor"), ("administrator", "Administrator"), ("learner", "Learner"))


def part(services: Services) -> Part:
    """``/desk/?view=accounts``."""
    accounts = services.accounts

    def drawn(ask: PageRequest, link: str = "", whose: str = "", renewed: str = "") -> str:
        known = accounts.everyone(ask.caller)
        return fill(
            "account/accounts.html",
            ask=ask,
            accounts=known,
            link=link,
            whose=whose,
            renewed=next((one for one in known if one.learner == renewed), None),
            roles=ROLES,
        )

    def invite(ask: PageRequest) -> str:
        token = accounts.invite(ask.caller, ask.said("name"), ask.said("login"), ask.said("role"))
        return drawn(ask, f"/signin/?token={token}", ask.said("name"))

    def ask_renew(ask: PageRequest) -> str:
        return drawn(ask.fresh(), renewed=ask.said("learner"))

    def renew(ask: PageRequest) -> str:
        token = accounts.renew(ask.caller, ask.said("learner"))
        return drawn(ask, f"/signin/?token={token}", ask.said("whose"))

    return Part({"accounts": drawn}, {"invite": invite, "ask-renew": ask_renew, "renew": renew})
