"""Anyone's two-stage judgments, read from a table and scored: ``equipoise reliance``.

The rules of the file are written down in docs/reliance.md.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.content.csv_reader import Problems, Table, opened
from tutor.core.reliance.counts import Tally, tally
from tutor.core.reliance.encounters import UNAIDED, Encounters
from tutor.core.reliance.measures import Scores, each, pooled, score
from tutor.errors import BadFile, BadInput
from tutor.services.answer_columns import BAD, EMPTY, Judged, Names, Truths

COLUMNS = ("person", "case", "initial", "advice", "final", "truth")
GROUP = "group"
SCORED = "scored"
_YES, _NO = {"", "NA", "1", "true", "yes"}, {"0", "false", "no"}
SEED = 20230327


@dataclass(frozen=True)
class RelianceReport:
    """A file scored: together, by group where it has groups, and by person.

    ``threshold`` is None where answers were compared as labels. ``notes`` are sentences about how
    the file was read.
    """

    name: str
    threshold: float | None
    notes: tuple[str, ...]
    pooled: Scores
    groups: tuple[tuple[str, Scores], ...]
    names: tuple[str, ...]
    counted: Tally

    def people(self) -> Iterator[tuple[str, Scores]]:
        """Each person's scores, in the order in which the file first names them."""
        return zip(self.names, each(self.counted), strict=True)


@dataclass(frozen=True)
class _Read:
    """The columns of a file as codes, with the line of each row."""

    encounters: Encounters
    cases: NDArray[np.int32]
    groups: NDArray[np.int32]
    lines: NDArray[np.int32]


def score_file(path: Path, threshold: float | None = None) -> RelianceReport:
    """Read and score a table with the columns ``COLUMNS``, and perhaps ``group`` and ``scored``.

    Raises:
        BadFile: the file, or rows of it, cannot be used; the lines are named.
        BadInput: the threshold is not a probability.

    """
    if threshold is not None and not (isfinite(threshold) and 0 <= threshold <= 1):
        raise BadInput("threshold", f"The threshold lies between 0 and 1; {threshold:g} does not.")
    with opened(path, (*COLUMNS, GROUP, SCORED)) as table:
        reading = _Reading(table, threshold)
        read = reading.read()
    stream = np.random.default_rng(SEED)
    counted = tally(read.encounters, len(reading.people.names))
    groups = [
        (name, score(read.encounters.where(read.groups == code), stream))
        for code, name in enumerate(reading.groups.names)
    ]
    return RelianceReport(
        name=path.name,
        threshold=reading.judged.threshold if reading.judged.probabilities else None,
        notes=(*reading.notes(), *_never_alike(read.encounters)),
        pooled=pooled(counted, stream),
        groups=tuple(groups),
        names=tuple(reading.people.names),
        counted=counted,
    )


class _Reading:
    """One pass over a table."""

    def __init__(self, table: Table, threshold: float | None) -> None:
        self.table = table
        self.problems = Problems(table.name)
        self.where = _places(table)
        self.people, self.cases, self.groups = Names(), Names(), Names()
        decimal_comma = table.delimiter != ","
        self.judged = Judged(self.problems, threshold, decimal_comma)
        self.truths = Truths(self.problems)
        self.unscored = 0

    def read(self) -> _Read:
        """Every row as codes.

        Raises:
            BadFile: some rows cannot be used.

        """
        columns = tuple(array("i") for _ in range(8))
        person, case, initial, advice, final, truth, group, lines = columns
        at = [self.where[name] for name in COLUMNS]
        grouped = self.where.get(GROUP)
        for line, row in self._rows():
            cells = [row[place] for place in at]
            codes = (
                self.people.code(cells[0]),
                self.cases.code(cells[1]),
                self.judged.code(cells[2], line, "initial"),
                self.judged.code(cells[3], line, "advice"),
                self.judged.code(cells[4], line, "final"),
                self.truths.code(cells[5], line),
                0 if grouped is None else self.groups.code(row[grouped]),
            )
            if min(codes) < 0 and not self._usable(line, codes):
                continue
            for column, code in zip(columns, codes, strict=False):
                column.append(code)
            lines.append(line)
        if not lines and not self.problems.found:
            found = "no row that is scored" if self.unscored else "no row of judgments"
            raise BadFile(f"{self.table.name} holds a header and {found}.")
        i, a, f, t = self._coded(initial, advice, final, truth)
        read = _Read(
            Encounters.of_codes(_codes(person), i, a, f, t),
            _codes(case),
            _codes(group),
            _codes(lines),
        )
        self._no_pair_twice(read)
        self.problems.check()
        return read

    def notes(self) -> Iterator[str]:
        """How the file was read, where that was not a matter of course."""
        if self.table.guessed:
            yield "The file is not UTF-8; it was read as Windows-1252."
        if self.unscored:
            rows = "1 row is" if self.unscored == 1 else f"{self.unscored:,} rows are"
            yield f"{rows} left out, because the column scored says no."
        if alike := self.judged.differ_in_case():
            yield f"Labels that differ only in capitals count as different: {alike}."

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows to score, each with its line."""
        at = self.where.get(SCORED)
        for line, row in self._filled():
            said = "" if at is None else row[at].strip()
            if said.casefold() in _NO:
                self.unscored += 1
            elif said in _YES or said.casefold() in _YES:
                yield line, row
            else:
                self.problems.add(line, f"scored is {said}. It is yes, no or empty.")

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.table.columns)
        for line, row in self.table.rows:
            if len(row) == width:
                if not any(cell.strip() for cell in row):
                    continue
            elif len(row) < width or any(cell.strip() for cell in row[width:]):
                if any(cell.strip() for cell in row):
                    self.problems.add(
                        line, f"it has {len(row)} cells where the header has {width}."
                    )
                continue
            yield line, row

    def _usable(self, line: int, codes: tuple[int, ...]) -> bool:
        """Only advice may be empty, and the last answer with it: a case judged unaided."""
        by_name = dict(zip((*COLUMNS, GROUP), codes, strict=True))
        if by_name["advice"] == EMPTY:
            del by_name["advice"], by_name["final"]
        missing = [name for name, code in by_name.items() if code == EMPTY]
        for name in missing:
            self.problems.add(line, f"{name} is empty.")
        return not missing and BAD not in codes

    def _coded(self, *columns: array[int]) -> list[NDArray[np.int32]]:
        """The judged columns, then truth, in one code; an empty one becomes ``UNAIDED``."""
        *judged, truth = (_codes(column) for column in columns)
        answers = self.judged.settle(self.truths.only_sides)
        truths = self.truths.settle(self.judged)
        return [*(_translated(column, answers) for column in judged), _translated(truth, truths)]

    def _no_pair_twice(self, read: _Read) -> None:
        keys = read.encounters.person.astype(np.int64) * len(self.cases.names) + read.cases
        order = np.argsort(keys, kind="stable")
        again = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
        for at in sorted(again.tolist(), key=lambda at: order[at]):
            row, before = order[at], order[at - 1]
            person = self.people.names[read.encounters.person[row]]
            case = self.cases.names[read.cases[row]]
            self.problems.add(
                int(read.lines[row]),
                f"person {person} judges case {case} again, after line {read.lines[before]}. "
                "Keep one of the two, or give the second case a name of its own.",
            )


def _never_alike(read: Encounters) -> Iterator[str]:
    said = (read.initial, read.advice, read.final)
    if not any((column == read.sound).any() for column in said):
        yield "No answer ever equals the truth. Are answers and truth written alike?"


def _places(table: Table) -> dict[str, int]:
    """Where each column stands.

    Raises:
        BadFile: one is missing, or there twice.

    """
    known = [name for name in (*COLUMNS, GROUP, SCORED) if name in table.columns]
    missing = [name for name in COLUMNS if name not in known]
    start = f"{table.name}, line {table.header_line}: "
    if missing:
        here = " ".join(", ".join(filter(None, table.columns)).split())
        raise BadFile(
            f"{start}missing {_listed(missing)}. The first line names the columns "
            f"{', '.join(COLUMNS)}; here it names {here}."
        )
    if twice := [name for name in known if table.columns.count(name) > 1]:
        raise BadFile(f"{start}{_listed(twice)} stands there twice.")
    return {name: table.columns.index(name) for name in known}


def _listed(names: list[str]) -> str:
    kind = "column" if len(names) == 1 else "columns"
    return f"{kind} {', '.join(names)}"


def _codes(column: array[int]) -> NDArray[np.int32]:
    return np.array(column, dtype=np.int32)


def _translated(codes: NDArray[np.int32], into: list[int]) -> NDArray[np.int32]:
    return np.array([*into, UNAIDED], dtype=np.int32)[codes]
