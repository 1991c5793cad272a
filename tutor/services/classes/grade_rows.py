"""Grades as staff see them: one learner in one assignment."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.grade_cells import GradeCell
from tutor.store.grades import Grade, GradeChange
from tutor.store.places import Member


@dataclass(frozen=True)
class Row:
    """A learner's grade in one assignment."""

    member: Member
    cell: GradeCell

    @property
    def closed(self) -> int:
        """How many counted patients are closed."""
        return self.cell.tally.closed

    @property
    def earned(self) -> float | None:
        """What work has earned, whether or not another grade holds."""
        return self.cell.computed.points if self.cell.computed else None

    @property
    def given(self) -> Grade | None:
        """The grade by hand."""
        return self.cell.given

    @property
    def points(self) -> float | None:
        """The grade that holds: one by hand before any that is computed; None while none does."""
        return self.cell.points


@dataclass(frozen=True)
class GradeDetail:
    """One learner's grade in one assignment, with its changes, newest first."""

    seen: AssignmentDetail
    row: Row
    changes: tuple[GradeChange, ...]

    @property
    def version(self) -> str:
        """What tells whether a form is about the grade as it is now."""
        return self.changes[0].id if self.changes else ""
