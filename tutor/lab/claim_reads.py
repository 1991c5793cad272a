"""What a failure mode rests on: nothing it reads, and nothing that undoes it, may be the answer.

The answer is the truth, the label, the exact probability, and any column that is not on the page
and all but equals the truth. A predicate is a function of each patient: it touches the same
patients when they come in another order. An undoing may hold the answer where it is, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from tutor.core.intervals import Estimate
from tutor.kit.cohorts import Patients
from tutor.kit.evidence import FailureMode, Intervene, Mask, Retrain
from tutor.kit.metrics import auroc
from tutor.kit.teaching import TeachingModel
from tutor.lab.chart_risk import seen
from tutor.lab.training import HeldOut
from tutor.lab.undoing import columns_read

FEW = 2_000  # patients who are enough to see what something depends on
SETTLES = 0.995  # area under the ROC curve of a column that is the answer by another name
ALL, NONE = 0.99, 0.01  # rates inside and outside of a claim that is the algorithm's errors


def answers(held_out: HeldOut) -> frozenset[str]:
    """The columns that are the answer and are not on the page."""
    model, patients = held_out.fitted.model, held_out.patients
    named = {model.truth, model.label, model.exact} - {""}
    truth = held_out.truth.astype(int)
    for name in set(patients) - named - set(seen(model)):
        values = patients[name].astype(float)
        if np.isfinite(values).all():
            area = auroc(values, truth).value
            named |= {name} if max(area, 1 - area) >= SETTLES else set()
    return frozenset(named - {f.column for f in (*model.findings, *model.features)})


def reads_flaws(
    mode: FailureMode, held_out: HeldOut, hidden: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """What a mode's predicates and its undoing read that they may not; what, and what to do."""
    patients = held_out.patients
    for predicate in filter(None, (mode.touches, mode.compared_with)):
        if read := sorted(columns_read(predicate, patients) & hidden):
            what = f"Whom it touches depends on {', '.join(read)}, which is the answer."
            yield what, "Let it read causes and findings only."
            return
        if not _of_each(predicate, patients):
            what = "Whom it touches depends on the order in which the patients come."
            yield what, "Let it read each patient's own columns, and nothing else."
            return
    yield from _undo_flaws(mode, held_out, hidden)
    inside = mode.metric.measure(held_out, np.asarray(mode.touches(patients), dtype=bool))
    outside = mode.metric.measure(held_out, np.asarray(mode.comparison(patients), dtype=bool))
    if _is_the_error(inside, outside):
        what = (
            f"{mode.metric.value.capitalize()} are {100 * inside.value:.0f} % of those it touches "
            f"and {100 * outside.value:.0f} % of the others: it names the errors, not a cause."
        )
        yield what, "Let it read the cause only; a claim on those it gets wrong is no claim."


def _is_the_error(inside: Estimate, outside: Estimate) -> bool:
    return inside.value >= ALL and outside.value <= NONE


def _of_each(predicate: Callable[[Patients], Mask], patients: Patients) -> bool:
    """Whether a predicate touches the same patients in another order."""
    few = patients.take(np.arange(min(FEW, patients.n)))
    order = np.random.default_rng(0).permutation(few.n)
    return np.array_equal(np.asarray(predicate(few))[order], predicate(few.take(order)))


def _undo_flaws(
    mode: FailureMode, held_out: HeldOut, hidden: frozenset[str]
) -> Iterator[tuple[str, str]]:
    model, patients, undo = held_out.fitted.model, held_out.patients, mode.undo
    mend = "Undo the cause of the failure, and leave the answer as it is."
    if isinstance(undo, Retrain):
        if read := sorted(set(undo.also_reads) & hidden):
            yield f"It is undone by letting the algorithm read {', '.join(read)}.", mend
    elif isinstance(undo, Intervene):
        for name, value in undo.do.items():
            if name in answer_names(model):
                if not held(patients, name, value):
                    yield f"It is undone by changing {name}, which is the answer.", mend
                    return
            elif callable(value) and (read := sorted(columns_read(value, patients) & hidden)):
                what = f"{name} is set from {', '.join(read)}, which is the answer."
                yield f"It is undone by the answer: {what}", mend
                return


def answer_names(model: TeachingModel) -> frozenset[str]:
    """The truth and the label, by their columns."""
    return frozenset({model.truth, model.label})


def held(patients: Patients, name: str, value: object) -> bool:
    """Whether an intervention leaves a column as it is in these patients."""
    given = value(patients) if callable(value) else value
    return bool(np.all(np.asarray(given) == patients[name]))
