"""A table as an Excel workbook: numbers are numbers, and all else is text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from tutor.core.spreadsheet import Value

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
WIDEST = 50


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet of that title, its header held in place; 00417 stays 00417."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(title)
        widths = [len(name) for name in header]
        for at, name in enumerate(header):
            sheet.write_string(0, at, name, bold)
        for line, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                widths[at] = max(widths[at], len(str(value)))
                if isinstance(value, (int, float)):
                    sheet.write_number(line, at, value)
                elif value:
                    sheet.write_string(line, at, value[:LONGEST_CELL])
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(width, WIDEST) + 2)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
