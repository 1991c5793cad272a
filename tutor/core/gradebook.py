"""Our own gradebook of an assignment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutor.core.learner_match import Person
from tutor.core.spreadsheet import PLAIN, CsvStyle, Value, table

OURS = (
    *("name", "email", "number", "group", "points", "of", "by hand", "note", "login"),
    *("status", "late deduction"),
)


@dataclass(frozen=True)
class Mark:
    """A learner's grade on one assignment; ``points`` is None while there is none.

    ``status`` says where it comes from or why there is none; ``deducted`` is what lateness took.
    """

    person: Person
    group: str
    points: float | None
    possible: float
    by_hand: bool
    note: str
    begun: bool = True
    status: str = ""
    deducted: float = 0.0


def own_rows(title: str, marks: Iterable[Mark]) -> tuple[list[str], list[list[Value]]]:
    """Our own gradebook: its header and rows."""
    header = [f"{title} (points)" if name == "points" else name for name in OURS]
    rows: list[list[Value]] = [
        [
            *(m.person.name, m.person.email, m.person.number, m.group),
            *("" if m.points is None else float(m.points), float(m.possible)),
            *("yes" if m.by_hand else "no", m.note, m.person.login),
            *(m.status, float(m.deducted) if m.deducted else ""),
        ]
        for m in marks
    ]
    return header, rows


def plain(title: str, marks: Iterable[Mark], style: CsvStyle = PLAIN) -> str:
    """Our own gradebook as text."""
    return table(*own_rows(title, marks), style)


@dataclass(frozen=True)
class Total:
    """The points that a learner has, of those that their graded assignments are worth."""

    points: float
    possible: float

    @property
    def share(self) -> float:
        """Points of those possible, 0..1; 0 where nothing is graded."""
        return self.points / self.possible if self.possible else 0.0


def total(grades: Iterable[tuple[float | None, float]]) -> Total:
    """The sum of (points, possible); what has no points counts on neither side.

    Assignments weigh as many points as they are worth.
    """
    held = [(points, possible) for points, possible in grades if points is not None]
    return Total(round(sum(p for p, _ in held), 2), round(sum(most for _, most in held), 2))
