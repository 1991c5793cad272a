"""An explanation, and the proof that its parts sum to the whole; shap is not needed to hold one.

shap's own additivity check compares with shap's copy of the trees; here every row is held
against scikit-learn's ``predict_proba``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.errors import BuildError

BOUND = 1e-6


@dataclass(frozen=True)
class Explained:
    """Contributions in probability: ``base + contributions.sum(1) == probability``.

    ``base`` is the mean prediction over the background, ``contributions`` has shape
    ``(n, features)``, ``probability`` shape ``(n,)``.
    """

    base: float
    contributions: NDArray[np.float64]
    probability: NDArray[np.float64]


def verify(name: str, explained: Explained) -> None:
    """Hold base + Σ contributions against the model's own probability.

    Raises:
        BuildError: any row is off by more than 1e-6.
    """
    total = explained.base + explained.contributions.sum(axis=1)
    error = np.abs(total - explained.probability)
    worst = float(error.max(initial=0.0))
    if not worst <= BOUND:
        raise BuildError(
            f"The explanation of {name} is off by {worst:.2g} at row {int(error.argmax())}: "
            "base plus contributions must equal the model's own probability within 1e-6.",
            of="estimator",
        )
