"""The rows of a file of judgments without what other programs add: header lines and row names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from tutor.content.csv_reader import Problems, Table
from tutor.errors import BadFile

LOOKED_AT = 1_000
QUALTRICS_LINES = 3
_IMPORT_ID = re.compile(r"\s*\{.?.?ImportId\b", re.IGNORECASE)


@dataclass
class JudgmentRows:
    """The rows of ``table``, each as wide as its header, with its line.

    What is wrong with a row goes to ``problems``; ``notes`` are sentences about what was passed
    over.
    """

    table: Table
    problems: Problems
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Raises: BadFile: the header is one cell short, and it cannot be told why."""
        filled = ((line, row) for line, row in self.table.rows if any(c.strip() for c in row))
        first = self._without_questions(list(islice(filled, LOOKED_AT)))
        width = len(self.table.columns)
        named = self._has_row_names([row for _, row in first])
        for line, row in chain(first, filled):
            cells = row[1:] if named else row
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                there = "1 cell" if len(row) == 1 else f"{len(row)} cells"
                self.problems.add(line, f"it has {there} where the header has {width}.")
            else:
                yield line, cells

    def _without_questions(self, rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
        """Without the two lines that Qualtrics writes below its header."""
        for at, (_, row) in enumerate(rows[:QUALTRICS_LINES]):
            if any(_IMPORT_ID.match(cell) for cell in row):
                lines = " and ".join(str(line) for line, _ in rows[: at + 1])
                kind = "lines" if at else "line"
                self.notes.append(f"Qualtrics's further header {kind} {lines} passed over.")
                return rows[at + 1 :]
        return rows

    def _has_row_names(self, rows: list[list[str]]) -> bool:
        """Whether R has written a name before each row, and none into the header."""
        width = len(self.table.columns)
        if not rows or any(len(row) != width + 1 for row in rows):
            return False
        firsts, filled = [row[0].strip() for row in rows], any(row[-1].strip() for row in rows)
        if filled and firsts == [str(n) for n in range(1, len(rows) + 1)]:
            self.notes.append("The first cell of each row is a row name that R wrote: passed over.")
            return True
        if len(set(firsts)) < len(firsts) and not filled:
            return False  # no row names, which R never writes twice: a delimiter at each row's end
        raise BadFile(
            f"{self.table.name}, line {self.table.header_line}: the header has {width} cells, but "
            f"every row has {width + 1}. If R wrote row names, use row.names = FALSE. If not, give "
            "every column a name, and put quotes around a cell that holds the delimiter."
        )
