"""Somebody's CSV file → columns that are understood, and the cohort that a model learns from."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.content.clinical_words import inside
from tutor.content.cohort_csv import part_of
from tutor.content.cohort_csvs import Made, MadeColumn, slug
from tutor.content.column_kinds import ColumnKind, LeftOut, column_kind
from tutor.content.csv_reader import Problems, Table, opened
from tutor.core.text_encoding import odd_word
from tutor.errors import BadFile, BadInput
from tutor.kit.tables import HELD_OUT, TRAINING

MOST_COLUMNS = 200
MOST_FINDINGS = 24  # on a chart that somebody reads
AFFIRMATIVE = "yes"


@dataclass(frozen=True)
class ReadTable:
    """A table as read: what each column is, by its header, and the column of the parts, if any."""

    name: str
    rows: int
    kinds: dict[str, ColumnKind]
    left_out: tuple[LeftOut, ...]
    split: str
    parts: NDArray[np.bool_] | None

    @property
    def of_two_values(self) -> list[str]:
        """The columns that may be a label."""
        return [header for header, kind in self.kinds.items() if len(values_of(kind)) == 2]

    def named(self, name: str, option: str) -> ColumnKind:
        """The column of this name, whatever its capitals.

        Raises:
            BadInput: there is none, or it cannot be used.

        """
        known = {header.lower(): kind for header, kind in self.kinds.items()}
        if kind := known.get(name.strip().lower()):
            return kind
        for one in self.left_out:
            if one.header.lower() == name.strip().lower():
                raise BadInput(option, f"The column {one.header!r} cannot be used: {one.why}.")
        near = get_close_matches(name.lower(), known, 3, 0.5)
        there = ", ".join(known[one].header for one in near or known)
        raise BadInput(option, f"There is no column {name!r} in {self.name}; there is {there}.")


@dataclass(frozen=True)
class WantedLabel:
    """The column of the condition, which of its two values is present, and how it is said."""

    column: str
    present: str = ""
    condition: str = ""


def values_of(kind: ColumnKind) -> list[str]:
    """The different values of a column, in words; none where there are more than a few."""
    if kind.words:
        return list(kind.words)
    found = np.unique(kind.values[~np.isnan(kind.values)])
    return [f"{value:g}" for value in found] if len(found) <= 2 else []


def read_table_file(path: Path) -> ReadTable:
    """Read a CSV file and find out what each column is.

    Raises:
        BadFile: it cannot be read, or has too many or too few columns; bad rows are named.

    """
    with opened(path, ()) as table:
        headers = [cell.strip().removeprefix("\ufeff") for cell in table.header]
        if not 2 <= len(headers) <= MOST_COLUMNS:
            raise BadFile(
                f"{path.name} has {len(headers)} columns; 2 to {MOST_COLUMNS} can be read. Take "
                "out those that no learner would look at."
            )
        rows, problems = _rows_of(table, len(headers))
        comma, guessed = table.delimiter == ",", table.guessed
    problems.check()
    headers = _told_apart(headers)
    cells = dict(zip(headers, zip(*rows, strict=True), strict=True)) if rows else {}
    if guessed:
        _check_words([*headers, *(cell for column in cells.values() for cell in set(column))], path)
    split = next((header for header in headers if _is_split(header, cells.get(header, ()))), "")
    found = {
        header: column_kind(header, column, comma)
        for header, column in cells.items()
        if header != split
    }
    parts = np.array([part_of(split, cell) == TRAINING for cell in cells[split]]) if split else None
    return ReadTable(
        path.name,
        len(rows),
        {header: kind for header, kind in found.items() if isinstance(kind, ColumnKind)},
        tuple(kind for kind in found.values() if isinstance(kind, LeftOut)),
        split,
        parts,
    )


def _rows_of(table: Table, width: int) -> tuple[list[list[str]], Problems]:
    """The rows, and those that have another number of cells than the header.

    R's write.table gives every row a name and the names no header: they are passed over.
    """
    named = chain([first], table.rows) if (first := next(table.rows, None)) else iter(())
    extra = 1 if first is not None and len(first[1]) == width + 1 else 0
    problems, rows = Problems(table.name), []
    for line, row in named:
        if len(row) == width + extra:
            rows.append(row[extra:])
        else:
            problems.add(line, f"this row has {len(row)} cells; the header has {width}.")
    return rows, problems


def _told_apart(headers: Sequence[str]) -> list[str]:
    """Headers by which columns can be told apart: empty and repeated ones get a number."""
    found: list[str] = []
    for at, header in enumerate(headers, 1):
        name = header or f"column {at}"
        found.append(f"{name} {at}" if name in found else name)
    return found


def _check_words(words: Sequence[str], path: Path) -> None:
    if odd := next((found for word in words if (found := odd_word(word))), ""):
        raise BadFile(
            f"{path.name} is not in UTF-8, and read as Windows-1252 it holds {odd!r}, which is no "
            "word. Save it as CSV (UTF-8)."
        )


def _is_split(header: str, cells: Sequence[str]) -> bool:
    parts = {part_of(header, cell) for cell in set(cells)}
    return parts == {TRAINING, HELD_OUT}


@dataclass(frozen=True)
class Drawn:
    """At most ``most`` rows of a table, and the headers of findings that must be among them."""

    most: int = 20_000
    seed: int = 0
    keep: tuple[str, ...] = ()


def cohort_of(
    table: ReadTable, wanted: WantedLabel, id: str, drawn: Drawn
) -> tuple[Made, dict[str, str]]:
    """The table as a cohort of rows with every cell, and the names of its columns by header.

    Where there are more than ``drawn.most`` such rows, they are drawn by a hash.

    Raises:
        BadInput: the label has not two values, or it is not clear which of them is the condition.
        BadFile: too few columns are left.

    """
    label = table.named(wanted.column, "label")
    outcome, condition, absence = _outcome(label, wanted)
    kinds = [kind for kind in table.kinds.values() if kind is not label]
    usable = ~np.isnan(label.values)
    for kind in kinds:
        usable &= ~np.isnan(kind.values)
    rows = np.flatnonzero(usable)
    if len(rows) > drawn.most:
        lots = np.array([zlib.crc32(f"{drawn.seed}/{row}".encode()) for row in rows.tolist()])
        rows = np.sort(rows[np.argsort(lots, kind="stable")[: drawn.most]])
    taken: set[str] = set()
    named = {kind.header: _column(kind, kind.values[rows], taken) for kind in kinds}
    keep = {named[header].name for header in drawn.keep}
    columns = _most_telling(tuple(named.values()), outcome[rows], keep)
    made = Made(
        id=id,
        title=f"{condition[:1].upper()}{condition[1:]}, from {table.name}",
        condition=condition,
        absence=absence,
        columns=columns,
        outcome=outcome[rows],
        facts=_facts(table, len(rows), int(usable.sum()), wanted.column),
        story=_story(columns),
        training=None if table.parts is None else table.parts[rows],
    )
    return made, {header: column.name for header, column in named.items()}


def _outcome(label: ColumnKind, wanted: WantedLabel) -> tuple[NDArray[np.bool_], str, str]:
    values = values_of(label)
    if len(values) != 2:
        raise BadInput(
            "label",
            f"The column {label.header!r} has not two values. The label says for each row whether "
            "the condition was present.",
        )
    said = wanted.present or next((v for v in values if v in (AFFIRMATIVE, "1")), "")
    if said.lower() not in [value.lower() for value in values]:
        raise BadInput(
            "present",
            f"Which value of {label.header!r} means that the condition is present? Say --present "
            f"{values[1]}; there is {values[0]} and {values[1]}.",
        )
    at = [value.lower() for value in values].index(said.lower())
    code = float(at) if label.words else float(values[at])
    plain = values[at] in (AFFIRMATIVE, "1")
    name = inside(label.label)
    condition = wanted.condition or (name if plain else f"{name}: {values[at]}")
    absence = f"no {condition}" if wanted.condition or plain else f"{name}: {values[1 - at]}"
    return label.values == code, condition, absence


def _column(kind: ColumnKind, values: NDArray[np.float64], taken: set[str]) -> MadeColumn:
    return MadeColumn(
        name=slug(kind.header, taken),
        label=kind.label,
        values=np.round(values, kind.decimals) if not kind.words else values,
        unit=kind.unit,
        decimals=kind.decimals,
        words=dict(enumerate(kind.words)),
        reference=kind.reference,
        bounds=kind.bounds,
    )


def _most_telling(
    columns: tuple[MadeColumn, ...], outcome: NDArray[np.bool_], keep: set[str]
) -> tuple[MadeColumn, ...]:
    """The columns that differ most between the two outcomes, in the order of the table."""
    columns = tuple(column for column in columns if np.ptp(column.values) > 0)
    if len(columns) < 2:
        raise BadFile("Fewer than two columns can be findings; there is nothing to teach from.")

    def apart(column: MadeColumn) -> float:
        if column.name in keep:
            return np.inf
        spread = float(column.values.std())
        means = [column.values[outcome == side].mean() for side in (True, False)]
        return abs(float(means[0] - means[1])) / spread

    if not 0 < outcome.sum() < len(outcome):
        return columns
    kept = {c.name for c in sorted(columns, key=apart, reverse=True)[:MOST_FINDINGS]}
    return tuple(column for column in columns if column.name in kept)


def _facts(table: ReadTable, kept: int, usable: int, label: str) -> tuple[str, ...]:
    drawn = f", of which {kept:,} were drawn by a hash" if kept < usable else ""
    left = "; ".join(f"{one.header} ({one.why})" for one in table.left_out)
    return (
        f"From {table.name}. Write here who made it, how its patients were synthesised, and under "
        "which licence it may be passed on.",
        f"Of {table.rows:,} rows {usable:,} have every cell{drawn}.",
        f"The outcome is the column {label!r}.",
        *([f"Columns left out: {left}."] if left else []),
        *([f"The column {table.split!r} says who is learned from."] if table.split else []),
    )


def _story(columns: tuple[MadeColumn, ...]) -> str:
    age = next((c for c in columns if c.label == "Age" and not c.words), None)
    return f"A patient aged {{{age.name}}}." if age else "A patient whose chart you see."
