"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
    everyone,
    proportion,
)
from tutor.kit.rhythm_strip import FREE, PACED

Array = NDArray[Any]
Row = Mapping[str, float]


def wrong_calls(study: Study) -> Estimate:
    """The share of the machine's readings of atrial fibrillation that are wrong."""
    fresh = study.simulate(2_500)
    said = study.predict(fresh) >= study.threshold
    truth = np.concatenate([study.truth[study.alert], fresh["fibrillation"][said] == 1])
    return proportion(int((~truth).sum()), len(truth))


def _premature(p: Patients) -> Mask:
    return np.asarray(p["ectopy"] >= 2)


def _shaky(p: Patients) -> Mask:
    return np.asarray(p["tremor"] > 0)


def _driven(p: Patients) -> Mask:
    return np.asarray(p["driven"] > FREE)


MODES = (
    FailureMode(
        id="premature_beats",
        kind=FailureKind.BLIND,
        title="Calls premature beats fibrillation",
        sentence=(
            "Beats that come early make the rhythm irregular. The algorithm counts irregularity "
            "and never looks for the P waves that would tell it apart."
        ),
        mechanism=(
            "Its inputs say when the ventricles beat, not what the atria do. Early beats and the "
            "pauses after them look, in numbers, like fibrillation; it met few in its library."
        ),
        metric=Metric.FALSE_ALARMS,
        touches=_premature,
        inside="strips without fibrillation on which beats come early",
        outside="other strips without fibrillation",
        figure="wrong_calls",
    ),
    FailureMode(
        id="tremor",
        kind=FailureKind.ARTEFACT,
        title="Takes a trembling baseline for heart beats",
        sentence=(
            "Tremor and shivering throw steep deflections on the strip. The detector counts some "
            "of them as beats, and the rhythm it then measures is irregular."
        ),
        mechanism=(
            "The machine's rate outran the pulse at the wrist: some of the beats it counted were "
            "muscle. Every interval measured from them is wrong."
        ),
        metric=Metric.FALSE_ALARMS,
        touches=_shaky,
        inside="strips without fibrillation recorded while the patient trembled",
        outside="other strips without fibrillation",
        figure="wrong_calls",
    ),
    FailureMode(
        id="regular_ventricles",
        kind=FailureKind.SCOPE,
        title="Misses fibrillation under a regular pulse",
        sentence=(
            "A pacemaker, or an escape rhythm in complete heart block, drives the ventricles "
            "evenly while the atria fibrillate. The algorithm sees an even rhythm and is silent."
        ),
        mechanism=(
            "The ventricles no longer answer to the atria, so their intervals say nothing of "
            "them. No such strip was in the library from which the algorithm learned."
        ),
        metric=Metric.MISSES,
        touches=_driven,
        inside="fibrillating patients with a pacemaker rhythm or complete heart block",
        outside="other fibrillating patients",
    ),
)


def _fibrillating(p: Patients) -> Mask:
    return np.asarray(p["fibrillation"] == 1)


def _pulse(row: Row) -> str:
    return f"As they are: pulse {row['pulse']:.0f}"


TWINS = (
    Twin(
        "still",
        {"tremor": 0},
        _shaky,
        lambda row: f"{_pulse(row)}, with tremor on the strip",
        "The same heart, lying warm and still",
        "The heart did not change; what the electrodes picked up beside it did.",
    ),
    Twin(
        "no_early_beats",
        {"ectopy": 0},
        _premature,
        lambda row: f"{_pulse(row)}, {row['ectopy']:.0f} beats early",
        "The same heart without the early beats",
        "What the atria do between the early beats is the same on both strips.",
    ),
    Twin(
        "conducts_freely",
        {"driven": FREE},
        lambda p: _driven(p) & _fibrillating(p),
        lambda row: f"As they are: ventricles driven at {row['rate']:.0f} a minute",
        "The same atria, with ventricles that follow them",
        "The atria do the same on both strips; only the ventricles' answer differs.",
    ),
    Twin(
        "atria_fibrillate",
        {"fibrillation": 1},
        _driven,
        lambda row: f"As they are: ventricles driven at {row['rate']:.0f} a minute",
        "The same patient, once the atria fibrillate",
        "The truth has changed and the pulse has not: look between the beats.",
    ),
    Twin(
        "paced",
        {"driven": PACED},
        _fibrillating,
        _pulse,
        "The same atria, with the ventricles paced",
        "The fibrillation stays, and with it the risk of stroke; the irregularity goes.",
    ),
    Twin(
        "with_early_beats",
        {"ectopy": 4},
        everyone,
        _pulse,
        "The same heart with four early beats",
        "P waves are there on both strips; only the spacing of the beats differs.",
    ),
)
FIGURES = (
    PublishedFigure(
        id="wrong_calls",
        label="Computer readings of atrial fibrillation that are wrong",
        published=442 / 2298,
        doi="10.1016/j.amjmed.2004.06.024",
        basis="P",
        tolerance=0.02,
        compute=wrong_calls,
        interval=(proportion(442, 2298).low, proportion(442, 2298).high),
        citation="Bogun 2004",
    ),
)
