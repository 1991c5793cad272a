"""Where a text stands in a database: every column of every table is looked through."""

from __future__ import annotations

from sqlalchemy import select

import tutor.store.class_tables  # noqa: F401 its tables belong to the metadata
from tutor.store.database import Database
from tutor.store.tables import metadata


def traces(database: Database, *texts: str) -> set[str]:
    """The ``table.column`` names whose values hold one of ``texts``, letter case apart."""
    found = set()
    with database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    if any(text.casefold() in str(value).casefold() for text in texts):
                        found.add(f"{table.name}.{column}")
    return found
