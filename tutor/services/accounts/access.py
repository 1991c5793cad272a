"""Who is asking, and whether they may: every use case asks here before it does anything."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.core.access import Action, Relation, Role, allowed
from tutor.errors import Forbidden, NotFound, SignedOut
from tutor.services.accounts.identity import Identity
from tutor.store import accounts as account_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.accounts import Account
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member

_STALE = "You have been signed out: your password has changed, or somebody signed you out. Sign in."
_NO_CLASS = "There is no such class here. Choose one from your classes."
_NO_LEARNER = "There is no such learner in this class."


@dataclass(frozen=True)
class Caller:
    """The person behind a request; ``account`` is None for a guest."""

    learner: str
    account: Account | None = None

    @property
    def role(self) -> Role:
        """What they are outside any class."""
        return Role(self.account.role) if self.account else Role.LEARNER

    @property
    def name(self) -> str:
        """What they are called, where they have signed in."""
        return self.account.name if self.account else ""


NOBODY = Caller("")


class Access:
    """Reads cookies, finds how an object stands to a person, and consults the one table."""

    def __init__(self, database: Database, identity: Identity) -> None:
        self._database = database
        self._identity = identity

    def caller(self, cookie: str | None) -> Caller:
        """The person behind a cookie; a guest costs no look into the database.

        Raises:
            SignedOut: the cookie is missing, forged or expired, or its account has moved on.
        """
        bearer = self._identity.bearer(cookie)
        if bearer.epoch is None:
            return Caller(bearer.learner)
        with self._database.read() as connection:
            account = account_store.find_account(connection, bearer.learner)
        if account is None or account.epoch != bearer.epoch:
            raise SignedOut(_STALE)
        return Caller(bearer.learner, account)

    def is_staff(self, cookie: str | None) -> bool:
        """Whether a cookie is of somebody who teaches in a class now."""
        try:
            caller = self.caller(cookie)
        except SignedOut:
            return False
        if caller.account is None:
            return False
        with self._database.read() as connection:
            places = place_store.places_of(connection, caller.learner).values()
        teaches = (Role.ASSISTANT, Role.INSTRUCTOR)
        return any(place.left_at is None and place.role in teaches for place in places)

    def require(self, caller: Caller, action: Action, relation: Relation = Relation.NONE) -> None:
        """Refuse what the table does not allow outside classes.

        Raises:
            Forbidden: not allowed.
        """
        role = caller.role if caller.learner else Role.NOBODY
        if not allowed(role, action, relation):
            raise Forbidden(refusal(action))

    def own(self, caller: Caller, action: Action, owner: str) -> None:
        """Refuse unless the object is the caller's own and the table allows it.

        Raises:
            Forbidden: not allowed.
        """
        relation = Relation.OWN if caller.learner and caller.learner == owner else Relation.NONE
        self.require(caller, action, relation)

    def in_class(
        self,
        connection: Connection,
        caller: Caller,
        action: Action,
        classroom: str,
        learner: str = "",
    ) -> Member:
        """The caller's place in a class, if it lets them do ``action`` there.

        With ``learner`` the action concerns that learner's work: an instructor stands in
        ``GROUP`` to every learner of the class, an assistant to those of their own groups.

        Raises:
            NotFound: no such class, or the caller has no place in it (that it exists is not told),
                or no such learner in it. Forbidden: their place does not allow it.
        """
        place = place_store.find_member(connection, classroom, caller.learner)
        if place is None or place.left_at is not None:
            raise NotFound(_NO_CLASS)
        role, relation = Role(place.role), Relation.CLASS
        if learner:
            relation = self._relation(connection, place, learner)
        if not allowed(role, action, relation):
            raise Forbidden(refusal(action))
        return place

    def _relation(self, connection: Connection, place: Member, learner: str) -> Relation:
        if place.learner == learner:
            return Relation.OWN
        other = place_store.find_member(connection, place.classroom, learner)
        if other is None or other.role != Role.LEARNER:
            raise NotFound(_NO_LEARNER)
        if place.role == Role.INSTRUCTOR:
            return Relation.GROUP
        mine = group_store.groups_of_assistant(connection, place.classroom, place.learner)
        return Relation.GROUP if other.group in mine else Relation.CLASS


def refusal(action: Action) -> str:
    """A refusal as a sentence."""
    return f"You may not {action.value} here. Ask an instructor of the class if you should."
