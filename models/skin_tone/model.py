"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.pictures.lesion.reader import measure

from .chart import FINDINGS, READ, VISIBLE, picture
from .claims import FIGURES, MODES, TWINS, estimator
from .cohort import in_scope, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="skin_tone",
    title="Malignant or benign from one picture of the skin",
    condition="skin cancer",
    absence="no skin cancer",
    simulate=simulate,
    label="malignant",
    truth="malignant",
    features=READ,
    findings=FINDINGS,
    estimator=estimator,
    threshold=0.04,
    failure_modes=MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    measure=measure,
    scope=in_scope,
    visible=VISIBLE,
    training={"archive": 1},
    training_size=2_200,
    held_out_size=7_500,
    alert_says="it would refer to the skin cancer clinic",
    silent_says="it would stay silent",
)
