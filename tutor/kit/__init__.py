"""What a pack author imports; the application knows packs only through these names."""

from tutor.core.intervals import Z95, Estimate, difference, proportion
from tutor.kit.caching import once_per_study
from tutor.kit.cohorts import Patients, World, counts, happens, having, sigmoid
from tutor.kit.drawing import Picture, Region, trace
from tutor.kit.estimators import forest
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
from tutor.kit.metrics import apart, auroc
from tutor.kit.story import MAN, SEX, WOMAN, Person, choose
from tutor.kit.teaching import TeachingModel, everyone

__all__ = [
    "MAN",
    "NO_YES",
    "SEX",
    "WOMAN",
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
    "Person",
    "Picture",
    "PublishedFigure",
    "Region",
    "Retrain",
    "Study",
    "TeachingModel",
    "Twin",
    "World",
    "apart",
    "auroc",
    "choose",
    "counts",
    "difference",
    "everyone",
    "forest",
    "happens",
    "having",
    "once_per_study",
    "proportion",
    "sigmoid",
    "trace",
]
