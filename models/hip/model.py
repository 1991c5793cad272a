"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.estimators import forest
from tutor.kit.pictures.hip.reader import hip_picture, measure

from .chart import FINDINGS, READ, VISIBLE
from .claims import FAILURE_MODES, FIGURES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="hip",
    title="The hip and the paperwork",
    condition="a fractured hip",
    absence="no fracture",
    simulate=simulate,
    label="fracture",
    truth="fracture",
    features=READ,
    findings=FINDINGS,
    estimator=forest(),
    threshold=0.10,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=hip_picture,
    measure=measure,
    visible=VISIBLE,
    scope=in_scope,
    training_size=3_000,
    held_out_size=7_000,
    alert_says="it would keep the patient off the leg and ask for a scan",
    silent_says="it would let the patient stand",
)
