"""The teaching model, put together."""

from __future__ import annotations

from typing import Any

from tutor.kit import (
    TeachingModel,
)

from .chart import FINDINGS, NOT_READ
from .claims import FAILURE_MODES, FIGURES, LINE, TWINS, in_scope
from .cohort import CLINIC, RECORDS, simulate
from .story import story, truth_sentence


def estimator() -> Any:
    """A forest, which can be explained exactly in probability.

    Its cuts are drawn at random and the best is kept, so that a yes/no input such as asthma is
    not crowded out by the many that can be cut anywhere.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    shape = {"n_estimators": 60, "max_depth": 8, "min_samples_leaf": 5, "max_features": None}
    return ExtraTreesClassifier(**shape, random_state=0, n_jobs=1)


MODEL = TeachingModel(
    id="pneumonia",
    title="Risk of death from pneumonia",
    condition="death within 30 days without intensive care",
    absence="survival without intensive care",
    simulate=simulate,
    label="died_in_hospital",
    truth="dies_without_escalation",
    features=tuple(finding for finding in FINDINGS if finding.column not in NOT_READ),
    findings=FINDINGS,
    estimator=estimator,
    threshold=LINE,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=in_scope,
    visible=("nursing_home",),
    training={"site": RECORDS},
    deployment={"site": CLINIC},
    training_size=14_199,
    alert_says="it would call critical care",
    silent_says="it would call an ordinary ward safe",
)
