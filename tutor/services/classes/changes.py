"""Changes to the people of a class: the list of the last ones, and taking one back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutor.core.access import Action, Role
from tutor.core.assignment import Override
from tutor.core.class_change import (
    KEPT,
    ClassChange,
    Kind,
    MovedWork,
    PlaceChange,
    PlaceState,
    obstacle,
    restored,
)
from tutor.core.csv_table import key
from tutor.errors import BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.change_recording import ClassState, class_state, member_of_state
from tutor.services.classes.identifiers import SAID
from tutor.services.classes.link_scope import end_links
from tutor.services.clock import now
from tutor.store import accounts as account_store
from tutor.store import assignment_overrides as override_store
from tutor.store import assignments as assignment_store
from tutor.store import class_changes as change_store
from tutor.store import grades as grade_store
from tutor.store import groups as group_store
from tutor.store import place_claims as claim_store
from tutor.store import place_sets as set_store
from tutor.store import places as place_store
from tutor.store.assignment_overrides import StoredOverride
from tutor.store.class_changes import Entry
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.places import Member

# So many changes are listed, and so many obstacles named.
MOST, FEW = 8, 3
_GONE = "This change can no longer be taken back. Changes are kept for 30 days."
_TWICE = "This change has been taken back already."
_REFUSED = "This cannot be taken back any more. {} Nothing was changed."


@dataclass(frozen=True)
class Undone:
    """A change that has been taken back; ``groups_left`` are groups it made that are in use."""

    change: ClassChange
    groups_left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A change in the list: who made it, and who took it back, if anybody did."""

    entry: Entry
    by: str
    undone_by: str


class Changes:
    """Use cases of changes that can be taken back."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock

    def recent(self, caller: Caller, classroom: str) -> tuple[Listed, ...]:
        """The last changes to the people of a class, newest first.

        Raises:
            NotFound: no such class for the caller. Forbidden: not its instructor.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.EDIT_PEOPLE, classroom)
            since = self._now() - KEPT
            entries = change_store.recent_changes(connection, classroom, since, MOST)

            def name(learner: str) -> str:
                place = place_store.find_member(connection, classroom, learner)
                return place.name if place else "somebody who is gone"

            return tuple(
                Listed(one, name(one.author), name(one.undone_by) if one.undone_by else "")
                for one in entries
            )

    def undo(self, caller: Caller, classroom: str, id_: str) -> Undone:
        """Take a change back, all of it or nothing.

        Raises:
            NotFound: no such class or change. Forbidden: not the class's instructor.
            BadInput: it has been taken back, or something that it changed has been changed since.
        """
        with self._database.write() as connection:
            self._access.in_class(connection, caller, Action.EDIT_PEOPLE, classroom)
            entry = change_store.find_change(connection, classroom, id_)
            if entry is None or entry.at < self._now() - KEPT:
                raise NotFound(_GONE)
            if not change_store.mark_undone(connection, id_, caller.learner, self._now()):
                raise BadInput("undo", _TWICE)
            return _Undoing(connection, classroom, entry.change).undo()


@dataclass
class _Undoing:
    """One change taken back within one transaction."""

    connection: Connection
    classroom: str
    change: ClassChange

    def undo(self) -> Undone:
        now = class_state(self.connection, self.classroom)
        then = dict(now.places)
        for place in self.change.places:
            made = restored(place, now.places.get(place.learner))
            if made is None:
                then.pop(place.learner, None)
            else:
                then[place.learner] = made
        if found := list(dict.fromkeys(self._obstacles(now, then))):
            more = f" There are {len(found) - FEW} more reasons." if len(found) > FEW else ""
            raise BadInput("undo", _REFUSED.format(" ".join(found[:FEW]) + more))
        self._restore_groups()
        for place in self.change.places:
            self._put(place, now.places.get(place.learner), then.get(place.learner))
        self._return_work()
        return Undone(self.change, tuple(self._drop_groups()))

    def _obstacles(self, now: ClassState, then: Mapping[str, PlaceState]) -> Iterator[str]:
        for place in self.change.places:
            if said := obstacle(place, now.places.get(place.learner)):
                yield said
            elif place.before is None and self._has_work(place.learner):
                yield f"“{place.name}” has a grade, a comment or dates of their own by now."
        groups = now.groups.keys() | {one.id for one in self.change.groups_removed}
        taken = {name.casefold() for name in now.groups.values()}
        for group in self.change.groups_removed:
            if group.name.casefold() in taken:
                yield f"There is another group “{group.name}” now."
        if any(
            set(filter(None, (then[p.learner].group, *then[p.learner].looks_after))) - groups
            for p in self.change.places
            if p.learner in then
        ):
            yield "A group that somebody was in has been removed since."
        present = {learner: state for learner, state in then.items() if state.left_at is None}
        if not any(state.role == Role.INSTRUCTOR for state in present.values()):
            yield "The class would be left without an instructor."
        yield from self._doubles(present)
        yield from self._changed_work()

    def _doubles(self, present: Mapping[str, PlaceState]) -> Iterator[str]:
        """Identifiers that somebody would have who is not the only one."""
        touched = {place.learner for place in self.change.places}
        for field, said in SAID.items():
            holders: dict[str, list[str]] = {}
            for learner, state in present.items():
                if wanted := key(getattr(state, field)):
                    holders.setdefault(wanted, []).append(learner)
            for learners in holders.values():
                if len(learners) > 1 and touched & set(learners):
                    one, other = (present[learner].name for learner in learners[:2])
                    yield f"“{one}” and “{other}” would have the same {said}."

    def _has_work(self, learner: str) -> bool:
        work = claim_store.work_of_place(self.connection, self._place(learner))
        return work != MovedWork()

    def _place(self, learner: str) -> Member:
        place = next(one for one in self.change.places if one.learner == learner)
        state = place.before or place.after
        assert state is not None
        return member_of_state(self.classroom, learner, state)

    def _put(self, place: PlaceChange, now: PlaceState | None, then: PlaceState | None) -> None:
        learner = place.learner
        if then is None:
            if now is not None:
                account_store.drop_links_of(self.connection, learner)
                if not claim_store.drop_unclaimed(self.connection, self.classroom, learner):
                    raise BadInput("undo", _REFUSED.format(f"“{now.name}” has joined since."))
            return
        member = member_of_state(self.classroom, learner, then)
        if now is None:
            place_store.add_member(self.connection, member)
        else:
            place_store.change_member(self.connection, member)
        group_store.set_assistant_groups(self.connection, self.classroom, learner, then.looks_after)
        if then.role != Role.LEARNER:
            end_links(self.connection, learner)

    def _merged(self) -> tuple[str, str]:
        """Of two places that were merged, the one that is left and the one that was taken away."""
        gone = next(p.learner for p in self.change.places if p.after is None)
        left = next(p.learner for p in self.change.places if p.after is not None)
        return left, gone

    def _changed_work(self) -> Iterator[str]:
        if self.change.kind is not Kind.MERGED or len(self.change.places) != 2:
            return
        left, _ = self._merged()
        for grade in self.change.moved.grades:
            found = grade_store.grades_of(self.connection, grade.assignment).get(left)
            if found is not None and found.at != grade.at:
                title = self._title(grade.assignment)
                yield f"The grade in “{title}” has been changed since."
        holds = claim_store.work_of_place(self.connection, self._place(left))
        yield from self._changed_sets(left)
        then = {one.assignment: one for one in self.change.moved.dates}
        for dates in holds.dates:
            if dates.assignment in then and dates != then[dates.assignment]:
                title = self._title(dates.assignment)
                yield f"The dates in “{title}” have been changed since."

    def _changed_sets(self, left: str) -> Iterator[str]:
        """What was done since with the patients that a merge gave to somebody else."""
        found = set_store.sets_of_places(self.connection, self.classroom, {left})
        held = {one.id: one for one in found}
        for one in self.change.moved.sets:
            now = held.get(one.id)
            if now is None or now.round != one.to_round:
                yield "The work that was merged has been moved or deleted since."
            elif one.learner != left and now.steps != one.steps:
                yield f"Patients of “{self._title(now.assignment)}” have been answered since."

    def _title(self, assignment: str) -> str:
        return assignment_store.titles(self.connection, {assignment}).get(assignment, "")

    def _return_work(self) -> None:
        if self.change.kind is Kind.MERGED:
            left, gone = self._merged()
            claim_store.return_work(self.connection, self.change.moved, left, gone)
            sets = ((one.id, one.learner, one.round) for one in self.change.moved.sets)
            set_store.place_sets(self.connection, sets)

    def _restore_groups(self) -> None:
        works = {
            work.id
            for work in assignment_store.assignments_of_class(self.connection, self.classroom)
        }
        for group in self.change.groups_removed:
            group_store.add_group(self.connection, group.id, self.classroom, group.name)
            for dates in group.dates:
                if dates.assignment not in works:
                    continue
                grace = None if dates.grace is None else timedelta(minutes=dates.grace)
                made = StoredOverride(
                    secrets.token_urlsafe(12),
                    None,
                    group.id,
                    Override(dates.opens, dates.due, grace),
                )
                override_store.set_override(self.connection, dates.assignment, made)

    def _drop_groups(self) -> Iterator[str]:
        """Remove the groups that the change made; the names of those that are in use."""
        for id_, name in self.change.groups_made:
            if group_store.is_group_used(self.connection, id_):
                yield name
            else:
                group_store.drop_group(self.connection, self.classroom, id_)
