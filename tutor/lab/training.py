"""Train a teaching model from its seed, and set it to a held-out cohort."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import BuildError
from tutor.kit.cohorts import Patients
from tutor.kit.evidence import Mask
from tutor.kit.teaching import TeachingModel

HELD_OUT_STEP = 1_000_003
FRESH_STEP = 2_000_003


@dataclass(frozen=True)
class Fitted:
    """A trained estimator with what it learned from.

    ``inputs`` has shape ``(n, features)``, ``labels`` shape ``(n,)``; ``cohort`` are the same
    patients with every column.
    """

    model: TeachingModel
    estimator: Any
    inputs: NDArray[np.float64]
    labels: NDArray[np.int_]
    cohort: Patients

    def predict(self, patients: Patients) -> NDArray[np.float64]:
        """The probability of the condition for each patient, shape ``(n,)``."""
        chances = self.estimator.predict_proba(patients.matrix(self.model.columns))
        return np.asarray(chances[:, 1], dtype=float)


def train(model: TeachingModel, seed: int) -> Fitted:
    """Fit the estimator on the training cohort of ``seed``.

    Raises:
        BuildError: the training cohort holds only one class.

    """
    return learn(model, model.measured(model.simulate(model.training_size, seed, **model.training)))


def learn(model: TeachingModel, cohort: Patients) -> Fitted:
    """Fit the estimator on ``cohort``.

    Raises:
        BuildError: the cohort holds only one class.

    """
    label = cohort[model.label].astype(int)
    if label.min() == label.max():
        what = f"Everyone in the training cohort of {model.id} has the same label."
        raise BuildError(what, of="label")
    from tutor.kit.quick_forest import quick  # not before something is learned

    inputs = cohort.matrix(model.columns)
    return Fitted(model, quick(model.estimator()).fit(inputs, label), inputs, label, cohort)


@dataclass(frozen=True)
class HeldOut:
    """A fitted model and a held-out deployment cohort: what claims are measured on."""

    fitted: Fitted
    seed: int

    @cached_property
    def patients(self) -> Patients:
        """The held-out cohort, never the rows the model was trained on."""
        model = self.fitted.model
        return model.measured(
            model.simulate(model.held_out_size, self.seed + HELD_OUT_STEP, **model.deployment)
        )

    @cached_property
    def probability(self) -> NDArray[np.float64]:
        """The model's probability for each held-out patient, shape ``(n,)``."""
        return self.fitted.predict(self.patients)

    @property
    def threshold(self) -> float:
        """The probability from which the model alerts."""
        return self.fitted.model.threshold

    @property
    def alert(self) -> Mask:
        """Whether the probability reaches the alert threshold."""
        return self.probability >= self.threshold

    @property
    def truth(self) -> Mask:
        """Whether the condition is present."""
        return self.patients[self.fitted.model.truth].astype(bool)

    def simulate(self, n: int, **do: Any) -> Patients:
        """A fresh deployment cohort, measured, with an intervention if wanted."""
        model = self.fitted.model
        return model.measured(
            model.simulate(n, self.seed + FRESH_STEP, **{**model.deployment, **do})
        )

    def predict(self, patients: Patients) -> NDArray[np.float64]:
        """The trained model's probability for each patient."""
        return self.fitted.predict(patients)


def study(model: TeachingModel, seed: int) -> HeldOut:
    """Train on ``seed`` and hold out a cohort."""
    return HeldOut(train(model, seed), seed)
