"""A class as its staff see it: its people, groups, and who looks after whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutor.core.access import Action, Role
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.hidden_names import as_shown
from tutor.store import classes as class_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.places import Member


@dataclass(frozen=True)
class ClassDetail:
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


def class_detail(
    connection: Connection, access: Access, caller: Caller, classroom: str, action: Action
) -> ClassDetail:
    """A class with the people whom the caller may see, if they may do ``action`` in it.

    Where the class hides names, only what is done to its people shows them.

    Raises:
        NotFound: no such class for the caller. Forbidden: their place does not allow it.
    """
    place = access.in_class(connection, caller, action, classroom)
    found = class_store.find_classroom(connection, classroom)
    assert found is not None
    people = place_store.members(connection, classroom)
    if action not in (Action.SEE_PEOPLE, Action.EDIT_PEOPLE):
        people = as_shown(found, people)
    helpers = [m.learner for m in people if m.role == Role.ASSISTANT]
    after = {h: group_store.groups_of_assistant(connection, classroom, h) for h in helpers}
    if place.role == Role.ASSISTANT:
        own = after.get(place.learner, frozenset())
        people = [m for m in people if m.role != Role.LEARNER or m.group in own]
    groups = tuple(group_store.groups(connection, classroom))
    return ClassDetail(found, place, tuple(people), groups, after)
