"""Anyone's two-stage judgments, read from a table and scored: ``equipoise reliance``.

The rules of the file are written down in docs/reliance.md.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
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
from tutor.services.reports.answer_columns import BAD, EMPTY, Judged, Names, Truths
from tutor.services.reports.judgment_columns import COLUMNS, GROUP, OWN, SCORED, places
from tutor.services.reports.judgment_rows import JudgmentRows

FIRST_ROUND = ("", "1", "1.0")
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


def score_file(
    path: Path,
    threshold: float | None = None,
    scale: float | None = None,
    names: Mapping[str, str] | None = None,
) -> RelianceReport:
    """Read and score a table with the columns ``COLUMNS``, and perhaps ``group`` and ``scored``.

    ``scale`` is the number that means certainly present, 1 or 100 for instance; left out, it is
    found. ``names`` says what the file calls a column, where not as we do.

    Raises:
        BadFile: the file, or rows of it, cannot be used; the lines are named.
        BadInput: the threshold is not a probability, or the scale no number above 0.

    """
    if threshold is not None and not (isfinite(threshold) and 0 <= threshold <= 1):
        raise BadInput("threshold", f"The threshold lies between 0 and 1; {threshold:g} does not.")
    if scale is not None and not (isfinite(scale) and scale > 0):
        raise BadInput("scale", f"The scale is a number above 0, such as 100; {scale:g} is not.")
    names = names or {}
    with opened(path, (*COLUMNS, GROUP, SCORED, *names.values())) as table:
        reading = _Reading(table, places(table, names), threshold, scale)
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

    def __init__(
        self,
        table: Table,
        where: Mapping[str, int],
        threshold: float | None,
        scale: float | None,
    ) -> None:
        self.table = table
        self.problems = Problems(table.name)
        self.where = where
        self.rows = JudgmentRows(table, self.problems)
        self.people, self.cases, self.groups = Names(), Names(), Names()
        decimal_comma = table.delimiter != ","
        self.judged = Judged(self.problems, threshold, decimal_comma, scale)
        self.truths = Truths(self.problems)
        own = [table.columns.index(name) for name in OWN if name in table.columns]
        self.own = own if len(own) == len(OWN) else []
        self.unscored = self.later = self.ungrouped = 0

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
                self._case(cells[1], row),
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
            left_out = self.unscored or self.later
            found = "no row that is scored" if left_out else "no row of judgments"
            raise BadFile(f"{self.table.name} holds a header and {found}.")
        i, a, f, t = self._coded(initial, advice, final, truth)
        self.ungrouped = group.count(EMPTY) if grouped is not None else 0
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
            yield f"{_rows(self.unscored)} left out, because the column scored says no."
        yield from self.rows.notes
        if self.later:
            yield f"{_rows(self.later)} left out, because each repeats an earlier round."
        if self.ungrouped and self.groups.names:
            rows = "1 row has" if self.ungrouped == 1 else f"{self.ungrouped:,} rows have"
            yield f"{rows} no group and count among all only."
        for written, times in self.judged.missing.items():
            cells = "1 cell" if times == 1 else f"{times:,} cells"
            yield f"“{written}” in {cells} was read as no answer."
        if doubtful := self.judged.doubtful():
            yield (
                f"{', '.join(f'“{name}”' for name in doubtful)} was read as an answer. If it means "
                "that there is none, leave the cell empty."
            )
        if self.judged.probabilities and self.judged.scale not in (None, 1):
            yield f"Answers were read on a scale from 0 to {self.judged.scale:g}."
        if alike := self.judged.differ_in_case():
            yield f"Labels that differ only in capitals count as different: {alike}."

    def _case(self, cell: str, row: list[str]) -> int:
        """The code of a case; our own download numbers cases anew in each exercise."""
        if not self.own or not cell.strip():
            return self.cases.code(cell)
        assignment, exercise, _ = (row[at].strip() for at in self.own)
        return self.cases.code(" / ".join(filter(None, (assignment, exercise, cell.strip()))))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows to score, each with its line."""
        at = self.where.get(SCORED)
        for line, row in self.rows:
            said = "" if at is None else row[at].strip()
            if said.casefold() in _NO:
                self.unscored += 1
            elif said not in _YES and said.casefold() not in _YES:
                self.problems.add(line, f"scored is {said}. It is yes, no or empty.")
            elif self.own and row[self.own[-1]].strip() not in FIRST_ROUND:
                self.later += 1
            else:
                yield line, row

    def _usable(self, line: int, codes: tuple[int, ...]) -> bool:
        """Only a group and advice may be empty, and with advice the last answer: unaided."""
        by_name = dict(zip(COLUMNS, codes, strict=False))
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
        named = zip(COLUMNS[2:5], map(set, columns), strict=False)
        for name in self.judged.binary_columns(dict(named)):
            self.problems.add(
                self.table.header_line,
                f"{name} holds only 0 and 1, but other answers go up to {self.judged.scale:g}. "
                "Write all on one scale.",
            )
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


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _codes(column: array[int]) -> NDArray[np.int32]:
    return np.array(column, dtype=np.int32)


def _translated(codes: NDArray[np.int32], into: list[int]) -> NDArray[np.int32]:
    return np.array([*into, UNAIDED], dtype=np.int32)[codes]
