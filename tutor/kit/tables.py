"""A table of patients in the place of a structural model: drawn from, never intervened on."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tutor.errors import ContentError
from tutor.kit.cohorts import Patients
from tutor.kit.evidence import Mask

TRAINING, HELD_OUT = "training", "held-out"
NO_DO = (
    "The patients come from a table: nobody can say what would have been true had something been "
    "different. Twins and `do` need a structural model (model.py)."
)


@dataclass(frozen=True)
class TableCohort:
    """Rows in two parts that never meet; ``training`` is True for rows to learn from.

    A draw takes ``share`` of a part without replacement, so that each seed is another sample of
    the same table, and no seed ever shows a row that any seed has learned from.
    """

    table: Patients
    training: Mask
    share: float = 5 / 6

    def __call__(self, n: int, seed: int, **do: Any) -> Patients:
        """``n`` different rows of one part, in random order.

        Raises:
            ContentError: the part has fewer rows, or something else than ``part`` is asked for.

        """
        part = do.pop("part", HELD_OUT)
        if do or part not in (TRAINING, HELD_OUT):
            raise ContentError(NO_DO)
        rows = np.flatnonzero(self.training == (part == TRAINING))
        if n > len(rows):
            raise ContentError(f"The {part} part of the table has {len(rows):,} rows, not {n:,}.")
        return self.table.take(np.random.default_rng(seed).permutation(rows)[:n])

    def size(self, part: str) -> int:
        """How many rows a draw of ``part`` has."""
        return int(self.share * int((self.training == (part == TRAINING)).sum()))


@dataclass(frozen=True)
class Predicate:
    """Which patients a sentence such as ``age >= 80 and sex == "female"`` is true of.

    Comparisons of columns with numbers, or with a column's words; ``and``, ``or``, ``not``,
    parentheses, chains (``60 <= age < 80``) and the names of other predicates. Nothing else is
    evaluated: no call, no attribute.
    """

    tree: ast.expr
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    groups: Mapping[str, Predicate] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        text: str,
        columns: Mapping[str, Mapping[str, int]],
        groups: Mapping[str, Predicate] | None = None,
    ) -> Predicate:
        """Read a predicate over ``columns`` (name to its words, each with its code).

        Raises:
            ContentError: it is not of this language, or names what is not there.

        """
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ContentError(f"{text!r} is not a condition such as `age >= 80`.") from None
        found = cls(tree, columns, groups or {})
        none = Patients({name: np.zeros(0) for name in columns})
        found(none)
        return found

    def __call__(self, patients: Patients) -> Mask:
        """The patients it is true of, shape ``(n,)``."""
        return self._mask(self.tree, patients)

    def _mask(self, node: ast.expr, patients: Patients) -> Mask:
        if isinstance(node, ast.BoolOp):
            masks = [self._mask(value, patients) for value in node.values]
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return np.asarray(join.reduce(masks))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self._mask(node.operand, patients)
        if isinstance(node, ast.Name) and node.id in self.groups:
            return self.groups[node.id](patients)
        if isinstance(node, ast.Compare):
            return self._compared(node, patients)
        raise ContentError(f"`{ast.unparse(node)}` is not a condition such as `age >= 80`.")

    def _compared(self, node: ast.Compare, patients: Patients) -> Mask:
        sides = [node.left, *node.comparators]
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        codes = {word: code for name in names for word, code in self.words.get(name, {}).items()}
        values = [self._value(side, patients, codes) for side in sides]
        found = np.ones(patients.n, dtype=bool)
        for operator, left, right in zip(node.ops, values, values[1:], strict=False):
            compare = _COMPARE.get(type(operator))
            if compare is None or not names:
                raise ContentError(f"`{ast.unparse(node)}` compares no column with a number.")
            found &= compare(left, right)
        return found

    def _value(self, node: ast.expr, patients: Patients, codes: Mapping[str, int]) -> Any:
        if isinstance(node, ast.Name):
            if node.id not in patients:
                there = ", ".join([*patients, *self.groups])
                raise ContentError(f"There is no column {node.id!r}; there is {there}.")
            return patients[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._value(node.operand, patients, codes)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return node.value
        if isinstance(node, ast.Constant) and node.value in codes:
            return codes[str(node.value)]
        known = f"; its words are {', '.join(codes)}" if codes else ""
        raise ContentError(f"`{ast.unparse(node)}` is no number and no word of the column{known}.")


_COMPARE: dict[type[ast.cmpop], Any] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def forest(trees: int, depth: int, leaf: int) -> Any:
    """A random forest of fixed seed, as small as it is said."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=trees, max_depth=depth, min_samples_leaf=leaf, random_state=0, n_jobs=1
    )
