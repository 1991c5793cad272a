"""Structural cohorts: patients drawn in causal order, one random stream per variable.

Because each variable has its own stream, the same seed with ``do(pigment=2)`` gives the *same*
patients with only that cause, and what follows from it, changed (Pearl's intervention with the
exogenous noise held fixed: a counterfactual twin).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Column = NDArray[Any]
Row = Mapping[str, float]


@dataclass(frozen=True)
class Patients(Mapping[str, Column]):
    """A table of ``n`` patients: a mapping from column name to an array of shape ``(n,)``.

    ``patients["age"]`` is a column; a name that the cohort does not draw raises ``KeyError``.
    """

    columns: dict[str, Column]

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def n(self) -> int:
        """The number of patients."""
        return len(next(iter(self.columns.values())))

    def take(self, rows: ArrayLike) -> Patients:
        """The patients at ``rows`` (indices, or a mask of shape ``(n,)``), in that order."""
        chosen = np.asarray(rows)
        return Patients({name: values[chosen] for name, values in self.columns.items()})

    def row(self, index: int) -> dict[str, float]:
        """One patient as plain numbers, by column; this is what stories and pictures receive."""
        return {name: float(values[index]) for name, values in self.columns.items()}

    def matrix(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """The named columns as floats, shape ``(n, len(names))``."""
        return np.column_stack([self.columns[name].astype(float) for name in names])

    def with_columns(self, **more: Column) -> Patients:
        """The same patients with more (or replaced) columns, each of shape ``(n,)``."""
        return Patients({**self.columns, **more})


class World:
    """One run of a structural model: draws each variable of ``n`` patients in causal order.

    ``draw`` gives each variable a generator of its own, seeded by ``(seed, name)``; a variable
    named in ``do`` takes the given value instead, a scalar or an array of shape ``(n,)``. So the
    same seed under another ``do`` gives the same patients, with only that cause and what follows
    from it changed.
    """

    def __init__(self, n: int, seed: int, do: Mapping[str, ArrayLike]) -> None:
        self.n = n
        self._seed = seed
        self._do = dict(do)
        self._columns: dict[str, Column] = {}

    def draw(self, name: str, equation: Callable[[np.random.Generator], ArrayLike]) -> Column:
        """Draw the variable ``name`` by its structural ``equation`` and remember it.

        ``equation`` receives the variable's own generator and returns one value for each patient.
        Returned is the column, shape ``(n,)``, for the equations of what it causes.

        Raises:
            ValueError: the name was drawn before, or the values do not have shape ``(n,)``.

        """
        if name in self._columns:
            raise ValueError(f"The variable {name!r} is drawn twice; give each its own name.")
        if name in self._do:
            values = np.broadcast_to(np.asarray(self._do[name]), (self.n,)).copy()
        else:
            stream = np.random.default_rng([self._seed, zlib.crc32(name.encode())])
            values = np.asarray(equation(stream))
        if values.shape != (self.n,):
            raise ValueError(f"The variable {name!r} has shape {values.shape}, not ({self.n},).")
        self._columns[name] = values
        return values

    def patients(self) -> Patients:
        """All variables that were drawn, as a table.

        Raises:
            ValueError: ``do`` names a variable that this model does not draw.

        """
        unknown = sorted(set(self._do) - set(self._columns))
        if unknown:
            known = ", ".join(self._columns)
            raise ValueError(f"Cannot intervene on {', '.join(unknown)}; there is {known}.")
        return Patients(dict(self._columns))


def sigmoid(logit: ArrayLike) -> NDArray[np.float64]:
    """The logistic function, 1 / (1 + exp(-logit)): log-odds to probability, any shape."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(logit, dtype=float))))


def happens(stream: np.random.Generator, probability: ArrayLike, n: int) -> NDArray[np.int_]:
    """Events that happen with ``probability`` (one, or shape ``(n,)``): 0 or 1, shape ``(n,)``.

    The same stream under another probability changes only the patients whom it must.
    """
    return (stream.random(n) < np.asarray(probability)).astype(int)


def counts(stream: np.random.Generator, mean: NDArray[Any], most: int) -> NDArray[np.int_]:
    """Poisson counts up to ``most``, from one uniform number per patient, shape ``(n,)``.

    ``mean`` has shape ``(n,)``.
    numpy's own ``poisson`` uses up more of the stream the larger the mean, so another mean for
    one patient would change the luck of all who come after; here it moves only that patient.
    """
    chance, term = stream.random(len(mean)), np.exp(-mean)
    reached, below = np.zeros(len(mean), dtype=int), term.copy()
    for count in range(1, most + 1):
        above = chance > below
        if not above.any():
            break
        reached += above
        term = term * mean / count
        below += term
    return reached


def having(column: str, value: float = 1) -> Callable[[Patients], NDArray[np.bool_]]:
    """A predicate: the patients whose ``column`` is ``value``, a mask of shape ``(n,)``."""
    return lambda patients: np.asarray(patients[column] == value)
