"""Cells of a table's column → numbers with their unit, range and words, or why it is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.content import clinical_words, identifiers
from tutor.content.known_findings import known_finding, parted

MISSING = {"", "na", "n/a", "nan", "null", "none", ".", "?", "-", "missing", "#n/a"}
MOST_MISSING = 0.2  # of the rows; a column that lacks more is left out
MOST_WORDS = 12
MOST_DECIMALS = 4
FEW = 8  # whole numbers so few that they may be codes
PAIRS = (
    ("no", "yes"), ("false", "true"), ("f", "t"), ("n", "y"), ("absent", "present"),
    ("negative", "positive"), ("neg", "pos"), ("0", "1"), ("0.0", "1.0"), ("nein", "ja"),
    ("non", "oui"), ("falsch", "wahr"),
)  # fmt: skip
SEXES = (("male", "female"), ("m", "f"), ("man", "woman"), ("m", "w"))
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class ColumnKind:
    """A column as it is understood: ``values`` have shape ``(n,)`` and are NaN where missing."""

    header: str
    label: str
    values: Numbers
    unit: str = ""
    decimals: int = 0
    reference: tuple[float, float] | None = None
    bounds: tuple[float, float] | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A column that cannot be a finding, and why, as the end of a sentence."""

    header: str
    why: str


def column_kind(header: str, cells: Sequence[str], comma: bool) -> ColumnKind | LeftOut:
    """What a column is; ``comma`` says that a comma is no decimal sign here."""
    often = Counter(cells)
    different = {cell: cell.strip() for cell in often}
    said = {text.lower() for text in different.values()} - MISSING
    missing = sum(n for cell, n in often.items() if different[cell].lower() in MISSING)
    if why := _unusable(header, said, missing, len(cells)):
        return LeftOut(header, why)
    if len(said) == 2 and (pair := _pair(header, said)):
        return _coded(header, cells, different, *pair)
    numbers = {cell: _number(text, comma) for cell, text in different.items()}
    if None not in numbers.values():
        return _numeric(header, cells, {c: v for c, v in numbers.items() if v is not None})
    if len(said) > MOST_WORDS:
        odd = next(text for cell, text in different.items() if numbers[cell] is None)
        return LeftOut(header, f"it holds {len(said):,} different texts, such as {odd[:20]!r}")
    order = sorted(said)
    spelled = {text.lower(): text for text in sorted(different.values())}
    return _coded(header, cells, different, tuple(order), tuple(spelled[word] for word in order))


def _unusable(header: str, said: set[str], missing: int, rows: int) -> str:
    if identifiers.names_people(header):
        return "its name is that of an identifier"
    if missing > MOST_MISSING * rows:
        return f"{missing:,} of {rows:,} cells are empty"
    if len(said) < 2:
        return "it holds one value only"
    if found := identifiers.what_identifies(said, rows):
        return f"it seems to hold {found}"
    return ""


def _pair(header: str, said: set[str]) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """The two texts, the affirmative last, and the words for them."""
    if re.search(r"sex|gender", header, re.IGNORECASE):
        for pair in SEXES:
            if said == {*pair}:
                return pair, ("male", "female")
    for pair in PAIRS:
        if said == {*pair}:
            return pair, ("no", "yes")
    return None


def _coded(
    header: str,
    cells: Sequence[str],
    different: dict[str, str],
    order: tuple[str, ...],
    words: tuple[str, ...],
) -> ColumnKind:
    code = {word: float(at) for at, word in enumerate(order)}
    values = {cell: code.get(text.lower(), np.nan) for cell, text in different.items()}
    return ColumnKind(
        header,
        clinical_words.label(header),
        np.array([values[cell] for cell in cells]),
        words=words,
    )


def _number(text: str, comma: bool) -> float | None:
    """The number; NaN where it is missing, None where it is none."""
    if text.lower() in MISSING:
        return np.nan
    try:
        value = float(text if comma else text.replace(",", "."))
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in text else None


def _numeric(header: str, cells: Sequence[str], numbers: dict[str, float]) -> ColumnKind | LeftOut:
    values = np.array([numbers[cell] for cell in cells])
    there = values[~np.isnan(values)]
    steps = np.diff(there)
    if len(there) > FEW and (steps == 1).all():
        return LeftOut(header, "it counts the rows")
    low, high = float(there.min()), float(there.max())
    name, unit = parted(header)
    decimals = min(max(map(_decimals, numbers)), MOST_DECIMALS)
    known = known_finding(name, unit, low, high)
    label, reference = clinical_words.label(name), None
    if known is not None:
        label, unit, reference = known.label, known.unit, known.reference
    step = 10.0 ** np.floor(np.log10(max(high - low, 1.0)))
    bounds = (float(np.floor(low / step) * step), float(np.ceil(high / step) * step))
    if known is not None:
        bounds = (max(bounds[0], known.possible[0]), min(bounds[1], known.possible[1]))
    return ColumnKind(header, label, values, unit, decimals, reference, bounds)


def _decimals(cell: str) -> int:
    if "e" in cell.lower():
        return MOST_DECIMALS
    return len(re.split(r"[.,]", cell.strip())[1]) if re.search(r"[.,]", cell) else 0
