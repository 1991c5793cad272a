"""``cohort.csv`` → columns of numbers, or problems with their lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.content.csv_reader import SAID, Table, clean, opened
from tutor.content.pack import COHORT, Problem
from tutor.content.rules import Rule
from tutor.content.table_manifest import TableColumn, TableManifest
from tutor.errors import BadFile
from tutor.kit.cohorts import Patients
from tutor.kit.tables import HELD_OUT, TRAINING, TableCohort

FEWEST = 500
# How tables name the two parts; TRUE and FALSE under a name such as `train` or `in_test`.
PARTS = {
    **dict.fromkeys(("training", "train", "learn", "derivation"), TRAINING),
    **dict.fromkeys(
        ("held-out", "held_out", "held out", "heldout", "holdout", "hold-out", "test", "testing",
         "validation", "valid", "validate", "val", "external", "deployment"),
        HELD_OUT,
    ),
}  # fmt: skip
TRUTH_VALUES = {"true": 1.0, "t": 1.0, "false": 0.0, "f": 0.0}
Numbers = NDArray[np.float64]


@dataclass
class _Problems:
    """Problems of one file; the first ``SAID`` are said, the rest counted."""

    file: str
    found: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, what: str, mend: str) -> None:
        if len(self.found) < SAID:
            self.found.append(Problem(self.file, "", what, mend, line, rule=Rule.TABLE_ROWS))
        else:
            self.more += 1

    def said(self) -> list[Problem]:
        if self.more:
            what = f"There are {self.more:,} more problems like these."
            return [
                *self.found,
                Problem(self.file, "", what, "Mend them too.", rule=Rule.TABLE_ROWS),
            ]
        return self.found


def read_cohort(folder: Path, file: str, manifest: TableManifest) -> TableCohort | list[Problem]:
    """The table of ``folder`` as ``manifest`` describes it; ``file`` is how problems name it."""
    problems = _Problems(file)
    wanted = _wanted(manifest)
    try:
        with opened(folder / COHORT, wanted) as table:
            cells, lines = _cells(table, wanted, problems)
            comma = table.delimiter == ","
    except BadFile as error:
        return [
            Problem(
                file,
                "",
                str(error),
                "Save the table as CSV (UTF-8) in its place.",
                rule=Rule.TABLE_ROWS,
            )
        ]
    if problems.found:
        return problems.said()
    columns = {
        name: _numbers(cells[name], column, lines, comma, problems)
        for name, column in _numeric(manifest).items()
    }
    if problems.found:
        return problems.said()
    training = _training(manifest, cells, lines, problems)
    patients = Patients(columns)
    if not problems.found:
        _enough(manifest, patients, training, problems)
    return problems.said() if problems.found else TableCohort(patients, training)


def _numeric(manifest: TableManifest) -> dict[str, TableColumn]:
    """The columns of numbers: those declared, and the outcomes, which are 0 or 1."""
    found = {column.name: column for column in manifest.columns}
    for name in (manifest.label, manifest.outcome):
        found[name] = TableColumn(name=name, label=name, words={0: "no", 1: "yes"})
    return found


def _wanted(manifest: TableManifest) -> tuple[str, ...]:
    split = [name for name in (manifest.split.column, manifest.split.by) if name]
    return tuple(dict.fromkeys([*_numeric(manifest), *split]))


def _cells(
    table: Table, wanted: tuple[str, ...], problems: _Problems
) -> tuple[dict[str, list[str]], list[int]]:
    for name in wanted:
        if (times := table.columns.count(name)) != 1:
            there = ", ".join(table.columns)
            what = (
                f"The column {name!r} stands {times} times in the header."
                if times
                else f"The column {name!r} is missing; there is {there}."
            )
            problems.add(table.header_line, what, "Correct the header, or model.toml.")
    cells: dict[str, list[str]] = {name: [] for name in wanted}
    lines: list[int] = []
    if problems.found:
        return cells, lines
    places = [(cells[name].append, table.columns.index(name)) for name in wanted]
    width = len(table.columns)
    for line, row in table.rows:
        if len(row) != width:
            what = f"This row has {len(row)} cells; the header has {width}."
            problems.add(line, what, "Give every row one cell for each column.")
            continue
        lines.append(line)
        for append, at in places:
            append(row[at])
    return cells, lines


def _numbers(
    cells: list[str], column: TableColumn, lines: list[int], comma: bool, problems: _Problems
) -> Numbers:
    """A column as numbers; its words are read as their codes."""
    read = _reader(column, comma)
    codes = {cell: read(cell) for cell in set(cells)}
    low, high = column.bounds or (-np.inf, np.inf)
    for line, cell in zip(lines, cells, strict=True):
        value = codes[cell]
        if value is None or not low <= value <= high:
            what, mend = _wrong(cell, value, column)
            problems.add(line, what, mend)
    return np.array([codes[cell] for cell in cells], dtype=float)


def _reader(column: TableColumn, comma: bool) -> Callable[[str], float | None]:
    words = {clean(word).lower(): float(code) for code, word in column.words.items()}
    logical = {*column.words} == {0, 1}  # as R writes a factor of two levels

    def read(cell: str) -> float | None:
        said = clean(cell)
        if said.lower() in words:
            return words[said.lower()]
        if logical and said.lower() in TRUTH_VALUES:
            return TRUTH_VALUES[said.lower()]
        try:
            value = float(said if comma else said.replace(",", "."))
        except ValueError:
            return None
        if not np.isfinite(value) or (column.words and value not in column.words):
            return None
        return value

    return read


def _wrong(cell: str, value: float | None, column: TableColumn) -> tuple[str, str]:
    name, said = column.name, clean(cell)[:40]
    if not said:
        return f"The cell of {name!r} is empty.", "Fill it, or leave the row out."
    if value is not None and column.bounds:
        low, high = column.bounds
        what = f"{name} is {said}, outside its bounds {low:g} to {high:g}."
        return what, "Correct the cell, or the bounds in model.toml."
    if column.words:
        words = ", ".join(f"{code} ({word})" for code, word in column.words.items())
        return f"{name} is {said!r}; it may be {words}.", "Write one of these."
    return f"{name} is {said!r}, which is no number.", "Write a number, or give the column words."


def _training(
    manifest: TableManifest, cells: dict[str, list[str]], lines: list[int], problems: _Problems
) -> NDArray[np.bool_]:
    """Who is learned from: as the table says, or by a hash of the row or of its ``by``."""
    split = manifest.split
    if split.column:
        named = {cell: part_of(split.column, cell) for cell in set(cells[split.column])}
        parts = [named[cell] for cell in cells[split.column]]
        for line, cell, part in zip(lines, cells[split.column], parts, strict=True):
            if not part:
                what = f"{split.column} is {cell[:40]!r}; it may be {TRAINING} or {HELD_OUT}."
                problems.add(line, what, "Write one of these.")
        training = np.array([part == TRAINING for part in parts], dtype=bool)
        if split.by and not problems.found:
            _apart(cells[split.by], training, lines, split.by, problems)
        return training
    assert split.held_out is not None
    keys = cells[split.by] if split.by else map(str, range(len(lines)))
    return np.array([_chance(f"{split.seed}/{key}") >= split.held_out for key in keys], dtype=bool)


def part_of(column: str, cell: str) -> str:
    """The part of a row whose ``column`` holds ``cell``; empty if it names none.

    Beside our own words those of R and scikit-learn are known: train, test, validation; and TRUE
    or FALSE in a column whose name says what is true.
    """
    said = clean(cell).lower()
    if said in TRUTH_VALUES or said in ("0", "1"):
        whole = TRUTH_VALUES.get(said, said == "1")
        if "train" in column.lower():
            return TRAINING if whole else HELD_OUT
        if re.search(r"test|held|hold|valid", column, re.IGNORECASE):
            return HELD_OUT if whole else TRAINING
    return PARTS.get(said, "")


def _apart(
    keys: list[str],
    training: NDArray[np.bool_],
    lines: list[int],
    name: str,
    problems: _Problems,
) -> None:
    first: dict[str, bool] = {}
    for line, key, part in zip(lines, keys, training.tolist(), strict=True):
        if first.setdefault(key, part) != part:
            what = f"{name} {key[:40]!r} is in the training part and in the held-out part."
            problems.add(line, what, "Keep all its rows in one part.")


def _chance(key: str) -> float:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") / 2**64


def _enough(
    manifest: TableManifest,
    patients: Patients,
    training: NDArray[np.bool_],
    problems: _Problems,
) -> None:
    if patients.n < FEWEST:
        what = f"The table has {patients.n} rows; teaching from it needs {FEWEST} or more."
        problems.add(0, what, "Add rows.")
        return
    for what, mend in _one_class(manifest, patients, training):
        problems.add(0, what, mend)


def _one_class(
    manifest: TableManifest, patients: Patients, training: NDArray[np.bool_]
) -> Iterator[tuple[str, str]]:
    for part, rows in ((TRAINING, training), (HELD_OUT, ~training)):
        if not rows.any():
            yield f"No row is in the {part} part.", "Mend the split."
            continue
        for name in dict.fromkeys((manifest.label, manifest.outcome)):
            found = np.unique(patients[name][rows])
            if len(found) == 1:
                yield (
                    f"{name} is {found[0]:g} for everyone in the {part} part.",
                    "Both must occur: 0 for absent, 1 for present.",
                )
