"""A table of text as people save it, which can go back byte for byte but for the cells changed.

One reader for class lists and gradebooks: UTF-8 with or without a byte-order mark, UTF-16 with its
mark, else Windows-1252 (which is told, because it is a guess); comma, semicolon, tab, bar or colon.
Tables too large for memory are read by ``content.csv_reader`` under the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from tutor.core import text_encoding
from tutor.core.text_encoding import SEPARATOR_LINE, Decoded, decode
from tutor.errors import BadFile

# In order of trust where two would do: numbers and names hold commas. Moodle may write a colon.
DELIMITERS = (*sorted(text_encoding.DELIMITERS, key="\t;|,".index), ":")
SAMPLE = 50
# The delimiter is chosen from so many characters, and from so many rows with those that are blank.
PREFIX = 100_000
PREFIX_ROWS = 1_000
# What one table may be, so that reading it takes a second and not the service. The longest cell is
# a spreadsheet's own longest.
MOST_ROWS = 20_000
MOST_COLUMNS = 500
MOST_CELLS = 500_000
LONGEST_CELL = 32_767
LONGEST_TITLE = 1_000
# What copying from a web page leaves around a name and nobody sees. Two more, the joiners U+200C
# and U+200D, are letters' own in Persian, Hindi or Sinhala where they stand between letters.
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
JOINERS = "\u200c\u200d"
# Joiners are passed over; a typographic apostrophe or hyphen is as good as a typed one.
_COMPARED = str.maketrans({**dict.fromkeys(JOINERS), "’": "'", "ʼ": "'", "‐": "-", "‑": "-"})
_STRAY = re.compile(rf"(?:(?<=\s)|^)[{JOINERS}]+|[{JOINERS}]+(?=\s|$)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"[ ]*')


def one_line(cell: str) -> str:
    """A cell as it is shown: composed, space folded, nothing unseen but joiners in words."""
    seen = UNSEEN.sub("", cell)
    spaced = " ".join(seen.split())
    return unicodedata.normalize("NFC", _STRAY.sub("", spaced).strip())


def typed_line(text: str) -> str:
    """What somebody typed as one line; what cannot be seen is a space, but for letters' joiners."""
    seen = UNSEEN.sub("", text)
    return one_line("".join(ch if ch.isprintable() or ch in JOINERS else " " for ch in seen))


def key(cell: str) -> str:
    """A cell as it is compared: as shown, without joiners, folded to one case."""
    shown = one_line(cell).translate(_COMPARED)
    return unicodedata.normalize("NFC", shown.casefold())


@dataclass(frozen=True)
class Cell:
    """A cell's text without its quotation marks, and where it stands in the table's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Row:
    """The cells of a row, and the line on which it begins, from 1."""

    line: int
    cells: tuple[Cell, ...]

    def text(self, at: int) -> str:
        """The cell at a column as it stands there; empty beyond the row's end."""
        return self.cells[at].text if 0 <= at < len(self.cells) else ""

    def shown(self, at: int) -> str:
        """The cell at a column as it is shown."""
        return one_line(self.text(at))

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any cell."""
        return not any(cell.text and one_line(cell.text) for cell in self.cells)


@dataclass(frozen=True)
class CsvTable:
    """A table read whole: its header, the rows below it that are not blank, and its own text."""

    source: Decoded
    name: str
    delimiter: str
    header: Row
    rows: tuple[Row, ...]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The header's names as they are compared."""
        return tuple(key(cell.text) for cell in self.header.cells)

    @property
    def titles(self) -> tuple[str, ...]:
        """The header's names as they are shown."""
        return tuple(one_line(cell.text) for cell in self.header.cells)

    @cached_property
    def ends_in_delimiters(self) -> bool:
        """Whether every row is longer than the header, as where each ends in a delimiter."""
        return all(len(row.cells) > len(self.header.cells) for row in self.rows)

    def is_shifted(self, row: Row) -> bool:
        """Whether a row's cells do not stand below their names, as after a comma without quotes."""
        beyond = row.cells[len(self.header.cells) :]
        longer = bool(beyond) and not self.ends_in_delimiters
        return longer or any(cell.text.strip() for cell in beyond)

    def changed(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """The table's bytes with some cells changed; ``cells`` by row (-1: header) and column.

        A cell beyond a row's end is added with the delimiters before it. All else is as it was.

        Raises:
            BadFile: a changed cell cannot be written in the table's encoding.
        """
        pieces, at = [], 0
        for start, end, text in sorted(self._edits(cells)):
            pieces += [self.source.text[at:start], text]
            at = end
        whole = "".join([*pieces, self.source.text[at:]])
        try:
            return self.source.mark + whole.encode(self.source.encoding)
        except UnicodeEncodeError as error:
            letter = whole[error.start]
            raise BadFile(
                f"{self.name} is saved in Windows-1252, which has no letter “{letter}”. Save it as "
                "CSV (UTF-8), or choose an existing column."
            ) from None

    def _edits(self, cells: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, int, str]]:
        beyond: dict[int, dict[int, str]] = {}
        for (number, column), text in cells.items():
            row = self._row(number)
            if column < len(row.cells):
                cell = row.cells[column]
                was_quoted = self.source.text[cell.start : cell.end].startswith('"')
                yield cell.start, cell.end, self._written(text, was_quoted)
            else:
                beyond.setdefault(number, {})[column] = text
        for number, more in beyond.items():
            row = self._row(number)
            added = [more.get(at, "") for at in range(len(row.cells), max(more) + 1)]
            text = "".join(self.delimiter + self._written(cell) for cell in added)
            yield row.cells[-1].end, row.cells[-1].end, text

    def _row(self, number: int) -> Row:
        return self.header if number < 0 else self.rows[number]

    def _written(self, text: str, quoted: bool = False) -> str:
        if quoted or any(ch in text for ch in f'"\r\n{self.delimiter}'):
            return '"' + text.replace('"', '""') + '"'
        return text


class _TooWide(BadFile):
    """A row has more cells than a table may have columns."""


def read_table(data: bytes | str, name: str, wanted: Iterable[str] = ()) -> CsvTable:
    """A table from a file's bytes, or from text that was pasted.

    ``wanted`` are names of columns, as ``key`` makes them: the delimiter that finds most of them is
    taken, and of equals the one by which most rows are as wide as the header.

    Raises:
        BadFile: it is no text, empty, larger than a table may be (the bound is named), or a
            quotation mark is not closed (its line is named).
    """
    source, delimiter, records = _opened(data, name, wanted)
    rows: list[Row] = []
    cells = 0
    for count, row in enumerate(records):
        cells += len(row.cells)
        if count > MOST_ROWS or cells > MOST_CELLS:
            bound = f"{MOST_ROWS:,} rows" if count > MOST_ROWS else f"{MOST_CELLS:,} cells"
            raise BadFile(f"{name} has more than {bound}. Delete what is not needed, or split it.")
        if not row.is_blank:
            rows.append(row)
    if not rows:
        raise BadFile(f"{name} is empty.")
    _check_titles(rows[0], name)
    return CsvTable(source, name, delimiter, rows[0], tuple(rows[1:]))


def read_titles(data: bytes | str, name: str) -> tuple[str, ...]:
    """The header's names as they are shown; nothing below the header is read.

    Raises:
        BadFile: there is no header that can be read.
    """
    _, _, records = _opened(data, name, ())
    header = next((row for row in islice(records, MOST_ROWS) if not row.is_blank), None)
    if header is None:
        raise BadFile(f"{name} is empty.")
    _check_titles(header, name)
    return tuple(one_line(cell.text) for cell in header.cells)


def _check_titles(header: Row, name: str) -> None:
    if any(len(cell.text) > LONGEST_TITLE for cell in header.cells):
        raise BadFile(
            f"{name}, line {header.line}: the name of a column is longer than "
            f"{LONGEST_TITLE:,} characters. The first line must name the columns."
        )


def _opened(
    data: bytes | str, name: str, wanted: Iterable[str]
) -> tuple[Decoded, str, Iterator[Row]]:
    """The text, its delimiter, and its rows, which are read as they are asked for."""
    if isinstance(data, str):
        source = Decoded(data.lstrip("\ufeff").replace("\0", ""), "utf-8", b"")
        if not source.text.strip():
            raise BadFile(f"{name} is empty.")
    else:
        source = decode(data, name)
    told = SEPARATOR_LINE.match(source.text)
    start, line = (told.end(), 2) if told else (0, 1)
    candidates = [told[1]] if told else DELIMITERS
    delimiter = _best(source.text, start, candidates, frozenset(wanted))
    return source, delimiter, _records(source.text, start, line, delimiter, name)


def _best(text: str, start: int, candidates: Sequence[str], wanted: frozenset[str]) -> str:
    """The delimiter that makes most of the first rows; a column alone is read as if by tabs."""

    def fit(delimiter: str) -> tuple[int, int, int]:
        rows: list[Row] = []
        broken = 0
        try:
            for row in islice(_records(text, start, 1, delimiter, ""), PREFIX_ROWS):
                if not row.is_blank:
                    rows.append(row)
                if len(rows) == SAMPLE or row.cells[-1].end > start + PREFIX:
                    break
        except _TooWide:
            if not rows:
                return (0, 0, MOST_COLUMNS)
            broken = 1
        except BadFile:
            broken = 1
        if not rows:
            return (0, -1, 0)
        titles = [cell.text for cell in rows[0].cells if len(cell.text) <= LONGEST_TITLE]
        header = {key(title) for title in titles}
        width = len(rows[0].cells)
        if width == 1:
            return (len(header & wanted), -1, delimiter == "\t")
        alike = sum(len(row.cells) == width for row in rows)
        return (len(header & wanted), (100 * alike) // (len(rows) + broken), width)

    return max(candidates, key=fit)


def _records(text: str, start: int, line: int, delimiter: str, name: str) -> Iterator[Row]:
    """Rows with their lines; a quoted cell may run over several.

    Raises:
        BadFile: a quotation mark is not closed, something follows it in its cell, or a cell or a
            row is longer than it may be.
    """
    cell_at = _cell_reader(text, delimiter, name)
    at, size = start, len(text)
    while at < size:
        cells: list[Cell] = []
        begins = line
        while True:
            cell, lines = cell_at(at, begins)
            cells.append(cell)
            at, line = cell.end, line + lines
            if not text.startswith(delimiter, at):
                break
            if len(cells) == MOST_COLUMNS:
                raise _TooWide(
                    f"{name}, line {begins}: there are more than {MOST_COLUMNS} columns. Delete "
                    "the columns that are not needed."
                )
            at += len(delimiter)
        ended = _LINE_END.match(text, at)
        at, line = (ended.end(), line + 1) if ended else (size, line)
        yield Row(begins, tuple(cells))


def _cell_reader(text: str, delimiter: str, name: str) -> Callable[[int, int], tuple[Cell, int]]:
    """What reads the cell that begins at a place of a row's line, and how many lines end in it.

    No cell is looked at beyond its bound, so that what is never closed costs no more than that.
    """
    bare = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    after, size = f"{delimiter}\r\n", len(text)

    def cell_at(at: int, line: int) -> tuple[Cell, int]:
        bound = at + LONGEST_CELL + 3  # its quotation marks, and one more
        quoted = text.startswith('"', at)
        match = (_QUOTED if quoted else bare).match(text, at, bound)
        end = match.end() if match else bound
        if end >= bound and size >= bound:
            raise BadFile(
                f"{name}, line {line}: a cell is longer than {LONGEST_CELL:,} characters. Shorten "
                "it. If it begins with a quotation mark, close the mark."
            )
        if match is None or (quoted and end < size and text[end] not in after):
            raise BadFile(
                f"{name}, line {line}: a quotation mark is opened and not closed, or stands in "
                'the middle of a cell. Write a quoted cell as "…", with "" for a mark inside it.'
            )
        if not quoted:
            return Cell(match[0], at, end), 0
        inside = match[1]
        return Cell(inside.replace('""', '"'), at, end), len(_LINE_END.findall(inside))

    return cell_at
