"""Is this patient like those the model learned from? And if not, which finding is unlike?

Two looks at the model's inputs: the range of each in training, and the Mahalanobis distance
(Mahalanobis 1936) from the training cohort for findings that are ordinary one by one and odd
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.features import Feature
from tutor.lab.training import Fitted

ODDER_THAN = 0.995
MOST_NAMED = 3
TOGETHER = 2


@dataclass(frozen=True)
class Scope:
    """The training cohort's ranges, shape ``(k,)``, and its covariance, inverted.

    ``limit`` is the squared distance that ``ODDER_THAN`` of the training patients stay within.
    Inputs that never varied in training (``varied`` is False) have a range of one value.
    """

    features: tuple[Feature, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    varied: NDArray[np.bool_]
    precision: NDArray[np.float64]
    limit: float

    @classmethod
    def of(cls, fitted: Fitted) -> Scope:
        """What ``fitted`` has seen."""
        inputs = fitted.inputs
        spread = inputs.std(axis=0)
        varied = spread > 0
        mean = inputs.mean(axis=0)
        apart = (inputs[:, varied] - mean[varied]) / spread[varied]
        precision = np.linalg.pinv(np.cov(apart, rowvar=False).reshape(apart.shape[1], -1))
        features = fitted.model.features
        seen = _as_said(inputs, features)
        return cls(
            features=features,
            low=seen.min(axis=0),
            high=seen.max(axis=0),
            mean=mean,
            spread=spread,
            varied=varied,
            precision=precision,
            limit=float(np.quantile(_squared(apart, precision), ODDER_THAN)),
        )

    def beyond(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which inputs lie outside the training range as they are said, shape ``(n, k)``."""
        said = _as_said(rows, self.features)
        return np.asarray((said < self.low) | (said > self.high))

    def odd(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whose findings, taken together, lie further out than the limit, shape ``(n,)``."""
        return np.asarray(_squared(self._apart(rows), self.precision) > self.limit)

    def speaks(self, patients: Patients) -> NDArray[np.bool_]:
        """For which patients there is something to say, shape ``(n,)``."""
        rows = patients.matrix(tuple(f.column for f in self.features))
        return np.asarray(self.beyond(rows).any(axis=1) | self.odd(rows))

    def notices(self, patients: Patients) -> list[dict[str, Any] | None]:
        """For each patient which findings are unlike those of training; None within scope."""
        rows = patients.matrix(tuple(f.column for f in self.features))
        return [
            self._notice(row, outside, bool(far))
            for row, outside, far in zip(rows, self.beyond(rows), self.odd(rows), strict=True)
        ]

    def _notice(
        self, row: NDArray[np.float64], outside: NDArray[np.bool_], odd: bool
    ) -> dict[str, Any] | None:
        if outside.any():
            far = self._farthest(row, np.flatnonzero(outside))
            named = [self._ranged(at, row[at]) for at in far[:MOST_NAMED]]
            return {"beyond": named, "more": len(far) - len(named)}
        return {"odd": [self._said(at, row[at]) for at in self._oddest(row)]} if odd else None

    def _ranged(self, at: int, value: float) -> dict[str, Any]:
        feature = self.features[at]
        ends = list(dict.fromkeys((float(self.low[at]), float(self.high[at]))))
        other = feature.conventional
        return {
            **self._said(at, value),
            "range": [feature.say(end) for end in ends],
            "unit": feature.unit,
            "range_us": [feature.say_conventional(end) for end in ends] if other else [],
            "unit_us": other.unit if other else "",
        }

    def _said(self, at: int, value: float) -> dict[str, Any]:
        feature = self.features[at]
        return {
            "label": feature.name,
            "said": f"{feature.say(value)} {feature.unit}".strip(),
            "us": said_us(feature, value),
        }

    def _farthest(self, row: NDArray[np.float64], outside: NDArray[np.int_]) -> list[int]:
        """The inputs outside their range, the farthest (in widths of the range) first."""
        # An input that never varied has no width; a unit of its own then stands in for one.
        width = np.where(self.high > self.low, self.high - self.low, 1.0)
        out = np.maximum(self.low - row, row - self.high) / width
        return sorted((int(at) for at in outside), key=lambda at: -out[at])

    def _oddest(self, row: NDArray[np.float64]) -> list[int]:
        """The inputs that the others foretell worst.

        With precision matrix P and standardised row z, input j lies ``(P z)_j / sqrt(P_jj)``
        standard deviations from what the other inputs foretell (Whittaker 1990).
        """
        z = self._apart(row[None, :])[0]
        surprise = np.abs(self.precision @ z) / np.sqrt(np.diag(self.precision))
        order = np.argsort(-surprise)[:TOGETHER]
        return [int(at) for at in np.flatnonzero(self.varied)[order]]

    def _apart(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((rows - self.mean)[:, self.varied] / self.spread[self.varied])


def said_us(feature: Feature, value: float) -> str:
    """The value in the unit of the United States, where that is another; else empty."""
    other = feature.conventional
    return f"{feature.say_conventional(value)} {other.unit}" if other else ""


def _as_said(rows: NDArray[np.float64], features: tuple[Feature, ...]) -> NDArray[np.float64]:
    """The inputs rounded as a person reads them, so that no range is left by a hair."""
    return np.column_stack(
        [np.round(column, f.decimals) for column, f in zip(rows.T, features, strict=True)]
    )


def _squared(apart: NDArray[np.float64], precision: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(((apart @ precision) * apart).sum(axis=1))
