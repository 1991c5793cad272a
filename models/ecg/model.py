"""The model: cohort, estimator, chart and claims in one value."""

from __future__ import annotations

from tutor.kit import (
    Region,
    TeachingModel,
)
from tutor.kit.estimators import forest
from tutor.kit.pictures.ecg.detector import measure
from tutor.kit.pictures.ecg.paper import rhythm_picture

from .chart import FEATURES, FINDINGS, VISIBLE
from .claims import FIGURES, MODES, TWINS
from .cohort import in_scope, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="ecg",
    title="Rhythm reading from a ten-second strip",
    condition="atrial fibrillation",
    absence="no atrial fibrillation",
    simulate=simulate,
    label="fibrillation",
    truth="fibrillation",
    features=FEATURES,
    findings=FINDINGS,
    estimator=forest(leaf=10),
    threshold=0.5,
    failure_modes=MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=rhythm_picture,
    measure=measure,
    visible=VISIBLE,
    # The two rows of the strip; the calibration marks and the scale below stay outside.
    decisive_region=Region(0.07, 0.0, 1.0, 0.91),
    scope=in_scope,
    training={"library": 1},
    training_size=3_000,
    held_out_size=4_000,
    alert_says="it prints “atrial fibrillation”",
    silent_says="it does not print “atrial fibrillation”",
)
