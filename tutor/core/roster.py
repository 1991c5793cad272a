"""A class list as a table → people to add, and all that was not taken, with why."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tutor.core.column_names import EVERY, Role, full_name, is_canvas, roles_of
from tutor.core.csv_table import JOINERS, CsvTable, Row, key, read_table
from tutor.core.learner_match import ROUNDED
from tutor.core.spreadsheet import SIGNS
from tutor.errors import BadFile

MOST_ROWS = 10_000
LONGEST_CELL = 200
LONGEST_NUMBER = 60
LONGEST_GROUP = 100
MOST_TITLES = 8
FORMULA = (*SIGNS, "\t", "\r")
# Rows below a list that sum it up; so many may follow each other.
MOST_TOTALS = 3
_TOTAL = re.compile(
    "(?:grand |sub)?totals?(?::.*)?|count|average|mean|summe|gesamt|insgesamt|anzahl|durchschnitt"
    "|moyenne|promedio|totale|итого|合计|合計"
)
LOST = "\ufffd"
_POINT_ZERO = re.compile(r"\d+\.0+")
# What Canvas calls the student that its teachers look through, and the login it gives it.
_TEST_STUDENT = frozenset({"student, test", "test student"})
_TEST_LOGIN = re.compile(r"[0-9a-f]{32,}")


@dataclass(frozen=True)
class Entry:
    """One person of a class list; ``line`` is where they stand in the file, from 1."""

    line: int
    name: str
    email: str
    number: str
    login: str
    group: str


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: where, and what to do about it."""

    line: int
    reason: str


@dataclass(frozen=True)
class Roster:
    """What a class list came to; ``notes`` are sentences about what was passed over or changed."""

    entries: tuple[Entry, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


def read_roster(
    data: bytes | str,
    groups: Iterable[str] = (),
    new_groups: bool = True,
    told: Mapping[Role, str] | None = None,
    name: str = "The list",
) -> Roster:
    """Read a class list from a file's bytes, or from pasted text.

    The first line names the columns, in any language that ``column_names`` knows; ``told`` names
    those (as shown) that it does not. ``groups`` are those that exist; others are refused unless
    ``new_groups``. A formula (``=HYPERLINK(…)``) is refused: a spreadsheet would run it.

    Raises:
        BadFile: it is no table, there is no column of names, or there are too many rows.
    """
    table = read_table(data, name, EVERY)
    return _Reading(table, {key(group): group for group in groups}, new_groups, told or {}).read()


@dataclass
class _Reading:
    table: CsvTable
    known: dict[str, str]
    new_groups: bool
    told: Mapping[Role, str]
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    several: int = 0

    def read(self) -> Roster:
        self.canvas = is_canvas(self.table.columns)
        self.roles = self._roles()
        rows = list(self._people())
        if len(rows) > MOST_ROWS:
            raise BadFile(f"{self.table.name} has more than {MOST_ROWS:,} people. Split it.")
        self.alone = Counter(key(self._cell(row, Role.GROUP)) for row in rows)
        found = [(row, self._entry(row)) for row in rows]
        numbers: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for _, entry in found:
            if entry.number:
                numbers[key(entry.number)].add((key(entry.name), key(entry.email)))
        self.shared = {number for number, whose in numbers.items() if len(whose) > 1}
        entries = list(self._taken(found))
        return Roster(tuple(entries), tuple(self.refused), tuple(self._notes(entries)))

    # --- which rows and columns there are ---

    def _roles(self) -> dict[Role, int]:
        """Raises: BadFile: no column holds names."""
        roles = roles_of(self.table.columns)
        for role, title in self.told.items():
            if title and key(title) in self.table.columns:
                roles[role] = self.table.columns.index(key(title))
        if Role.NAME in roles or {Role.FIRST, Role.LAST} <= roles.keys():
            return roles
        here = ", ".join(filter(None, self.table.titles))[:500]
        raise BadFile(
            f"{self.table.name}: the first line must name the columns, one of them “name” (or "
            "“first name” and “last name”); “email”, “number”, “login” and “group” if you have "
            f"them. Here it names {here}. Choose below which column holds what."
        )

    def _people(self) -> Iterator[Row]:
        """The rows but those that Canvas adds; what is left out is noted."""
        left = []
        for at, row in enumerate(self.table.rows):
            what = (self._of_canvas(at, row) if self.canvas else "") or self._total(at, row)
            if what:
                left.append(what)
            else:
                yield row
        if left:
            self.notes.append(f"Left out, because they are no people: {', '.join(left)}.")

    def _total(self, at: int, row: Row) -> str:
        """What a row is that sums up a list at its end; empty if it is a person."""
        name = full_name(row, self.roles)
        known = self._cell(row, Role.EMAIL) or self._cell(row, Role.LOGIN)
        is_last = at >= len(self.table.rows) - MOST_TOTALS
        return f"“{name}”" if is_last and not known and _TOTAL.fullmatch(key(name)) else ""

    def _of_canvas(self, at: int, row: Row) -> str:
        """What a row is that Canvas adds to a gradebook; empty if it is a person."""
        if at < 2 and not row.shown(self.table.columns.index("id")):
            return row.shown(0) or "the row of posting policies"
        name, login = full_name(row, self.roles), self._cell(row, Role.LOGIN)
        no_number = not self._cell(row, Role.NUMBER)
        is_test = name.casefold() in _TEST_STUDENT or bool(_TEST_LOGIN.fullmatch(login))
        return f"“{name}”" if no_number and is_test else ""

    def _notes(self, entries: list[Entry]) -> Iterator[str]:
        if self.table.source.guessed:
            names = [entry.name for entry in entries if not entry.name.isascii()][:3]
            such = f" (for example {', '.join(names)})" if names else ""
            yield (
                "The file is not UTF-8; it was read as Windows-1252. If letters are wrong"
                f"{such}, save it as CSV UTF-8 and load it again."
            )
        yield from self.notes
        used = set(self.roles.values())
        passed = [title for at, title in enumerate(self.table.titles) if title and at not in used]
        if passed:
            more = len(passed) - MOST_TITLES
            rest = f" and {more} more" if more > 0 else ""
            yield f"Columns passed over: {', '.join(passed[:MOST_TITLES])}{rest}."
        if self.several:
            rows = "1 person is" if self.several == 1 else f"{self.several:,} people are"
            yield f"{rows} in several groups in the file; each was put into the first of them."
        if points := [entry.number for entry in entries if _POINT_ZERO.fullmatch(entry.number)]:
            yield (
                f"Numbers such as {points[0]} end in .0, which some programs add. They match no "
                "gradebook that has them without it. Check them."
            )
        zeros: defaultdict[str, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.number.isdigit():
                zeros[entry.number.lstrip("0")].add(entry.number)
        for alike in (sorted(numbers) for numbers in zeros.values() if len(numbers) > 1):
            yield f"The numbers {' and '.join(alike)} differ in leading zeros only. Check them."

    # --- what a row says ---

    def _cell(self, row: Row, role: Role) -> str:
        return row.shown(self.roles.get(role, -1))

    def _entry(self, row: Row) -> Entry:
        name = full_name(row, self.roles)
        if self.canvas and name.count(",") == 1:  # Canvas writes “Archer, Dana”
            last, first = (half.strip() for half in name.split(","))
            name = f"{first} {last}".strip()
        email, login = self._cell(row, Role.EMAIL), self._cell(row, Role.LOGIN)
        if not email and "@" in login:
            email = login
        return Entry(row.line, name, email, self._cell(row, Role.NUMBER), login, self._group(row))

    def _group(self, row: Row) -> str:
        """The row's group, the first of several; Moodle and Canvas write several in one cell."""
        said = self._cell(row, Role.GROUP)
        if key(said) in self.known or not said:
            return self.known.get(key(said), said)
        title = self.table.columns[self.roles[Role.GROUP]]
        parts = re.split(r", and |, | and " if self.canvas else r", ", said)
        apart = any(key(part) in self.known or key(part) in self.alone for part in parts)
        if len(parts) > 1 and (apart or (title == "groups" or self.canvas)):
            self.several += 1
            return self.known.get(key(parts[0]), parts[0])
        return said

    def _taken(self, found: Iterable[tuple[Row, Entry]]) -> Iterator[Entry]:
        seen: dict[str, int] = {}
        for row, entry in found:
            reason = self._fault(row, entry) or _again(entry, seen)
            if reason:
                self.refused.append(Refusal(entry.line, reason))
                continue
            for one in _identities(entry):
                seen[one] = entry.line
            group = self.known.setdefault(key(entry.group), entry.group) if entry.group else ""
            yield replace(entry, group=group)

    def _fault(self, row: Row, entry: Entry) -> str:
        """Why a row is refused, or an empty text."""
        texts = (entry.name, entry.email, entry.number, entry.login, entry.group)
        width = len(self.table.header.cells)
        if self.table.is_shifted(row):
            cells = _cells(len(row.cells))
            return f"It has {cells}, the first line {width}. Put quotes around commas."
        if not entry.name:
            return "There is no name."
        return (
            _unfit(texts)
            or _unfit_number(entry.number, self.shared)
            or self._unfit_place(entry.email, entry.group)
        )

    def _unfit_place(self, email: str, group: str) -> str:
        if email and ("@" not in email or " " in email):
            return f"“{email}” is no e-mail address. Correct it, or leave it empty."
        if group and key(group) not in self.known and not self.new_groups:
            return f"There is no group “{group}”. Make it first, or let new groups be made."
        return ""


def _unfit(cells: Iterable[str]) -> str:
    for cell in cells:
        if cell.startswith(FORMULA):
            return "A cell begins like a formula, which a spreadsheet would run. Take the sign out."
        if LOST in cell:
            return f"Letters are lost in “{cell}”. Save the list as CSV UTF-8 and load it again."
        if any(not ch.isprintable() and ch not in JOINERS for ch in cell):
            return "It holds characters that cannot be seen. Type it anew."
        if len(cell) > LONGEST_CELL:
            return f"A cell is longer than {LONGEST_CELL} characters."
    return ""


def _unfit_number(number: str, shared: set[str]) -> str:
    if ROUNDED.fullmatch(number):
        return (
            f"“{number}” is a number that a spreadsheet has rounded; its last digits are lost. "
            "Format the column as text, type the number anew, and save the list again."
        )
    if len(number) > LONGEST_NUMBER:
        return f"The number is longer than {LONGEST_NUMBER} characters."
    if key(number) in shared:
        return f"The number {number} stands on another line, too, with another name or e-mail."
    return ""


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _identities(entry: Entry) -> list[str]:
    known = {"email": entry.email, "number": entry.number, "login": entry.login}
    found = [f"{kind}:{key(text)}" for kind, text in known.items() if key(text)]
    return found or [f"name:{key(entry.name)}"]


def _again(entry: Entry, seen: Mapping[str, int]) -> str:
    lines = [seen[one] for one in _identities(entry) if one in seen]
    return f"The same person stands on line {lines[0]}." if lines else ""
