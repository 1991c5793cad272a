"""The teaching model, put together."""

from __future__ import annotations

from typing import Any

from tutor.kit import (
    TeachingModel,
)

from .chart import FILM, READ, SEEN_ONLY, picture
from .claims import FAILURE_MODES, FIGURES, TWINS, in_scope
from .cohort import CLINIC, simulate
from .story import story, truth_sentence


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=15, random_state=0, n_jobs=1
    )


MODEL = TeachingModel(
    id="screening",
    title="One film, four waiting rooms",
    condition="breast cancer",
    absence="no breast cancer",
    simulate=simulate,
    label="cancer",
    truth="cancer",
    features=READ,
    findings=(*SEEN_ONLY[:2], FILM, SEEN_ONLY[2], READ[1], *SEEN_ONLY[3:], *READ[2:]),
    estimator=_forest,
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    scope=in_scope,
    training={"setting": CLINIC, "months_since": 0, "scar": 0},
    alert_says="it would ask for a needle biopsy",
    silent_says="it would stay silent",
)
