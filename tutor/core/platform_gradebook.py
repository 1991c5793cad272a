"""Our column in a gradebook that a learning platform has exported.

The file goes back byte for byte but for the cells of our own column, and of these only the ones
that change. Nobody is matched by chance and nothing is erased.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tutor.core.column_names import EVERY, Role, full_name, is_canvas, roles_of
from tutor.core.csv_table import CsvTable, Row, key, read_table
from tutor.core.gradebook import Mark
from tutor.core.learner_match import ROUNDED, Matches, Person, match
from tutor.core.spreadsheet import safe
from tutor.errors import BadFile

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
IDENTITIES = (Role.NUMBER, Role.EMAIL, Role.LOGIN)
NEW_COLUMN = "new"
# What stands in a cell and is not ours to change: excused, and not assigned.
LEFT_ALONE = {"ex": "excused", "n/a": "not assigned"}
_GRADE = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# Moodle's word for a grade in points, in its user's language, after the item's name.
_REAL = (
    "real",
    "punkte",
    "points",
    "brute",
    "réel",
    "real",
    "reale",
    "punten",
    "poäng",
    "wirklich",
)


@dataclass(frozen=True)
class Change:
    """A row of the file that is a learner's: by what, and what becomes of its cell.

    ``left`` says why the cell stays as it is, where it does.
    """

    line: int
    row_name: str
    learner: str
    by: str
    before: str
    after: str
    left: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the cell changes."""
        return not self.left and self.before != self.after


@dataclass(frozen=True)
class Unmatched:
    """A row, or a learner, that has no counterpart, and why, where that is known."""

    name: str
    why: str
    line: int = 0


@dataclass(frozen=True)
class FilledGradebook:
    """A platform's gradebook with our column: what is matched by what, and what changes.

    ``columns`` are those that could be ours, as (value, title); ``chosen`` is one of the values,
    ``NEW_COLUMN``, or empty while it must be chosen.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    chosen: str
    changes: tuple[Change, ...]
    rows_left: tuple[Unmatched, ...]
    missing: tuple[Unmatched, ...]
    notes: tuple[str, ...]
    data: bytes

    @property
    def digest(self) -> str:
        """What tells whether the file is still the one that was looked at."""
        return hashlib.sha256(self.data).hexdigest()[:20]


def fill(
    data: bytes | str,
    name: str,
    title: str,
    marks: Sequence[Mark],
    column: str = "",
    told: Mapping[Role, str] | None = None,
) -> FilledGradebook:
    """Put our column into a gradebook that a learning platform has exported.

    ``column`` is a value of ``FilledGradebook.columns``, or empty: then it is found, if only one
    can be it. ``told`` names the columns (as shown) that say who a row is about, where they are
    not known.

    Raises:
        BadFile: it is no table, or no column says who its rows are about.
    """
    book = read_table(data, name, EVERY)
    return _Filling(book, title, tuple(marks), told or {}).result(column)


class _Filling:
    def __init__(
        self, book: CsvTable, title: str, marks: tuple[Mark, ...], told: Mapping[Role, str]
    ) -> None:
        self.book, self.title, self.marks = book, title, marks
        self.canvas = is_canvas(book.columns)
        self.roles = _roles(book, told)
        below = [at for at in range(len(book.rows)) if not self._is_platforms(at)]
        self.shifted = [at for at in below if self._is_shifted(book.rows[at])]
        shifted = set(self.shifted)
        self.people = [at for at in below if at not in shifted]
        self.persons = [self._person(book.rows[at]) for at in self.people]
        self.matches: Matches = match([mark.person for mark in marks], self.persons)
        self.comma = self._has_decimal_commas()

    def result(self, column: str) -> FilledGradebook:
        columns = tuple(self._columns())
        chosen = column if column in dict(columns) else self._found()
        at = len(self.book.header.cells) if chosen in ("", NEW_COLUMN) else int(chosen)
        changes = tuple(self._changes(at))
        cells = dict(self._cells(at, changes)) if chosen else {}
        return FilledGradebook(
            name=self.book.name,
            columns=columns,
            chosen=chosen,
            changes=changes,
            rows_left=tuple(self._rows_left()),
            missing=tuple(self._missing()),
            notes=tuple(self._notes(at, chosen)),
            data=self.book.changed(cells),
        )

    # --- who the rows are about ---

    def _is_platforms(self, at: int) -> bool:
        """Whether a row is one that Canvas writes below its header: no person, no identifier."""
        row = self.book.rows[at]
        if not self.canvas or at > 1:
            return False
        internal = self.book.columns.index("id")
        return not row.shown(internal)

    def _is_shifted(self, row: Row) -> bool:
        """Whether a row's cells do not stand below their names, as after a comma without quotes."""
        internal = row.shown(self.book.columns.index("id")) if self.canvas else "0"
        return self.book.is_shifted(row) or not internal.isdecimal()

    def _person(self, row: Row) -> Person:
        number, email, login = (row.shown(self.roles.get(role, -1)) for role in IDENTITIES)
        return Person(full_name(row, self.roles), number, email, login)

    def _missing(self) -> Iterator[Unmatched]:
        there = {learner for learner, _ in self.matches.by_row.values()}
        for place, mark in enumerate(self.marks):
            if place not in there:
                yield Unmatched(mark.person.name, self.matches.why_learner.get(place, ""))

    def _rows_left(self) -> Iterator[Unmatched]:
        for number, (at, person) in enumerate(zip(self.people, self.persons, strict=True)):
            if number not in self.matches.by_row:
                why = self.matches.why.get(number, "")
                yield Unmatched(person.name, why, self.book.rows[at].line)
        for at in self.shifted:
            row = self.book.rows[at]
            yield Unmatched(row.shown(0), "its cells do not stand below the header's", row.line)

    # --- which column is ours ---

    def _columns(self) -> Iterator[tuple[str, str]]:
        """The columns that could be ours: none that says who somebody is, none to be read only."""
        taken = set(self.roles.values())
        fixed = {"id", "section", "integration id", "root account"} if self.canvas else set()
        for at, title in enumerate(self.book.titles):
            if at in taken or self.book.columns[at] in EVERY | fixed or not title:
                continue
            if not any(self._is_read_only(row, at) for row in self.book.rows[:2]):
                yield str(at), title
        yield NEW_COLUMN, f"A new column “{self.title}”"

    def _is_read_only(self, row: Row, at: int) -> bool:
        return self.canvas and row.shown(at).startswith("(") and row.shown(at).endswith(")")

    def _found(self) -> str:
        """Our column, if only one can be it; a new one, if none has our title; else empty."""
        wanted = key(self.title)
        named = [
            (value, key(title).removeprefix("" if self.canvas else _before(key(title), wanted)))
            for value, title in self._columns()
            if value != NEW_COLUMN
        ]
        ours = [value for value, title in named if title == wanted or self._is_ours(title, wanted)]
        if len(ours) == 1:
            return ours[0]
        begin = [title for _, title in named if title.startswith(wanted)]
        return "" if ours or (begin and not self.canvas) else NEW_COLUMN

    def _is_ours(self, title: str, wanted: str) -> bool:
        """Canvas adds its id to a title, digits alone; Moodle the kind of grade."""
        if not title.startswith(wanted + " (") or not title.endswith(")"):
            return False
        inside = title[len(wanted) + 2 : -1]
        return inside.isdecimal() if self.canvas else inside in _REAL

    # --- what changes ---

    def _changes(self, at: int) -> Iterator[Change]:
        for number, (learner, kind) in sorted(self.matches.by_row.items()):
            row, mark = self.book.rows[self.people[number]], self.marks[learner]
            before = row.shown(at)
            after = "" if mark.points is None else self._written(mark.points)
            left = _left(before, mark)
            if not left and _same(before, mark.points):
                after = before
            yield Change(
                row.line,
                self.persons[number].name,
                mark.person.name,
                kind.value,
                before,
                before if left else after,
                left,
            )

    def _cells(self, at: int, changes: Sequence[Change]) -> Iterator[tuple[tuple[int, int], str]]:
        new = {change.line: change.after for change in changes if change.is_new}
        is_new_column = at >= len(self.book.header.cells)
        if is_new_column:
            yield (-1, at), safe(self.title, self.book.delimiter)
        for place, row in enumerate(self.book.rows):
            if row.line in new:
                yield (place, at), new[row.line]
            elif is_new_column:
                possible = self._written(self.marks[0].possible) if self.marks else ""
                yield (place, at), possible if self._holds_possible(place) else ""

    def _holds_possible(self, at: int) -> bool:
        """Whether this is Canvas's row of points possible: its first cell begins with space."""
        return self._is_platforms(at) and self.book.rows[at].text(0).strip() != ""

    def _written(self, points: float) -> str:
        return f"{points:g}".replace(".", "," if self.comma else ".")

    def _has_decimal_commas(self) -> bool:
        """Whether grades are written as 7,5. In a comma-separated file 1,000 may be a thousand."""
        cells = [cell.text.strip() for row in self.book.rows[:200] for cell in row.cells]
        if self.book.delimiter == ",":
            cells = [cell for cell in cells if not _THOUSANDS.fullmatch(cell)]
        numbers = [cell for cell in cells if re.fullmatch(r"\d+[.,]\d+", cell)]
        return bool(numbers) and all("," in number for number in numbers)

    def _notes(self, at: int, chosen: str) -> Iterator[str]:
        if self.book.source.guessed:
            yield "The file is not UTF-8; it was read, and is written, as Windows-1252."
        numbers = [person.number for person in self.persons if ROUNDED.fullmatch(person.number)]
        if numbers:
            yield (
                f"A spreadsheet has rounded numbers in this file, such as {numbers[0]}. They tell "
                "nobody apart, so they are not used. Export the file again and do not save it in a "
                "spreadsheet."
            )
        possible = [r.shown(at) for n, r in enumerate(self.book.rows) if self._holds_possible(n)]
        is_ours = chosen not in ("", NEW_COLUMN) and possible and self.marks
        if is_ours and not _same(possible[0], self.marks[0].possible):
            yield (
                f"Canvas says {possible[0] or 'nothing'} for points possible, the assignment "
                f"{self.marks[0].possible:g}. Points are written as they are."
            )


def _left(before: str, mark: Mark) -> str:
    """Why a cell stays as it is, or an empty text."""
    if mark.points is None:
        return mark.status or "no grade yet"
    if before.casefold() in LEFT_ALONE:
        return LEFT_ALONE[before.casefold()]
    # A 0 for somebody who has not begun fills an empty cell, and replaces nothing.
    return "" if mark.begun or mark.by_hand or not before else "not begun"


def _same(cell: str, points: float | None) -> bool:
    if points is None or not _GRADE.fullmatch(cell):
        return False
    return abs(float(cell.replace(",", ".")) - points) < 1e-9


def _before(title: str, wanted: str) -> str:
    """What Moodle writes before an item's name, as “quiz: ”."""
    kind, sign, rest = title.partition(": ")
    return kind + sign if sign and rest.startswith(wanted) and not wanted.startswith(kind) else ""


def _roles(book: CsvTable, told: Mapping[Role, str]) -> dict[Role, int]:
    """Where it stands who a row is about.

    Raises:
        BadFile: it cannot be told.
    """
    roles = roles_of(book.columns)
    for role, title in told.items():
        if title and key(title) in book.columns:
            roles[role] = book.columns.index(key(title))
    named = Role.NAME in roles or {Role.FIRST, Role.LAST} <= roles.keys()
    if named or any(role in roles for role in IDENTITIES):
        return roles
    raise BadFile(
        f"{book.name}: no column says who a row is about. The columns are "
        f"{', '.join(filter(None, book.titles))}. Choose below which one holds what, or export the "
        "gradebook from Canvas (Grades, Export) or Moodle (Grades, Export, Plain text file)."
    )
