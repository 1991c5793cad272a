"""A table as an Excel workbook: numbers are numbers, and all else is text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

from tutor.core.spreadsheet import Value

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
WIDEST = 50
# Excel has 1,048,576 rows, of which the header is one.
MOST_ROWS = 1_048_575


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet of that title, its header held in place; 00417 stays 00417."""
    import xlsxwriter  # two megabytes, which a server without downloads does without

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
                _write(sheet, line, at, value)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(width, WIDEST) + 2)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def write_workbook(
    file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> None:
    """Many rows in constant memory; what one sheet cannot hold stands on further ones."""
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})

        def begun(name: str) -> Any:
            sheet = book.add_worksheet(name)
            for at, column in enumerate(header):
                sheet.set_column(at, at, len(column) + 2)
                sheet.write_string(0, at, column, bold)
            sheet.freeze_panes(1, 0)
            return sheet

        sheet, number = begun(title), 1
        for count, row in enumerate(rows):
            if count >= number * MOST_ROWS:
                number += 1
                sheet = begun(f"{title} {number}")
            for at, value in enumerate(row):
                _write(sheet, count % MOST_ROWS + 1, at, value)


def _write(sheet: Any, line: int, at: int, value: Value) -> None:
    if isinstance(value, (int, float)):
        sheet.write_number(line, at, value)
    elif value:
        sheet.write_string(line, at, value[:LONGEST_CELL])
