"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from typing import Any

from tutor.kit import (
    TeachingModel,
)

from .chart import READ, SEEN_ONLY, picture
from .claims import FAILURE_MODES, FIGURES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=15, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="oximetry",
    title="The reading on the finger",
    condition="hypoxaemic",
    absence="not hypoxaemic",
    simulate=simulate,
    label="hypoxaemic",
    truth="hypoxaemic",
    features=READ,
    findings=(*READ[:3], *SEEN_ONLY, *READ[3:]),
    estimator=_forest,
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    scope=in_scope,
    training={"co_exposure": 0, "motion": 0, "darker_share": 0.05},
    alert_says="it would ask for an arterial blood gas",
    silent_says="it would stay silent",
)
