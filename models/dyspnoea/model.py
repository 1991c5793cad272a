"""Three causes of breathlessness, and a rule in the labels, after Jabbour 2023."""

from __future__ import annotations

from typing import Any

from tutor.kit import TeachingModel
from tutor.kit.chest_reading import chest_picture, measure

from .chart import FINDINGS, READ
from .claims import FAILURE_MODES, FIGURES, TWINS, in_scope
from .cohort import simulate
from .story import story, truth_sentence


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    # Most inputs at each split: a rule this plain is then found in every tree.
    return RandomForestClassifier(
        n_estimators=60,
        max_depth=6,
        min_samples_leaf=10,
        max_features=0.75,
        random_state=0,
        n_jobs=1,
    )


MODEL = TeachingModel(
    id="dyspnoea",
    title="Three ways to be breathless",
    condition="pneumonia",
    absence="no pneumonia",
    simulate=simulate,
    label="recorded",
    truth="pneumonia",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.50,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=chest_picture,
    measure=measure,
    scope=in_scope,
    training_size=2_500,
    held_out_size=5_000,
    alert_says="it would start antibiotics for pneumonia",
    silent_says="it would look for another cause",
)
