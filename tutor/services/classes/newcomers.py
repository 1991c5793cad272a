"""Coming into a class by its code: a place of one's own, or the one that a list has kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tutor.core.access import Role
from tutor.core.csv_table import key
from tutor.core.learner_match import name_words
from tutor.errors import BadInput, TooOften
from tutor.services.accounts.access import Caller
from tutor.store import groups as group_store
from tutor.store import place_claims as claim_store
from tutor.store import places as place_store
from tutor.store.accounts import set_name
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.places import Member
from tutor.store.practice_sets import ensure_learner

ANOTHER = "another"
_TAKEN = (
    "Somebody has joined as “{}” already. If that was you, open Equipoise on the device you used "
    "then, or sign in. Otherwise ask your instructor for a link to that place."
)
_WHICH = (
    "Several people in this class have this name. Type your e-mail or student number as well, so "
    "that you get your own place."
)
_NO_SUCH = (
    "No place for “{}” in this class has this e-mail or number. Check both, or ask your instructor."
)
_ANOTHER = (
    "This browser is in the class as “{}” already. If that is you, go to My assignments. If it is "
    "somebody else, start afresh first: see “Not {}?”."
)
_WAS = (
    "This browser was in the class as “{}” before. If that is you, join under that name. Your "
    "instructor can change it. If it is somebody else, start afresh first: see “Not {}?”."
)
_NAMESAKE = (
    "Somebody else in this class is called “{}” now. Ask your instructor to make that name longer, "
    "for example by an initial. Then join again."
)
_MANY = (
    "Many people have joined classes from this network in the last hour. Wait {}, then try again. "
    "If you cannot wait, ask your instructor to put your name on the class list."
)


_NOT_LISTED = (
    "Only people on the class list may join, and “{}” is not on it. Type your name or e-mail as "
    "the list has it, or ask your instructor to put you on the list."
)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who comes with a code: their name, and what tells them from others of that name.

    ``wait`` says how long no new place is given to their address; empty if one is given now.
    """

    caller: Caller
    name: str
    identifier: str
    wait: str = ""


def come_in(connection: Connection, who: Newcomer, room: Classroom, at: datetime) -> bool:
    """Give somebody their place; whether it is a new one, which no list has kept.

    Raises:
        BadInput: the place is somebody's already, or it cannot be told which is theirs; or this
            browser is somebody else in the class; or only the list's people may join.
        TooOften: it would be a new place, and their address must wait.
    """
    ensure_learner(connection, who.caller.learner, at)
    place = place_store.find_member(connection, room.id, who.caller.learner)
    if place is not None:
        if room.list_only and place.left_at is not None and not place.listed:
            raise BadInput("name", _NOT_LISTED.format(place.name))
        _come_back(connection, who, place)
        return False
    learners = place_store.members(connection, room.id, Role.LEARNER)
    kept = _kept(learners, who)
    if kept is None and room.list_only:
        raise BadInput("name", _NOT_LISTED.format(who.name))
    if kept is None and who.wait:
        raise TooOften(_MANY.format(who.wait))
    if kept is None:
        place_store.add_member(connection, _new(who, room, at))
    elif not claim_store.claim_place(connection, kept, who.caller.learner):
        raise BadInput("name", _TAKEN.format(who.name))
    if not who.caller.account:
        set_name(connection, who.caller.learner, kept.name if kept else who.name)
    return kept is None


def _come_back(connection: Connection, who: Newcomer, place: Member) -> None:
    """Go on in a place of one's own; into one that was left, as a learner of the name it had."""
    is_other = not who.caller.account and not _is_called(place, who.name)
    if is_other:
        said = _ANOTHER if place.left_at is None else _WAS
        raise BadInput(ANOTHER, said.format(place.name, place.name))
    if place.left_at is None:
        return
    there = place_store.members(connection, place.classroom)
    if any(one.claimed and _is_called(one, place.name) for one in there):
        raise BadInput("name", _NAMESAKE.format(place.name))
    # Whoever was staff has been removed by staff, who alone make them so again.
    group_store.set_assistant_groups(connection, place.classroom, place.learner, [])
    place_store.change_member(connection, replace(place, left_at=None, role=Role.LEARNER.value))


def _is_called(member: Member, name: str) -> bool:
    return name_words(member.name) == name_words(name) or (
        bool(member.email) and key(member.email) == key(name)
    )


def _kept(learners: list[Member], who: Newcomer) -> Member | None:
    """The place that a list has kept for somebody; None if they are new.

    Raises:
        BadInput: it is taken, or there are several and it is not told which.
    """
    alike = [member for member in learners if _is_called(member, who.name)]
    if len(alike) > 1:
        if not who.identifier:
            raise BadInput("identifier", _WHICH)
        told = [member for member in alike if key(who.identifier) in _identifiers(member)]
        if len(told) != 1:
            raise BadInput("identifier", _NO_SUCH.format(who.name))
        alike = told
    if not alike:
        return None
    if alike[0].claimed:
        raise BadInput("name", _TAKEN.format(who.name))
    return alike[0]


def _identifiers(member: Member) -> set[str]:
    return {key(text) for text in (member.email, member.number, member.login)} - {""}


def _new(who: Newcomer, room: Classroom, at: datetime) -> Member:
    return Member(
        classroom=room.id,
        learner=who.caller.learner,
        role=Role.LEARNER.value,
        group=None,
        name=who.name,
        email="",
        number="",
        login="",
        claimed=True,
        left_at=None,
        at=at,
    )
