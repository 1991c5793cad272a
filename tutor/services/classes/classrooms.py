"""Classes: make one, let people in by code or roster, sort them, end it, use it again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn

from tutor.core.access import Action, Role
from tutor.core.column_names import Role as ColumnRole
from tutor.core.roster import Roster, read_roster
from tutor.errors import BadFile, BadInput, Changed, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.accounts import Accounts, one_line
from tutor.services.accounts.throttle import JOIN, JOIN_ADDRESS, PLACES, Throttle, network_of
from tutor.services.classes.identifiers import edited
from tutor.services.classes.joining import Newcomer, come_in
from tutor.services.classes.link_scope import check_link, end_links
from tutor.services.classes.place_merging import merge
from tutor.services.classes.roster_loading import Loaded, RosterLoading
from tutor.services.classes.uploads import uploaded
from tutor.services.clock import now
from tutor.services.local_time import zone
from tutor.store import assignments as assignment_store
from tutor.store import classes as store
from tutor.store.classes import Classroom, Member
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.practice_sets import ensure_learner

Form = Mapping[str, Any]
# Without letters and digits that look alike.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_NO_CODE = "No class has this code, or it no longer lets anyone in. Ask your instructor."
_CHANGED = "Somebody else changed this class meanwhile. Look at it as it is now, and try again."


@dataclass(frozen=True)
class Seen:
    """A class as staff see it: its people as far as the caller may see them."""

    classroom: Classroom
    place: Member
    people: tuple[Member, ...]
    groups: tuple[tuple[str, str], ...]
    looks_after: Mapping[str, frozenset[str]]

    @property
    def learners(self) -> tuple[Member, ...]:
        """Those who learn."""
        return tuple(m for m in self.people if m.role == Role.LEARNER)

    @property
    def has_list(self) -> bool:
        """Whether a class list names any of the learners."""
        return any(member.listed for member in self.learners)

    @property
    def by_themselves(self) -> tuple[Member, ...]:
        """Learners who have joined and are on no list."""
        return tuple(m for m in self.learners if m.claimed and not m.listed)


class Classrooms:
    """Use cases of classes and their people."""

    def __init__(
        self,
        database: Database,
        access: Access,
        accounts: Accounts,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._access = access
        self._accounts = accounts
        self._now = clock
        self._throttle = Throttle(database, clock)

    def mine(self, caller: Caller) -> tuple[tuple[Classroom, Member], ...]:
        """The classes the caller is in, newest first."""
        self._access.own(caller, Action.SEE_HOME, caller.learner)
        with self._database.read() as connection:
            return tuple(store.classrooms_of(connection, caller.learner))

    def make(self, caller: Caller, name: str, time_zone: str) -> Classroom:
        """A new class, the caller its instructor.

        Raises:
            Forbidden: the caller's account is no instructor's. BadInput: no name, no such zone.
        """
        self._access.require(caller, Action.CREATE_CLASS)
        made = Classroom(
            secrets.token_urlsafe(12),
            one_line("name", name, "Give the class a name."),
            str(zone(time_zone)),
            new_code(),
            True,
            False,
            0,
            None,
            self._now(),
        )
        with self._database.write() as connection:
            ensure_learner(connection, caller.learner, self._now())
            store.add_classroom(connection, made)
            store.add_member(connection, self._teacher(made.id, caller.learner, caller.name))
        return made

    def see(self, caller: Caller, classroom: str) -> Seen:
        """A class with the people the caller may see.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            return self._seen(connection, caller, classroom, Action.SEE_CLASS)

    def change(self, caller: Caller, classroom: str, form: Form) -> Classroom:
        """Another name, time zone, who may join, whether names are hidden while commenting.

        Raises:
            BadInput: a field cannot be stored. Changed: somebody else was first.
        """

        def changed(before: Classroom) -> Classroom:
            typed = str(form.get("revision") or "")
            return replace(
                before,
                name=one_line("name", str(form.get("name") or ""), "Give the class a name."),
                time_zone=str(zone(str(form.get("time_zone") or ""))),
                hide_names=bool(form.get("hide_names")),
                list_only=bool(form.get("list_only")),
                revision=int(typed) if typed.isdecimal() else before.revision,
            )

        return self._edit(caller, classroom, changed)

    def new_code(self, caller: Caller, classroom: str) -> Classroom:
        """A new code; the old one lets nobody in any more."""
        return self._edit(
            caller, classroom, lambda c: replace(c, join_code=new_code(), join_open=True)
        )

    def let_in(self, caller: Caller, classroom: str, is_open: bool) -> Classroom:
        """Open or close the door that the code opens."""
        return self._edit(caller, classroom, lambda c: replace(c, join_open=is_open))

    def archive(self, caller: Caller, classroom: str, ended: bool) -> Classroom:
        """End a class, or take it up again. An ended class can be read, and lets nobody in."""
        at = self._now() if ended else None
        return self._edit(
            caller, classroom, lambda c: replace(c, archived_at=at, join_open=not ended)
        )

    def again(self, caller: Caller, classroom: str, name: str) -> Classroom:
        """The same class for next term: its assignments as drafts without dates, nobody in it.

        Raises:
            Forbidden: not the class's instructor. BadInput: no name.
        """
        self._access.require(caller, Action.CREATE_CLASS)
        named = one_line("name", name, "Give the new class a name.")
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_CLASS)
            made = replace(
                seen.classroom,
                id=secrets.token_urlsafe(12),
                name=named,
                join_code=new_code(),
                join_open=True,
                archived_at=None,
                revision=0,
                at=self._now(),
            )
            store.add_classroom(connection, made)
            place = self._teacher(made.id, caller.learner, seen.place.name)
            store.add_member(connection, place)
            for work in assignment_store.assignments_of_class(connection, classroom):
                assignment_store.add_assignment(connection, fresh(work, made.id, self._now()))
            return made

    def delete(self, caller: Caller, classroom: str, confirmed: str) -> None:
        """Remove a class; what its people did stays theirs.

        Raises:
            BadInput: the class's name was not typed as it is.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_CLASS)
            if confirmed.strip() != seen.classroom.name:
                raise BadInput("confirm", "Type the name of the class exactly, to be sure.")
            store.delete_classroom(connection, classroom)

    def join(
        self, caller: Caller, code: str, name: str, origin: str, identifier: str = ""
    ) -> Classroom:
        """Come into a class by its code; a place the roster has kept for that name becomes theirs.

        ``identifier`` is an e-mail or number, which tells people of one name apart.

        Raises:
            BadInput: no class of that code, no name; somebody has that place already, or it cannot
                be told whose it is; or this browser is somebody else in the class.
            TooOften: too many new places from one address; or the code is wrong, and so were too
                many before. A right one always enters: of 31^8 codes nobody finds one by trying,
                and one person's wrong codes keep nobody else out.
        """
        self._access.require(caller, Action.JOIN)
        wanted = "".join(ch for ch in code.upper() if ch in LETTERS)
        named = one_line("name", name, "Type your name, or a pseudonym.")
        with self._database.read() as connection:
            found = _open_class(connection, wanted)
        origin = network_of(origin)
        if found is None:
            self._refuse_code(caller.learner, origin)
        who = Newcomer(caller, named, identifier, self._throttle.wait(PLACES, origin))
        with self._database.write() as connection:
            found = _open_class(connection, wanted)
            if found is None:
                raise BadInput("code", _NO_CODE)
            if store.find_member(connection, found.id, caller.learner) is None:
                end_links(connection, caller.learner)
            is_new = come_in(connection, who, found, self._now())
        self._throttle.forgive(JOIN, caller.learner, origin)
        if is_new:
            self._throttle.failed(PLACES, origin)
        return found

    def _refuse_code(self, learner: str, origin: str) -> NoReturn:
        self._throttle.check(JOIN, learner, origin)
        self._throttle.check(JOIN_ADDRESS, origin)
        self._throttle.failed(JOIN, learner, origin)
        self._throttle.failed(JOIN_ADDRESS, origin)
        raise BadInput("code", _NO_CODE)

    def leave(self, caller: Caller, classroom: str) -> None:
        """Leave a class. What was done stays in its reports under the name given there.

        Raises:
            NotFound: the caller is not in it. Forbidden: they teach it; an instructor removes them.
        """
        with self._database.write() as connection:
            place = self._access.in_class(
                connection, caller, Action.LEAVE, classroom, caller.learner
            )
            store.change_member(connection, replace(place, left_at=self._now()))

    def load(self, caller: Caller, classroom: str, form: Form) -> Loaded:
        """Load a roster: every good row becomes a place, every other is refused with its reason.

        ``form`` holds the file or the pasted text (``roster``), which columns say what where they
        are not known (``role:email`` and so on), and ``old_groups`` if no group is to be made.

        Raises:
            BadInput: it is no table, or too large; then nothing is stored. Changed: somebody else
                changed the groups meanwhile.
        """
        with self._database.read() as connection:
            groups = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE).groups
        # Read before the transaction: whoever writes waits for it.
        roster = _roster(form, [name for _, name in groups])
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            if seen.groups != groups:
                raise Changed(_CHANGED)
            loading = RosterLoading(connection, classroom, seen.people, groups, self._now())
            return loading.load(roster)

    def last_patients(self, caller: Caller, classroom: str) -> Mapping[str, datetime]:
        """When each of the people whom the caller may see closed their last patient.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            seen = self._seen(connection, caller, classroom, Action.SEE_PEOPLE)
            last = store.last_closings(connection, classroom)
        return {m.learner: last[m.learner] for m in seen.people if m.learner in last}

    def add_group(self, caller: Caller, classroom: str, name: str) -> None:
        """Make a group."""
        named = one_line("group", name, "Give the group a name.")
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            if named.casefold() in {known.casefold() for _, known in seen.groups}:
                raise BadInput("group", f"There is a group “{named}” already.")
            store.add_group(connection, secrets.token_urlsafe(12), classroom, named[:100])

    def drop_group(self, caller: Caller, classroom: str, group: str) -> None:
        """Remove a group; its people stay in the class."""
        with self._database.write() as connection:
            self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            store.drop_group(connection, classroom, group)

    def place(self, caller: Caller, classroom: str, learner: str, form: Form) -> None:
        """Change somebody's place: role, group, name, e-mail, number, login.

        Raises:
            BadInput: a field cannot be stored, somebody else has that e-mail, number or login, or
                the class would be left without an instructor.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            member = next((m for m in seen.people if m.learner == learner), None)
            if member is None:
                raise NotFound("There is no such person in this class.")
            role = str(form.get("role") or member.role)
            if role not in (Role.LEARNER, Role.ASSISTANT, Role.INSTRUCTOR):
                raise BadInput("role", "Choose learner, assistant or instructor.")
            last = [m for m in seen.people if m.role == Role.INSTRUCTOR] == [member]
            if last and role != Role.INSTRUCTOR:
                raise BadInput("role", "The class needs an instructor. Make another one first.")
            known = {id_ for id_, _ in seen.groups}
            group = str(form.get("group") or "") or None
            if group is not None and group not in known:
                raise BadInput("group", "There is no such group in this class.")
            changed = replace(edited(member, seen.people, form), role=role, group=group)
            store.change_member(connection, changed)
            if role != Role.LEARNER:
                end_links(connection, learner)
            chosen = form.get("groups")
            after = [g for g in chosen if g in known] if isinstance(chosen, list) else []
            store.set_assistant_groups(
                connection, classroom, learner, after if role == Role.ASSISTANT else []
            )

    def merge(self, caller: Caller, classroom: str, kept: str, into: str) -> None:
        """Make a place that a list keeps, and that nobody has claimed, part of a learner's place.

        Raises:
            NotFound: no such learners. BadInput: they contradict each other.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            by_id = {member.learner: member for member in seen.learners}
            if kept not in by_id:
                raise NotFound("There is no such learner in this class.")
            if into not in by_id:
                raise BadInput("into", "Choose who this is.")
            merge(connection, by_id[kept], by_id[into])

    def remove(self, caller: Caller, classroom: str, learner: str) -> None:
        """Take somebody out of the class; their work stays theirs."""
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            member = next((m for m in seen.people if m.learner == learner), None)
            if member is None or member.learner == caller.learner:
                raise NotFound("There is no such person in this class.")
            store.change_member(connection, replace(member, left_at=self._now()))

    def link(self, caller: Caller, classroom: str, learner: str) -> tuple[str, str]:
        """The token of a link to a learner's place, and their name: for a new or lost device.

        Raises:
            BadInput: they have a password of their own, which only an administrator renews; or
                the link would open more than the caller teaches.
        """
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_PEOPLE)
            member = next((m for m in seen.learners if m.learner == learner), None)
            if member is None:
                raise NotFound("There is no such learner in this class.")
            check_link(connection, caller.learner, learner)
            token = self._accounts.link_to(connection, learner)
            store.change_member(connection, replace(member, claimed=True))
            return token, member.name

    def _edit(
        self, caller: Caller, classroom: str, change: Callable[[Classroom], Classroom]
    ) -> Classroom:
        with self._database.write() as connection:
            seen = self._seen(connection, caller, classroom, Action.EDIT_CLASS)
            made = change(seen.classroom)
            if not store.change_classroom(connection, made):
                raise Changed(_CHANGED)
            return made

    def _seen(self, connection: Connection, caller: Caller, classroom: str, action: Action) -> Seen:
        place = self._access.in_class(connection, caller, action, classroom)
        found = store.find_classroom(connection, classroom)
        assert found is not None
        people = store.members(connection, classroom)
        helpers = [m.learner for m in people if m.role == Role.ASSISTANT]
        after = {h: store.groups_of_assistant(connection, classroom, h) for h in helpers}
        if place.role == Role.ASSISTANT:
            own = after.get(place.learner, frozenset())
            people = [m for m in people if m.role != Role.LEARNER or m.group in own]
        groups = tuple(store.groups(connection, classroom))
        return Seen(found, place, tuple(people), groups, after)

    def _teacher(self, classroom: str, learner: str, name: str) -> Member:
        return Member(
            classroom=classroom,
            learner=learner,
            role=Role.INSTRUCTOR.value,
            group=None,
            name=name,
            email="",
            number="",
            login="",
            claimed=True,
            left_at=None,
            at=self._now(),
            listed=True,
        )


def _roster(form: Form, groups: list[str]) -> Roster:
    upload = uploaded("roster", form)
    told = {role: str(form.get(f"role:{role}") or "") for role in ColumnRole}
    only_old = bool(form.get("old_groups"))
    try:
        return read_roster(upload.data, groups, not only_old, told, upload.name)
    except BadFile as error:
        raise BadInput("roster", str(error)) from None


def _open_class(connection: Connection, code: str) -> Classroom | None:
    """The class that a code lets people into now, or None."""
    room = store.classroom_of_code(connection, code) if code else None
    return room if room and room.join_open and room.archived_at is None else None


def new_code() -> str:
    """A code that can be read out: eight letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def fresh(work: assignment_store.Assignment, classroom: str, at: datetime) -> Any:
    """An assignment for another class: a draft, its dates and pinned versions taken off."""
    return replace(
        work,
        id=secrets.token_urlsafe(12),
        classroom=classroom,
        dates=replace(work.dates, opens=None, due=None),
        published_at=None,
        revision=0,
        seed=secrets.randbits(31),
        parts=tuple(replace(part, version=None, fingerprint=None) for part in work.parts),
        at=at,
    )
