"""The administrator's list of accounts: invite, rename, disable, or give somebody a new link."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

ROLES = (("instructor", "Instructor"), ("administrator", "Administrator"), ("learner", "Learner"))


def part(services: Services) -> Part:
    """``/desk/?view=accounts``."""
    accounts, changes = services.accounts, services.account_changes

    def drawn(
        ask: PageRequest,
        link: str = "",
        whose: str = "",
        renewed: str = "",
        disabled: str = "",
        told: str = "",
    ) -> str:
        known = accounts.everyone(ask.caller)
        return fill(
            "account/accounts.html",
            ask=ask,
            accounts=known,
            link=link,
            whose=whose,
            renewed=next((one for one in known if one.learner == renewed), None),
            disabled=next((one for one in known if one.learner == disabled), None),
            told=told,
            roles=ROLES,
        )

    def invite(ask: PageRequest) -> str:
        token = accounts.invite(ask.caller, ask.said("name"), ask.said("login"), ask.said("role"))
        return drawn(ask.fresh(), f"/signin/?token={token}", ask.said("name"))

    def ask_renew(ask: PageRequest) -> str:
        return drawn(ask.fresh(), renewed=ask.said("learner"))

    def renew(ask: PageRequest) -> str:
        token = accounts.renew(ask.caller, ask.said("learner"))
        return drawn(ask, f"/signin/?token={token}", ask.said("whose"))

    def rename(ask: PageRequest) -> str:
        made = changes.rename(ask.caller, ask.said("account"), ask.said("name"), ask.said("login"))
        return drawn(ask.fresh(), told=f"Saved. {made.name} signs in as {made.login}.")

    def ask_disable(ask: PageRequest) -> str:
        return drawn(ask.fresh(), disabled=ask.said("learner"))

    def disable(ask: PageRequest) -> str:
        made = changes.disable(ask.caller, ask.said("learner"))
        return drawn(ask.fresh(), told=f"The account of {made.name} is disabled.")

    def enable(ask: PageRequest) -> str:
        made = changes.enable(ask.caller, ask.said("learner"))
        return drawn(ask.fresh(), told=f"{made.name} can sign in again.")

    return Part(
        {"accounts": drawn},
        {
            "invite": invite,
            "ask-renew": ask_renew,
            "renew": renew,
            "rename-account": rename,
            "ask-disable": ask_disable,
            "disable": disable,
            "enable": enable,
        },
    )
