"""The teaching model, put together."""

from __future__ import annotations

from typing import Any

from tutor.kit import (
    TeachingModel,
)

from .chart import EXAMINED, READ, REST
from .claims import FAILURE_MODES, FIGURES, THRESHOLD, TWINS, readable
from .cohort import BEFORE_CRITERIA, SPARING, WHOLE_STAY, simulate
from .story import story, truth_sentence


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=5, min_samples_leaf=20, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="sepsis",
    title="The alarm and the clock",
    condition="sepsis",
    absence="no sepsis",
    simulate=simulate,
    label="sepsis",
    truth="sepsis",
    features=READ,
    findings=(READ[0], *EXAMINED, *READ[1:9], REST[0], REST[1], *READ[9:], REST[2]),
    estimator=_forest,
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=readable,
    training={"window": WHOLE_STAY, "operated_share": 0.1, "readiness": SPARING},
    deployment={"window": BEFORE_CRITERIA},
    training_size=20_000,
    alert_says="it would call for a sepsis review",
    silent_says="it would stay silent",
)
