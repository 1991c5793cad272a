"""Read a Bayesian network in the Bayesian Interchange Format (.bif), as published ones circulate.

The subset in use: ``network``, ``variable … { type discrete [k] { … }; }`` and ``probability
(child | parents) { table …; (states) …; default …; }``, with ``property`` lines and comments left
alone. A state may be an interval, as ``(40,60]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from tutor.errors import ContentError
from tutor.kit.networks import MOST_CELLS, Network, Node

SUM_WITHIN = 1e-3
# An interval, as R's cut() names a state, holds a comma and two unlike brackets, or square ones.
_INTERVAL = r"\([^(){}\[\];\n]*,[^(){}\[\];\n]*\]|\[[^(){}\[\];\n]*,[^(){}\[\];\n]*[\])]"
_TOKEN = re.compile(
    rf"//[^\n]*|/\*.*?\*/|\s+|\"[^\"\n]*\"|{_INTERVAL}|[{{}}()\[\]|,;]|[^\s{{}}()\[\]|,;\"]+",
    re.DOTALL,
)
Token = tuple[str, int]


def read_bif(text: str, name: str = "the network") -> Network:
    """The network that ``text`` describes.

    Raises:
        ContentError: it is malformed; the sentence names the line.

    """
    return _Reader(text, name).read()


@dataclass(frozen=True)
class _Table:
    """A ``probability`` block as it stands: whose, given whom, and its rows by line."""

    child: str
    parents: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...] | None, list[float], int], ...]
    line: int


class _Reader:
    """One pass over the tokens, then the tables are put in order."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._tokens = self._split(text.removeprefix("\ufeff"))
        self._next: Token | None = next(self._tokens, None)
        self._line = 1
        self.states: dict[str, tuple[str, ...]] = {}
        self.tables: dict[str, _Table] = {}

    def _split(self, text: str) -> Iterator[Token]:
        line, at = 1, 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._wrong(line, "a quotation mark is opened and not closed")
            word = found[0]
            if not (word.isspace() or word.startswith(("//", "/*"))):
                yield word.strip('"'), line
            line, at = line + word.count("\n"), found.end()

    def _wrong(self, line: int, what: str) -> ContentError:
        return ContentError(f"{self.name}, line {line}: {what}.")

    def _take(self, expected: str = "") -> str:
        if self._next is None:
            wanted = f"{expected!r} is expected" if expected else "more is expected"
            raise self._wrong(self._line, f"the file ends here; {wanted}")
        word, self._line = self._next
        if expected and word != expected:
            raise self._wrong(self._line, f"{expected!r} is expected here, not {word[:40]!r}")
        self._next = next(self._tokens, None)
        return word

    def _is(self, word: str) -> bool:
        return self._next is not None and self._next[0] == word

    def _skip(self, end: str) -> None:
        while self._take() != end:
            pass

    def _listed(self, end: str) -> list[str]:
        """Words up to ``end``, with or without commas between them."""
        found = []
        while (word := self._take()) != end:
            if word in ("{", "}", "(", "[", ";"):
                raise self._wrong(self._line, f"{end!r} is expected here, not {word!r}")
            if word != ",":
                found.append(word)
        return found

    def read(self) -> Network:
        """Everything, then the network."""
        blocks = {"network": self._network, "variable": self._variable, "probability": self._given}
        while self._next is not None:
            word = self._take()
            if word not in blocks:
                raise self._wrong(
                    self._line,
                    f"'network', 'variable' or 'probability' is expected here, not {word[:40]!r}",
                )
            blocks[word]()
        if not self.states:
            raise self._wrong(self._line, "there is no variable in this file")
        missing = [name for name in self.states if name not in self.tables]
        if missing:
            raise self._wrong(self._line, f"there is no probability of {missing[0]!r}")
        nodes = [self._node(name) for name in self.states]
        try:
            return Network.of(nodes)
        except ContentError as error:
            raise ContentError(f"{self.name}: {error}") from None

    def _network(self) -> None:
        while not self._is("{"):
            self._take()
        self._take("{")
        self._skip("}")

    def _variable(self) -> None:
        name = self._take()
        if name in self.states:
            raise self._wrong(self._line, f"the variable {name!r} is declared twice")
        self._take("{")
        while not self._is("}"):
            if self._is("property"):
                self._skip(";")
                continue
            for word in ("type", "discrete", "["):
                self._take(word)
            count, at = self._take(), self._line
            self._take("]")
            self._take("{")
            states = self._listed("}")
            self._take(";")
            if str(len(states)) != count or len({*states}) != len(states) or len(states) < 2:
                what = f"{name!r} says {count} states and lists {', '.join(states) or 'none'}"
                raise self._wrong(at, f"{what}; two or more, each another, are needed")
            self.states[name] = tuple(states)
        self._take("}")
        if name not in self.states:
            raise self._wrong(self._line, f"{name!r} has no type")

    def _given(self) -> None:
        self._take("(")
        at = self._line
        words = self._listed(")")
        child, *parents = [word for word in words if word != "|"]
        if child in self.tables:
            raise self._wrong(at, f"the probability of {child!r} is given twice")
        for name in (child, *parents):
            if name not in self.states:
                raise self._wrong(at, f"there is no variable {name!r} above")
        if len({child, *parents}) != 1 + len(parents):
            raise self._wrong(at, f"the probability of {child!r} names a variable twice")
        self._take("{")
        rows = []
        while not self._is("}"):
            if self._is("property"):
                self._skip(";")
                continue
            rows.append(self._row())
        self._take("}")
        self.tables[child] = _Table(child, tuple(parents), tuple(rows), at)

    def _row(self) -> tuple[tuple[str, ...] | None, list[float], int]:
        word, at = self._take(), self._line
        if word not in ("(", "table", "default"):
            raise self._wrong(at, f"'table', 'default' or '(' is expected here, not {word[:40]!r}")
        key = tuple(self._listed(")")) if word == "(" else (word,) if word == "default" else None
        numbers = []
        for cell in self._listed(";"):
            try:
                value = float(cell)
            except ValueError:
                value = -1.0
            if not 0 <= value <= 1:
                raise self._wrong(self._line, f"{cell[:40]!r} is no probability")
            numbers.append(value)
        return key, numbers, at

    def _node(self, name: str) -> Node:
        table = self.tables[name]
        sizes = [len(self.states[parent]) for parent in table.parents]
        width = len(self.states[name])
        if prod(sizes) * width > MOST_CELLS:
            raise self._wrong(table.line, f"the table of {name!r} is too large")
        chances = np.full((*sizes, width), np.nan)
        for key, numbers, at in table.rows:
            self._fill(chances, table, (key, numbers, at))
        if np.isnan(chances).any():
            raise self._wrong(table.line, f"the table of {name!r} has gaps")
        off = np.abs(chances.sum(axis=-1) - 1)
        if off.max() > SUM_WITHIN:
            worst = np.unravel_index(int(off.argmax()), off.shape) if sizes else ()
            told = [self.states[p][i] for p, i in zip(table.parents, worst, strict=True)]
            given = f" given {', '.join(told)}" if told else ""
            total = chances.sum(axis=-1)[worst]
            raise self._wrong(
                table.line, f"the probabilities of {name!r}{given} add to {total:.4g}, not 1"
            )
        return Node(
            name, self.states[name], table.parents, chances / chances.sum(axis=-1, keepdims=True)
        )

    def _fill(
        self,
        chances: np.ndarray,
        table: _Table,
        row: tuple[tuple[str, ...] | None, list[float], int],
    ) -> None:
        key, numbers, at = row
        width = chances.shape[-1]
        # A whole table runs with its first variable, the child, slowest (the format's own rule).
        whole = key is None and bool(table.parents)
        wanted = chances.size if whole else width
        if len(numbers) != wanted:
            what = f"{table.child!r} needs {wanted} probabilities here, not {len(numbers)}"
            raise self._wrong(at, what)
        if whole:
            laid = np.array(numbers).reshape((width, *chances.shape[:-1]))
            chances[:] = np.moveaxis(laid, 0, -1)
        elif key == ("default",) and table.parents:
            chances[np.isnan(chances)] = np.broadcast_to(numbers, chances.shape)[np.isnan(chances)]
        elif key is None or key == ("default",):
            chances[:] = numbers
        else:
            chances[self._place(key, table, at)] = numbers

    def _place(self, key: tuple[str, ...], table: _Table, at: int) -> tuple[int, ...]:
        if len(key) != len(table.parents):
            what = f"{table.child!r} has {len(table.parents)} parents; {len(key)} states stand here"
            raise self._wrong(at, what)
        for state, parent in zip(key, table.parents, strict=True):
            if state not in self.states[parent]:
                known = ", ".join(self.states[parent])
                raise self._wrong(at, f"{state!r} is no state of {parent!r}; there is {known}")
        pairs = zip(key, table.parents, strict=True)
        return tuple(self.states[parent].index(state) for state, parent in pairs)
