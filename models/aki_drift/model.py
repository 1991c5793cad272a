"""The kidney and the calendar: an algorithm of 2012 meets the patients of later years."""

from __future__ import annotations

from typing import Any

from tutor.kit import TeachingModel

from .chart import READ, SEEN_ONLY
from .claims import FAILURE_MODES, TWINS, in_scope
from .cohort import LEARNED, simulate
from .figures import FIGURES, THRESHOLD
from .story import story, truth_sentence


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=20, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="aki_drift",
    title="The kidney and the calendar",
    condition="acute kidney injury",
    absence="no acute kidney injury",
    simulate=simulate,
    label="injury",
    truth="injury",
    features=READ,
    findings=(*SEEN_ONLY[:2], *READ[:10], *SEEN_ONLY[2:], READ[10]),
    estimator=_forest,
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=in_scope,
    training={"year": LEARNED},
    training_size=24_000,
    alert_says="it would ask for kidney protection and a creatinine on two days",
    silent_says="it would stay silent",
)
