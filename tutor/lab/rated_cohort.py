"""A held-out cohort with the chart's own risk of each patient: what a bank is chosen from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.lab.acting_modes import ActingModes, acting_modes
from tutor.lab.chart_risk import ChartRisk, chart_risk
from tutor.lab.training import HeldOut
from tutor.lab.undoing import Undoing


@dataclass(frozen=True)
class RatedCohort:
    """The cohort, the chart's own risks, and what undoing a failure would do."""

    held_out: HeldOut
    risk: ChartRisk
    undoing: Undoing

    @classmethod
    def of(cls, held_out: HeldOut) -> RatedCohort:
        """Compute the risks."""
        return cls(held_out, chart_risk(held_out), Undoing(held_out))

    def acting(self, rows: NDArray[np.int_]) -> ActingModes:
        """Which modes touch, and which acted on, the patients at ``rows``."""
        return acting_modes(self.held_out, self.risk.act[rows], rows, self.undoing)
