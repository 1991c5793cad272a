"""Three causes of breathlessness, and a rule in the labels, after Jabbour 2023."""

from __future__ import annotations

from tutor.kit import TeachingModel, forest
from tutor.kit.pictures.chest.reader import chest_picture, measure

from .chart import FINDINGS, READ, VISIBLE
from .claims import FAILURE_MODES, FIGURES, TWINS, in_scope
from .cohort import simulate
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="dyspnoea",
    title="Three causes of breathlessness",
    condition="pneumonia",
    absence="no pneumonia",
    simulate=simulate,
    label="recorded",
    truth="pneumonia",
    features=READ,
    findings=FINDINGS,
    # Most inputs at each split: a rule this plain is then found in every tree.
    estimator=forest(leaf=10, max_features=0.75),
    threshold=0.50,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=chest_picture,
    measure=measure,
    scope=in_scope,
    visible=VISIBLE,
    training_size=2_500,
    held_out_size=5_000,
    alert_says="it would treat as pneumonia first",
    silent_says="it would treat another cause first",
)
