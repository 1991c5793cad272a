"""Columns that could name a person: by what they are called, or by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Collection

_NAMES = re.compile(
    r"(?:^|_)(?:mrn|ssn|nhs|passport|dob|e_?mail|(?:tele|mobile_?)?phone|address|street|postcode"
    r"|zip(?:_?code)?|surname|forename|maiden|initials|birth_?(?:date|day)|date_?of_?birth"
    r"|(?:first|middle|last|family|given|full|patient|maiden)_?names?"
    r"|(?:record|hospital|chart|case|patient|subject|person|study|nhs|chi|medicare|mobile)"
    r"_?(?:no|nr|num|number|id))(?:_|$)"
    r"|^(?:names?|id|uid|uuid|guid|unnamed_0|row_?(?:id|names?|no|number)|index)$"
)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ].*)?|\d\d?[./]\d\d?[./]\d{2,4}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}(?:[ ,.'’-]+[^\W\d_]+)+")
MOSTLY = 0.9  # share of the cells that must look alike
FEW = 20  # different texts from which on each row may have its own


def names_people(column: str) -> bool:
    """Whether a column is called as one is that identifies people: ``mrn``, ``date_of_birth``."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", "_", column).strip("_").lower()
    return _NAMES.search(plain) is not None


def what_identifies(cells: Collection[str], rows: int) -> str:
    """What the different ``cells`` of a column of ``rows`` rows seem to be; empty if nothing.

    Dates, e-mail addresses, or texts of several words of which nearly every row has its own.
    """
    some = [cell.strip() for cell in cells if cell.strip()][:2_000]
    if not some:
        return ""
    for pattern, what in ((_DATE, "dates"), (_ADDRESS, "e-mail addresses")):
        if sum(pattern.fullmatch(cell) is not None for cell in some) >= MOSTLY * len(some):
            return what
    if len(cells) >= max(MOSTLY * rows, FEW):
        if sum(_WORDS.fullmatch(cell) is not None for cell in some) >= MOSTLY * len(some):
            return "names"
        if not any(_number(cell) for cell in some):
            return "record numbers"
    return ""


def _number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
