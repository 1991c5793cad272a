"""What a link to a guest's place opens: the whole person, so also their places in other classes."""

from __future__ import annotations

from tutor.core.access import Role
from tutor.errors import BadInput
from tutor.store import accounts as account_store
from tutor.store import places as place_store
from tutor.store.accounts import drop_links_of
from tutor.store.connection import Connection

_STAFF = (
    "This person is staff, here or in another class. There is no link to them from a class. Ask "
    "them to make an account under “Sign in”. An administrator can then give them a new link."
)
_ELSEWHERE = (
    "This person also has a place in a class that you do not teach. A link would open that place "
    "as well, so there is none. They can join this class again with its code, under a longer name."
)


def check_link(connection: Connection, by: str, learner: str) -> None:
    """Refuse a link to ``learner`` that opens more than ``by``, an instructor of theirs, teaches.

    Raises:
        BadInput: they have a staff role anywhere, or a place in a class that ``by`` does not teach.
            A place that they have left counts: what they did there is still theirs.
    """
    account = account_store.find_account(connection, learner)
    places = place_store.places_of(connection, learner)
    roles = {place.role for place in places.values()}
    if roles - {Role.LEARNER.value} or (account is not None and account.role != "learner"):
        raise BadInput("link", _STAFF)
    taught = {
        room
        for room, place in place_store.places_of(connection, by).items()
        if place.role == Role.INSTRUCTOR and place.left_at is None
    }
    if places.keys() - taught:
        raise BadInput("link", _ELSEWHERE)


def end_links(connection: Connection, learner: str) -> None:
    """Void the links to a guest, who gets a place that they would open as well, or leaves one."""
    if account_store.find_account(connection, learner) is None:
        drop_links_of(connection, learner)
