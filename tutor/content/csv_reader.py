"""A table too large to be held, read row by row under the rules of ``core.text_encoding``.

Commas or semicolons, any usual encoding, rows with true lines.
"""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from tutor.core.text_encoding import DELIMITERS, MARKS, SEPARATOR_LINE, WINDOWS, clean
from tutor.errors import BadFile

BLOCK = 1 << 20
SAID = 20

__all__ = ["SAID", "Problems", "Table", "clean", "opened", "read_text"]


@dataclass
class Problems:
    """What is wrong with a file, line by line; the first ``SAID`` are said, the rest counted."""

    name: str
    found: list[tuple[int, str]] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, message: str) -> None:
        """Note a problem at a line, counted from 1 as an editor does."""
        if len(self.found) < SAID:
            self.found.append((line, message))
        else:
            self.more += 1

    def check(self) -> None:
        """Raises: BadFile: there is a problem; every line said."""
        if not self.found:
            return
        said = [f"{self.name}, line {line}: {message}" for line, message in sorted(self.found)]
        if self.more:
            said.append(f"And {self.more} more lines like these.")
        raise BadFile("\n".join(said))


@dataclass(frozen=True)
class Table:
    """An open table. ``columns`` are its header's names, cleaned and in lower case.

    ``header`` is the first row as it stands.
    """

    name: str
    columns: tuple[str, ...]
    header_line: int
    delimiter: str
    encoding: str
    rows: Iterator[tuple[int, list[str]]]
    header: tuple[str, ...] = ()

    @property
    def guessed(self) -> bool:
        """Whether the encoding is what was left when it was not Unicode."""
        return self.encoding == WINDOWS


@contextmanager
def opened(path: Path, wanted: tuple[str, ...]) -> Iterator[Table]:
    """A file as a table; of the delimiters, the one that finds most of the ``wanted`` columns.

    Where none is named, the one that finds most columns.

    Rows come as (the line they begin on, cells), blank ones left out.

    Raises:
        BadFile: it is not there, not a file, not text, or empty; and, while rows are read, where
            a quotation mark is not closed.

    """
    with _binary(path) as file:
        encoding = _encoding(file, path.name)
        file.seek(0)
        with io.TextIOWrapper(file, encoding, newline="") as text:
            yield _table(text, path.name, encoding, wanted)


def read_text(path: Path) -> str:
    """The whole of a small text file, in whatever usual encoding.

    Raises:
        BadFile: it is not there, not a file, not text, or empty.

    """
    with _binary(path) as file:
        encoding = _encoding(file, path.name)
        file.seek(0)
        return file.read().decode(encoding)


@contextmanager
def _binary(path: Path) -> Iterator[BinaryIO]:
    """The file, or a copy of what comes through a pipe: it is read twice."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise BadFile(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise BadFile(f"{path} is a directory. Name a file in it.") from None
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        if file.seekable():
            yield file
        else:
            with tempfile.TemporaryFile() as kept:
                shutil.copyfileobj(file, kept)
                kept.seek(0)
                yield kept


def _encoding(file: BinaryIO, name: str) -> str:
    start = file.read(4)
    if not start:
        raise BadFile(f"{name} is empty.")
    if start.startswith(b"PK\x03\x04"):
        raise BadFile(f"{name} is a workbook or archive, not text. Save it as CSV (UTF-8).")
    for mark, encoding in MARKS:
        if start.startswith(mark):
            marked = "utf-8-sig" if encoding == "utf-8" else "utf-16"  # which passes the mark over
            _hold(file, name, marked)
            return marked
    try:
        _hold(file, name, "utf-8")
    except BadFile:
        _hold(file, name, WINDOWS)
        return WINDOWS
    return "utf-8"


def _hold(file: BinaryIO, name: str, encoding: str) -> None:
    """Raises: BadFile: the bytes are not text in this encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            if "\0" in decoder.decode(block):
                raise BadFile(f"{name} is not text that can be read. Save it as CSV (UTF-8).")
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise BadFile(f"{name} is not text in {encoding}. Save it as CSV (UTF-8).") from None


def _table(text: io.TextIOWrapper, name: str, encoding: str, wanted: tuple[str, ...]) -> Table:
    lines: Iterator[str] = iter(text)
    first, before = next(lines, ""), 0
    delimiters: tuple[str, ...] = DELIMITERS
    if told := SEPARATOR_LINE.fullmatch(first):  # a line by which Excel is told
        delimiters, before, first = (told[1],), 1, next(lines, "")
    while first and not first.strip():
        before, first = before + 1, next(lines, "")
    if not first:
        raise BadFile(f"{name} is empty.")

    def split(delimiter: str) -> tuple[str, ...]:
        (cells,) = csv.reader([first], delimiter=delimiter)
        return tuple(clean(cell).lower() for cell in cells)

    def fits(delimiter: str) -> int:
        names = {*split(delimiter)}
        return len(names & {*wanted}) if wanted else len(names)

    delimiter = max(delimiters, key=fits)
    rows = _rows(chain([first], lines), before, delimiter, name)
    header_line, cells = next(rows)
    columns = tuple(clean(cell).lower() for cell in cells)
    return Table(name, columns, header_line, delimiter, encoding, rows, tuple(cells))


def _rows(
    lines: Iterator[str], before: int, delimiter: str, name: str
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = before + 1
    try:
        for row in reader:
            if any(row):
                yield line, row
            line = before + reader.line_num + 1
    except csv.Error:
        raise BadFile(
            f"{name}, line {line}: a quotation mark is opened and not closed, or stands in the "
            'middle of a cell. Write a quoted cell as "…", with "" for a mark inside it.'
        ) from None
