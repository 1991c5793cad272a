"""Who gets the place: cost as a stand-in for need, after Obermeyer 2019."""

from __future__ import annotations

from tutor.kit import TeachingModel, forest

from .chart import ASKED, EXAMINED, READ
from .claims import FAILURE_MODES, TWINS, worth_asking
from .cohort import simulate
from .figures import FIGURES
from .story import story, truth_sentence

MODEL = TeachingModel(
    id="need",
    title="Who gets the place",
    condition="high need",
    absence="not high need",
    simulate=simulate,
    label="high_cost",
    truth="high_need",
    features=READ,
    findings=(*READ[:2], *ASKED[3:], *EXAMINED, *READ[2:7], *ASKED[:1], *READ[7:], *ASKED[1:3]),
    estimator=forest(depth=7, leaf=40, max_features=4),
    threshold=0.10,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=worth_asking,
    visible=("sex", "new_member"),
    training={"new_member": 0, "drug_share": 0.0035, "operation_share": 0.005},
    deployment={"barriers_share": 0.3},
    training_size=60_000,
    held_out_size=40_000,
    alert_says="it would offer a place",
    silent_says="it would not offer a place",
)
