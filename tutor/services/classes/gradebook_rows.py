"""The rows of a gradebook over all assignments: which are wanted, and what each says."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.core.grade_rules import GradeState
from tutor.core.gradebook import Total, total
from tutor.core.spreadsheet import Value
from tutor.services.classes.grade_cells import GradeCell
from tutor.store.assignments import Assignment
from tutor.store.classes import Classroom
from tutor.store.places import Member

PAGE = 50
BY_NAME, BY_GROUP, BY_NUMBER, BY_TOTAL = "name", "group", "number", "total"


@dataclass(frozen=True)
class GradebookFilter:
    """Which learners are wanted, in which order.

    ``sort`` is one of ``BY_…`` or an assignment's id; ``group`` a group's id; ``page`` counts from
    1. ``ungraded``: only those for whom a grade is still to be given.
    """

    find: str = ""
    group: str = ""
    sort: str = BY_NAME
    descending: bool = False
    ungraded: bool = False
    page: int = 1


EVERYBODY = GradebookFilter()


@dataclass(frozen=True)
class GradebookRow:
    """A learner with a grade in each assignment, in the order of the columns."""

    member: Member
    group: str
    cells: tuple[GradeCell, ...]

    @property
    def total(self) -> Total:
        """The points of those assignments that have a grade."""
        return total((cell.points, cell.work.points) for cell in self.cells)

    @property
    def deducted(self) -> float:
        """What lateness has taken off all grades."""
        return round(sum(cell.deducted for cell in self.cells), 2)


@dataclass(frozen=True)
class GradebookPage:
    """A page of the gradebook; ``found`` learners match, of ``count``."""

    classroom: Classroom
    place: Member
    works: tuple[Assignment, ...]
    groups: tuple[tuple[str, str], ...]
    rows: tuple[GradebookRow, ...]
    found: int
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.found // PAGE))


def exported(row: GradebookRow) -> list[Value]:
    """A row as it is taken away, cell by cell."""
    m, summed = row.member, row.total
    cells: list[Value] = [
        *(m.name, m.email, m.number, m.login, row.group),
        *(_value(cell) for cell in row.cells),
    ]
    totals: list[Value] = [float(summed.points), float(summed.possible)]
    return cells + (totals if summed.possible else ["", ""]) + [float(row.deducted) or ""]


def _value(cell: GradeCell) -> Value:
    """Points as a number; “excused” in words; blank where there is no grade (yet)."""
    if cell.points is not None:
        return float(cell.points)
    return "excused" if cell.state is GradeState.EXCUSED else ""
