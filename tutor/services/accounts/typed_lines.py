"""One line of text as a person types it."""

from __future__ import annotations

from tutor.core.csv_table import typed_line
from tutor.errors import BadInput


def one_line(field: str, value: str, missing: str) -> str:
    """One line of text as a person types it, without what cannot be seen.

    Raises:
        BadInput: nothing is left, or it is too long.
    """
    line = typed_line(value)
    if not line:
        raise BadInput(field, missing)
    if len(line) > 200:
        raise BadInput(field, "Use at most 200 characters.")
    return line


def read_line(wrong: dict[str, str], field: str, value: str, missing: str) -> str:
    """One line as :func:`one_line` reads it; what is wrong with it is noted, and it is empty."""
    try:
        return one_line(field, value, missing)
    except BadInput as error:
        wrong.update(error.errors)
        return ""
