"""Cells as codes: names, and answers that are labels or probabilities."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from tutor.content.csv_reader import Problems, clean

EMPTY = -1
BAD = -2
MISSING = ("", "NA")
KEPT = 100_000
DEFAULT_THRESHOLD = 0.5
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SIDES = {"1": 1, "true": 1, "yes": 1, "present": 1, "0": 0, "false": 0, "no": 0, "absent": 0}
_WHOLE = re.compile(r"(\d+)\.0+")


def answer(cell: str) -> str:
    """A cell as an answer: cleaned, and 1.0 (as tables with gaps are often saved) read as 1."""
    label = clean(cell)
    whole = _WHOLE.fullmatch(label)
    return whole[1] if whole else label


@dataclass
class Names:
    """Cleaned cells numbered in the order they come; ``EMPTY`` for an empty one or NA."""

    names: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def code(self, cell: str) -> int:
        """The cell's number."""
        found = self._seen.get(cell)
        if found is not None:
            return found
        name = clean(cell)
        if name in MISSING:
            return EMPTY
        code = self._codes.setdefault(name, len(self.names))
        if code == len(self.names):
            self.names.append(name)
        if len(self._seen) < KEPT:
            self._seen[cell] = code
        return code


class Judged:
    """The columns initial, advice and final: all labels, or all probabilities.

    What they are shows at the first text or the first number that is not whole. Whole numbers
    throughout are probabilities where truth is only ever 1 or 0, else labels. With a threshold
    given they are probabilities from the start.
    """

    def __init__(self, problems: Problems, threshold: float | None, decimal_comma: bool) -> None:
        self.threshold = DEFAULT_THRESHOLD if threshold is None else threshold
        self.probabilities: bool | None = None if threshold is None else True
        # Two codes are taken: 0 and 1 are the sides of the threshold.
        self.labels = Names(["", ""])
        self._problems = problems
        self._decimal_comma = decimal_comma
        self._seen: dict[str, int] = {}
        self._first: dict[int, tuple[int, str]] = {}
        self._decided = ""

    def code(self, cell: str, line: int, column: str) -> int:
        """A cell's code; ``EMPTY``; or ``BAD``, and then the problem is noted."""
        found = self._seen.get(cell)
        if found is not None:
            return found
        if self.probabilities:  # the usual case, in short: a file may hold millions of them
            try:
                number = float(cell)
            except ValueError:
                number = -1.0
            if 0 <= number <= 1 and "_" not in cell:
                return int(number >= self.threshold)
        found = self._new(cell, line, column)
        if found != BAD and len(self._seen) < KEPT:
            self._seen[cell] = found
        return found

    def _new(self, cell: str, line: int, column: str) -> int:
        label = answer(cell)
        if label in MISSING:
            return EMPTY
        number = self.number(label)
        fraction = number is not None and not number.is_integer()
        if self.probabilities is None and (number is None or fraction):
            self.probabilities = fraction
            self._decided = f"line {line} has {label}"
        if self.probabilities:
            return self._side(label, line, column)
        if fraction:
            self._mixed(label, line, column)
            return BAD
        code = self.labels.code(label)
        self._first.setdefault(code, (line, column))
        return code

    def _side(self, label: str, line: int, column: str) -> int:
        number = self.number(label)
        if number is None:
            self._mixed(label, line, column)
            return BAD
        if not 0 <= number <= 1:
            self._problems.add(
                line,
                f"{column} is {label}. A probability lies between 0 and 1; if these numbers are "
                "labels, put a letter before each.",
            )
            return BAD
        return int(number >= self.threshold)

    def _mixed(self, label: str, line: int, column: str) -> None:
        if self._decided:
            self._problems.add(
                line,
                f"{column} is {label}, but {self._decided}. Initial, advice and final are all "
                "labels or all probabilities.",
            )
        else:
            self._problems.add(
                line,
                f"{column} is {label}. With a threshold, answers are probabilities: numbers "
                "between 0 and 1, such as 0.7.",
            )

    def number(self, label: str) -> float | None:
        """The number a label is, with a decimal comma where the delimiter is not one."""
        written = label.replace(",", ".") if self._decimal_comma else label
        return float(written) if _NUMBER.fullmatch(written) else None

    def settle(self, only_sides: bool) -> list[int]:
        """What each code stands for, once all is read; ``only_sides``: truth is only 1 or 0."""
        if self.probabilities is None:
            self.probabilities = only_sides
        codes = range(len(self.labels.names))
        if not self.probabilities:
            return list(codes)
        return [
            0,
            1,
            *(self._side(self.labels.names[code], *self._first[code]) for code in codes[2:]),
        ]

    def differ_in_case(self) -> str:
        """Labels that differ only in capitals, each such set as "AF / af"."""
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.labels.names[2:]:
            alike[name.casefold()].append(name)
        return ", ".join(" / ".join(names) for names in alike.values() if len(names) > 1)


class Truths:
    """The column truth: labels like the answers', or 1 and 0 beside probabilities."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._names = Names()
        self._seen: dict[str, int] = {}
        self._first: list[int] = []

    def code(self, cell: str, line: int) -> int:
        """A cell's code, or ``EMPTY``."""
        found = self._seen.get(cell)
        if found is not None:
            return found
        code = self._names.code(answer(cell))
        if code == len(self._first):
            self._first.append(line)
        if len(self._seen) < KEPT:
            self._seen[cell] = code
        return code

    @property
    def only_sides(self) -> bool:
        """Whether truth is only ever 1 or 0."""
        return {*self._names.names} <= {"0", "1"}

    def settle(self, judged: Judged) -> list[int]:
        """What each code stands for, in the code of the answers."""
        if not judged.probabilities:
            return [judged.labels.code(name) for name in self._names.names]
        sides = []
        for name, line in zip(self._names.names, self._first, strict=True):
            if name.casefold() not in _SIDES:
                self._problems.add(
                    line, f"truth is {name}. Beside probabilities it is 1 (present) or 0 (absent)."
                )
            sides.append(_SIDES.get(name.casefold(), BAD))
        return sides
