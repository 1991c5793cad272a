"""A teaching model: the cohort, the estimator and every claim made of it, in one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from tutor.kit.cohorts import Patients
from tutor.kit.drawing import Picture, Region
from tutor.kit.evidence import FailureMode, Mask, PublishedFigure, Twin
from tutor.kit.features import Feature


class Simulate(Protocol):
    """``simulate(n, seed, **do)``: ``n`` patients drawn in causal order."""

    def __call__(self, n: int, seed: int, **do: Any) -> Patients:
        """Draw the cohort."""
        ...


def everyone(patients: Patients) -> Mask:
    """All patients: a mask of ones, shape ``(n,)``."""
    return np.ones(patients.n, dtype=bool)


@dataclass(frozen=True)
class TeachingModel:
    """What a course team writes in ``models/<id>/model.py`` and names ``MODEL``.

    - ``condition``, ``absence``: the condition and its absence, in words.
    - ``simulate``: ``simulate(n, seed, **do)`` draws ``n`` patients.
    - ``label``: the column it is trained on. ``truth``: the column of what holds for the patient.
      Both hold 0 and 1. They differ where the label is a proxy.
    - ``features``: what the algorithm reads. ``findings``: what the learner sees, in this order.
    - ``estimator``: makes an unfitted scikit-learn forest, as ``forest()`` does.
    - ``threshold``: the probability from which the algorithm alerts.
    - ``story``: from one patient and a generator to the story that is read before the commitment.
      ``truth_sentence``: from one patient to the sentence that closes the case.
    - ``picture``: from one patient to a picture. ``measure`` adds columns that are read off
      pictures, for all patients of a cohort.
    - ``scope``: from the patients to a mask of those worth asking about.
    - ``training``, ``deployment``: the interventions that make the cohort it learned from and the
      one that it now meets. ``training_size``, ``held_out_size``: their numbers of patients.
    - ``background_size``: training patients that are the background of an explanation.
    - ``alert_says``, ``silent_says``: what an alert and its absence are called.
    - ``visible``: columns besides the findings that a learner can read off the picture or the
      story; with the findings and the inputs the chart's own risk is computed from them.
    - ``decisive_region``: where the picture shows what decides, if it is drawn from the truth
      itself. Nothing else in the picture may then depend on the truth.
    - ``exact``: the column with the true probability given all findings, where it is known.
    - ``structural``: False where the patients are rows of a table, with no twins and no ``do``.
    """

    id: str
    title: str
    condition: str
    absence: str
    simulate: Simulate
    label: str
    truth: str
    features: tuple[Feature, ...]
    findings: tuple[Feature, ...]
    estimator: Callable[[], Any]
    threshold: float
    failure_modes: tuple[FailureMode, ...]
    twins: tuple[Twin, ...]
    figures: tuple[PublishedFigure, ...]
    story: Callable[[Mapping[str, float], np.random.Generator], str]
    truth_sentence: Callable[[Mapping[str, float]], str]
    picture: Callable[[Mapping[str, float]], Picture] | None = None
    measure: Callable[[Patients], Patients] | None = None
    scope: Callable[[Patients], Mask] = everyone
    training: Mapping[str, Any] = field(default_factory=dict)
    deployment: Mapping[str, Any] = field(default_factory=dict)
    training_size: int = 8_000
    held_out_size: int = 20_000
    background_size: int = 100
    alert_says: str = "it would alert"
    silent_says: str = "it would stay silent"
    structural: bool = True
    exact: str = ""
    visible: tuple[str, ...] = ()
    decisive_region: Region | None = None

    def measured(self, patients: Patients) -> Patients:
        """The same patients with the columns that ``measure`` reads off their pictures."""
        return patients if self.measure is None else self.measure(patients)

    @property
    def columns(self) -> tuple[str, ...]:
        """The algorithm's input columns, in order."""
        return tuple(feature.column for feature in self.features)
