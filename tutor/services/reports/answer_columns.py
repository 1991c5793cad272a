"""Cells as codes: names, and answers that are labels or probabilities."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tutor.content.csv_reader import Problems, clean

EMPTY = -1
BAD = -2
# What R, pandas, Stata, SAS, SPSS, Excel, SQL and MATLAB write where there is no value.
_WRITTEN_MISSING = re.compile(
    r"|NA|<NA>|[+-]?nan|\.[A-Za-z_]?|N/A|n/a|#N/A(?: N/A)?|#NA|#NULL!|null|<missing>|<undefined>"
    r"|-?1\.#(?:IND|QNAN)0*",
)
_ANY_CASE = re.compile(r"[+-]?nan|null", re.IGNORECASE)
# What people write where there is no value, and what could yet be an answer.
DOUBTFUL = frozenset({"none", "-", "--", "–", "—", "?", "missing", "no advice", "not shown"})
_SPREADSHEET_ERROR = re.compile(r"#(?:VALUE|REF|DIV/0|NAME|NUM|SPILL|CALC)[!?]")
KEPT = 100_000
DEFAULT_THRESHOLD = 0.5
PERCENT = 100.0
LEAST_PERCENT = 50  # a file of percentages without one of 50 or more is taken for another scale
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SIGNED = re.compile(r"(\d+(?:[.,]\d+)?)\s?%")
_SIDES = {"1": 1, "true": 1, "yes": 1, "present": 1, "0": 0, "false": 0, "no": 0, "absent": 0}
_WHOLE = re.compile(r"(\d+)\.0+")


def answer(cell: str) -> str:
    """A cell as an answer: cleaned, and 1.0 (as tables with gaps are often saved) read as 1."""
    label = clean(cell)
    whole = _WHOLE.fullmatch(label)
    return whole[1] if whole else label


def is_missing(cell: str) -> bool:
    """Whether a cleaned cell says that there is no value, in a way that some program writes."""
    return bool(_WRITTEN_MISSING.fullmatch(cell) or _ANY_CASE.fullmatch(cell))


@dataclass
class Names:
    """Cleaned cells numbered in the order they come; ``EMPTY`` for one without a value."""

    names: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def code(self, cell: str) -> int:
        """The cell's number."""
        found = self._seen.get(cell)
        if found is not None:
            return found
        name = clean(cell)
        if is_missing(name):
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
    throughout are probabilities where truth is only ever one of two sides, else labels. With a
    threshold or a scale given they are probabilities from the start. Probabilities lie between 0
    and ``scale``: 1, or 100 where no number lies between 0 and 1 and some are 50 or more.
    """

    def __init__(
        self,
        problems: Problems,
        threshold: float | None,
        decimal_comma: bool,
        scale: float | None = None,
    ) -> None:
        self.threshold = DEFAULT_THRESHOLD if threshold is None else threshold
        told = threshold is not None or scale is not None
        self.probabilities: bool | None = True if told else None
        self.scale = scale
        self.missing: dict[str, int] = {}
        # Two codes are taken: 0 and 1 are the sides of the threshold.
        self.labels = Names(["", ""])
        self._told_scale = scale is not None
        self._problems = problems
        self._decimal_comma = decimal_comma
        self._seen: dict[str, int] = {}
        self._first: dict[int, tuple[int, str]] = {}
        self._decided = ""
        self._decided_by = ""

    def code(self, cell: str, line: int, column: str) -> int:
        """A cell's code; ``EMPTY``; or ``BAD``, and then the problem is noted."""
        found = self._seen.get(cell)
        if found is not None:
            return found
        if self.probabilities and self.scale == 1:  # the usual case, in short: of millions of cells
            try:
                number = float(cell)
            except ValueError:
                number = -1.0
            if 0 <= number <= 1 and "_" not in cell:
                return int(number >= self.threshold)
        found = self._new(cell, line, column)
        if found >= 0 and len(self._seen) < KEPT:
            self._seen[cell] = found
        return found

    def _new(self, cell: str, line: int, column: str) -> int:
        label = answer(cell)
        if is_missing(label):
            if label not in ("", "NA"):
                self.missing[label] = self.missing.get(label, 0) + 1
            return EMPTY
        if _SPREADSHEET_ERROR.fullmatch(label):
            self._problems.add(
                line,
                f"{column} is {label}, an error of the spreadsheet. Correct or empty the cell.",
            )
            return BAD
        number, signed = self.number(label), _SIGNED.fullmatch(label) is not None
        fraction = number is not None and (signed or not number.is_integer())
        if self.probabilities is None and (number is None or fraction):
            self.probabilities = fraction
            self._decided = f"line {line} has {label}"
            self._decided_by = label
        if self.probabilities and fraction and not signed and self.scale is None:
            assert number is not None
            self.scale = PERCENT if 1 < number < PERCENT else 1.0
        if self.probabilities and (self.scale == 1 or signed or number is None):
            return self._side(label, line, column)
        if fraction and not self.probabilities:
            self._mixed(label, line, column)
            return BAD
        code = self.labels.code(label)
        self._first.setdefault(code, (line, column))
        return code

    def _side(self, label: str, line: int, column: str) -> int:
        number, scale = self.number(label), self.scale or 1.0
        if number is None:
            self._mixed(label, line, column)
            return BAD
        if _SIGNED.fullmatch(label):
            number, scale = number / PERCENT, 1.0
        elif scale > 1 and 0 < number < 1 and not self._told_scale:
            self._problems.add(
                line,
                f"{column} is {label}, but other answers are percentages. Write all on one scale, "
                "or say --scale 100 if this is less than one per cent.",
            )
            return BAD
        if not 0 <= number <= scale:
            self._problems.add(line, f"{column} is {label}. {self._range(scale)}")
            return BAD
        return int(number >= self.threshold * scale)

    def _range(self, scale: float) -> str:
        if scale != 1:
            return f"Answers lie between 0 and {scale:g} here."
        return (
            "A probability lies between 0 and 1. For answers from 0 to 100 say --scale 100; if "
            "these numbers are labels, put a letter before each."
        )

    def _mixed(self, label: str, line: int, column: str) -> None:
        if self._decided:
            second = " " in self._decided_by or self._decided_by.startswith("{")
            hint = " If that line is a second header, delete it." if second else ""
            self._problems.add(
                line,
                f"{column} is {label}, but {self._decided}. Initial, advice and final are all "
                f"labels or all probabilities.{hint}",
            )
        else:
            self._problems.add(
                line,
                f"{column} is {label}. With a threshold or a scale, answers are probabilities: "
                "numbers such as 0.7.",
            )

    def number(self, label: str) -> float | None:
        """The number a label is, with a decimal comma where the delimiter is not one.

        Of “70 %” it is 70.
        """
        signed = _SIGNED.fullmatch(label)
        bare = signed[1] if signed else label
        written = bare.replace(",", ".") if self._decimal_comma or signed else bare
        return float(written) if _NUMBER.fullmatch(written) else None

    def settle(self, only_sides: bool) -> list[int]:
        """What each code stands for, once all is read; ``only_sides``: truth has only two sides."""
        if self.probabilities is None:
            self.probabilities = only_sides
        codes = range(len(self.labels.names))
        if not self.probabilities:
            return list(codes)
        if self.scale is None:
            self.scale = PERCENT if self._are_percentages() else 1.0
        return [
            0,
            1,
            *(self._side(self.labels.names[code], *self._first[code]) for code in codes[2:]),
        ]

    def binary_columns(self, columns: Mapping[str, Collection[int]]) -> list[str]:
        """Columns of 0 and 1 alone beside percentages: 1 would be read as one per cent.

        ``columns`` holds the codes that each has.
        """
        if not self.probabilities or self.scale in (None, 1):
            return []
        found = []
        for name, codes in columns.items():
            numbers = {self.number(self.labels.names[code]) for code in codes if code > 1}
            if 1.0 in numbers and numbers <= {0.0, 1.0}:
                found.append(name)
        return found

    def _are_percentages(self) -> bool:
        """Whether whole numbers throughout are percentages."""
        numbers = [self.number(name) or 0.0 for name in self.labels.names[2:]]
        return bool(numbers) and min(numbers) >= 0 and LEAST_PERCENT <= max(numbers) <= PERCENT

    def doubtful(self) -> list[str]:
        """Labels that may mean that there is no value."""
        return [name for name in self.labels.names[2:] if name.casefold() in DOUBTFUL]

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
        """Whether truth is only ever present or absent, in numbers or words; 100 is 1 of 100."""
        return {name.casefold() for name in self._names.names} <= {*_SIDES, "100"}

    def settle(self, judged: Judged) -> list[int]:
        """What each code stands for, in the code of the answers."""
        if not judged.probabilities:
            return [judged.labels.code(name) for name in self._names.names]
        known = _SIDES | ({"100": 1} if judged.scale == PERCENT else {})
        sides = []
        for name, line in zip(self._names.names, self._first, strict=True):
            if name.casefold() not in known:
                self._problems.add(
                    line, f"truth is {name}. Beside probabilities it is 1 (present) or 0 (absent)."
                )
            sides.append(known.get(name.casefold(), BAD))
        return sides
