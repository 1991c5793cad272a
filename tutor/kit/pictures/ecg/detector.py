"""What a machine measures on a rhythm strip: the QRS complexes and the intervals between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from tutor.kit.cohorts import Patients
from tutor.kit.pictures.ecg.signal import RATE_HZ, draw

Array = NDArray[Any]
BATCH = 128


@dataclass(frozen=True)
class Detector:
    """Where a detector of QRS complexes (slope, squared, smoothed; Pan and Tompkins 1985) fires."""

    times: Array  # (n, most), seconds, padded with NaN
    count: Array  # (n,)

    @classmethod
    def of(cls, traces: Array) -> Detector:
        """Steep deflections at least 0.22 s apart, above a share of the strip's steepest."""
        slope = np.zeros_like(traces)
        slope[:, 2:-2] = traces[:, 4:] - traces[:, :-4]
        energy = uniform_filter1d(uniform_filter1d(slope * slope, 13, axis=1), 11, axis=1)
        seconds = energy.reshape(len(traces), 10, RATE_HZ).max(axis=2)
        floor = 0.15 * np.sort(seconds, axis=1)[:, 6:7]
        highest = maximum_filter1d(energy, 111, axis=1, mode="constant")
        fires = (energy == highest) & (energy > floor)
        fires[:, 1:] &= energy[:, 1:] > energy[:, :-1]  # of two equal neighbours, the first
        rows, samples = np.nonzero(fires)
        count = np.bincount(rows, minlength=len(traces))
        order = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        times = np.full((len(traces), max(int(count.max()), 4)), np.nan)
        times[rows, order] = samples / RATE_HZ
        return cls(times, count)


def _intervals(traces: Array) -> dict[str, Array]:
    """What the algorithm is given of each trace, rounded as a printout rounds it."""
    found = Detector.of(traces)
    rr = np.diff(found.times, axis=1)
    known = ~np.isnan(rr)
    n = np.maximum(known.sum(axis=1), 1)
    filled = np.where(known, rr, 0.0)
    mean = np.maximum(filled.sum(axis=1) / n, 0.2)
    spread = np.sqrt((np.where(known, rr - mean[:, None], 0.0) ** 2).sum(axis=1) / n)
    change = np.nan_to_num(np.diff(rr, axis=1))
    rmssd = np.sqrt((change**2).sum(axis=1) / np.maximum(n - 1, 1))
    ordered = np.sort(rr, axis=1)  # NaN goes last
    row = np.arange(len(rr))
    middle = (ordered[row, (n - 1) // 2] + ordered[row, n // 2]) / 2
    curve = np.abs(traces[:, 2:] - 2 * traces[:, 1:-1] + traces[:, :-2])[:, ::5]
    return {
        "m_rate": (60 / mean).round(),
        "m_rr_sd": (1000 * spread).round(),
        "m_rr_cv": (100 * spread / mean).round(),
        "m_rmssd": (100 * rmssd / mean).round(),
        "m_early": (100 * (rr < 0.85 * middle[:, None]).sum(axis=1) / n).round(),
        "m_late": (100 * (rr > 1.15 * middle[:, None]).sum(axis=1) / n).round(),
        "m_shortest": (100 * ordered[:, 0]).round() * 10,
        "m_longest": (100 * ordered[row, n - 1]).round() * 10,
        "m_noise": (1000 * np.minimum(curve, 0.08).mean(axis=1)).round(),
    }


def measure(patients: Patients) -> Patients:
    """The patients with what the machine measures on their strips, drawn batch by batch."""
    parts = []
    for start in range(0, patients.n, BATCH):
        batch = patients.take(np.arange(start, min(start + BATCH, patients.n)))
        parts.append(_intervals(draw(batch)))
    return patients.with_columns(**{k: np.concatenate([q[k] for q in parts]) for k in parts[0]})
