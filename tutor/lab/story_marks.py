"""The marks of a text: what can be counted in it, whatever it means.

Words, numbers, signs and capitals as they stand; which words follow each other, which open and
which close the text; and its length. Each mark is a column of 0 and 1 over the texts, so that an
exact test can hold it against the truth.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST = 4  # texts that have a mark, and that lack it, for it to be looked at
_KINDS = (
    "word",
    "number",
    "sign",
    "gap between words",
    "capitals",
    "first word",
    "last word",
    "end",
    "order",
)
LENGTHS = (0.2, 0.5, 0.8)  # quantiles from which a text is called long

_PIECE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*|\s{2,}|[^\w\s]|[^\S ]")


@dataclass(frozen=True)
class Marks:
    """Names of marks, as a sentence says them, and which text has which, shape ``(n, marks)``."""

    names: tuple[str, ...]
    has: Array


def marks_of(texts: Sequence[str]) -> Marks:
    """Every mark that some of the texts have and others lack; plainer kinds first.

    Of marks that the same texts have the first stands for all.
    """
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for at, text in enumerate(texts):
        for mark in _marks(text):
            found[mark].add(at)
    letters = np.array([len(text) for text in texts])
    for long in np.unique(np.quantile(letters, LENGTHS, method="nearest")):
        name = f"a length of {long} characters or more"
        found[len(_KINDS), name] |= {*np.flatnonzero(letters >= long)}
    names: list[str] = []
    columns: list[Array] = []
    known: set[bytes] = set()
    for kind, name in sorted(found):
        has = np.zeros(len(texts))
        has[list(found[kind, name])] = 1.0
        least = int(min(has.sum(), (1 - has).sum()))
        if least >= FEWEST and has.tobytes() not in known:
            known.add(has.tobytes())
            names.append(name)
            columns.append(has)
    return Marks(tuple(names), np.column_stack(columns) if columns else np.zeros((len(texts), 0)))


def _marks(text: str) -> set[tuple[int, str]]:
    """The marks of a text, each with the place of its kind among ``_KINDS``."""
    pieces = _PIECE.findall(text)
    words = [piece for piece in pieces if piece[0].isalnum()]
    lower = [word.lower() for word in words]
    marks = [_called(piece) for piece in pieces]
    marks += [("capitals", f"“{word}”") for word in words if word[1:] != word[1:].lower()]
    marks += [("order", f"“{one} {other}”") for one, other in pairwise(lower)]
    marks += [("first word", f"“{word}”") for word in lower[:1]]
    marks += [("last word", f"“{word}”") for word in lower[-1:]]
    marks += [("end", f"“{piece}”") for piece in pieces[-1:] if piece not in (*words, ".")]
    return {(_KINDS.index(kind), f"the {kind} {of}".strip()) for kind, of in marks}


def _called(piece: str) -> tuple[str, str]:
    """A piece's kind, and the piece as a sentence names it."""
    if piece[0].isdigit():
        return "number", piece
    if piece.isspace():
        return "gap between words", ""
    return "word" if piece[0].isalpha() else "sign", f"“{piece.lower()}”"
