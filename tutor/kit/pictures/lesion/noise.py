"""All that is random in a lesion's picture, drawn from the lesion's own seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.pictures.lesion.grid import HARMONICS, WAVES, Plate

Array = NDArray[Any]
Columns = Mapping[str, Array]  # of the lesions, each of shape (n, 1)
FIELDS = ("mottle", "blotch", "veil", "scar", "patch", "skin")
LEANING = 2  # of the weights of a field, those that tilt it
TURN = 14  # of the random numbers of a row, the one that turns a palm's lines


@dataclass(frozen=True)
class Chance:
    """Random numbers for ``n`` pictures, the same for a row whether it is drawn alone or not."""

    outline: Array  # (n, 2 * HARMONICS)
    fields: Array  # (n, FIELDS, coefficients)
    uniform: Array  # (n, 16)

    @classmethod
    def of(cls, seeds: Array) -> Chance:
        """The numbers of each row, from its seed."""
        a, b, c = 2 * len(HARMONICS), len(FIELDS) * (2 + 2 * len(WAVES)), 16
        normal, uniform = np.empty((len(seeds), a + b), np.float32), np.empty((len(seeds), c))
        for i, seed in enumerate(seeds):
            stream = np.random.Generator(np.random.SFC64(int(seed)))
            stream.standard_normal(out=normal[i], dtype=np.float32)
            stream.random(out=uniform[i])
        return cls(normal[:, :a], normal[:, a:].reshape(len(seeds), len(FIELDS), -1), uniform)

    def take(self, rows: Array) -> Chance:
        """The numbers of these rows."""
        return Chance(self.outline[rows], self.fields[rows], self.uniform[rows])


@dataclass(frozen=True)
class SlowFields:
    """Slow fields of unit variance, made where they are asked for: most lesions need few."""

    weights: Array  # (n, FIELDS, coefficients)
    on: Plate

    @classmethod
    def of(cls, c: Columns, on: Plate, chance: Chance) -> SlowFields:
        """Fields that lean to one side where the lesion is lopsided."""
        weights = chance.fields.copy()
        weights[:, :, :LEANING] *= (0.25 + 1.6 * c["lopsided"])[:, :, None]
        return cls(weights, on)

    def over(self, on: Plate) -> SlowFields:
        """The same fields at the points of another plate."""
        return SlowFields(self.weights, on)

    def at(self, name: str, rows: Any = slice(None)) -> Array:
        """One of ``FIELDS`` for some rows or for all, shape ``(rows, points)``."""
        return np.asarray(self.weights[rows, FIELDS.index(name)] @ self.on.fields)
