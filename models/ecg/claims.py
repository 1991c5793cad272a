"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
    proportion,
)
from tutor.kit.pictures.ecg.signal import FREE, PACED

Row = Mapping[str, float]


def wrong_calls(study: Study) -> Estimate:
    """The share of the machine's readings of atrial fibrillation that are wrong."""
    fresh = study.simulate(2_500)
    said = study.predict(fresh) >= study.threshold
    truth = np.concatenate([study.truth[study.alert], fresh["fibrillation"][said] == 1])
    return proportion(int((~truth).sum()), len(truth))


def _early(p: Patients) -> Mask:
    return np.asarray(p["ectopy"] >= 1)


def _shaky(p: Patients) -> Mask:
    return np.asarray(p["tremor"] > 0)


def _driven(p: Patients) -> Mask:
    return np.asarray(p["driven"] > FREE)


MODES = (
    FailureMode(
        id="premature_beats",
        kind=FailureKind.BLIND,
        title="Calls premature beats fibrillation",
        sentence="Even one early beat, with the pause after it, makes the intervals uneven. The "
        "algorithm measures uneven intervals and never looks for P waves.",
        mechanism="The algorithm's inputs say when the ventricles beat, not what the atria do. "
        "Early beats were rare in the strips from which it learned.",
        metric=Metric.FALSE_ALARMS,
        touches=_early,
        inside="strips without fibrillation on which at least one beat comes early",
        outside="other strips without fibrillation",
        figure="wrong_calls",
        undo=Intervene({"ectopy": 0}),
    ),
    FailureMode(
        id="tremor",
        kind=FailureKind.ARTEFACT,
        title="Counts tremor as heart beats",
        sentence="Tremor and shivering put steep deflections on the strip. The algorithm counts "
        "some of them as beats, and the rhythm that it measures is then irregular.",
        mechanism="Some of the beats that the algorithm counted came from skeletal muscle. "
        "Compare its rate with the pulse at the wrist.",
        metric=Metric.FALSE_ALARMS,
        touches=_shaky,
        inside="strips without fibrillation recorded while the patient trembled",
        outside="other strips without fibrillation",
        figure="wrong_calls",
        undo=Intervene({"tremor": 0}),
    ),
    FailureMode(
        id="regular_ventricles",
        kind=FailureKind.SCOPE,
        title="Misses fibrillation when the ventricles beat regularly",
        sentence="A pacemaker, or an escape rhythm in complete heart block, drives the ventricles "
        "evenly while the atria fibrillate. The algorithm measures an even rhythm.",
        mechanism="The ventricles no longer follow the atria, so the intervals between them say "
        "nothing about the atria. The algorithm learned from no such strip.",
        metric=Metric.MISSES,
        touches=_driven,
        inside="fibrillating patients with a pacemaker rhythm or complete heart block",
        outside="other fibrillating patients",
        undo=Intervene({"driven": FREE}),
    ),
)


def _fibrillating(p: Patients) -> Mask:
    return np.asarray(p["fibrillation"] == 1)


def _pulse(row: Row) -> str:
    return f"As it is: pulse {row['pulse']:.0f} a minute"


def _beats(row: Row) -> str:
    early = "one early beat" if row["ectopy"] == 1 else "early beats"
    return f"{_pulse(row)}, {early}"


def _driver(row: Row) -> str:
    by = "a pacemaker" if row["driven"] == PACED else "an escape rhythm"
    return f"As it is: {by} drives the ventricles at {row['rate']:.0f} a minute"


TWINS = (
    Twin(
        "still",
        {"tremor": 0},
        _shaky,
        lambda row: f"{_pulse(row)}, tremor on the strip",
        "The same heart, with the patient warm and still",
        "The heart is the same; only the muscle signal is gone.",
    ),
    Twin(
        "no_early_beats",
        {"ectopy": 0},
        _early,
        _beats,
        "The same heart without early beats",
        "Look at the atria between the early beats: they do the same on both strips.",
    ),
    Twin(
        "conducts_freely",
        {"driven": FREE},
        lambda p: _driven(p) & _fibrillating(p),
        _driver,
        "The same fibrillating atria, with ventricles that follow them",
        "The atria fibrillate on both strips; only the response of the ventricles differs.",
    ),
    Twin(
        "paced",
        {"driven": PACED},
        _fibrillating,
        _pulse,
        "The same fibrillating atria, with the ventricles paced",
        "Fibrillation and its risk of stroke remain; only the irregularity is gone.",
    ),
    Twin(
        "with_early_beats",
        {"ectopy": 4},
        lambda p: ~_fibrillating(p),
        _pulse,
        "The same heart with four early beats",
        "There is no fibrillation on either strip; only the spacing of the beats differs.",
    ),
)

FIGURES = (
    PublishedFigure(
        id="wrong_calls",
        label="Computer readings of atrial fibrillation that are wrong",
        published=442 / 2298,
        basis="P",
        tolerance=0.02,
        compute=wrong_calls,
        interval=(proportion(442, 2298).low, proportion(442, 2298).high),
        citation="bogun2004",
    ),
)
