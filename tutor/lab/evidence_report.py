"""What `equipoise evidence` prints: claims on three seeds, and what is said of single cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Problem
from tutor.errors import ContentError
from tutor.lab.build import compute, train_and_measure
from tutor.lab.case_audit import audit
from tutor.lab.evidence import SEEDS, Proof, Rows, demonstrated, evidence_on, on_every_seed, within
from tutor.lab.limited_process import Ended
from tutor.lab.problem_location import Source
from tutor.lab.process_pool import Progress, quiet
from tutor.lab.undoing import Undoing
from tutor.lab.vignette_check import rows_of


def judged(rows: Rows, proofs: Sequence[Proof]) -> Rows:
    """The rows of the first seed, each with whether its claim holds on every seed."""
    seeds = [proof.seed for proof in proofs]
    return {
        "figures": [
            {**row, "within": within(str(row["id"]), proofs), "seeds": seeds}
            for row in rows["figures"]
        ],
        "failure_modes": [
            {**row, "seeds": seeds, "demonstrated": demonstrated(str(row["id"]), proofs)}
            for row in rows["failure_modes"]
        ],
    }


def every_row(exercises: Sequence[Exercise], workers: int = 0) -> Iterator[Rows | Problem]:
    """``figures``, ``failure_modes`` and ``cases`` of every exercise, in order.

    A problem stands in the place of those of a model that cannot be used. With ``workers`` they
    are measured side by side.
    """
    for exercise, found in on_every_seed(_rows_on, exercises, workers):
        whole = [one for one in found if isinstance(one, tuple)]
        if len(whole) < len(SEEDS):
            yield next(_problem(exercise, one) for one in found if not isinstance(one, tuple))
            continue
        if exercise.written:
            yield whole[0][0]
            continue
        rows = judged(whole[0][0], [proof for _, proof in whole])
        yield {**rows, "cases": whole[0][0]["cases"]}


def _problem(exercise: Exercise, found: Problem | Ended) -> Problem:
    return Source(exercise).unusable(found) if isinstance(found, Ended) else found


def _rows_on(piece: tuple[Exercise, int], progress: Progress) -> tuple[Rows, Proof] | Problem:
    try:
        return _measured_on(piece, progress)
    except ContentError as error:
        return Source(piece[0]).unusable(error)


def _measured_on(piece: tuple[Exercise, int], _progress: Progress) -> tuple[Rows, Proof]:
    """The claims on one seed; on the first, the counts over the bank's cases too."""
    exercise, seed = piece
    if exercise.written:
        written = [rows_of(exercise)] if seed == SEEDS[0] else []
        nothing: Rows = {"figures": [], "failure_modes": [], "cases": []}
        return {**nothing, "written": written}, Proof(seed, {}, {})
    citations = exercise.manifest.citations
    if seed != SEEDS[0]:
        found = evidence_on(exercise, seed)
        return found.rows(citations), found.proof
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    with pack_code(exercise.model_file):
        trained = train_and_measure(model, quiet)
        parts = compute(exercise, model, quiet, trained)
        counts = audit(
            exercise.manifest.id,
            trained.rated,
            parts["chosen"].both,
            parts,
            exercise.manifest.bank.grey_zone,
            Undoing(trained.held_out),
        )
    return {**trained.evidence.rows(citations), "cases": [counts.row()]}, trained.evidence.proof
