"""The people of a class: their places, the list that names them, links and groups."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tutor.core.access import Action, Role
from tutor.core.class_change import Kind
from tutor.core.column_names import Role as ColumnRole
from tutor.core.csv_table import typed_line
from tutor.core.roster import Roster, read_roster
from tutor.errors import BadFile, BadForm, BadInput, Changed, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.accounts import Accounts
from tutor.services.accounts.typed_lines import one_line
from tutor.services.classes.change_recording import Recording, recorded
from tutor.services.classes.class_detail import ClassDetail, class_detail
from tutor.services.classes.classrooms import CHANGED
from tutor.services.classes.identifiers import edited, place_version
from tutor.services.classes.invited_places import invited
from tutor.services.classes.link_scope import check_link, end_links
from tutor.services.classes.place_merging import in_order, merge, merging
from tutor.services.classes.roster_loading import Loaded, RosterLoading
from tutor.services.classes.selection import Selection, movable, removable, selection
from tutor.services.classes.uploads import uploaded
from tutor.services.clock import now
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.accounts import set_name
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member
from tutor.store.practice_sets import ensure_learner

Form = Mapping[str, Any]
NO_CHOICES: Mapping[str, str] = MappingProxyType({})

_PERSON_CHANGED = (
    "Somebody else changed this person while you were editing. Nothing was stored, and what you "
    "typed is still here. Save again to replace their version, or reload the page to see it."
)


class People:
    """Use cases of a class's people."""

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

    def see(self, caller: Caller, classroom: str) -> ClassDetail:
        """A class with the people the caller may see, by name also where work hides names.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            return class_detail(connection, self._access, caller, classroom, Action.SEE_PEOPLE)

    def last_patients(self, caller: Caller, classroom: str) -> Mapping[str, datetime]:
        """When each of the people whom the caller may see closed their last patient.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            seen = class_detail(connection, self._access, caller, classroom, Action.SEE_PEOPLE)
            last = place_store.last_closings(connection, classroom)
        return {m.learner: last[m.learner] for m in seen.people if m.learner in last}

    def load(self, caller: Caller, classroom: str, form: Form) -> Loaded:
        """Load a roster: every good row becomes a place, every other is refused with its reason.

        ``form`` holds the file or the pasted text (``roster``), which columns say what where they
        are not known (``role:email`` and so on), and ``old_groups`` if no group is to be made.

        Raises:
            BadInput: it is no table, or too large; then nothing is stored. Changed: somebody else
                changed the groups meanwhile.
        """
        with self._database.read() as connection:
            groups = self._editable(connection, caller, classroom).groups
        # Read before the transaction: whoever writes waits for it.
        roster = _roster(form, [name for _, name in groups])
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            if seen.groups != groups:
                raise Changed(CHANGED)
            with self._recorded(connection, caller, classroom, Kind.LOADED):
                loading = RosterLoading(connection, classroom, seen.people, groups, self._now())
                return loading.load(roster)

    def place(self, caller: Caller, classroom: str, learner: str, form: Form) -> None:
        """Change somebody's place: role, group, name, e-mail, number, login.

        Raises:
            BadInput: a field cannot be stored, somebody else has that e-mail, number or login, or
                the class would be left without an instructor. Changed: the place is not as the
                ``version`` of the form says.
        """
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            member = next((m for m in seen.people if m.learner == learner), None)
            if member is None:
                raise NotFound("There is no such person in this class.")
            version = form.get("version")
            if version and version != place_version(member, seen.looks_after.get(learner, ())):
                raise Changed(_PERSON_CHANGED)
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
            chosen = form.get("groups")
            after = [g for g in chosen if g in known] if isinstance(chosen, list) else []
            with self._recorded(connection, caller, classroom, Kind.EDITED):
                place_store.change_member(connection, changed)
                group_store.set_assistant_groups(
                    connection, classroom, learner, after if role == Role.ASSISTANT else []
                )
            if role != Role.LEARNER:
                end_links(connection, learner)

    def select(
        self, caller: Caller, classroom: str, action: str, learners: Sequence[str]
    ) -> Selection:
        """What an action would do to several people; nothing is done yet.

        Raises:
            BadInput: no such action, or it cannot concern all of them.
        """
        with self._database.read() as connection:
            seen = self._editable(connection, caller, classroom)
            found = selection(seen, action, learners, caller.learner)
            if found.into is None:
                return found
            other = next(one for one in found.people if one != found.into)
            kept, into = in_order(connection, other, found.into)
            return replace(found, into=into, merging=merging(connection, kept, into))

    def move(self, caller: Caller, classroom: str, learners: Sequence[str], group: str) -> None:
        """Put learners in a group, or in none if ``group`` is empty.

        Raises:
            BadInput: nobody is chosen, some are no learners, or there is no such group.
        """
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            if group and group not in dict(seen.groups):
                raise BadInput("do", "There is no such group in this class.")
            people = movable(seen, learners)
            with self._recorded(connection, caller, classroom, Kind.MOVED):
                place_store.set_group(
                    connection, classroom, [m.learner for m in people], group or None
                )

    def merge(
        self,
        caller: Caller,
        classroom: str,
        kept: str,
        into: str,
        counts: Mapping[str, str] = NO_CHOICES,
    ) -> None:
        """Make a learner's place part of another, with all its work.

        ``counts`` says by assignment whose work counts where both have worked on it.

        Raises:
            NotFound: no such learners. BadInput: they contradict each other. BadForm: nothing
                says whose work counts.
        """
        with self._database.write(alone=into) as connection:
            seen = self._editable(connection, caller, classroom)
            by_id = {member.learner: member for member in seen.learners}
            if kept not in by_id:
                raise NotFound("There is no such learner in this class.")
            if into not in by_id:
                raise BadInput("into", "Choose who this is.")
            if kept == into:
                raise BadInput("into", "Choose two different places.")
            with self._recorded(connection, caller, classroom, Kind.MERGED) as recording:
                recording.moved = merge(connection, by_id[kept], by_id[into], counts)
                recording.moved_to = into
                end_links(connection, kept)

    def remove(self, caller: Caller, classroom: str, learners: Sequence[str]) -> None:
        """Take people out of the class; their work stays theirs, and links to guests end.

        Raises:
            BadInput: nobody is chosen, somebody is not in the class, or it is the caller.
        """
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            people = removable(seen, learners, caller.learner)
            with self._recorded(connection, caller, classroom, Kind.REMOVED):
                place_store.leave(connection, classroom, [m.learner for m in people], self._now())
                for member in people:
                    end_links(connection, member.learner)

    def invite(self, caller: Caller, classroom: str, form: Form) -> tuple[str, str]:
        """The token of a link that makes somebody an assistant of the class, and their name.

        Raises:
            BadForm: no name, or no such groups; all is said at once.
        """
        errors: dict[str, str] = {}
        named = typed_line(str(form.get("assistant") or ""))
        if not named or len(named) > 200:
            errors["assistant"] = "Type their name, in at most 200 characters."
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            chosen = form.get("looks_after")
            groups = [str(one) for one in chosen] if isinstance(chosen, list) else []
            if set(groups) - set(dict(seen.groups)):
                errors["looks_after"] = "A group that you chose has been removed. Choose again."
            if errors:
                raise BadForm(errors)
            member = invited(classroom, named, self._now())
            ensure_learner(connection, member.learner, self._now())
            set_name(connection, member.learner, named)
            with self._recorded(connection, caller, classroom, Kind.INVITED):
                place_store.add_member(connection, member)
                group_store.set_assistant_groups(connection, classroom, member.learner, groups)
            return self._accounts.link_to(connection, member.learner), named

    def linkable(self, caller: Caller, classroom: str, learner: str) -> Member:
        """The place that a link can be made to, before it is.

        Raises:
            NotFound: no such learner. BadInput: there can be no link to them; says why.
        """
        with self._database.read() as connection:
            return self._linkable(connection, caller, classroom, learner)

    def link(self, caller: Caller, classroom: str, learner: str) -> tuple[str, str]:
        """The token of a link to a learner's place, and their name: for a new or lost device.

        An assistant who was invited and has not come gets a new invitation.

        Raises:
            BadInput: they have a password of their own, which only an administrator renews; or
                the link would open more than the caller teaches.
        """
        with self._database.write() as connection:
            member = self._linkable(connection, caller, classroom, learner)
            token = self._accounts.link_to(connection, learner)
            if member.role == Role.LEARNER:
                place_store.change_member(connection, replace(member, claimed=True))
            return token, member.name

    def _linkable(
        self, connection: Connection, caller: Caller, classroom: str, learner: str
    ) -> Member:
        seen = self._editable(connection, caller, classroom)
        member = next((m for m in seen.people if m.learner == learner), None)
        if member is not None and member.role == Role.ASSISTANT and not member.claimed:
            return member
        if member is None or member.role != Role.LEARNER:
            raise NotFound("There is no such learner in this class.")
        check_link(connection, caller.learner, learner)
        self._accounts.check_guest(connection, learner)
        return member

    def add_group(self, caller: Caller, classroom: str, name: str) -> None:
        """Make a group."""
        named = one_line("group", name, "Give the group a name.")
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            if named.casefold() in {known.casefold() for _, known in seen.groups}:
                raise BadInput("group", f"There is a group “{named}” already.")
            group_store.add_group(connection, secrets.token_urlsafe(12), classroom, named[:100])

    def drop_group(self, caller: Caller, classroom: str, group: str) -> None:
        """Remove a group; its people stay in the class."""
        with self._database.write() as connection:
            self._editable(connection, caller, classroom)
            with self._recorded(connection, caller, classroom, Kind.GROUP_REMOVED):
                group_store.drop_group(connection, classroom, group)

    def _recorded(
        self, connection: Connection, caller: Caller, classroom: str, kind: Kind
    ) -> AbstractContextManager[Recording]:
        return recorded(connection, classroom, caller.learner, kind, self._now())

    def _editable(self, connection: Connection, caller: Caller, classroom: str) -> ClassDetail:
        return class_detail(connection, self._access, caller, classroom, Action.EDIT_PEOPLE)


def _roster(form: Form, groups: list[str]) -> Roster:
    upload = uploaded("roster", form)
    told = {role: str(form.get(f"role:{role}") or "") for role in ColumnRole}
    only_old = bool(form.get("old_groups"))
    try:
        return read_roster(upload.data, groups, not only_old, told, upload.name)
    except BadFile as error:
        raise BadInput("roster", str(error)) from None
