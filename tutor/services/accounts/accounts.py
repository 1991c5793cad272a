"""Accounts: sign in, become the first administrator, choose a password, invite an instructor."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from tutor.core.access import Action, Role
from tutor.errors import BadForm, BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.passwords import LONGEST, check_password
from tutor.services.accounts.throttle import (
    ADDRESS,
    MADE,
    NAMES,
    NAMES_ADDRESS,
    SIGN_IN,
    Throttle,
    network_of,
)
from tutor.services.accounts.typed_lines import one_line, read_line
from tutor.services.clock import now
from tutor.store import accounts as store
from tutor.store import erasure as rights_store
from tutor.store.accounts import Account, Link
from tutor.store.classes import classrooms_of
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.practice_sets import ensure_learner

FIRST = "administrator"
INVITED = "password"
LINK_HOURS = {FIRST: 24, INVITED: 24 * 14}
TAKEN = "This name cannot be used. Choose another, for example with a number after it."
_WRONG = "That name and password do not go together. Check both, and try again."
_DISABLED = "This account has been disabled. Ask an administrator to enable it."
_SPENT = "This link has been used, or is too old. Ask whoever sent it for a new one."


@dataclass(frozen=True)
class Invitation:
    """What a one-time link is for; ``login`` is empty where it is still to be chosen.

    ``assists``: the classes whose assistant it makes somebody.
    """

    first: bool
    name: str
    login: str
    assists: tuple[str, ...] = ()


def fold(login: str) -> str:
    """A sign-in name as it is compared: without outer blanks, case or ways to write accents."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


class Accounts:
    """Use cases of people who sign in."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock
        self._throttle = Throttle(database, clock)
        self._hasher = PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        """Compared with when there is no such account, so that both refusals take as long.

        Made at the first signing in, whoever signs in: a tenth of a second that no start needs.
        """
        return self._hasher.hash(secrets.token_urlsafe(16))

    def sign_in(self, login: str, password: str, origin: str) -> Account:
        """The account of a name and its password; ``origin`` is the caller's address.

        Raises:
            BadInput: they do not go together, or the account is disabled. TooOften: too many
                failures; says how long to wait.
        """
        folded = fold(login)
        if not folded:
            raise BadInput("login", "Type the name or e-mail you sign in with.")
        if not password:
            raise BadInput("password", "Type your password.")
        origin = network_of(origin)
        self._throttle.check(SIGN_IN, folded, origin)
        self._throttle.check(ADDRESS, origin)
        with self._database.read() as connection:
            account = store.account_of_login(connection, folded)
        decoy = self._decoy
        stored = account.password_hash if account and account.password_hash else decoy
        if not self._matches(stored, password) or account is None or not account.password_hash:
            self._throttle.failed(SIGN_IN, folded, origin)
            self._throttle.failed(ADDRESS, origin)
            raise BadInput("password", _WRONG)
        self._throttle.forgive(SIGN_IN, folded, origin)
        if account.disabled_at is not None:
            raise BadInput("password", _DISABLED)
        return account

    def first_link(self) -> str | None:
        """A token to become the first administrator with, or None if there is one already.

        Each server that starts has its own. All are good, for a day, until one has been used.
        """
        with self._database.write(alone=FIRST) as connection:
            if store.count_administrators(connection):
                return None
            store.drop_links(connection, FIRST, before=self._now())
            return self._link(connection, FIRST, None)

    def invited(self, token: str) -> Invitation:
        """What a token invites to.

        Raises:
            NotFound: it was used, is too old, or never was.
        """
        with self._database.read() as connection:
            link = self._good(connection, token)
            account = store.find_account(connection, link.learner) if link.learner else None
            name = store.name_of(connection, link.learner) if link.learner else ""
            places = classrooms_of(connection, link.learner) if link.learner else []
        login = account.login if account else ""
        assists = tuple(room.name for room, place in places if place.role == Role.ASSISTANT)
        return Invitation(link.purpose == FIRST, name, login, assists)

    def link_to(self, connection: Connection, learner: str) -> str:
        """The token of a link that lets somebody without a password be ``learner``.

        Raises:
            BadInput: they have a password; only an administrator renews one.
        """
        self.check_guest(connection, learner)
        return self._link(connection, INVITED, learner)

    def check_guest(self, connection: Connection, learner: str) -> None:
        """Refuse to let a link stand for a password.

        Raises:
            BadInput: they have a password, which only an administrator renews, or are disabled.
        """
        account = store.find_account(connection, learner)
        if account is not None and account.password_hash:
            raise BadInput(
                "link", "They sign in with a password. An administrator can give them a new link."
            )
        if account is not None and account.disabled_at is not None:
            raise BadInput("link", _DISABLED)

    def welcome(self, token: str, name: str, login: str, password: str) -> Account:
        """Spend a link: the first administrator's account, or a password for an invited one.

        Raises:
            NotFound: the link is spent. BadInput: a field cannot be stored; the link is not spent.
        """
        chosen = self._chosen(name, self.invited(token).login or login, password)
        # Two first administrators at once, at two servers, take turns: the second comes too late.
        with self._database.write(alone=FIRST) as connection:
            link = self._good(connection, token)
            if not store.use_link(connection, _hash(token), self._now()):
                raise NotFound(_SPENT)
            role = "administrator" if link.purpose == FIRST else "learner"
            settled = self._settled(connection, link.learner, chosen, role)
            if link.purpose == FIRST:
                store.drop_links(connection, FIRST)
            return settled

    def invite(self, caller: Caller, name: str, login: str, role: str) -> str:
        """Make an account and return the token of its one-time link.

        Raises:
            Forbidden: the caller is no administrator. BadForm: fields that cannot be stored, all
                of them. BadInput: the name to sign in with is taken.
        """
        self._access.require(caller, Action.MANAGE_ACCOUNTS)
        wrong: dict[str, str] = {}
        named = read_line(wrong, "name", name, "Type a name.")
        folded = fold(
            read_line(wrong, "login", login, "Type the name or e-mail they will sign in with.")
        )
        if role not in ("instructor", "administrator", "learner"):
            wrong["role"] = "Choose instructor, administrator or learner."
        if wrong:
            raise BadForm(wrong)
        with self._database.write() as connection:
            learner = "u_" + secrets.token_urlsafe(16)
            ensure_learner(connection, learner, self._now())
            store.set_name(connection, learner, named)
            self._add(connection, learner, Account(learner, named, folded, None, role, 0), role)
            return self._link(connection, INVITED, learner)

    def renew(self, caller: Caller, learner: str) -> str:
        """A new one-time link for somebody who has lost their password; signs them out.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such account. BadInput: it is
                disabled.
        """
        self._access.require(caller, Action.MANAGE_ACCOUNTS)
        with self._database.write() as connection:
            account = store.find_account(connection, learner)
            if account is None:
                raise NotFound("There is no such account.")
            if account.disabled_at is not None:
                raise BadInput("link", "This account is disabled. Enable it first.")
            store.end_epoch(connection, learner)
            return self._link(connection, INVITED, learner)

    def everyone(self, caller: Caller) -> list[Account]:
        """Every account.

        Raises:
            Forbidden: the caller is no administrator.
        """
        self._access.require(caller, Action.MANAGE_ACCOUNTS)
        with self._database.read() as connection:
            return store.accounts(connection)

    def keep(
        self,
        caller: Caller,
        name: str,
        login: str,
        password: str,
        old: str = "",
        origin: str = "",
    ) -> Account:
        """Give a guest an account, so that they find their work on any device; or a new password.

        A guest gets another id with it, and all they did moves along: the cookie they had as a
        guest, which has no epoch that could end, leads to nothing any more. A password is changed
        by somebody who knows the ``old`` one: a cookie alone does not show that.

        Raises:
            BadInput: a field cannot be stored, the sign-in name is taken, or the old password is
                wrong. TooOften: too many accounts, taken names or wrong passwords from ``origin``.
        """
        self._access.own(caller, Action.SET_PASSWORD, caller.learner)
        origin = network_of(origin)
        count = partial(self._throttle.take, MADE, origin)
        if caller.account is not None:
            count()
            self._check_old(caller.account, old, origin)
        else:
            self._throttle.check(NAMES, caller.learner, origin)
            self._throttle.check(NAMES_ADDRESS, origin)
        chosen = self._chosen(name, login, password, count if caller.account is None else None)
        try:
            with self._database.write(alone=caller.learner) as connection:
                ensure_learner(connection, caller.learner, self._now())
                return self._settled(connection, caller.learner, chosen, "learner")
        except BadInput:
            # Whoever looks for names that exist is slowed.
            self._throttle.failed(NAMES, caller.learner, origin)
            self._throttle.failed(NAMES_ADDRESS, origin)
            raise

    def _check_old(self, account: Account, old: str, origin: str) -> None:
        self._throttle.check(SIGN_IN, account.login, origin)
        if not self._matches(account.password_hash or self._decoy, old):
            self._throttle.failed(SIGN_IN, account.login, origin)
            raise BadInput("old", "This is not your current password. Type it again.")
        self._throttle.forgive(SIGN_IN, account.login, origin)

    def guest_name(self, caller: Caller) -> str:
        """What a guest is called, from the class they joined; empty for others."""
        self._access.own(caller, Action.SEE_HOME, caller.learner)
        if caller.account:
            return ""
        with self._database.read() as connection:
            return store.name_of(connection, caller.learner)

    def sign_out(self, caller: Caller) -> None:
        """Void every cookie of the caller's account, on every device."""
        if caller.account is not None:
            self._access.own(caller, Action.SET_PASSWORD, caller.learner)
            with self._database.write() as connection:
                store.end_epoch(connection, caller.learner)

    def _chosen(
        self, name: str, login: str, password: str, count: Callable[[], None] | None = None
    ) -> Account:
        """What was typed, checked; ``count`` is called before its password is hashed."""
        named = one_line("name", name, "Type your name as others should see it.")
        folded = fold(one_line("login", login, "Type the name or e-mail you will sign in with."))
        check_password(password, folded, named)
        if count:
            count()
        return Account("", named, folded, self._hasher.hash(password), "", 0)

    def _settled(
        self, connection: Connection, learner: str | None, chosen: Account, role: str
    ) -> Account:
        """The account of ``learner``, with the chosen name and password; a new one if need be."""
        settled = learner
        if learner is None or store.find_account(connection, learner) is None:
            settled = "u_" + secrets.token_urlsafe(16)
            if learner is None:
                ensure_learner(connection, settled, self._now())
            else:
                rights_store.rename(connection, learner, settled, self._now())
            self._add(connection, settled, chosen, role)
        assert settled is not None
        store.set_name(connection, settled, chosen.name)
        store.set_password(connection, settled, chosen.password_hash or "")
        found = store.find_account(connection, settled)
        assert found is not None
        return found

    def _add(self, connection: Connection, learner: str, chosen: Account, role: str) -> None:
        taken = store.account_of_login(connection, chosen.login)
        if taken is not None and taken.learner != learner:
            raise BadInput("login", TAKEN)
        made = Account(learner, chosen.name, chosen.login, chosen.password_hash, role, 0)
        store.add_account(connection, made, self._now())

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _link(self, connection: Connection, purpose: str, learner: str | None) -> str:
        """The token of a new link. Of the links to one learner only the newest is good."""
        if learner is not None:
            store.drop_links_of(connection, learner)
        token = secrets.token_urlsafe(24)
        expires = self._now() + timedelta(hours=LINK_HOURS[purpose])
        store.add_link(connection, _hash(token), Link(purpose, learner, expires, None), self._now())
        return token

    def _good(self, connection: Connection, token: str) -> Link:
        link = store.find_link(connection, _hash(token))
        if link is None or link.used_at is not None or link.expires < self._now():
            raise NotFound(_SPENT)
        if link.purpose == FIRST and store.count_administrators(connection):
            raise NotFound(_SPENT)
        return link


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
