"""What stands beside the algorithm's probability: possible answers, and whether it is in scope."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.conformal import LEVEL, ClassConditional
from tutor.core.intervals import Estimate, proportion
from tutor.errors import BuildError
from tutor.lab.out_of_distribution import ODDER_THAN, Scope
from tutor.lab.training import HeldOut

FEWEST = 20


class Beside:
    """Calibrated on one half of the held-out patients, measured on the other, told of the banks.

    The patients of the banks are in neither half.

    Raises:
        BuildError: too few patients of a class are held out to calibrate on.
    """

    def __init__(self, held_out: HeldOut, rows: NDArray[np.int_]) -> None:
        others = np.setdiff1d(np.arange(held_out.patients.n), rows)
        calibrate, measure = others[::2], others[1::2]
        chance, truth = held_out.probability, held_out.truth
        for half in (calibrate, measure):
            _enough(held_out.fitted.model.id, truth[half])
        self._sets = ClassConditional.of(chance[calibrate], truth[calibrate])
        self._coverage = self._sets.coverage(chance[measure], truth[measure])
        self._chance = chance[rows]
        self._line = held_out.fitted.model.threshold
        scope = Scope.of(held_out.fitted)
        self._notices = scope.notices(held_out.patients.take(rows))
        speaks = scope.speaks(held_out.patients.take(others))
        self._speaks = proportion(int(speaks.sum()), len(others))

    def revealed(self, at: int) -> dict[str, Any]:
        """What the reveal says of the case at place ``at`` of the bank."""
        answers = self._sets.answers(float(self._chance[at]))
        alert = bool(self._chance[at] >= self._line)
        against = answers.present != answers.absent and answers.present != alert
        return {
            "answers": {
                "present": answers.present,
                "absent": answers.absent,
                "against_alert": against,
            },
            "unlike": self._notices[at],
        }

    def evidence(self) -> dict[str, Any]:
        """How often the set held the truth, by class, and how often the notice speaks."""
        with_it, without = self._coverage
        return {
            "level": LEVEL,
            "coverage": {"present": _said(with_it), "absent": _said(without)},
            "unlike": {**_said(self._speaks), "odder_than": ODDER_THAN},
        }


def _enough(name: str, truth: NDArray[np.bool_]) -> None:
    fewest = min(int(truth.sum()), int((~truth).sum()))
    if fewest < FEWEST:
        raise BuildError(
            f"Without its bank, half of the held-out patients of {name} hold {fewest} of one "
            f"class; calibrating a prediction set needs {FEWEST}. Enlarge held_out_size."
        )


def _said(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
