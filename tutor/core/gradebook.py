"""Our own gradebook of an assignment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutor.core.learner_match import Person
from tutor.core.spreadsheet import PLAIN, CsvStyle, Value, table

OURS = ("name", "email", "number", "group", "points", "of", "by hand", "note", "login")


@dataclass(frozen=True)
class Mark:
    """A learner's grade on one assignment; ``points`` is None while there is none."""

    person: Person
    group: str
    points: float | None
    possible: float
    by_hand: bool
    note: str
    begun: bool = True


def own_rows(title: str, marks: Iterable[Mark]) -> tuple[list[str], list[list[Value]]]:
    """Our own gradebook: its header and rows."""
    header = [f"{title} (points)" if name == "points" else name for name in OURS]
    rows: list[list[Value]] = [
        [
            *(m.person.name, m.person.email, m.person.number, m.group),
            *("" if m.points is None else float(m.points), float(m.possible)),
            *("yes" if m.by_hand else "no", m.note, m.person.login),
        ]
        for m in marks
    ]
    return header, rows


def plain(title: str, marks: Iterable[Mark], style: CsvStyle = PLAIN) -> str:
    """Our own gradebook as text."""
    return table(*own_rows(title, marks), style)
