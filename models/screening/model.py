"""The teaching model, put together."""

from __future__ import annotations

from tutor.kit import TeachingModel
from tutor.kit.estimators import forest

from .chart import FINDINGS, READ, picture
from .claims import FAILURE_MODES, FIGURES, TWINS, in_scope
from .cohort import CLINIC, simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="screening",
    title="One mammogram, four waiting rooms",
    condition="breast cancer",
    absence="no breast cancer",
    simulate=simulate,
    label="cancer",
    truth="cancer",
    features=READ,
    findings=FINDINGS,
    estimator=forest(),
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    scope=in_scope,
    training={"setting": CLINIC, "months_since": 0, "scar": 0},
    alert_says="it would book a biopsy today",
    silent_says="it would not book a biopsy today",
)
