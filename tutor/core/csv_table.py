"""A table of text as people save it, which can go back byte for byte but for the cells changed.

One reader for class lists and gradebooks: UTF-8 with or without a byte-order mark, UTF-16 with its
mark, else Windows-1252 (which is told, because it is a guess); comma, semicolon, tab, bar or colon.
Tables too large for memory are read by ``content.csv_reader`` under the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tutor.core import text_encoding
from tutor.core.text_encoding import SEPARATOR_LINE, Decoded, decode
from tutor.errors import BadFile

# In order of trust where two would do: numbers and names hold commas. Moodle may write a colon.
DELIMITERS = (*sorted(text_encoding.DELIMITERS, key="\t;|,".index), ":")
SAMPLE = 50
# What copying from a web page leaves around a name and nobody sees. Two more, the joiners U+200C
# and U+200D, are letters' own in Persian, Hindi or Sinhala where they stand between letters.
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
JOINERS = "\u200c\u200d"
# Joiners are passed over; a typographic apostrophe or hyphen is as good as a typed one.
_COMPARED = str.maketrans({**dict.fromkeys(JOINERS), "’": "'", "ʼ": "'", "‐": "-", "‑": "-"})
_STRAY = re.compile(rf"(?:(?<=\s)|^)[{JOINERS}]+|[{JOINERS}]+(?=\s|$)")
_LINE_END = re.compile(r"\r\n|\r|\n")


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
        return not any(one_line(cell.text) for cell in self.cells)


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


def read_table(data: bytes | str, name: str, wanted: Iterable[str] = ()) -> CsvTable:
    """A table from a file's bytes, or from text that was pasted.

    ``wanted`` are names of columns, as ``key`` makes them: the delimiter that finds most of them is
    taken, and of equals the one by which most rows are as wide as the header.

    Raises:
        BadFile: it is no text, empty, or a quotation mark is not closed (its line is named).
    """
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
    rows = [row for row in _records(source.text, start, line, delimiter, name) if not row.is_blank]
    if not rows:
        raise BadFile(f"{name} is empty.")
    return CsvTable(source, name, delimiter, rows[0], tuple(rows[1:]))


def _best(text: str, start: int, candidates: Sequence[str], wanted: frozenset[str]) -> str:
    """The delimiter that makes most of the first rows; a column alone is read as if by tabs."""

    def fit(delimiter: str) -> tuple[int, int, int]:
        rows: list[Row] = []
        broken = 0
        try:
            for row in _records(text, start, 1, delimiter, ""):
                if not row.is_blank:
                    rows.append(row)
                if len(rows) == SAMPLE:
                    break
        except BadFile:
            broken = 1
        if not rows:
            return (0, -1, 0)
        header = {key(cell.text) for cell in rows[0].cells}
        width = len(rows[0].cells)
        if width == 1:
            return (len(header & wanted), -1, delimiter == "\t")
        alike = sum(len(row.cells) == width for row in rows)
        return (len(header & wanted), (100 * alike) // (len(rows) + broken), width)

    return max(candidates, key=fit)


def _records(text: str, start: int, line: int, delimiter: str, name: str) -> Iterator[Row]:
    """Rows with their lines; a quoted cell may run over several.

    Raises:
        BadFile: a quotation mark is not closed, or something follows it in its cell.
    """
    bare = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    quoted = re.compile(r'"((?:[^"]|"")*)"[ ]*')
    at, size = start, len(text)
    while at < size:
        cells: list[Cell] = []
        begins = line
        while True:
            inside = quoted.match(text, at) if text.startswith('"', at) else None
            if inside and (inside.end() == size or text[inside.end()] in f"{delimiter}\r\n"):
                found, end = inside[1].replace('""', '"'), inside.end()
                line += len(_LINE_END.findall(inside[1]))
            elif text.startswith('"', at):
                raise BadFile(
                    f"{name}, line {begins}: a quotation mark is opened and not closed, or "
                    'stands in the middle of a cell. Write a quoted cell as "…", with "" for a '
                    "mark inside it."
                )
            else:
                match = bare.match(text, at)
                assert match is not None
                found, end = match[0], match.end()
            cells.append(Cell(found, at, end))
            at = end
            if not text.startswith(delimiter, at):
                break
            at += len(delimiter)
        ended = _LINE_END.match(text, at)
        at, line = (ended.end(), line + 1) if ended else (size, line)
        yield Row(begins, tuple(cells))
