"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Retrain,
    Study,
    Twin,
    proportion,
)
from tutor.kit.pictures.fundus.photograph import BLURRED, DARK, DUST, GLARE, SHARP

from .story import STATES

Row = Mapping[str, float]


def _blurred(p: Patients) -> Mask:
    return np.asarray(p["fault"] == BLURRED)


def _dark(p: Patients) -> Mask:
    return np.asarray(p["fault"] == DARK)


def _dirty(p: Patients) -> Mask:
    return np.asarray((p["fault"] == DUST) | (p["fault"] == GLARE))


def _readable(p: Patients) -> Mask:
    return np.asarray(p["fault"] == SHARP)


# The same recipe, made from the clinic's own photographs, which measures focus and light and
# learns to send on what nobody can grade.
KNOWS_WHEN_TO_STOP = Retrain(label="needs_referral", training={}, also_reads=("m_sharp",))

FAILURE_MODES = (
    FailureMode(
        id="blurred",
        kind=FailureKind.SCOPE,
        title="Takes a blurred photograph for a healthy eye",
        sentence="On a photograph that is out of focus, small lesions cannot be seen. The "
        "algorithm finds no spots and reports a low probability.",
        mechanism="The algorithm learned from sharp photographs only. It does not measure focus, "
        "so it cannot tell a healthy retina from one that nobody can see.",
        metric=Metric.MISSES,
        touches=_blurred,
        compared_with=_readable,
        inside="people whose photograph is out of focus (all of them need referral)",
        outside="people who need referral and have a readable photograph",
        figure="ungradable",
        undo=KNOWS_WHEN_TO_STOP,
    ),
    FailureMode(
        id="dark",
        kind=FailureKind.SCOPE,
        title="Takes a dark photograph for a healthy eye",
        sentence="Through a narrow pupil the photograph comes out dark, and lesions are lost in "
        "the grain. The algorithm finds no spots and reports a low probability.",
        mechanism="The algorithm learned from bright photographs only, and nobody taught it to "
        "refuse. A darker room, a pause for the pupil, or drops would help.",
        metric=Metric.MISSES,
        touches=_dark,
        compared_with=_readable,
        inside="people whose photograph is too dark to grade (all of them need referral)",
        outside="people who need referral and have a readable photograph",
        figure="ungradable",
        undo=KNOWS_WHEN_TO_STOP,
    ),
    FailureMode(
        id="lens",
        kind=FailureKind.ARTEFACT,
        title="Takes dust and reflections for lesions",
        sentence="Dust on the lens makes dark spots, and a reflection makes pale ones. The "
        "algorithm counts spots in green light and does not see their colour.",
        mechanism="Blood is red and fat is yellow; dust and reflections are grey. In green light "
        "a grey speck and a haemorrhage look alike.",
        metric=Metric.FALSE_ALARMS,
        touches=_dirty,
        compared_with=_readable,
        inside="people without referable retinopathy, photographed through a dusty or reflecting "
        "lens",
        outside="such people with readable photographs",
        undo=Intervene({"fault": SHARP}),
    ),
)


def _state(row: Row) -> str:
    return f"As it is: {STATES[int(row['fault'])]}"


TWINS = (
    Twin(
        id="retaken",
        do={"fault": SHARP},
        applies=lambda p: ~_readable(p),
        as_is=_state,
        changed="The same eye, photographed again: sharp, bright and clean",
        lesson="The retina is the same. A new photograph shows what it is.",
    ),
    Twin(
        id="out_of_focus",
        do={"fault": BLURRED},
        applies=lambda p: _readable(p) & (p["referable"] == 1),
        as_is=_state,
        changed="The same eye, out of focus",
        lesson="The disease is the same. A low probability would only mean that the algorithm saw "
        "no spots.",
    ),
    Twin(
        id="dusty",
        do={"fault": DUST},
        applies=_readable,
        as_is=_state,
        changed="The same eye, photographed through a dusty lens",
        lesson="The retina is the same. The added spots are grey.",
    ),
)


def _right(study: Study, present: bool) -> Estimate:
    """The share read rightly of eyes with (or without) retinopathy on gradable photographs."""
    asked = (study.patients["gradable"] == 1) & (study.patients["referable"] == present)
    return proportion(int((study.alert == present)[asked].sum()), int(asked.sum()))


def _found_under(**do: Any) -> Callable[[Study], Estimate]:
    """The absence of a failure: what is found when everyone is given the suspected cause."""

    def compute(study: Study) -> Estimate:
        cohort = study.simulate(1_000, fault=SHARP, **do)
        found = study.predict(cohort)[cohort["referable"] == 1] >= study.threshold
        return proportion(int(found.sum()), len(found))

    return compute


def _ungradable(study: Study) -> Estimate:
    return proportion(int((study.patients["gradable"] == 0).sum()), study.patients.n)


FIGURES = (
    PublishedFigure(
        id="sensitivity",
        label="Referable retinopathy found on gradable photographs (sensitivity)",
        published=0.97,
        basis="P",
        tolerance=0.01,
        compute=lambda study: _right(study, True),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="specificity",
        label="No referable retinopathy, and none reported, on gradable photographs (specificity)",
        published=0.96,
        basis="P",
        tolerance=0.01,
        compute=lambda study: _right(study, False),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="sensitivity_older",
        label="The same with everyone aged 75 (published for all ages together)",
        published=0.97,
        basis="P",
        tolerance=0.03,
        compute=_found_under(age=75),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="sensitivity_dark_fundus",
        label="The same with darkly pigmented fundi only (published for all together)",
        published=0.97,
        basis="P",
        tolerance=0.03,
        compute=_found_under(pigment=0.95),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="ungradable",
        label="Photographs from clinics that could not be graded",
        published=0.21,
        basis="S",
        tolerance=0.01,
        compute=_ungradable,
        citation="beede2020",
    ),
)
