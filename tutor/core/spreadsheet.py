"""Tables of our own as text that a spreadsheet opens, and no cell of which it runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BOM = "\ufeff"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
# Where a spreadsheet that separates by semicolons, or by lines, would begin a cell of its own.
_SPLIT = re.compile(
    r"""(?<=[\s\S])([;\t\r\n][\s"']*)(?=[=@]|[+-](?!\d+(?:[.,]\d+)?%?\s*(?:[;\r\n]|$)))"""
)

Value = str | float | int | None


@dataclass(frozen=True)
class CsvStyle:
    """How a table is written as text: what stands between cells, and the decimal sign."""

    delimiter: str = ","
    decimal: str = "."


PLAIN = CsvStyle()


class Written(list[str]):
    """What a writer has written, piece by piece."""

    write = list.append


def safe(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run; numbers and a lone dash stay as they are.

    A spreadsheet set to semicolons reads ``a;=1+1`` as two cells, so what follows a semicolon, a
    tab or a line's end is held as well.
    """
    cell = _SPLIT.sub(r"\1'", cell)
    runs = cell.startswith(_DANGEROUS) and cell != "-" and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def table(header: Sequence[str], rows: Iterable[Sequence[object]], style: CsvStyle = PLAIN) -> str:
    """A table as text: a byte-order mark, CRLF, no cell that runs, numbers in the style's sign."""
    out = Written()
    writer = csv.writer(out, lineterminator="\r\n", delimiter=style.delimiter)
    writer.writerow([safe(cell) for cell in header])
    for row in rows:
        writer.writerow([_cell(cell, style) for cell in row])
    return BOM + "".join(out)


def _cell(cell: object, style: CsvStyle) -> object:
    if isinstance(cell, str):
        return safe(cell)
    if isinstance(cell, float):
        return f"{cell:.12g}".replace(".", style.decimal)
    return cell
