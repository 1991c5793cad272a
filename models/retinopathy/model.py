"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.estimators import forest
from tutor.kit.pictures.fundus.photograph import SHARP
from tutor.kit.pictures.fundus.report import fundus_picture

from .chart import FINDINGS, READ, VISIBLE, measure
from .claims import FAILURE_MODES, FIGURES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="retinopathy",
    title="The photograph from the district clinic",
    condition="a need for referral",
    absence="no need for referral",
    simulate=simulate,
    label="referable",
    truth="needs_referral",
    features=READ,
    findings=FINDINGS,
    estimator=forest(leaf=10),
    threshold=0.20,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=fundus_picture,
    measure=measure,
    visible=VISIBLE,
    scope=in_scope,
    training={"fault": SHARP},
    training_size=3_000,
    held_out_size=6_000,
    alert_says="it would refer to the eye hospital",
    silent_says="it would not refer",
)
