"""The people of a class: their places, the list that names them, links and groups."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tutor.core.access import Action, Role
from tutor.core.column_names import Role as ColumnRole
from tutor.core.roster import Roster, read_roster
from tutor.errors import BadFile, BadInput, Changed, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.accounts import Accounts, one_line
from tutor.services.classes.class_detail import ClassDetail, class_detail
from tutor.services.classes.classrooms import CHANGED
from tutor.services.classes.identifiers import edited
from tutor.services.classes.link_scope import check_link, end_links
from tutor.services.classes.place_merging import merge
from tutor.services.classes.roster_loading import Loaded, RosterLoading
from tutor.services.classes.uploads import uploaded
from tutor.services.clock import now
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.connection import Connection
from tutor.store.database import Database

Form = Mapping[str, Any]


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
            loading = RosterLoading(connection, classroom, seen.people, groups, self._now())
            return loading.load(roster)

    def place(self, caller: Caller, classroom: str, learner: str, form: Form) -> None:
        """Change somebody's place: role, group, name, e-mail, number, login.

        Raises:
            BadInput: a field cannot be stored, somebody else has that e-mail, number or login, or
                the class would be left without an instructor.
        """
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
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
            place_store.change_member(connection, changed)
            if role != Role.LEARNER:
                end_links(connection, learner)
            chosen = form.get("groups")
            after = [g for g in chosen if g in known] if isinstance(chosen, list) else []
            group_store.set_assistant_groups(
                connection, classroom, learner, after if role == Role.ASSISTANT else []
            )

    def merge(self, caller: Caller, classroom: str, kept: str, into: str) -> None:
        """Make a place that a list keeps, and that nobody has claimed, part of a learner's place.

        Raises:
            NotFound: no such learners. BadInput: they contradict each other.
        """
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            by_id = {member.learner: member for member in seen.learners}
            if kept not in by_id:
                raise NotFound("There is no such learner in this class.")
            if into not in by_id:
                raise BadInput("into", "Choose who this is.")
            merge(connection, by_id[kept], by_id[into])

    def remove(self, caller: Caller, classroom: str, learner: str) -> None:
        """Take somebody out of the class; their work stays theirs."""
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            member = next((m for m in seen.people if m.learner == learner), None)
            if member is None or member.learner == caller.learner:
                raise NotFound("There is no such person in this class.")
            place_store.change_member(connection, replace(member, left_at=self._now()))

    def link(self, caller: Caller, classroom: str, learner: str) -> tuple[str, str]:
        """The token of a link to a learner's place, and their name: for a new or lost device.

        Raises:
            BadInput: they have a password of their own, which only an administrator renews; or
                the link would open more than the caller teaches.
        """
        with self._database.write() as connection:
            seen = self._editable(connection, caller, classroom)
            member = next((m for m in seen.learners if m.learner == learner), None)
            if member is None:
                raise NotFound("There is no such learner in this class.")
            check_link(connection, caller.learner, learner)
            token = self._accounts.link_to(connection, learner)
            place_store.change_member(connection, replace(member, claimed=True))
            return token, member.name

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
            group_store.drop_group(connection, classroom, group)

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
