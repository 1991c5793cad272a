"""Measure what a model claims: its failure modes and its published figures, seed by seed."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.core.intervals import Estimate, difference
from tutor.kit.evidence import FailureMode, PublishedFigure, Study
from tutor.kit.teaching import TeachingModel
from tutor.lab.study import study

SEEDS = (0, 1, 2)


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

    def rows(self) -> dict[str, list[dict[str, object]]]:
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


def verified(model: TeachingModel, seeds: tuple[int, ...] = SEEDS) -> Verified:
    """Train, hold out and measure anew on each seed."""
    return Verified(model, tuple(measure(study(model, seed), model) for seed in seeds))
