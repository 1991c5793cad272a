"""The teaching model, put together."""

from __future__ import annotations

from tutor.kit import (
    TeachingModel,
)
from tutor.kit.estimators import forest

from .chart import EXAMINED, READ, REST
from .claims import FAILURE_MODES, FIGURES, THRESHOLD, TWINS
from .cohort import BEFORE_CRITERIA, SPARING, WHOLE_STAY, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="sepsis",
    title="The alarm and the clock",
    condition="sepsis",
    absence="no sepsis",
    simulate=simulate,
    label="sepsis",
    truth="sepsis",
    features=READ,
    findings=(READ[0], *EXAMINED, *READ[1:9], REST[0], REST[1], *READ[9:], REST[2]),
    estimator=forest(depth=5, leaf=20),
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    visible=("age", "operated", "known_infection", "concern"),
    training={"window": WHOLE_STAY, "operated_share": 0.1, "readiness": SPARING},
    deployment={"window": BEFORE_CRITERIA},
    training_size=20_000,
    alert_says="it would ask for a review at the bedside now",
    silent_says="it would stay silent",
)
