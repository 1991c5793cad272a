"""The door: sign in, become the first administrator, choose a password, sign out."""

from __future__ import annotations

from tutor.core.access import Role
from tutor.services.accounts.accounts import Accounts
from tutor.services.accounts.identity import Identity
from tutor.store.accounts import Account
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Room
from tutor.web.layout.templating import fill

AFTER = "/my/"
TEACHING = "/desk/"


def safe_address(wanted: str) -> str:
    """An address of ours to go on to; anything else is the learner's own page."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if ours and wanted.isprintable() else AFTER


def signin_room(accounts: Accounts, identity: Identity) -> Room:
    """``/signin/``; with ``?token=`` a one-time link is spent, with ``?view=account`` one's own."""

    def show(ask: PageRequest) -> str:
        token = ask.here.get("token", "")
        if token:
            return fill("account/welcome.html", ask=ask, known=accounts.invited(token))
        guest = accounts.guest_name(ask.caller) if ask.caller.learner else ""
        return fill("account/signin.html", ask=ask, caller=ask.caller, guest=guest)

    def entered(ask: PageRequest, account: Account) -> str:
        ticket = identity.ticket(account.learner, account.epoch, ask.cookie)
        usual = AFTER if account.role == Role.LEARNER else TEACHING
        after = safe_address(ask.here.get("next", usual))
        return notices.become(ticket, after)

    def sign_in(ask: PageRequest) -> str:
        account = accounts.sign_in(ask.said("login"), ask.said("password"), ask.origin)
        return entered(ask, account)

    def welcome(ask: PageRequest) -> str:
        token, name = ask.here.get("token", ""), ask.said("name")
        return entered(ask, accounts.welcome(token, name, ask.said("login"), ask.said("password")))

    def keep(ask: PageRequest) -> str:
        account = accounts.keep(
            ask.caller,
            ask.said("name"),
            ask.said("login"),
            ask.said("password"),
            ask.said("old"),
            ask.origin,
        )
        return entered(ask, account)

    def sign_out(ask: PageRequest) -> str:
        accounts.sign_out(ask.caller)
        return notices.become()

    return Room(
        "/signin",
        "Sign in",
        "Sign in",
        show,
        {"sign-in": sign_in, "welcome": welcome, "keep": keep, "sign-out": sign_out},
        hashing=frozenset({"sign-in", "welcome", "keep"}),
        open_to_nobody=True,
    )
