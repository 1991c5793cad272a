"""The kidney and the calendar: an algorithm of 2012 meets the patients of later years."""

from __future__ import annotations

from tutor.kit import TeachingModel, forest

from .chart import READ, SEEN_ONLY
from .claims import FAILURE_MODES, TWINS, in_scope
from .cohort import LEARNED, simulate
from .figures import FIGURES, THRESHOLD
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="aki_drift",
    title="The kidney and the calendar",
    condition="acute kidney injury",
    absence="no acute kidney injury",
    simulate=simulate,
    label="injury",
    truth="injury",
    features=READ,
    findings=(*SEEN_ONLY[:2], *READ[:7], *SEEN_ONLY[2:4], *READ[7:10], *SEEN_ONLY[4:], READ[10]),
    estimator=forest(leaf=20, max_features=0.5),
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=in_scope,
    exact="risk",
    visible=("sex", "infected"),
    training={"year": LEARNED},
    training_size=36_000,
    held_out_size=30_000,
    alert_says="it would ask for creatinine on both days and as little contrast as possible",
    silent_says="it would stay silent",
)
