"""A class list as a table of text → people to add, and every row that was refused, with why."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_ROWS = 10_000
LONGEST_CELL = 200
COLUMNS = {
    "name": ("name", "full name", "student", "learner", "nom", "vollständiger name"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "sis login id"),
    "number": ("number", "id", "student id", "student number", "sis user id", "matriculation"),
    "group": ("group", "section", "seminar", "gruppe"),
}
FIRST, LAST = ("first name", "firstname", "given name"), ("surname", "last name", "lastname")
FORMULA = ("=", "+", "@", "-", "\t", "\r")


@dataclass(frozen=True)
class Entry:
    """One person of a class list; ``line`` is where they stand in the file, from 1."""

    line: int
    name: str
    email: str
    number: str
    group: str


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: where, and what to do about it."""

    line: int
    reason: str


@dataclass(frozen=True)
class Roster:
    """What a class list came to."""

    entries: tuple[Entry, ...]
    refused: tuple[Refusal, ...]


def read_roster(text: str, groups: Iterable[str] = (), new_groups: bool = False) -> Roster:
    """Read a class list: comma, semicolon or tab; a byte-order mark is passed over.

    The first line names the columns: ``name`` (or first and last name), and if wanted ``email``,
    ``number`` and ``group``. ``groups`` are those that exist; others are refused unless
    ``new_groups``. A formula (``=HYPERLINK(…)``) is refused: a spreadsheet would run it.

    Raises:
        ValueError: there is no header with a name, or there are too many rows.
    """
    clean = unicodedata.normalize("NFC", text.lstrip("\ufeff")).replace("\x00", "")
    if not clean.strip():
        raise ValueError("The list is empty. Its first line names the columns, such as name,email.")
    rows = csv.reader(lines(clean), delimiter=_delimiter(clean))
    header = [_key(cell) for cell in next(rows)]
    columns = _columns(header)
    known = {_key(group): group for group in groups}
    entries: list[Entry] = []
    refused: list[Refusal] = []
    seen: dict[str, int] = {}
    line = rows.line_num + 1
    try:
        for row in rows:
            here, line = line, rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if len(entries) + len(refused) >= MOST_ROWS:
                raise ValueError(f"The list has more than {MOST_ROWS:,} people. Split it.")
            entry = _entry(here, row, columns)
            reason = _fault(entry, row, len(header), known, new_groups, seen)
            if reason:
                refused.append(Refusal(here, reason))
                continue
            for key in _identities(entry):
                seen[key] = here
            entries.append(_grouped(entry, known))
    except csv.Error as error:
        raise ValueError(f"Line {line} is not a row of a table: {error}. Mend it.") from None
    return Roster(tuple(entries), tuple(refused))


def lines(text: str) -> list[str]:
    """A text line by line, each with its end, whichever system wrote it."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line + "\n" for line in whole.split("\n")]


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _key(cell: str) -> str:
    return " ".join(cell.split()).casefold()


def _columns(header: list[str]) -> dict[str, int]:
    found = {
        name: at
        for name, aliases in COLUMNS.items()
        for at in [next((i for i, cell in enumerate(header) if cell in aliases), -1)]
        if at >= 0
    }
    for name, aliases in (("first", FIRST), ("last", LAST)):
        at = next((i for i, cell in enumerate(header) if cell in aliases), -1)
        if at >= 0:
            found[name] = at
    if "name" not in found and not {"first", "last"} <= set(found):
        raise ValueError(
            "The first line must name the columns, one of them “name” (or “first name” and "
            "“last name”); “email”, “number” and “group” if you have them."
        )
    return found


def _entry(line: int, row: list[str], columns: dict[str, int]) -> Entry:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return " ".join(row[at].split()) if 0 <= at < len(row) else ""

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    return Entry(line, name, cell("email"), cell("number"), cell("group"))


def _identities(entry: Entry) -> list[str]:
    if entry.email:
        return [f"email:{entry.email.casefold()}"]
    return [f"number:{entry.number}" if entry.number else f"name:{entry.name.casefold()}"]


def _fault(
    entry: Entry,
    row: list[str],
    width: int,
    known: dict[str, str],
    new_groups: bool,
    seen: dict[str, int],
) -> str:
    """Why a row is refused, or an empty text."""
    cells = (entry.name, entry.email, entry.number, entry.group)
    if len(row) > width:
        return f"It has {len(row)} cells, the first line {width}. Put quotes around commas."
    if not entry.name:
        return "There is no name."
    if any(cell.startswith(FORMULA) for cell in cells):
        return "A cell begins like a formula, which a spreadsheet would run. Take the sign out."
    if any(not ch.isprintable() for cell in cells for ch in cell):
        return "It holds characters that cannot be seen. Type it anew."
    if max(map(len, cells)) > LONGEST_CELL:
        return f"A cell is longer than {LONGEST_CELL} characters."
    if entry.email and ("@" not in entry.email or " " in entry.email):
        return f"“{entry.email}” is no e-mail address. Correct it, or leave it empty."
    if entry.group and _key(entry.group) not in known and not new_groups:
        return f"There is no group “{entry.group}”. Make it first, or let new groups be made."
    for key in _identities(entry):
        if key in seen:
            return f"The same person stands on line {seen[key]}."
    return ""


def _grouped(entry: Entry, known: dict[str, str]) -> Entry:
    group = known.get(_key(entry.group), entry.group)
    if entry.group:
        known.setdefault(_key(entry.group), entry.group)
    return Entry(entry.line, entry.name, entry.email, entry.number, group)
