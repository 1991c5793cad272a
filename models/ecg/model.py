"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.rhythm_detector import measure
from tutor.kit.rhythm_paper import rhythm_picture

from .chart import FEATURES, FINDINGS
from .claims import FIGURES, MODES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

Array = NDArray[Any]
Row = Mapping[str, float]


def _estimator() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=10, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="ecg",
    title="Rhythm reading from a ten-second strip",
    condition="atrial fibrillation",
    absence="no atrial fibrillation",
    simulate=simulate,
    label="fibrillation",
    truth="fibrillation",
    features=FEATURES,
    findings=FINDINGS,
    estimator=_estimator,
    threshold=0.5,
    failure_modes=MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=rhythm_picture,
    measure=measure,
    scope=in_scope,
    training={"library": 1},
    training_size=3_000,
    held_out_size=4_000,
    alert_says="it prints “atrial fibrillation”",
    silent_says="it does not print “atrial fibrillation”",
)
