"""Pack → bundles: simulate, train, explain, measure, draw. The only step that learns anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tutor.content.fingerprint import WRITTEN
from tutor.content.manifest import Citation
from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Pack, Problem
from tutor.core.natural_frequency import ScoreHistory
from tutor.errors import BuildError, ContentError
from tutor.kit.metrics import auroc
from tutor.kit.teaching import TeachingModel
from tutor.lab import bank, bundle, case_parts
from tutor.lab.chart_risk import ChartRisk
from tutor.lab.claim_checks import right_in_scope
from tutor.lab.evidence import Evidence, MeasuredFigure, MeasuredMode, doi_of, measure
from tutor.lab.limited_process import Ended
from tutor.lab.pictures import Pictures
from tutor.lab.problem_location import Source
from tutor.lab.process_pool import LEARNING, Progress, heaviness, limits_of, side_by_side
from tutor.lab.process_pool import STEPS as STEPS
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import HeldOut, study
from tutor.lab.uncertainty import Beside

SEED = 0
NO_ASSESSMENT = (
    "Too few patients are left for assignments to have patients of their own. Assignments show "
    "patients of practice, whose outcomes learners may have seen."
)


@dataclass(frozen=True)
class Built:
    """Where a bundle lies, or why there is none; ``remark`` says what it does without."""

    exercise: Exercise
    directory: Path | None
    problem: Problem | None = None
    remark: str = ""


def missing(pack: Pack, root: Path) -> list[Exercise]:
    """The exercises whose bundle is absent, half-written or of another version."""
    return [e for e in pack.exercises if not bundle.is_complete(root / e.fingerprint)]


def build(pack: Pack, root: Path, progress: Progress, workers: int = 0) -> Iterator[Built]:
    """Build what is missing; ``progress`` hears each step once it is done.

    In this process, one exercise after another, or in so many ``workers`` side by side; the
    bundles and their order are the same.
    """
    todo = missing(pack, root)
    task = partial(_built, root=root, spare=workers > len(todo))
    done = side_by_side(task, todo, progress, workers, heaviness, limits_of, preload=LEARNING)
    for exercise, built in zip(todo, done, strict=True):
        if isinstance(built, Ended):
            built = Built(exercise, None, _problem(exercise, built))
        yield built


def _built(exercise: Exercise, progress: Progress, root: Path, spare: bool = False) -> Built:
    if exercise.written:
        return _written(exercise, progress, root)
    try:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        with pack_code(exercise.model_file):
            parts = compute(exercise, model, progress, spare=spare)
    except ContentError as error:
        return Built(exercise, None, _problem(exercise, error))
    short = exercise.manifest.bank.assessment and not parts["assessment"]
    remark = f"{exercise.key}: {NO_ASSESSMENT}" if short else ""
    return Built(exercise, bundle.write(root, exercise.fingerprint, parts), remark=remark)


def _written(exercise: Exercise, progress: Progress, root: Path) -> Built:
    """Build written cases. No import leads to what does it: a change of it rebuilds no other."""
    try:
        parts = import_module(WRITTEN).compute(exercise)
    except ContentError as error:
        return Built(exercise, None, _problem(exercise, error))
    for step in STEPS:
        progress(step)
    return Built(exercise, bundle.write(root, exercise.fingerprint, parts))


def _problem(exercise: Exercise, what: ContentError | Ended) -> Problem:
    told = Source(exercise).unusable(what)
    return replace(told, mend=f"{told.mend} Then build again; the exercise is left out.")


@dataclass(frozen=True)
class Trained:
    """The study that is served, and every claim measured on it."""

    held_out: HeldOut
    evidence: Evidence

    @cached_property
    def rated(self) -> RatedCohort:
        """The held-out cohort with the chart's own risks, computed when first asked for."""
        return RatedCohort.of(self.held_out)


def train_and_measure(model: TeachingModel, progress: Progress) -> Trained:
    """The first two steps."""
    held_out = study(model, SEED)
    _ = held_out.probability
    progress("train")
    evidence = measure(held_out, model)
    progress("measure")
    return Trained(held_out, evidence)


def compute(
    exercise: Exercise,
    model: TeachingModel,
    progress: Progress,
    trained: Trained | None = None,
    spare: bool = False,
) -> dict[str, Any]:
    """Every part of one exercise's bundle; whoever has ``trained`` the model already hands it in.

    With a ``spare`` core half of the pictures are drawn by a process of its own.

    Beside the parts, ``removed`` is what had to be taken out of the pictures, ``chosen`` the two
    banks, ``unmoved_twins`` the twins that move the algorithm in no case, and ``held_out`` the
    study.

    Raises:
        BuildError: an explanation, a cell or a driver does not keep its promise.
    """
    _check_drivers(exercise, model)
    trained = trained or train_and_measure(model, progress)
    held_out, rated = trained.held_out, trained.rated
    banks = bank.choose_banks(rated, exercise.manifest.bank, exercise.key)
    progress("choose")
    told = tell_cases(rated, banks.both, progress, spare=spare)
    return {
        "exercise": exercise.keep(),
        "removed": told.pictures.removed,
        "cards": cards_kept(banks.practice),
        "assessment": cards_kept(banks.assessment),
        **told.stages,
        "chosen": banks,
        "held_out": held_out,
        "unmoved_twins": told.closings.unmoved(),
        "evidence": {
            "chart_risk": kept_risk(rated.risk),
            "grey_zone": exercise.manifest.bank.grey_zone,
            **evidence_part(model, trained.evidence, held_out, exercise.manifest.citations),
            **told.evidence,
        },
    }


@dataclass(frozen=True)
class ToldCases:
    """The stages of the cases of a bank by case, and what was measured beside them."""

    stages: dict[str, dict[str, Any]]
    evidence: dict[str, Any]
    pictures: Pictures
    closings: case_parts.Closings


def tell_cases(
    rated: RatedCohort,
    chosen: bank.Bank,
    progress: Progress,
    past: ScoreHistory | None = None,
    spare: bool = False,
) -> ToldCases:
    """What each stage says of the patients of ``chosen``.

    ``past`` is what the algorithm's scores have meant, by default in the cohort of ``rated``. With
    a ``spare`` core the patients are drawn meanwhile, and their twins here.

    Raises:
        BuildError: an explanation does not keep its promise, or pictures differ in size.
    """
    # shap comes only to where something is explained, not to whoever hands out the work.
    from tutor.lab.explain import explain
    from tutor.lab.lessons import Lessons

    held_out, model = rated.held_out, rated.held_out.fitted.model
    past = past or ScoreHistory.of(held_out.probability, held_out.truth)
    patients = held_out.patients.take(chosen.rows)
    rows = [patients.row(at) for at in range(len(chosen.cards))]
    pictures = Pictures(model)
    if spare:
        pictures.ahead(rows)
    explained = explain(held_out.fitted, patients)
    closings = case_parts.Closings(rated, chosen.rows, pictures)
    beside = Beside(held_out, chosen.rows)
    lessons = Lessons(held_out, chosen.rows, explained, closings)
    progress("explain")
    shown, revealed, closed = {}, {}, {}
    for at, card in enumerate(chosen.cards):
        revealed[card.case] = {
            **case_parts.revealed(model, rows[at], explained, at, past),
            **beside.revealed(at),
            "touched": closings.touched(at),
        }
        closed[card.case] = {**closings.closed(at), "more": lessons.of(at)}
    for at, card in enumerate(chosen.cards):  # last: these may be drawn elsewhere
        stream = np.random.default_rng([SEED, int(card.case, 16)])
        shown[card.case] = case_parts.shown(model, rows[at], stream, pictures)
    _check_pictures(model, shown, closed)
    progress("draw")
    stages = {"shown": shown, "revealed": revealed, "closed": closed}
    return ToldCases(stages, {**beside.evidence(), **lessons.evidence()}, pictures, closings)


def cards_kept(chosen: bank.Bank) -> list[dict[str, Any]]:
    """What is kept of each case for drawing a set."""
    return [
        {
            "case": card.case,
            "right": card.cell.algorithm_right,
            "present": card.cell.present,
            "kind": card.kind,
            "luck": card.luck,
        }
        for card in chosen.cards
    ]


def kept_risk(risk: ChartRisk) -> dict[str, Any]:
    """How well the chart's own risk is calibrated, as a bundle keeps it."""
    measured = risk.calibration
    return {
        "brier": measured.brier,
        "slope": measured.slope,
        "interval": list(measured.interval),
        "source": risk.source,
    }


def _check_drivers(exercise: Exercise, model: TeachingModel) -> None:
    unknown = set(exercise.manifest.drivers) - {f.column for f in model.findings}
    if unknown:
        raise BuildError(f"The drivers {', '.join(sorted(unknown))} are not among the findings.")


def _check_pictures(model: TeachingModel, shown: dict[str, Any], closed: dict[str, Any]) -> None:
    """A picture's size must not tell what it shows, nor whether it is a twin's."""
    cases = [*shown.values(), *(case["twin"] for case in closed.values() if case["twin"])]
    sizes = {
        len(case["picture"]["svg"].replace(case["picture"]["alt"], "").encode())
        for case in cases
        if case["picture"]
    }
    if len(sizes) > 1:
        what = f"The pictures of {model.id} differ in size ({sorted(sizes)[:3]} bytes)."
        raise BuildError(what, of="picture")


def evidence_part(
    model: TeachingModel,
    evidence: Evidence,
    held_out: HeldOut,
    citations: Sequence[Citation],
) -> dict[str, Any]:
    """What the pages say of the model as a whole, once a learner has committed."""
    return {
        "threshold": model.threshold,
        "condition": model.condition,
        "absence": model.absence,
        "alert_says": model.alert_says,
        "silent_says": model.silent_says,
        "findings": {finding.column: finding.name for finding in model.findings},
        "background": min(model.background_size, model.training_size),
        "held_out": held_out.patients.n,
        "prevalence": float(held_out.truth.mean()),
        "right": right_in_scope(held_out),
        "auroc": auroc(held_out.probability, held_out.truth.astype(int)).value,
        "modes": [_mode(measured) for measured in evidence.modes],
        "figures": [_figure(measured, citations) for measured in evidence.figures],
    }


def _mode(measured: MeasuredMode) -> dict[str, Any]:
    mode = measured.mode
    return {
        "id": mode.id,
        "kind": mode.kind.value,
        "title": mode.title,
        "sentence": mode.sentence,
        "mechanism": mode.mechanism,
        "metric": mode.metric.value,
        "inside_says": mode.inside,
        "outside_says": mode.outside,
        "inside": _estimate(measured.inside),
        "outside": _estimate(measured.outside),
        "figure": mode.figure,
    }


def _figure(measured: MeasuredFigure, citations: Sequence[Citation]) -> dict[str, Any]:
    figure = measured.figure
    cited = {citation.id: citation.text for citation in citations}
    return {
        "id": figure.id,
        "label": figure.label,
        "published": figure.published,
        "interval": list(figure.interval) if figure.interval else None,
        "unit": figure.unit,
        "bounded": figure.bounded,
        "doi": doi_of(figure, citations),
        "basis": figure.basis,
        "citation": cited.get(figure.citation, figure.citation),
        "ours": _estimate(measured.ours),
    }


def _estimate(estimate: Any) -> dict[str, float]:
    return {
        "value": float(estimate.value),
        "low": float(estimate.low),
        "high": float(estimate.high),
        "n": int(estimate.n),
    }
