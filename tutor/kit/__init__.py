"""What a pack author imports; the application knows packs only through these names."""

from tutor.core.intervals import Z95, Estimate, difference, proportion
from tutor.kit.cohorts import Patients, World, counts, happens, sigmoid
from tutor.kit.drawing import Picture, trace
from tutor.kit.evidence import (
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    MatchComparison,
    Metric,
    PublishedFigure,
    Retrain,
    Study,
    Twin,
)
from tutor.kit.features import NO_YES, Conventional, Feature
from tutor.kit.teaching import TeachingModel, everyone

__all__ = [
    "NO_YES",
    "Z95",
    "Conventional",
    "Estimate",
    "FailureKind",
    "FailureMode",
    "Feature",
    "Intervene",
    "Mask",
    "MatchComparison",
    "Metric",
    "Patients",
    "Picture",
    "PublishedFigure",
    "Retrain",
    "Study",
    "TeachingModel",
    "Twin",
    "World",
    "counts",
    "difference",
    "everyone",
    "happens",
    "proportion",
    "sigmoid",
    "trace",
]
