"""Whether a twin is the same patient with one cause changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tutor.kit.cohorts import Patients
from tutor.kit.evidence import Twin
from tutor.kit.teaching import TeachingModel
from tutor.lab.claim_reads import answer_names, held

TWINS, OTHER_PATIENT = 300, 0.7  # patients that are compared; share of what may change


def twin_flaws(model: TeachingModel) -> Iterator[tuple[Twin, str, str]]:
    """Each flaw of a twin: the twin, what is wrong, what to do."""
    if not (model.structural and model.twins):
        return
    before = model.simulate(TWINS, 0, **model.deployment)
    for twin in model.twins:
        after = model.simulate(TWINS, 0, **{**model.deployment, **twin.do})
        for what, mend in _flaws(model, twin, before, after):
            yield twin, what, mend
            break


def _flaws(
    model: TeachingModel, twin: Twin, before: Patients, after: Patients
) -> Iterator[tuple[str, str]]:
    names = [name for name in before if name in after]
    others = [name for name in names if name not in twin.do]
    changed = float(np.mean([np.mean(before[name] != after[name]) for name in others]))
    if changed > OTHER_PATIENT:
        what = f"It changes {100 * changed:.0f} % of what is known: it is another patient."
        mend = "Draw each variable with World.draw, so that its luck stays the same under do."
        yield what, mend
    causes = [names.index(name) for name in twin.do if name in names]
    earlier = names[: min(causes, default=0)]
    if moved := [name for name in earlier if not np.array_equal(before[name], after[name])]:
        what = (
            f"It changes {', '.join(moved[:3])}, which is drawn before {', '.join(twin.do)}: an "
            "effect cannot come before its cause."
        )
        yield what, "Draw causes before their effects, and let do change nothing else."
    applies = np.asarray(twin.applies(before), dtype=bool)
    for name in sorted(set(twin.do) & answer_names(model)):
        if not held(before.take(applies), name, twin.do[name]):
            what = f"It changes {name}, which is the answer: the twin is another patient."
            yield what, "Change a cause that the algorithm answers to, and leave the answer to do."
