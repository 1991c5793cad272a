"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.estimators import forest

from .chart import READ, SEEN_ONLY, picture
from .claims import FAILURE_MODES, FIGURES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="oximetry",
    title="The reading on the finger",
    condition="low in oxyhaemoglobin",
    absence="not low in oxyhaemoglobin",
    simulate=simulate,
    label="low_oxygen",
    truth="low_oxygen",
    features=READ,
    findings=(*READ[:3], *SEEN_ONLY, *READ[3:]),
    estimator=forest(),
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    scope=in_scope,
    visible=("co_exposure",),
    training={"co_exposure": 0, "motion": 0, "darker_share": 0.05},
    alert_says="it would ask for an arterial blood gas",
    silent_says="it would stay silent",
)
