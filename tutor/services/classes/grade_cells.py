"""The grade of each learner in each assignment: computed, given by hand, or none yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutor.core.assignment import Dates, effective
from tutor.core.grade_rules import Earned, GradeState, Tally, earned, is_over, is_shown, state_of
from tutor.store import assignment_overrides as override_store
from tutor.store import grades as store
from tutor.store.assignment_overrides import StoredOverride
from tutor.store.assignments import Assignment
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
    overrides = override_store.overrides_by_assignment(connection, ids)
    given = store.grades_by_cell(connection, ids, learners)
    done = tallies(connection, ids, learners)
    first_due = {
        work.id: due
        for work in works
        if work.late_percent and (due := _first_due(work, overrides.get(work.id, ())))
    }
    behind = {
        learner
        for (work, learner), tally in done.items()
        if tally.last_at and work in first_due and tally.last_at > first_due[work]
    }
    late = late_cases(connection, first_due, behind) if behind else {}
    found: dict[Cell, GradeCell] = {}
    for work in works:
        dated = _Dated(work, overrides.get(work.id, ()), ended, at)
        rule, nothing = work.rule, Tally()
        for one in people:
            cell = (work.id, one.learner)
            when = dated.of(one)
            tally, grade = done.get(cell, nothing), given.get(cell)
            computed = earned(rule, tally, late.get(cell, ()), when.dates.due)
            excused = grade is not None and grade.excused
            state = state_of(rule, tally, computed, grade is not None, excused, when.over)
            shown = when.shown_done if tally.closed >= rule.cases else when.shown_open
            found[cell] = GradeCell(
                work, tally, computed, grade, state, when.dates, when.over, shown
            )
    return found


@dataclass(frozen=True)
class _When:
    """Some dates of an assignment, and what follows from them now."""

    dates: Dates
    over: bool
    shown_done: bool
    shown_open: bool


class _Dated:
    """The dates of an assignment for each learner: few have others than everybody."""

    def __init__(
        self, work: Assignment, overrides: Sequence[StoredOverride], ended: bool, at: datetime
    ) -> None:
        self._work, self._ended, self._at = work, ended, at
        self._groups = {o.group: o.override for o in overrides if o.group}
        self._own = {o.learner: o.override for o in overrides if o.learner}
        self._usual = self._when(work.dates)

    def of(self, one: Placed) -> _When:
        """What holds for a learner."""
        group, own = self._groups.get(one.group or ""), self._own.get(one.learner)
        if group is None and own is None:
            return self._usual
        return self._when(effective(self._work.dates, group, own))

    def _when(self, dates: Dates) -> _When:
        over = is_over(dates, self._ended, self._at)
        outcomes, end = self._work.outcomes, dates.end
        return _When(
            dates,
            over,
            is_shown(outcomes, True, over, end, self._at),
            is_shown(outcomes, False, over, end, self._at),
        )


def _first_due(work: Assignment, overrides: Sequence[StoredOverride]) -> datetime | None:
    """The earliest moment from which anybody's work could be late."""
    due = [work.dates.due, *(one.override.due for one in overrides)]
    return min((one for one in due if one is not None), default=None)
