"""Patients for one assignment alone: the same algorithm, and a cohort that nobody has met."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise
from tutor.core.natural_frequency import ScoreHistory
from tutor.errors import BuildError
from tutor.kit.evidence import Mask
from tutor.kit.teaching import TeachingModel
from tutor.lab import bank, bundle
from tutor.lab.build import SEED, cards_kept, kept_risk, tell_cases
from tutor.lab.process_pool import Progress
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import HeldOut, study

# Far from the seeds of the studies, and from what they add to theirs.
FIRST_SEED = 10_000_019
FROM_A_TABLE = (
    "The patients of this exercise are rows of a table, so there are no others. Learners get the "
    "patients that are kept for assignments."
)


def build_fresh(exercise: Exercise, seed: int, root: Path, progress: Progress) -> Path:
    """Build a bundle of fresh patients beside the exercise's own, unless it is there.

    What the pages say of the algorithm as a whole stays as it was measured for the exercise.

    Raises:
        BuildError: the exercise is not built, its patients come from a table, or too few patients
            of a cell are found. ContentError: its model does not load.
    """
    name = bundle.fresh_fingerprint(exercise.fingerprint, seed)
    if bundle.is_complete(root / name):
        return root / name
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    with pack_code(exercise.model_file):
        return bundle.write(root, name, _parts(exercise, model, seed, root, progress))


def _parts(
    exercise: Exercise, model: TeachingModel, seed: int, root: Path, progress: Progress
) -> dict[str, Any]:
    if not model.structural:
        raise BuildError(FROM_A_TABLE)
    if not bundle.is_complete(root / exercise.fingerprint):
        raise BuildError("The exercise is not built. Run `equipoise build`.")
    known = bundle.Bundle(root / exercise.fingerprint)
    usual = study(model, SEED)
    progress("train")
    rated = RatedCohort.of(HeldOut(usual.fitted, FIRST_SEED + seed))
    chosen = bank.choose_fresh(
        rated, exercise.manifest.bank, exercise.key, _unlike(exercise, usual, rated, known)
    )
    progress("choose")
    past = ScoreHistory.of(usual.probability, usual.truth)
    told = tell_cases(rated, chosen, progress, past)
    return {
        "exercise": exercise.keep(),
        "cards": [],
        "assessment": cards_kept(chosen),
        **told.stages,
        "evidence": {**known.evidence, "chart_risk": kept_risk(rated.risk)},
    }


def _unlike(exercise: Exercise, usual: HeldOut, rated: RatedCohort, known: bundle.Bundle) -> Mask:
    """Whose chart reads as none of those that the exercise's own banks hold."""
    model = usual.fitted.model
    held = {card.case for card in (*known.cards, *known.assessment)}
    rows = [row for row in range(usual.patients.n) if bank.case_id(exercise.key, row) in held]
    before = bank.charts_read(model, usual.patients.take(rows))
    return ~bank.read_among(bank.charts_read(model, rated.held_out.patients), before)
