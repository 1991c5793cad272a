"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from typing import Any

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.lesion_reader import measure

from .chart import FINDINGS, READ, picture
from .claims import FIGURES, MODES, TWINS
from .cohort import simulate
from .story import story, truth_sentence


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60,
        max_depth=8,
        min_samples_leaf=60,
        max_features=0.5,
        random_state=0,
        n_jobs=1,
    )


MODEL = TeachingModel(
    id="dermoscopy",
    title="Naevus or melanoma from one dermoscopic picture",
    condition="melanoma",
    absence="no melanoma",
    simulate=simulate,
    label="melanoma",
    truth="melanoma",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.04,
    failure_modes=MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    measure=measure,
    training={"routine_marking": 0, "pale_share": 0.01},
    training_size=14_000,
    held_out_size=10_000,
    alert_says="it would advise excision",
    silent_says="it would stay silent",
)
