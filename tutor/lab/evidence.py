"""Measure what a model claims: its failure modes and its published figures, seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tutor.content.manifest import Citation, Limits
from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise
from tutor.core.intervals import Estimate, difference
from tutor.errors import BuildError
from tutor.kit.evidence import FailureMode, Metric, PublishedFigure, Study
from tutor.kit.teaching import TeachingModel
from tutor.lab.limited_process import Ended
from tutor.lab.process_pool import LEARNING, Progress, Result, heaviness, quiet, side_by_side
from tutor.lab.training import study

SEEDS = (0, 1, 2)
Rows = dict[str, list[dict[str, object]]]


@dataclass(frozen=True)
class HeldFigure:
    """A published figure, and whether ours is within its tolerance on one seed."""

    id: str
    published: float
    tolerance: float
    ours: float
    within: bool


@dataclass(frozen=True)
class Proof:
    """Whether each claim of a model holds on one seed: plain data, so any process can find it."""

    seed: int
    modes: Mapping[str, bool]
    figures: Mapping[str, HeldFigure]


def demonstrated(mode: str, proofs: Sequence[Proof]) -> bool:
    """Whether a failure mode shows on every seed."""
    return all(proof.modes[mode] for proof in proofs)


def within(figure: str, proofs: Sequence[Proof]) -> bool:
    """Whether a published figure is reproduced on every seed."""
    return all(proof.figures[figure].within for proof in proofs)


@dataclass(frozen=True)
class MeasuredMode:
    """A failure mode with its contrast on one seed's held-out cohort."""

    mode: FailureMode
    inside: Estimate
    outside: Estimate
    difference: Estimate

    @property
    def demonstrated(self) -> bool:
        """Whether those it touches fare worse, beyond chance."""
        return self.difference.low > 0


@dataclass(frozen=True)
class MeasuredFigure:
    """A published figure beside ours."""

    figure: PublishedFigure
    ours: Estimate

    @property
    def within(self) -> bool:
        """Whether ours reproduces the published value."""
        return self.figure.within(self.ours.value)


@dataclass(frozen=True)
class Evidence:
    """All that one model claims, measured on one seed."""

    model: TeachingModel
    seed: int
    modes: tuple[MeasuredMode, ...]
    figures: tuple[MeasuredFigure, ...]

    @property
    def proof(self) -> Proof:
        """Which claims hold."""
        return Proof(
            self.seed,
            {measured.mode.id: measured.demonstrated for measured in self.modes},
            {measured.figure.id: _held(measured) for measured in self.figures},
        )

    def rows(self, citations: Sequence[Citation]) -> Rows:
        """``figures`` and ``failure_modes`` as plain rows, without a word on whether they hold."""
        return {
            "figures": [
                _figure_row(self.model.id, measured, citations) for measured in self.figures
            ],
            "failure_modes": [_mode_row(self.model.id, measured) for measured in self.modes],
        }


def _held(measured: MeasuredFigure) -> HeldFigure:
    figure, ours = measured.figure, float(measured.ours.value)
    return HeldFigure(figure.id, figure.published, figure.tolerance, ours, bool(measured.within))


def measure_mode(mode: FailureMode, on: Study) -> MeasuredMode:
    """The contrast between the patients a mode touches and those it is compared with.

    Raises:
        BuildError: one of the two groups holds nobody whom its metric counts.
    """
    touched, others = mode.touches(on.patients), mode.comparison(on.patients)
    counted = on.truth == (mode.metric is Metric.MISSES)
    for group, what in ((touched, "touches nobody"), (others, "is compared with nobody")):
        if not (group & counted).any():
            whom = f"It {what} among whom {mode.metric.value} are counted."
            raise BuildError(whom, of=f"failure mode {mode.id}")
    inside = mode.metric.measure(on, touched)
    outside = mode.metric.measure(on, others)
    return MeasuredMode(mode, inside, outside, difference(inside, outside))


def measure(on: Study, model: TeachingModel) -> Evidence:
    """Every claim of ``model`` on one study."""
    return Evidence(
        model,
        on.seed,
        tuple(measure_mode(mode, on) for mode in model.failure_modes),
        tuple(MeasuredFigure(figure, figure.compute(on)) for figure in model.figures),
    )


def doi_of(figure: PublishedFigure, citations: Sequence[Citation]) -> str:
    """The DOI of a figure's source, as the exercise cites it; else its own."""
    return next((c.doi for c in citations if c.id == figure.citation), figure.doi)


def _figure_row(
    model: str, measured: MeasuredFigure, citations: Sequence[Citation]
) -> dict[str, object]:
    figure, ours = measured.figure, measured.ours
    return {
        "model": model,
        "id": figure.id,
        "label": figure.label,
        "published": figure.published,
        "interval": list(figure.interval) if figure.interval else None,
        "doi": doi_of(figure, citations),
        "basis": figure.basis,
        "tolerance": figure.tolerance,
        "ours": ours.value,
        "ours_interval": [ours.low, ours.high],
    }


def _mode_row(model: str, measured: MeasuredMode) -> dict[str, object]:
    mode, contrast = measured.mode, measured.difference
    return {
        "model": model,
        "id": mode.id,
        "kind": mode.kind.value,
        "metric": mode.metric.value,
        "inside": measured.inside.value,
        "outside": measured.outside.value,
        "difference": contrast.value,
        "interval": [contrast.low, contrast.high],
        "n_inside": measured.inside.n,
        "n_outside": measured.outside.n,
    }


def evidence_on(exercise: Exercise, seed: int) -> Evidence:
    """Train, hold out and measure the model of an exercise on one seed.

    Raises:
        ContentError: the model cannot be run.
    """
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    with pack_code(exercise.model_file):
        return measure(study(model, seed), model)


def on_every_seed(
    task: Callable[[tuple[Exercise, int], Progress], Result],
    exercises: Sequence[Exercise],
    workers: int,
    preload: Sequence[str] = (),
) -> Iterator[tuple[Exercise, list[Result | Ended]]]:
    """What ``task`` finds for each exercise on each of ``SEEDS``, in order.

    With ``workers`` every seed of every exercise is worked on in a process of its own, which has
    limits. ``preload`` are modules that the task imports while it runs.
    """
    pieces = [(exercise, seed) for exercise in exercises for seed in SEEDS]
    found = side_by_side(
        task, pieces, quiet, workers, _weight, _limits, _model, (*LEARNING, *preload)
    )
    for exercise in exercises:
        yield exercise, list(islice(found, len(SEEDS)))


def _limits(piece: tuple[Exercise, int]) -> Limits:
    return piece[0].limits


def _model(piece: tuple[Exercise, int]) -> str:
    """Where one seed takes for ever, the others do."""
    return piece[0].fingerprint


def _weight(piece: tuple[Exercise, int]) -> float:
    """The first seed is the one that cases are drawn from, so it takes longest."""
    exercise, seed = piece
    return heaviness(exercise) + (seed == SEEDS[0]) / 2
