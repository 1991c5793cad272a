"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.estimators import forest
from tutor.kit.pictures.lesion.reader import measure

from .chart import FINDINGS, READ, VISIBLE, picture
from .claims import FIGURES, MODES, TWINS
from .cohort import simulate
from .story import story, truth_sentence

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
    estimator=forest(depth=8, leaf=60, max_features=0.5),
    threshold=0.04,
    failure_modes=MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    measure=measure,
    visible=VISIBLE,
    training={"routine_marking": 0, "pale_share": 0.01},
    training_size=14_000,
    held_out_size=10_000,
    alert_says="it would advise excision",
    silent_says="it would stay silent",
)
