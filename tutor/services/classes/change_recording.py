"""What a use case changes among the people of a class, found by comparing and kept for undoing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tutor.core.class_change import (
    KEPT,
    ClassChange,
    Kind,
    MovedWork,
    PlaceChange,
    PlaceState,
    RemovedGroup,
)
from tutor.store import class_changes as change_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.connection import Connection
from tutor.store.places import Member


@dataclass(frozen=True)
class ClassState:
    """Every place of a class by learner, also of those who have left, and its groups by id."""

    places: Mapping[str, PlaceState]
    groups: Mapping[str, str]


@dataclass
class Recording:
    """What comparing does not find: work that moved, and a place that it moved to."""

    moved: MovedWork = field(default_factory=MovedWork)
    moved_to: str = ""


def class_state(connection: Connection, classroom: str) -> ClassState:
    """The people and groups of a class as they are now."""
    after = group_store.looked_after(connection, classroom)
    places = place_store.all_places(connection, classroom)
    return ClassState(
        {m.learner: _state(m, after.get(m.learner, frozenset())) for m in places},
        dict(group_store.groups(connection, classroom)),
    )


@contextmanager
def recorded(
    connection: Connection, classroom: str, by: str, kind: Kind, at: datetime
) -> Iterator[Recording]:
    """Keep what happens to the people of a class inside; changes too old to undo are deleted."""
    before = class_state(connection, classroom)
    dates = {id_: tuple(group_store.dates_of_group(connection, id_)) for id_ in before.groups}
    recording = Recording()
    yield recording
    after = class_state(connection, classroom)
    made = ClassChange(
        kind,
        tuple(_differences(before.places, after.places, recording.moved_to)),
        tuple((id_, name) for id_, name in after.groups.items() if id_ not in before.groups),
        tuple(
            RemovedGroup(id_, name, dates[id_])
            for id_, name in before.groups.items()
            if id_ not in after.groups
        ),
        recording.moved,
    )
    change_store.drop_changes(connection, classroom, before=at - KEPT)
    if made.places or made.groups_made or made.groups_removed:
        id_ = secrets.token_urlsafe(12)
        change_store.add_change(connection, id_, classroom, by, at, made)


def _differences(
    before: Mapping[str, PlaceState], after: Mapping[str, PlaceState], always: str
) -> Iterator[PlaceChange]:
    for learner in {**before, **after}:
        if learner == always or before.get(learner) != after.get(learner):
            yield PlaceChange(learner, before.get(learner), after.get(learner))


def _state(member: Member, looks_after: frozenset[str]) -> PlaceState:
    return PlaceState(
        role=member.role,
        group=member.group,
        name=member.name,
        email=member.email,
        number=member.number,
        login=member.login,
        claimed=member.claimed,
        listed=member.listed,
        left_at=member.left_at,
        at=member.at,
        looks_after=tuple(sorted(looks_after)),
    )


def member_of_state(classroom: str, learner: str, state: PlaceState) -> Member:
    """A place as it is stored."""
    return Member(
        classroom=classroom,
        learner=learner,
        role=state.role,
        group=state.group,
        name=state.name,
        email=state.email,
        number=state.number,
        login=state.login,
        claimed=state.claimed,
        left_at=state.left_at,
        at=state.at,
        listed=state.listed,
    )
