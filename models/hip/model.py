"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.hip_reading import hip_picture, measure

from .chart import FINDINGS, READ
from .claims import FAILURE_MODES, FIGURES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

Array = NDArray[Any]
Row = Mapping[str, float]


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=15, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="hip",
    title="The hip and the paperwork",
    condition="a fractured hip",
    absence="no fracture",
    simulate=simulate,
    label="fracture",
    truth="fracture",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=hip_picture,
    measure=measure,
    scope=in_scope,
    training_size=3_000,
    held_out_size=6_000,
    alert_says="it would keep the patient off the leg and ask for a CT scan",
    silent_says="it would stay silent",
)
