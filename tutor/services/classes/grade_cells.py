"""The grade of each learner in each assignment: computed, given by hand, or none yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutor.core.assignment import Dates, effective
from tutor.core.grade_rules import Earned, GradeState, Tally, earned, is_over, is_shown, state_of
from tutor.store import assignments as assignment_store
from tutor.store import grades as store
from tutor.store.assignments import Assignment, StoredOverride
from tutor.store.connection import Connection
from tutor.store.grades import Cell, Grade
from tutor.store.tallies import late_cases, tallies


@dataclass(frozen=True)
class GradeCell:
    """A learner's grade in an assignment, with what it came from.

    ``dates`` are those that hold for the learner. ``over``: no more work is accepted. ``shown``:
    the learner may see it.
    """

    work: Assignment
    tally: Tally
    computed: Earned | None
    given: Grade | None
    state: GradeState
    dates: Dates
    over: bool
    shown: bool

    @property
    def points(self) -> float | None:
        """The grade that holds; None where there is none (yet)."""
        if self.state is GradeState.BY_HAND and self.given:
            return self.given.points
        if self.state is GradeState.COMPUTED and self.computed:
            return self.computed.points
        return None

    @property
    def deducted(self) -> float:
        """What lateness has taken off the grade that holds."""
        is_computed = self.state is GradeState.COMPUTED and self.computed
        return self.computed.deducted if is_computed and self.computed else 0.0


@dataclass(frozen=True)
class Placed:
    """Somebody whose grades are asked for: their id and group."""

    learner: str
    group: str | None


def grade_cells(
    connection: Connection,
    works: Sequence[Assignment],
    people: Collection[Placed],
    ended: bool,
    at: datetime,
) -> dict[Cell, GradeCell]:
    """The grades of ``people`` in each of ``works``, of one class, by (assignment, learner).

    ``ended``: the class is archived. Five queries, however many people.
    """
    ids, learners = [work.id for work in works], [one.learner for one in people]
    overrides = assignment_store.overrides_by_assignment(connection, ids)
    given = store.grades_by_cell(connection, ids, learners)
    done = tallies(connection, ids, learners)
    first_due = {
        work.id: due
        for work in works
        if work.late_percent and (due := _first_due(work, overrides.get(work.id, ())))
    }
    late = late_cases(connection, first_due, learners)
    found: dict[Cell, GradeCell] = {}
    for work in works:
        groups = {o.group: o.override for o in overrides.get(work.id, ()) if o.group}
        own = {o.learner: o.override for o in overrides.get(work.id, ()) if o.learner}
        for one in people:
            cell = (work.id, one.learner)
            dates = effective(work.dates, groups.get(one.group or ""), own.get(one.learner))
            tally = done.get(cell, Tally())
            computed = earned(work.rule, tally, late.get(cell, ()), dates.due)
            found[cell] = _cell(work, tally, computed, given.get(cell), dates, ended, at)
    return found


def _cell(
    work: Assignment,
    tally: Tally,
    computed: Earned | None,
    given: Grade | None,
    dates: Dates,
    ended: bool,
    at: datetime,
) -> GradeCell:
    over = is_over(dates, ended, at)
    excused = given is not None and given.excused
    state = state_of(work.rule, tally, computed, given is not None, excused, over)
    shown = is_shown(work.outcomes, tally.closed >= work.cases, over, dates.end, at)
    return GradeCell(work, tally, computed, given, state, dates, over, shown)


def _first_due(work: Assignment, overrides: Sequence[StoredOverride]) -> datetime | None:
    """The earliest moment from which anybody's work could be late."""
    due = [work.dates.due, *(one.override.due for one in overrides)]
    return min((one for one in due if one is not None), default=None)
