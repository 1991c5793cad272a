"""Prove a pack before a learner sees it: everything at once, on three seeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tutor.content.check import check_texts
from tutor.content.loading import load
from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Problem
from tutor.errors import ContentError
from tutor.kit.teaching import TeachingModel
from tutor.lab.build import SEED, Progress, compute, evidence_part
from tutor.lab.evidence import Verified, measure, verified
from tutor.lab.study import study


def check_pack(root: Path, progress: Progress) -> list[Problem]:
    """Every problem of the pack in ``root``."""
    try:
        pack, problems = load(root)
    except ContentError as error:
        return [Problem("pack.toml", "", str(error), "Write it; see docs/course-teams.md.")]
    for exercise in pack.exercises:
        progress(exercise.manifest.id)
        problems += check_exercise(exercise, progress)
    return problems


def check_exercise(exercise: Exercise, progress: Progress) -> list[Problem]:
    """Load the model, build its bank, and hold it to its claims."""
    where = f"models/{exercise.manifest.model}/model.py"
    try:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        with pack_code(exercise.model_file):
            compute(exercise, model, progress)
            held_out = study(model, SEED)
            evidence = evidence_part(model, measure(held_out, model), held_out)
            proved = verified(model)
    except ContentError as error:
        return [Problem(where, "", str(error), "Mend it; nothing of this exercise is served.")]
    return [*check_texts(exercise, evidence), *check_claims(where, proved)]


def check_claims(where: str, proved: Verified) -> Iterator[Problem]:
    """Each failure mode demonstrated, each figure within tolerance, on every seed."""
    model: TeachingModel = proved.model
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
