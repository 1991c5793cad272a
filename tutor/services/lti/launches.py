"""A launch: somebody who comes from a course of a learning platform gets their place here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tutor.core.access import Role
from tutor.errors import BadInput, LaunchRefused, SignedOut
from tutor.services.accounts.accounts import fold
from tutor.services.accounts.identity import Identity
from tutor.services.classes.join_codes import new_code
from tutor.services.clock import now
from tutor.services.local_time import zone
from tutor.services.lti.deep_links import sealed_request
from tutor.services.lti.messages import Arrival, Course, Launch, LinkRequest, PlatformPerson
from tutor.store import accounts as account_store
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import groups as group_store
from tutor.store import place_claims as claim_store
from tutor.store import places as place_store
from tutor.store import platform_people as people_store
from tutor.store import platforms as store
from tutor.store.accounts import Account
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member
from tutor.store.practice_sets import ensure_learner

USED_FOR = timedelta(hours=2)  # longer than anything that is used once is good for
TICKET_SECONDS = 300
_USED = "This launch has been used already. Go back to the course and open the link again."
_LATE = "This took too long. Go back to the course and open the link again."
_NOT_OPENED = (
    "Your instructor has not opened Equipoise in this course yet. Ask them to open this link once."
)
_ELSEWHERE = (
    "This link leads to an assignment of another class. It may have been copied from last term’s "
    "course. Ask your instructor to put a new link into this course."
)


class Launches:
    """Use cases of those who come from a learning platform; their message has been verified."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._identity = identity
        self._now = clock

    def accept(self, launch: Launch, nonce: str) -> Arrival:
        """The person's place in the class that the course is, made where there is none.

        The nonce is used up in the transaction that stores the place, so a message that is sent
        again, or twice at once, changes nothing.

        Raises:
            LaunchRefused: the nonce was used; or no instructor has come from the course yet; or
                the link belongs to another class; or the account is disabled.
        """
        digest = hashlib.sha256(f"{launch.platform}/{nonce}".encode()).hexdigest()
        with self._database.write(alone=f"lti:{launch.platform}") as connection:
            if not store.use_nonce(connection, digest, self._now() + USED_FOR, self._now()):
                raise LaunchRefused(_USED)
            room = self._class(connection, launch)
            learner = self._learner(connection, launch, room)
            account = self._account(connection, learner, launch.person)
            place = self._place(connection, learner, launch.person, room)
            address = (
                self._picker(launch.choosing, room, place)
                if launch.choosing
                else _address(connection, launch, room, place)
            )
            return Arrival(learner, account.epoch, address)

    def _picker(self, request: LinkRequest, room: Classroom, place: Member) -> str:
        """Where an instructor chooses what a link leads to.

        Raises:
            LaunchRefused: the person is no instructor of the class.
        """
        if place.role != Role.INSTRUCTOR:
            raise LaunchRefused("Only instructors of a course put links to assignments into it.")
        sealed = sealed_request(self._identity, request, room.id)
        return f"/lti/pick?{urlencode({'request': sealed})}"

    def window_ticket(self, arrival: Arrival) -> str:
        """Leave to sign in once within five minutes, in a window of its own."""
        said = [arrival.learner, arrival.epoch, arrival.address, secrets.token_urlsafe(12)]
        return self._identity.seal("lti-window", said)

    def redeem(self, ticket: str) -> Arrival:
        """Whom a ticket signs in; it is used up.

        Raises:
            LaunchRefused: it is forged, too old, or used.
        """
        try:
            learner, epoch, address, _ = self._identity.unseal("lti-window", ticket, TICKET_SECONDS)
        except (SignedOut, ValueError, TypeError):
            raise LaunchRefused(_LATE) from None
        digest = hashlib.sha256(f"window/{ticket}".encode()).hexdigest()
        with self._database.write() as connection:
            if not store.use_nonce(connection, digest, self._now() + USED_FOR, self._now()):
                raise LaunchRefused(_USED)
        return Arrival(learner, epoch, address)

    def _class(self, connection: Connection, launch: Launch) -> Classroom:
        """The class that a course is; an instructor's first launch makes it."""
        where = launch.platform, launch.deployment, launch.course.id
        known = people_store.class_of_course(connection, *where)
        found = class_store.find_classroom(connection, known) if known else None
        if found is not None:
            return found
        if launch.person.role is not Role.INSTRUCTOR:
            raise LaunchRefused(_NOT_OPENED)
        made = self._new_class(launch.course)
        class_store.add_classroom(connection, made)
        people_store.add_course(connection, secrets.token_urlsafe(12), *where, made.id, made.at)
        return made

    def _new_class(self, course: Course) -> Classroom:
        try:
            where = str(zone(course.time_zone))
        except BadInput:
            where = "UTC"
        name = course.title or "Course without a name"
        id_ = secrets.token_urlsafe(12)
        # Its people come from the platform; a code would let in others unasked.
        return Classroom(id_, name, where, new_code(), False, False, 0, None, self._now())

    def _learner(self, connection: Connection, launch: Launch, room: Classroom) -> str:
        """Who the person is here: as known before, else the place that a list kept, else new."""
        who = launch.platform, launch.deployment, launch.person.subject
        known = people_store.learner_of(connection, *who)
        if known is not None:
            return known
        learner = "u_" + secrets.token_urlsafe(16)
        ensure_learner(connection, learner, self._now())
        people_store.add_person(connection, *who, learner, self._now())
        kept = _kept_place(connection, launch.person, room)
        if kept is not None:
            claim_store.claim_place(connection, kept, learner)
        return learner

    def _account(self, connection: Connection, learner: str, person: PlatformPerson) -> Account:
        """The person's account, without a password: the platform is their way in."""
        found = account_store.find_account(connection, learner)
        if found is None:
            login = f"lms-{learner[2:].casefold()}"
            made = Account(learner, person.name, login, None, Role.LEARNER.value, 0)
            account_store.add_account(connection, made, self._now())
            account_store.set_name(connection, learner, person.name or "Student")
            return made
        if found.disabled_at is not None:
            raise LaunchRefused(
                "Your account here is disabled. Ask an administrator of Equipoise to enable it."
            )
        if person.name and person.name != found.name:
            account_store.set_name(connection, learner, person.name)
        return found

    def _place(
        self, connection: Connection, learner: str, person: PlatformPerson, room: Classroom
    ) -> Member:
        """Their place in the class, as the platform now knows them.

        An assistant of this class stays one, though the platform calls them a learner.
        """
        found = place_store.find_member(connection, room.id, learner)
        if found is None:
            place = Member(
                classroom=room.id,
                learner=learner,
                role=person.role.value,
                group=None,
                name=person.name or "Student",
                email=person.email,
                number="",
                login="",
                claimed=True,
                left_at=None,
                at=self._now(),
                listed=True,
            )
            place_store.add_member(connection, place)
            return place
        stays = found.role == Role.ASSISTANT and person.role is Role.LEARNER
        place = replace(
            found,
            role=found.role if stays else person.role.value,
            name=person.name or found.name,
            email=person.email or found.email,
            claimed=True,
            left_at=None,
        )
        if found.role == Role.ASSISTANT and place.role != found.role:
            group_store.set_assistant_groups(connection, room.id, learner, [])
        if place != found:
            place_store.change_member(connection, place)
        return place


def _kept_place(connection: Connection, person: PlatformPerson, room: Classroom) -> Member | None:
    """The one place that a list has kept for a learner's e-mail, and nobody has claimed.

    Only such a place: an address that changed hands must not lead to somebody else's work.
    """
    if not person.email or person.role is not Role.LEARNER:
        return None
    alike = [
        one
        for one in place_store.members(connection, room.id, Role.LEARNER)
        if fold(one.email) == fold(person.email)
    ]
    return alike[0] if len(alike) == 1 and not alike[0].claimed else None


def _address(connection: Connection, launch: Launch, room: Classroom, place: Member) -> str:
    """Where a person is led: staff to the class's desk, learners to their assignments.

    Raises:
        LaunchRefused: the link was made for an assignment that is not this class's.
    """
    work = launch.assignment
    found = assignment_store.find_assignment(connection, work) if work else None
    is_ours = found is not None and found.classroom == room.id
    if place.role != Role.LEARNER:
        view = {"view": "assignment", "id": work} if is_ours else {"view": "class"}
        return f"/desk/?{urlencode({**view, 'class': room.id})}"
    if work and not is_ours:
        raise LaunchRefused(_ELSEWHERE)
    return "/my/"
