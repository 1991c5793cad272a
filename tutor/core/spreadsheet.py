"""Tables of our own as text that a spreadsheet opens, and no cell of which it runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

BOM = "\ufeff"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
# What begins a formula, as typed in any width, and what some spreadsheets pass over before it.
SIGNS = "-=@+＝＠＋－﹦﹫﹢﹣"
_BLANK = r"\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
_RUNS = re.compile(rf"[{_BLANK}]*[{SIGNS}]|[\t\r]")
# What a spreadsheet may take for a cell's end, as its user's country or a dialog has it.
_SEPARATORS = ",;|\t\r\n"

Value = str | float | int | None


@dataclass(frozen=True)
class CsvStyle:
    """How a table is written as text: what stands between cells, and the decimal sign."""

    delimiter: str = ","
    decimal: str = "."


PLAIN = CsvStyle()
CHUNK = 500


class Written(list[str]):
    """What a writer has written, piece by piece."""

    write = list.append


@cache
def _split(delimiter: str) -> re.Pattern[str]:
    """Where a spreadsheet that does not separate by the file's delimiter would begin a formula."""
    ends = _SEPARATORS.replace(",", "") if delimiter == "," else _SEPARATORS
    number = rf"[+-]\d+(?:[.,]\d+)?%?\s*(?:[{_SEPARATORS}]|$)"
    return re.compile(rf"""([{ends}][{_BLANK}"']*)(?!{number})(?=[{SIGNS}])""")


@lru_cache(maxsize=4_096)
def safe(cell: str, delimiter: str = ",") -> str:
    """A cell that a spreadsheet shows and does not run; numbers and a lone dash stay as they are.

    ``delimiter`` is that of the file: a cell that holds it is quoted. A spreadsheet set to
    semicolons reads ``a;=1+1`` as two cells, so what follows any other separator, or a line's end,
    is held as well.
    """
    cell = _split(delimiter).sub(r"\1'", cell)
    runs = _RUNS.match(cell) and cell != "-" and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def table(header: Sequence[str], rows: Iterable[Sequence[object]], style: CsvStyle = PLAIN) -> str:
    """A table as text: a byte-order mark, CRLF, no cell that runs, numbers in the style's sign."""
    return "".join(lines(header, rows, style))


def lines(
    header: Sequence[str], rows: Iterable[Sequence[object]], style: CsvStyle = PLAIN
) -> Iterator[str]:
    """The same as :func:`table`, some hundred rows at a time."""
    out = Written([BOM])
    writer = csv.writer(out, lineterminator="\r\n", delimiter=style.delimiter)
    writer.writerow([safe(cell, style.delimiter) for cell in header])
    for row in rows:
        writer.writerow([_cell(cell, style) for cell in row])
        if len(out) >= CHUNK:
            yield "".join(out)
            out.clear()
    yield "".join(out)


def _cell(cell: object, style: CsvStyle) -> object:
    if isinstance(cell, str):
        return safe(cell, style.delimiter)
    if isinstance(cell, float):
        return f"{cell:.12g}".replace(".", style.decimal)
    return cell
