"""Tables that a pack ships: columns that could name a person do not belong there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tutor.content.csv_reader import opened
from tutor.content.form.files import files_of
from tutor.content.identifiers import names_people, what_identifies
from tutor.content.pack import COHORT, TABLE, Pack, Problem
from tutor.content.rules import Rule
from tutor.errors import BadFile

ROWS = 2_000  # looked at
WHY = "Take the column out: every page says that patients are synthetic, and it helps nobody."


def table_problems(pack: Pack) -> Iterator[Problem]:
    """Columns of the pack's CSV files that identify by their name or by what they hold."""
    for path in files_of(pack.root):
        if path.suffix.lower() == ".csv":
            yield from _of_table(path, path.relative_to(pack.root).as_posix())


def _of_table(path: Path, name: str) -> Iterator[Problem]:
    try:
        with opened(path, ()) as table:
            rows = [row for _, row in islice(table.rows, ROWS) if len(row) == len(table.columns)]
            columns, line = table.columns, table.header_line
    except BadFile:
        return  # whoever reads the table says so
    keeps_together = _keeps_together(path)
    for at, column in enumerate(columns):
        if column == keeps_together:
            continue
        if names_people(column):
            what = f"The column {column!r} is called as one is that identifies people."
            yield Problem(name, column, what, WHY, line, rule=Rule.IDENTIFYING_COLUMN)
        elif found := what_identifies({row[at] for row in rows}, len(rows)):
            what = f"The column {column!r} seems to hold {found}."
            yield Problem(name, column, what, WHY, line, rule=Rule.IDENTIFYING_COLUMN)


def _keeps_together(path: Path) -> str:
    """The column whose rows stay in one part; it may be a number for each person."""
    if path.name != COHORT:
        return ""
    try:
        said = tomllib.loads((path.parent / TABLE).read_text(encoding="utf-8-sig"))
        return str(said["split"]["by"]).lower()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return ""
