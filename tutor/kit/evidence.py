"""Claims that are measured: failure modes, published figures, and the study they are made on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.core.intervals import Estimate, proportion
from tutor.kit.cohorts import Patients

Mask = NDArray[np.bool_]
"""Which of ``n`` patients: an array of booleans of shape ``(n,)``."""


class FailureKind(StrEnum):
    """The shared vocabulary of failures; a learner names one of the modes, a report pools kinds."""

    TREATMENT = "confounding by treatment"
    PROXY = "proxy label"
    MEASUREMENT = "measurement bias"
    SHORTCUT = "shortcut"
    SUSPICION = "leakage of clinicians' suspicion"
    REPRESENTATION = "under-representation"
    PREVALENCE = "prevalence shift"
    DRIFT = "drift"
    SCOPE = "out of scope"
    RULE = "biased rule"
    BLIND = "blind to a decisive finding"
    ARTEFACT = "artefact"


class Study(Protocol):
    """One trained model and one held-out cohort, on which claims are measured.

    ``patients`` holds every column (truth included), ``probability`` the model's view of each,
    shape ``(n,)``; ``alert`` is ``probability >= threshold``.
    """

    @property
    def seed(self) -> int:
        """The seed of training; the held-out cohort has one derived from it."""
        ...

    @property
    def patients(self) -> Patients:
        """The held-out cohort."""
        ...

    @property
    def probability(self) -> NDArray[np.float64]:
        """The model's probability for each held-out patient, shape ``(n,)``."""
        ...

    @property
    def threshold(self) -> float:
        """The probability from which the model alerts."""
        ...

    @property
    def alert(self) -> Mask:
        """Whether each probability reaches the threshold, shape ``(n,)``."""
        ...

    @property
    def truth(self) -> Mask:
        """Whether each patient has the condition, shape ``(n,)``."""
        ...

    def simulate(self, n: int, **do: Any) -> Patients:
        """A fresh deployment cohort of ``n`` patients, under the interventions ``do``."""
        ...

    def predict(self, patients: Patients) -> NDArray[np.float64]:
        """The trained model's probability for each of ``patients``, shape ``(n,)``."""
        ...


class Metric(StrEnum):
    """What a contrast counts."""

    MISSES = "misses"
    FALSE_ALARMS = "false alarms"

    def measure(self, study: Study, among: Mask) -> Estimate:
        """The rate in ``among``: missed of those with it, or alerted of those without it.

        ``among`` is a mask over the held-out patients, shape ``(n,)``.

        Raises:
            ValueError: ``among`` holds nobody whom the metric counts.

        """
        with_condition = self is Metric.MISSES
        group = among & (study.truth == with_condition)
        wrong = group & (study.alert != with_condition)
        return proportion(int(wrong.sum()), int(group.sum()))


Change = Mapping[str, float | Callable[[Patients], NDArray[Any]]]


@dataclass(frozen=True)
class Intervene:
    """Undo a failure by changing its cause: the same patients under ``do(...)``.

    Each value of ``do`` is a number, or a function of the patients as they are that gives one
    value for each of them, shape ``(n,)``.

    Raises:
        ValueError: ``do`` is empty.

    """

    do: Change

    def __post_init__(self) -> None:
        if not self.do:
            raise ValueError("Intervene({}) changes nothing; name a variable of the cohort.")


@dataclass(frozen=True)
class Retrain:
    """Undo a failure by making the algorithm anew without its flaw, and asking about the patient.

    The recipe and the seed stay the same. ``label`` is another column to learn from, ``training``
    replaces the interventions that make the training cohort, and ``also_reads`` are columns that
    the algorithm gets besides its own inputs.

    Raises:
        ValueError: none of the three is given.

    """

    label: str = ""
    training: Mapping[str, Any] | None = None
    also_reads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.label or self.training is not None or self.also_reads):
            raise ValueError("Retrain() changes nothing; give label=, training= or also_reads=.")


@dataclass(frozen=True)
class MatchComparison:
    """Undo a failure where nobody can intervene: ask about the most similar comparison patients.

    The prediction is the mean over the ``nearest`` held-out patients of the comparison group, by
    standardised distance over the inputs that ``apart_from`` does not name.
    """

    apart_from: tuple[str, ...] = ()
    nearest: int = 25


Undo = Intervene | Retrain | MatchComparison


@dataclass(frozen=True)
class FailureMode:
    """A measured claim: patients it ``touches`` fare worse by ``metric`` than ``compared_with``.

    - ``id``: how texts name it, as in ``{{mode:id:inside}}``.
    - ``kind``: its kind, in the vocabulary that all exercises share.
    - ``title``, ``sentence``: a few words and a sentence for clinicians, shown at the reveal.
    - ``mechanism``: why it happens, shown once the case is closed.
    - ``touches``: from the patients to a mask of shape ``(n,)``. It reads causes and findings,
      never the truth, the label or the algorithm's output.
    - ``compared_with``: the same for the others; all who are not touched if left out.
    - ``inside``, ``outside``: both groups in words, as the numbers beside them are read.
    - ``undo``: how the cause is removed, so that whether the failure acted on one patient can be
      computed: the algorithm's probability must then move towards the truth.
    - ``figure``: the id of a published figure that is shown beside it.
    """

    id: str
    kind: FailureKind
    title: str
    sentence: str
    mechanism: str
    metric: Metric
    touches: Callable[[Patients], Mask]
    inside: str
    outside: str
    compared_with: Callable[[Patients], Mask] | None = None
    figure: str = ""
    undo: Undo | None = None

    def comparison(self, patients: Patients) -> Mask:
        """The patients it is compared with, a mask of shape ``(n,)``; nobody is in both groups."""
        others = ~self.touches(patients)
        if self.compared_with is not None:
            others &= self.compared_with(patients)
        return others


@dataclass(frozen=True)
class PublishedFigure:
    """A published number and the function that computes ours from a study.

    ``citation`` is the id of its source among the exercise's citations, which hold the DOI; a
    ``doi`` is given here only where the exercise cites none. ``basis`` is P (seen in the primary
    source), S (in a secondary source) or D (derived).
    ``interval`` is the published interval or range, ``tolerance`` the largest accepted
    distance of ours from ``published``. With ``bounded`` ours must lie within ``interval``.
    Shares are written as 0.117 with the unit ``%``, which shows them as 11.7 %.
    """

    id: str
    label: str
    published: float
    basis: str
    tolerance: float
    compute: Callable[[Study], Estimate]
    interval: tuple[float, float] | None = None
    citation: str = ""
    unit: str = "%"
    bounded: bool = False
    doi: str = ""

    def within(self, ours: float) -> bool:
        """Whether our value, in the unit of ``published``, reproduces the published one."""
        if self.bounded and self.interval is not None:
            return self.interval[0] <= ours <= self.interval[1]
        return abs(ours - self.published) <= self.tolerance + 1e-12


@dataclass(frozen=True)
class Twin:
    """The same patient with one cause changed: ``do`` is the intervention.

    ``applies`` says for whom it is worth showing. Of the twins that apply and move the algorithm
    by two points or more, a patient gets the one that undoes a mode that acted on them, else the
    one that moves it most; a twin that is ``plain`` (one finding merely reads otherwise) only
    where no other moves it. ``as_is`` and ``changed`` are the headings of the two columns, given
    the patient.
    """

    id: str
    do: Mapping[str, float]
    applies: Callable[[Patients], Mask]
    as_is: Callable[[Mapping[str, float]], str]
    changed: str
    lesson: str = ""
    plain: bool = False
