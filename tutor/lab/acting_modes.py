"""Which failure modes acted on which patient: three conditions, each computed.

A mode *acts here* when its predicate touches the patient, undoing its cause moves the algorithm's
probability towards the sound side by at least two points or across the line, and the algorithm
erred in the mode's direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.kit.evidence import Metric
from tutor.lab.training import HeldOut
from tutor.lab.undoing import Undoing

LEAST = 0.02  # of probability by which undoing a cause must move the algorithm

Mask = NDArray[np.bool_]
Rows = NDArray[np.int_]


@dataclass(frozen=True)
class ActingModes:
    """For each mode, by id, which of the asked patients it touches, and on which it acted."""

    touches: Mapping[str, Mask]
    acts: Mapping[str, Mask]

    def touching(self, at: int) -> list[str]:
        """The modes that could touch the patient at place ``at``."""
        return [mode for mode, mask in self.touches.items() if mask[at]]

    def acting(self, at: int) -> list[str]:
        """The modes that acted on the patient at place ``at``."""
        return [mode for mode, mask in self.acts.items() if mask[at]]

    @property
    def explained(self) -> Mask:
        """Whom at least one mode acted on."""
        masks = list(self.acts.values())
        return np.any(masks, axis=0) if masks else np.zeros(0, dtype=bool)


def erred(metric: Metric, alert: Mask, act: Mask) -> Mask:
    """Where the algorithm erred in a direction: silent though acting was sound, or the reverse."""
    return act & ~alert if metric is Metric.MISSES else alert & ~act


def moved(
    metric: Metric, now: NDArray[np.float64], undone: NDArray[np.float64], line: float
) -> Mask:
    """Where undoing moves the probability towards the sound side: two points, or over the line."""
    up = metric is Metric.MISSES
    gain = undone - now if up else now - undone
    crosses = (undone >= line) & (now < line) if up else (undone < line) & (now >= line)
    return np.asarray((gain >= LEAST) | crosses)


def acting_modes(held_out: HeldOut, act: Mask, rows: Rows, undoing: Undoing) -> ActingModes:
    """Which modes touch, and which acted on, the held-out patients at ``rows``.

    ``act`` says for each of these, shape ``(len(rows),)``, whether acting is the sound decision.
    """
    model = held_out.fitted.model
    now, alert = held_out.probability[rows], held_out.alert[rows]
    touches, found = {}, {}
    for mode in model.failure_modes:
        touches[mode.id] = np.asarray(mode.touches(held_out.patients)[rows], dtype=bool)
        wrong = touches[mode.id] & erred(mode.metric, alert, act)
        found[mode.id] = wrong
        if wrong.any():
            undone = undoing.probability(mode, rows[wrong])
            found[mode.id] = wrong.copy()
            found[mode.id][wrong] = moved(mode.metric, now[wrong], undone, model.threshold)
    return ActingModes(touches, found)
