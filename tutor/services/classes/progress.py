"""How far a class is in an assignment: who has started, where they are, who is stuck."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutor.core.access import Action
from tutor.core.progress import Standing, State
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import COUNTED
from tutor.services.classes.assignments import Assignments
from tutor.services.clock import now
from tutor.services.local_time import said, zone
from tutor.store.assignments import Assignment, Begun
from tutor.store.classes import Classroom
from tutor.store.places import Member


@dataclass(frozen=True)
class Row:
    """A learner's progress; ``parts`` are cases closed and set, by exercise."""

    member: Member
    state: State
    closed: int
    parts: tuple[tuple[int, int], ...]
    last: str
    due: str


@dataclass(frozen=True)
class Progress:
    """A class's progress in one assignment, those who need looking after first."""

    assignment: Assignment
    classroom: Classroom
    rows: tuple[Row, ...]
    count: Counter[State]

    @property
    def not_begun(self) -> tuple[Member, ...]:
        """The learners who have not begun."""
        return tuple(row.member for row in self.rows if row.state is State.WAITING)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The e-mail addresses of those who have not begun, each once, as far as they are known."""
        return tuple(dict.fromkeys(m.email for m in self.not_begun if m.email))

    @property
    def without_address(self) -> int:
        """How many of those who have not begun have no e-mail address in the class."""
        return sum(not member.email for member in self.not_begun)


class ClassProgress:
    """The use case behind the progress page."""

    def __init__(
        self,
        access: Access,
        assignments: Assignments,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._access = access
        self._assignments = assignments
        self._now = clock

    def see(self, caller: Caller, assignment: str) -> Progress:
        """The progress of those the caller may see.

        Raises:
            NotFound: no such assignment for the caller. Forbidden: not staff of its class.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_PROGRESS)
        mine: dict[str, list[Begun]] = defaultdict(list)
        for begun in seen.begun:
            if begun.round == COUNTED:
                mine[begun.learner].append(begun)
        where, at = zone(seen.classroom.time_zone), self._now()
        rows = []
        for member in seen.learners:
            sets = {begun.part: begun for begun in mine[member.learner]}
            parts = tuple(
                (sets[n].closed if n in sets else 0, part.cases)
                for n, part in enumerate(seen.assignment.parts)
            )
            last = max((begun.last_at for begun in sets.values()), default=None)
            closed = sum(done for done, _ in parts)
            opened = sum(begun.shown - begun.closed for begun in sets.values())
            standing = Standing(closed, seen.assignment.cases, opened, last)
            dates = seen.dates_for(member)
            due = said(dates.due, where) if dates != seen.assignment.dates else ""
            rows.append(Row(member, standing.state(at), closed, parts, said(last, where), due))
        order = list(State)
        rows.sort(key=lambda row: (order.index(row.state), row.member.name.casefold()))
        count = Counter(row.state for row in rows)
        return Progress(seen.assignment, seen.classroom, tuple(rows), count)
