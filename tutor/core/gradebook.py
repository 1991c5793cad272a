"""Gradebooks as tables: our own, and those that Canvas and Moodle export and take back."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tutor.core.roster import lines

BOM = "\ufeff"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
# Where a spreadsheet that separates by semicolons, or by lines, would begin a cell of its own.
_SPLIT = re.compile(
    r"""(?<=[\s\S])([;\t\r\n][\s"']*)(?=[=@]|[+-](?!\d+(?:[.,]\d+)?%?\s*(?:[;\r\n]|$)))"""
)
CANVAS_FIXED = ("student", "id", "sis user id", "sis login id", "section", "integration id")
MOODLE_KEYS = ("email address", "id number", "username", "e-mail address")


@dataclass(frozen=True)
class Mark:
    """A learner's grade on one assignment; ``points`` is None while there is none."""

    name: str
    email: str
    number: str
    group: str
    points: float | None
    possible: float
    by_hand: bool
    note: str


@dataclass(frozen=True)
class Filled:
    """A learning platform's gradebook with a column of ours, and whom we did not find in it."""

    text: str
    matched: int
    missing: tuple[str, ...]


class Written(list[str]):
    """What a writer has written, piece by piece."""

    write = list.append


def safe(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run; numbers and a lone dash stay as they are.

    Moodle writes the dash where there is no grade. A spreadsheet set to semicolons reads
    ``a;=1+1`` as two cells, so what follows a semicolon, a tab or a line's end is held as well.
    """
    cell = _SPLIT.sub(r"\1'", cell)
    runs = cell.startswith(_DANGEROUS) and cell != "-" and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table that Excel opens as it is: a byte-order mark, CRLF, no cell that runs."""
    out = Written()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return BOM + "".join(out)


def plain(title: str, marks: Iterable[Mark]) -> str:
    """Our own gradebook."""
    header = ("name", "email", "number", "group", f"{title} (points)", "of", "by hand", "note")
    rows = [
        (m.name, m.email, m.number, m.group, _said(m.points), f"{m.possible:g}",
         "yes" if m.by_hand else "no", m.note)
        for m in marks
    ]  # fmt: skip
    return table(header, rows)


def _said(points: float | None) -> str:
    return "" if points is None else f"{points:g}"


def canvas(export: str, title: str, marks: Sequence[Mark]) -> Filled:
    """Put our column into a gradebook that Canvas has exported.

    Canvas takes back a file of its own shape: ``Student``, ``ID`` and the SIS columns stay as they
    are, and the row of points possible below the header is kept and given ours.

    Raises:
        ValueError: it is not such an export.
    """
    header, rows = _read(export)
    if len(header) < 2 or _key(header[0]) != "student" or _key(header[1]) != "id":
        raise ValueError(
            "This is not a gradebook exported by Canvas: its columns begin “Student, ID”. "
            "In Canvas choose Grades, Export, and load that file."
        )
    at = _column(header, title)

    def name_of(row: list[str]) -> str:
        return row[0]

    def fill(row: list[str], find: Find) -> None:
        if _key(row[0]) == "points possible":
            row[at] = f"{marks[0].possible:g}" if marks else ""
            return
        cells = dict(zip((_key(h) for h in header), row, strict=False))
        mark = find(
            [cells.get("sis user id", ""), cells.get("sis login id", ""), cells.get("id", "")],
            name_of(row),
        )
        if mark is not None:
            row[at] = _said(mark.points)

    return _filled(header, rows, marks, name_of, fill)


def moodle(export: str, title: str, marks: Sequence[Mark]) -> Filled:
    """Put our column into a gradebook that Moodle has exported as plain text.

    Raises:
        ValueError: it is not such an export.
    """
    header, rows = _read(export)
    keys = [_key(h) for h in header]
    if not any(key in keys for key in MOODLE_KEYS):
        raise ValueError(
            "This is not a gradebook exported by Moodle: it has no e-mail address and no ID "
            "number. In Moodle choose Grades, Export, Plain text file, and load that file."
        )
    at = _column(header, title)

    def name_of(row: list[str]) -> str:
        cells = dict(zip(keys, row, strict=False))
        return f"{cells.get('first name', '')} {cells.get('last name', cells.get('surname', ''))}"

    def fill(row: list[str], find: Find) -> None:
        cells = dict(zip(keys, row, strict=False))
        mark = find([cells.get(key, "") for key in MOODLE_KEYS], name_of(row))
        if mark is not None:
            row[at] = _said(mark.points)

    return _filled(header, rows, marks, name_of, fill)


Find = Callable[[Sequence[str], str], Mark | None]


def _read(export: str) -> tuple[list[str], list[list[str]]]:
    text = unicodedata.normalize("NFC", export.lstrip(BOM)).replace("\x00", "")
    first = text.split("\n", 1)[0]
    try:
        rows = [
            row
            for row in csv.reader(lines(text), delimiter=max(",;\t", key=first.count))
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise ValueError(f"This file is not a table: {error}.") from None
    if not rows:
        raise ValueError("This file is empty.")
    return rows[0], rows[1:]


def _key(cell: str) -> str:
    return " ".join(cell.split()).casefold()


def _column(header: list[str], title: str) -> int:
    """Where our column stands: the one of that name (Canvas adds an id to it), or a new one."""
    wanted = _key(title)
    for at, cell in enumerate(header):
        if _key(cell) == wanted or _key(cell).startswith(wanted + " ("):
            return at
    header.append(title)
    return len(header) - 1


def _filled(
    header: list[str],
    rows: list[list[str]],
    marks: Sequence[Mark],
    name_of: Callable[[list[str]], str],
    fill: Callable[[list[str], Find], None],
) -> Filled:
    by_key: dict[str, Mark] = {}
    names: dict[str, list[Mark]] = {}
    for mark in marks:
        for key in (mark.email, mark.number):
            if key:
                by_key[_key(key)] = mark
        names.setdefault(_words(mark.name), []).append(mark)
    there = Counter(_words(name_of(row)) for row in rows)
    found: set[int] = set()

    def find(keys: Sequence[str], name: str) -> Mark | None:
        known = next((by_key[_key(k)] for k in keys if k and _key(k) in by_key), None)
        alike = names.get(_words(name), [])
        # A name alone will do only if nobody else has it, here or there.
        alone = len(alike) == 1 and there[_words(name)] == 1
        mark = known or (alike[0] if alone else None)
        if mark is not None:
            found.add(id(mark))
        return mark

    for row in rows:
        row += [""] * (len(header) - len(row))
        fill(row, find)
    missing = tuple(mark.name for mark in marks if id(mark) not in found)
    return Filled(table(header, rows), len(found), missing)


def _words(name: str) -> str:
    """A name without regard to its order: “Lovelace, Ada” is “Ada Lovelace”."""
    return " ".join(sorted(name.replace(",", " ").casefold().split()))
