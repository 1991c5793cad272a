"""The terms an encounter is under: are reasons asked for, until when, and when outcomes show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tutor.core.access import Role
from tutor.core.assignment import Dates, OutcomesShown, Override, Standing, effective, shows_outcome
from tutor.core.grade_rules import GradeRule
from tutor.errors import OutOfOrder
from tutor.store import assignment_overrides as override_store
from tutor.store import assignments as store
from tutor.store import places as place_store
from tutor.store.assignments import Assignment
from tutor.store.connection import Connection
from tutor.store.places import Member
from tutor.store.practice_sets import PracticeSet

COUNTED = 1


@dataclass(frozen=True)
class Terms:
    """What holds for one learner's set; practice of one's own is free of any.

    ``rule`` is how the assignment is graded, where this set is. The dates of a preview bind nobody;
    they say when outcomes show.
    """

    reasons_required: bool = False
    outcomes: OutcomesShown = OutcomesShown.EACH
    dates: Dates = field(default_factory=Dates)
    rule: GradeRule | None = None
    binding: bool = True

    def standing(self, at: datetime) -> Standing:
        """Where ``at`` lies between the dates, if they bind."""
        return self.dates.standing(at) if self.binding else Standing.OPEN

    def check_open(self, at: datetime) -> None:
        """Refuse work before the opening and after the end.

        Raises:
            OutOfOrder: nothing was stored, and what was stored before stays.
        """
        standing = self.standing(at)
        if standing is Standing.NOT_YET:
            raise OutOfOrder("This assignment is not open yet. Your assignments say when it opens.")
        if standing is Standing.OVER:
            raise OutOfOrder(
                "This assignment has ended, so this was not stored; all you did before is kept. "
                "You can practise the same exercise freely, apart from the assignment."
            )

    def shows(self, set_done: bool, at: datetime) -> bool:
        """Whether a closed encounter of the set may show what was true."""
        return shows_outcome(self.outcomes, set_done, self.dates.end, at)


FREE = Terms()


def terms_of(connection: Connection, practice: PracticeSet) -> Terms:
    """The terms of a set. Dates bind a learner's counted round, not staff or practice.

    They bind what was set aside as well: it was begun as a round that counts.
    """
    return all_terms(connection, [practice])[practice.id]


def all_terms(connection: Connection, sets: Sequence[PracticeSet]) -> dict[str, Terms]:
    """The terms of one learner's sets by id, as :func:`terms_of`; four queries however many."""
    ids = {practice.assignment for practice in sets if practice.assignment is not None}
    if not ids:
        return {practice.id: FREE for practice in sets}
    found = store.find_assignments(connection, ids)
    learner = sets[0].learner
    places = place_store.places_of(connection, learner)
    groups = [place.group for place in places.values() if place.group]
    overrides = override_store.overrides_for(connection, ids, learner, groups)
    return {
        practice.id: _terms(found.get(practice.assignment or ""), practice, places, overrides)
        for practice in sets
    }


def _terms(
    found: Assignment | None,
    practice: PracticeSet,
    places: Mapping[str, Member],
    overrides: Mapping[str, tuple[Override | None, Override | None]],
) -> Terms:
    if found is None:
        return FREE
    place = places.get(found.classroom)
    if practice.is_preview:
        return Terms(found.reasons_required, found.outcomes, found.dates, found.rule, binding=False)
    binds = practice.round == COUNTED or practice.is_aside
    if not binds or place is None or place.role != Role.LEARNER:
        # Staff see it as a student would, and read how it is graded too.
        staff = place is not None and place.role != Role.LEARNER
        return Terms(found.reasons_required, rule=found.rule if staff else None)
    return Terms(
        found.reasons_required,
        found.outcomes,
        effective(found.dates, *overrides.get(found.id, (None, None))),
        found.rule,
    )


def withheld(
    connection: Connection, sets: Sequence[tuple[PracticeSet, int]], at: datetime
) -> frozenset[str]:
    """The ids of those sets of one learner's whose outcomes still wait.

    Each is given with how many of its cases are closed.
    """
    terms = all_terms(connection, [practice for practice, _ in sets])
    return frozenset(
        practice.id
        for practice, closed in sets
        if practice.assignment is not None
        and not terms[practice.id].shows(closed >= practice.size, at)
    )
