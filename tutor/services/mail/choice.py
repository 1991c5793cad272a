"""Whether somebody wants e-mails: on their own page, or by the link that each e-mail holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tutor.core.access import Action
from tutor.errors import NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.identity import Identity
from tutor.services.clock import now
from tutor.services.mail.outbox import Outbox
from tutor.store import accounts as account_store
from tutor.store import outbox as store
from tutor.store.database import Database

_GONE = (
    "Whoever this e-mail was for is no longer known by that name. Open “My data” to choose there."
)


class MailChoice:
    """Use cases of wanting e-mails or not."""

    def __init__(
        self,
        database: Database,
        access: Access,
        identity: Identity,
        outbox: Outbox,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._access = access
        self._identity = identity
        self._outbox = outbox
        self._now = clock

    def wants(self, caller: Caller) -> bool | None:
        """Whether the caller gets e-mails; None where nobody does, as no mail server is set."""
        self._access.own(caller, Action.CHOOSE_MAIL, caller.learner)
        if not self._outbox.is_open:
            return None
        with self._database.read() as connection:
            return not store.has_opted_out(connection, caller.learner)

    def choose(self, caller: Caller, wanted: bool) -> None:
        """Get e-mails from now on, or none."""
        self._access.own(caller, Action.CHOOSE_MAIL, caller.learner)
        with self._database.write(alone=caller.learner) as connection:
            if account_store.is_known(connection, caller.learner):
                store.set_opted_out(connection, caller.learner, not wanted, self._now())

    def wants_by_link(self, caller: Caller, token: str) -> bool:
        """Whether the person whose e-mail held a token still gets e-mails.

        Raises:
            SignedOut: the token is forged. NotFound: they have another id now, or were forgotten.
        """
        self._access.require(caller, Action.CHOOSE_MAIL)
        learner = self._identity.mail_holder(token)
        with self._database.read() as connection:
            if not account_store.is_known(connection, learner):
                raise NotFound(_GONE)
            return not store.has_opted_out(connection, learner)

    def choose_by_link(self, caller: Caller, token: str, wanted: bool) -> None:
        """The same choice for the person whose e-mail held a token, whoever opens the link.

        Raises:
            SignedOut, NotFound: as in :meth:`wants_by_link`.
        """
        self._access.require(caller, Action.CHOOSE_MAIL)
        learner = self._identity.mail_holder(token)
        with self._database.write(alone=learner) as connection:
            if not account_store.is_known(connection, learner):
                raise NotFound(_GONE)
            store.set_opted_out(connection, learner, not wanted, self._now())
