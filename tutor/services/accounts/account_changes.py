"""What an administrator changes about an account: its name, and whether it can be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tutor.core.access import Action
from tutor.errors import BadForm, BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.accounts import TAKEN, fold
from tutor.services.accounts.typed_lines import read_line
from tutor.services.clock import now
from tutor.store import accounts as store
from tutor.store.accounts import Account
from tutor.store.connection import Connection
from tutor.store.database import Database

_OWN = "This is your own account. Ask another administrator to disable it."


class AccountChanges:
    """Use cases of administrators who change accounts."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock

    def rename(self, caller: Caller, learner: str, name: str, login: str) -> Account:
        """Give an account another name, and another name to sign in with; nobody is signed out.

        The names of its places in classes stay.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such account. BadForm: fields
                that cannot be stored, all of them.
        """
        self._access.require(caller, Action.MANAGE_ACCOUNTS)
        wrong: dict[str, str] = {}
        named = read_line(wrong, "name", name, "Type a name.")
        folded = fold(
            read_line(wrong, "login", login, "Type the name or e-mail they sign in with.")
        )
        with self._database.write() as connection:
            self._found(connection, learner)
            taken = store.account_of_login(connection, folded) if folded else None
            if taken is not None and taken.learner != learner:
                wrong["login"] = TAKEN
            if wrong:
                raise BadForm(wrong)
            store.set_name(connection, learner, named)
            store.set_login(connection, learner, folded)
            return self._found(connection, learner)

    def disable(self, caller: Caller, learner: str) -> Account:
        """Sign somebody out on every device, and let them in no more; all they have stays.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such account. BadInput: it is
                the caller's own.
        """
        self._access.require(caller, Action.MANAGE_ACCOUNTS)
        with self._database.write() as connection:
            if learner == caller.learner:
                raise BadInput("disable", _OWN)
            if self._found(connection, learner).disabled_at is None:
                store.set_disabled(connection, learner, self._now())
            return self._found(connection, learner)

    def enable(self, caller: Caller, learner: str) -> Account:
        """Let somebody in again, with the password they had.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such account.
        """
        self._access.require(caller, Action.MANAGE_ACCOUNTS)
        with self._database.write() as connection:
            if self._found(connection, learner).disabled_at is not None:
                store.set_disabled(connection, learner, None)
            return self._found(connection, learner)

    def _found(self, connection: Connection, learner: str) -> Account:
        found = store.find_account(connection, learner)
        if found is None:
            raise NotFound("There is no such account.")
        return found
