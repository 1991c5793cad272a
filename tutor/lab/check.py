"""Prove a pack before a learner sees it: everything at once, on three seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from tutor.content.check import check_texts
from tutor.content.loading import load
from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Problem
from tutor.core.selection import CELLS
from tutor.errors import ContentError
from tutor.lab import bank
from tutor.lab.build import compute, evidence_part, train_and_measure
from tutor.lab.evidence import Verified, verified
from tutor.lab.workers import KILLED, Progress, heaviness, quiet, side_by_side


def check_pack(root: Path, progress: Progress, workers: int = 0) -> list[Problem]:
    """Every problem of the pack in ``root``; ``progress`` hears how far it has come.

    With ``workers`` the exercises are checked side by side, each in a process of its own.
    """
    try:
        pack, problems = load(root)
    except ContentError as error:
        return [Problem("pack.toml", "", str(error), "Write it; see docs/course-teams.md.")]
    count = len(pack.exercises)
    progress(f"{count} exercises" if count != 1 else "one exercise")
    checked = side_by_side(check_exercise, pack.exercises, quiet, workers, heaviness)
    for at, (exercise, found) in enumerate(zip(pack.exercises, checked, strict=True), 1):
        problems += [_unusable(exercise, KILLED)] if found is None else found
        progress(f"{exercise.manifest.id}: {at} of {count} done")
    return problems


def remarks(root: Path) -> list[str]:
    """What an author is told of the pack in ``root`` that is no problem."""
    try:
        pack, _ = load(root)
    except ContentError:
        return []
    return [remark for exercise in pack.exercises for remark in exercise.remarks]


def check_exercise(exercise: Exercise, progress: Progress) -> list[Problem]:
    """Load the model, build its bank, and hold it to its claims; its texts in any case."""
    try:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        with pack_code(exercise.model_file):
            trained = train_and_measure(model, progress)
            evidence = evidence_part(model, trained.evidence, trained.held_out)
    except ContentError as error:
        return [*check_texts(exercise, None), _unusable(exercise, str(error))]
    problems = check_texts(exercise, evidence)
    try:
        with pack_code(exercise.model_file):
            parts = compute(exercise, model, progress, trained)
            proved = verified(model, trained.evidence)
    except ContentError as error:
        return [*problems, _unusable(exercise, str(error))]
    return [*problems, *_check_bank(exercise, parts["cards"]), *check_claims(exercise, proved)]


def _model_file(exercise: Exercise) -> str:
    return f"models/{exercise.manifest.model}/{exercise.model_file.name}"


def _unusable(exercise: Exercise, what: str) -> Problem:
    mend = "Mend it; nothing of this exercise is served."
    return Problem(_model_file(exercise), "", what, mend)


def _check_bank(exercise: Exercise, cards: list[dict[str, Any]]) -> Iterator[Problem]:
    """A cell with fewer patients than asked for makes the bank smaller."""
    asked = exercise.manifest.bank.cases
    for cell in CELLS:
        found = sum((card["right"], card["present"]) == astuple(cell) for card in cards)
        if found < (wanted := bank.wanted(asked, cell)):
            says = bank.describe(cell)
            what = f"Only {found} of the {wanted} cases wanted have {says}."
            mend = "Widen the scope or the held-out cohort, or ask for fewer cases in [bank]."
            yield Problem(_model_file(exercise), "bank", what, mend)


def check_claims(exercise: Exercise, proved: Verified) -> Iterator[Problem]:
    """Each failure mode demonstrated, each figure within tolerance, on every seed."""
    where, model = _model_file(exercise), proved.model
    for mode in model.failure_modes:
        if not proved.demonstrated(mode):
            what = "The 95 % interval includes no difference on at least one of three seeds."
            mend = "Make the mechanism stronger or the held-out cohort larger, or drop the claim."
            yield Problem(where, f"failure mode {mode.id}", what, mend)
    for figure in model.figures:
        if not proved.within(figure):
            ours = ", ".join(
                f"{m.ours.value:.4g}"
                for evidence in proved.by_seed
                for m in evidence.figures
                if m.figure.id == figure.id
            )
            what = f"Published {figure.published:g} ± {figure.tolerance:g}; here {ours}."
            yield Problem(where, f"figure {figure.id}", what, "Tune the cohort to the publication.")
