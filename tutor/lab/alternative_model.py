"""A second model, equally good: the same recipe under other random numbers.

Training under-determines a model (Breiman 2001 calls it the Rashomon effect; D'Amour et al. 2022):
many fit the data alike and differ on single patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Estimate, proportion
from tutor.core.paired_auroc import PairedAuroc, paired_auroc
from tutor.lab.training import Fitted, HeldOut

TRIED = (1, 2, 3)
NEGLIGIBLE = 0.005
MOST_ROWS = 24_000
FEWEST = 2


@dataclass(frozen=True)
class Second:
    """Its probability for each held-out patient, shape ``(n,)``, and how the two compare."""

    probability: NDArray[np.float64]
    auroc: PairedAuroc
    disagree: NDArray[np.bool_]

    @property
    def often(self) -> Estimate:
        """How often the two fall on different sides of the threshold."""
        return proportion(int(self.disagree.sum()), len(self.disagree))


def second(held_out: HeldOut) -> Second | None:
    """The first of a few refits that tells the recorded outcome as well as the model; or None."""
    model = held_out.fitted.model
    recorded = held_out.patients[model.label].astype(bool)
    if min(int(recorded.sum()), int((~recorded).sum())) < FEWEST:
        return None
    rows = held_out.patients.matrix(model.columns)
    for estimator in _candidates(held_out.fitted):
        chance = np.asarray(estimator.predict_proba(rows)[:, 1], dtype=float)
        compared = paired_auroc(recorded, held_out.probability, chance)
        if equally_good(compared):
            return Second(chance, compared, held_out.alert != (chance >= model.threshold))
    return None


def equally_good(compared: PairedAuroc) -> bool:
    """No difference beyond chance, or one that is surely smaller than 0.005."""
    return compared.alike or max(abs(compared.low), abs(compared.high)) <= NEGLIGIBLE


def _candidates(fitted: Fitted) -> Iterator[Any]:
    from sklearn.base import clone

    if "random_state" not in fitted.estimator.get_params():
        return
    at = sample(fitted, MOST_ROWS)
    for seed in TRIED:
        again = clone(fitted.estimator).set_params(random_state=seed)
        yield again.fit(fitted.inputs[at], fitted.labels[at])


def sample(fitted: Fitted, most: int) -> NDArray[np.int_]:
    """Training rows at equal steps, ``most`` of them at the most."""
    size = min(most, len(fitted.inputs))
    return np.linspace(0, len(fitted.inputs) - 1, size).astype(int)
