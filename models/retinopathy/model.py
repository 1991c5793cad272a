"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.fundus import SHARP
from tutor.kit.fundus_report import fundus_picture

from .chart import FINDINGS, READ, measure
from .claims import FAILURE_MODES, FIGURES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

Array = NDArray[Any]
Row = Mapping[str, float]


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=10, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="retinopathy",
    title="The photograph from the district clinic",
    condition="referable retinopathy",
    absence="no referable retinopathy",
    simulate=simulate,
    label="referable",
    truth="referable",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.20,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=fundus_picture,
    measure=measure,
    scope=in_scope,
    training={"fault": SHARP},
    training_size=3_000,
    held_out_size=6_000,
    alert_says="it would refer to the eye hospital",
    silent_says="it would not refer",
)
