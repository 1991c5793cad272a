"""Measure what a model claims: its failure modes and its published figures, seed by seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise
from tutor.core.intervals import Estimate, difference
from tutor.errors import ContentError
from tutor.kit.evidence import FailureMode, PublishedFigure, Study
from tutor.kit.teaching import TeachingModel
from tutor.lab.study import study
from tutor.lab.workers import KILLED, Progress, heaviness, quiet, side_by_side

SEEDS = (0, 1, 2)
Rows = dict[str, list[dict[str, object]]]


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


def measure_mode(mode: FailureMode, on: Study) -> MeasuredMode:
    """The contrast between the patients a mode touches and those it is compared with."""
    inside = mode.metric.measure(on, mode.touches(on.patients))
    outside = mode.metric.measure(on, mode.comparison(on.patients))
    return MeasuredMode(mode, inside, outside, difference(inside, outside))


def measure(on: Study, model: TeachingModel) -> Evidence:
    """Every claim of ``model`` on one study."""
    return Evidence(
        model,
        on.seed,
        tuple(measure_mode(mode, on) for mode in model.failure_modes),
        tuple(MeasuredFigure(figure, figure.compute(on)) for figure in model.figures),
    )


@dataclass(frozen=True)
class Verified:
    """One model's evidence on every seed; the first seed is the one that is shown."""

    model: TeachingModel
    by_seed: tuple[Evidence, ...]

    def demonstrated(self, mode: FailureMode) -> bool:
        """Whether the mode shows on every seed."""
        return all(
            measured.demonstrated
            for evidence in self.by_seed
            for measured in evidence.modes
            if measured.mode.id == mode.id
        )

    def within(self, figure: PublishedFigure) -> bool:
        """Whether the figure is reproduced on every seed."""
        return all(
            measured.within
            for evidence in self.by_seed
            for measured in evidence.figures
            if measured.figure.id == figure.id
        )

    def rows(self) -> Rows:
        """``figures`` and ``failure_modes`` as plain rows, for ``equipoise evidence --json``."""
        first = self.by_seed[0]
        return {
            "figures": [self._figure_row(measured) for measured in first.figures],
            "failure_modes": [self._mode_row(measured) for measured in first.modes],
        }

    def _figure_row(self, measured: MeasuredFigure) -> dict[str, object]:
        figure, ours = measured.figure, measured.ours
        return {
            "model": self.model.id,
            "id": figure.id,
            "label": figure.label,
            "published": figure.published,
            "interval": list(figure.interval) if figure.interval else None,
            "doi": figure.doi,
            "basis": figure.basis,
            "tolerance": figure.tolerance,
            "ours": ours.value,
            "ours_interval": [ours.low, ours.high],
            "within": self.within(figure),
            "seeds": list(SEEDS),
        }

    def _mode_row(self, measured: MeasuredMode) -> dict[str, object]:
        mode, contrast = measured.mode, measured.difference
        return {
            "model": self.model.id,
            "id": mode.id,
            "kind": mode.kind.value,
            "metric": mode.metric.value,
            "inside": measured.inside.value,
            "outside": measured.outside.value,
            "difference": contrast.value,
            "interval": [contrast.low, contrast.high],
            "n_inside": measured.inside.n,
            "n_outside": measured.outside.n,
            "seeds": list(SEEDS),
            "demonstrated": self.demonstrated(mode),
        }


def verified(model: TeachingModel, first: Evidence | None = None) -> Verified:
    """Train, hold out and measure anew on each seed; ``first``, if it has been measured already."""
    found = () if first is None else (first,)
    seeds = SEEDS[len(found) :]
    return Verified(model, (*found, *(measure(study(model, seed), model) for seed in seeds)))


def rows_of(exercise: Exercise, _progress: Progress) -> Rows:
    """What the model of one exercise claims and what was measured, as plain rows.

    Raises:
        ContentError: the model cannot be run.
    """
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    with pack_code(exercise.model_file):
        return verified(model).rows()


def every_row(exercises: Sequence[Exercise], workers: int = 0) -> Iterator[Rows]:
    """The rows of every exercise, in order; with ``workers`` they are measured side by side.

    Raises:
        ContentError: a model cannot be run, or the process that ran it was killed.
    """
    found = side_by_side(rows_of, exercises, quiet, workers, heaviness)
    for exercise, rows in zip(exercises, found, strict=True):
        if rows is None:
            raise ContentError(f"{exercise.manifest.id}: {KILLED}")
        yield rows
