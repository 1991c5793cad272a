"""Whether what a model says it shows is shown, and whether its closing sentences tell the truth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tutor.core.intervals import Z95
from tutor.core.paired_auroc import paired_auroc
from tutor.kit.teaching import TeachingModel
from tutor.lab.chart_risk import observed
from tutor.lab.row_reads import NotedRow
from tutor.lab.training import HeldOut

READ = 40  # patients whose stories are read
DRAWN = 2  # patients whose pictures are drawn
EXACT = 6_000  # patients whose exact probability is held against the findings
GAIN, STRICT = 0.3, 4.5  # of what the findings leave of the area, and standard errors
SENTENCES = 400  # patients whose closing sentences are held against each other


def visible_flaws(held_out: HeldOut) -> Iterator[tuple[str, str]]:
    """What is wrong with the columns of ``visible=``: what, and what to do."""
    model, patients = held_out.fitted.model, held_out.patients
    if named := sorted(set(model.visible) & {model.truth, model.label, model.exact}):
        what = f"It names {', '.join(named)}, which is the answer."
        yield what, "Name what picture and story show; the answer is shown once the case is closed."
        return
    if missing := sorted(set(model.visible) - set(patients)):
        yield f"It names {', '.join(missing)}, which is no column.", "Correct the name."
        return
    if not model.visible:
        return
    on_page = {feature.column for feature in (*model.findings, *model.features)}
    if unread := sorted(set(model.visible) - on_page - _read(model, held_out)):
        what = f"Neither the story nor the picture reads {', '.join(unread)}."
        yield what, "Name only what the story tells or the picture shows."


def _read(model: TeachingModel, held_out: HeldOut) -> set[str]:
    reads: set[str] = set()
    patients = held_out.patients
    scope = np.flatnonzero(model.scope(patients))
    for at in scope[np.linspace(0, len(scope) - 1, min(READ, len(scope))).astype(int)]:
        model.story(NotedRow(patients.row(int(at)), reads), np.random.default_rng(0))
    for at in scope[:DRAWN]:
        if model.picture is not None:
            model.picture(NotedRow(patients.row(int(at)), reads))
    return reads


def sentence_flaw(held_out: HeldOut) -> Iterator[tuple[str, str]]:
    """Whether a closing sentence is said of patients with and of patients without the condition."""
    model, patients, truth = held_out.fitted.model, held_out.patients, held_out.truth
    said: dict[bool, set[str]] = {True: set(), False: set()}
    for present in said:
        for at in np.flatnonzero(truth == present)[: SENTENCES // 2]:
            said[present].add(model.truth_sentence(patients.row(int(at))))
    if both := sorted(said[True] & said[False]):
        what = f"“{both[0]}” is said of patients with the condition and of patients without it."
        yield what, "Let it say what was true of the patient."


def exact_flaws(held_out: HeldOut) -> Iterator[tuple[str, str]]:
    """Whether ``exact=`` tells more than all that is on the page can tell."""
    model, patients = held_out.fitted.model, held_out.patients
    if not model.exact or model.exact not in patients:
        return
    rows = np.linspace(0, patients.n - 1, min(EXACT, patients.n)).astype(int)
    truth, few = held_out.truth[rows], patients.take(rows)
    if truth.all() or not truth.any():
        return
    compared = paired_auroc(truth, observed(model, few, truth), few[model.exact].astype(float))
    gain = compared.second - compared.first
    if (
        gain > GAIN * (1 - compared.first)
        and gain - (compared.high - compared.low) / 2 * STRICT / Z95 > 0
    ):
        what = (
            f"{model.exact} tells more than the page does: an area under the ROC curve of "
            f"{compared.second:.2f}, and all findings together {compared.first:.2f}."
        )
        yield what, "Give the probability of the condition given the findings, or leave it out."
