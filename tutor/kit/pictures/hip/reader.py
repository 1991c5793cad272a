"""A film of the hip as a program reads it, pixel by pixel, and as a person would describe it.

The program reads every tenth row of its own, coarser rendering of the film that is shown: shades of
grey, frame, letters and grain. Nothing it measures looks along the neck of the femur.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.cohorts import Patients
from tutor.kit.drawing import Picture
from tutor.kit.pictures.hip.film import CLINIC, EMERGENCY, FRAME, PORTABLE, TROCHANTER, films
from tutor.kit.pictures.hip.screen import screen
from tutor.kit.pictures.jpeg import Raster

Row = Mapping[str, float]
BATCH = 64  # films at a time, to stay in the processor's cache
ROWS_READ = slice(4, None, 10)
WHITE = 250  # letters are pure white
DARKER = 22  # air beside the thigh is this much darker than the film's middle grey
DRAWN_FROM = (
    "film_seed",
    "sex",
    "bmi",
    "density",
    "break_shown",
    "line",
    "displaced",
    "fold",
    "side",
    "scanner",
)


def measure(patients: Patients) -> Patients:
    """The patients with what a program reads off their films, as columns ``m_…``.

    ``m_brightness``, ``m_bone`` (bright bone over the film's middle grey), ``m_frame`` (the outer
    columns) and ``m_grain`` are in shades of grey, of 255; ``m_air`` and ``m_letters`` in % of the
    pixels read.
    """
    counts, bends = np.empty((patients.n, 256)), np.empty((patients.n, 512))
    frame = np.empty(patients.n)
    for start in range(0, patients.n, BATCH):
        here = slice(start, start + BATCH)
        seen = films({name: patients[name][here] for name in DRAWN_FROM}, ROWS_READ)
        inner = seen[:, :, FRAME + 1 : -FRAME - 1].astype(np.int16)
        bend = 2 * inner[..., 1:-1] - inner[..., :-2] - inner[..., 2:]
        counts[here] = _counted(inner, 256)
        bends[here] = _counted(np.minimum(np.abs(bend), 511), 512)
        frame[here] = (seen[..., :5].mean((1, 2)) + seen[..., -5:].mean((1, 2))) / 2
    share = np.cumsum(counts, axis=1) / counts.sum(1, keepdims=True)
    middle = (share < 0.50).sum(1)
    below = np.maximum(middle - DARKER, 0)
    return patients.with_columns(
        m_brightness=(counts @ np.arange(256) / counts.sum(1)).round(1),
        m_bone=((share < 0.96).sum(1) - middle).astype(float),
        m_air=(100 * share[np.arange(patients.n), below]).round(1),
        m_frame=frame.round(1),
        m_letters=(100 * (1 - share[:, WHITE])).round(1),
        m_grain=_quiet_half(bends).round(2),
    )


def _counted(values: NDArray[Any], most: int) -> NDArray[Any]:
    """How often each film has each value below ``most``, shape ``(n, most)``."""
    n = len(values)
    apart = values + most * np.arange(n)[:, None, None]
    return np.bincount(apart.ravel(), minlength=most * n).reshape(n, most)


def _quiet_half(counts: NDArray[Any]) -> NDArray[Any]:
    """The mean of the smaller half of counted values, shape ``(n,)``: noise without the edges."""
    half = counts.sum(1, keepdims=True) / 2
    kept = np.clip(half - (np.cumsum(counts, axis=1) - counts), 0, counts)
    return np.asarray(kept @ np.arange(counts.shape[1]) / half[:, 0])


def hip_picture(row: Row) -> Picture:
    """The film as a person sees it, and what a radiographer would say of it."""
    return _shown(tuple(float(row[name]) for name in DRAWN_FROM)).picture(describe(row))


@lru_cache(maxsize=8)
def _shown(drawn_from: tuple[float, ...]) -> Raster:
    """The film for the screen; kept for a while, because most twins have the same one."""
    return Raster.of(screen(dict(zip(DRAWN_FROM, drawn_from, strict=True))), best=78)


def describe(row: Row) -> str:
    """The film in words, without a diagnosis."""
    place = "between the trochanters" if row["line"] == TROCHANTER else "across the neck"
    if not row["break_shown"]:
        bone = (
            "The cortex of the neck and around the trochanters can be followed without a break; "
            "the head stands on the neck at its usual angle."
        )
    elif row["displaced"]:
        bone = (
            f"A ragged edge runs {place}, with a step in the cortex on both sides; "
            "the shaft stands higher than it should under the head."
        )
    else:
        bone = (
            f"A thin dark line runs {place} and ends at a break in the cortex on both sides; "
            "the head stands on the neck at nearly its usual angle."
        )
    fold = (
        " A faint straight edge crosses the neck and runs on beyond the bone into the soft tissue."
        if row["fold"]
        else ""
    )
    dense = "pale" if row["density"] < 0.33 else "dense" if row["density"] > 0.67 else "of middling"
    dense += " density" if dense == "of middling" else ""
    marks = {
        CLINIC: "No frame; a single side letter at the top.",
        EMERGENCY: "A black frame all round; a side letter at the bottom.",
        PORTABLE: "Grainy and flat, with the word PORTABLE at the top; no frame.",
    }[int(row["scanner"])]
    side = "Left" if row["side"] else "Right"
    return f"{side} hip, front to back. {bone}{fold} Bone {dense}. {marks}"
