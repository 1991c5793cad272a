"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
    everyone,
    proportion,
)
from tutor.kit.fundus import BLURRED, DARK, DUST, GLARE, SHARP

from .cohort import OLDER_FROM
from .story import STATES

Array = NDArray[Any]
Row = Mapping[str, float]


def _unreadable(p: Patients) -> Mask:
    return np.asarray((p["fault"] == BLURRED) | (p["fault"] == DARK))


def _dirty(p: Patients) -> Mask:
    return np.asarray((p["fault"] == DUST) | (p["fault"] == GLARE))


def _readable(p: Patients) -> Mask:
    return np.asarray(p["fault"] == SHARP)


def _lit(p: Patients) -> Mask:
    return np.asarray(p["lit_room"] == 1)


def _older(p: Patients) -> Mask:
    return np.asarray(p["age"] >= OLDER_FROM)


FAILURE_MODES = (
    FailureMode(
        id="unreadable",
        kind=FailureKind.SCOPE,
        title="Forced to read what cannot be read",
        sentence="On a blurred or dark photograph small lesions leave no trace. The algorithm "
        "learned from readable photographs; where it finds nothing it reports a healthy eye.",
        mechanism="Nothing seen is not the same as nothing there. The algorithm's only "
        "evidence is spots; blur and darkness take the spots away and leave the disease. It can "
        "measure sharpness and light and refuse; forced to answer, it answers low.",
        metric=Metric.MISSES,
        touches=_unreadable,
        compared_with=_readable,
        inside="referable eyes on blurred or dark photographs",
        outside="referable eyes on readable photographs",
        figure="ungradable",
    ),
    FailureMode(
        id="lens",
        kind=FailureKind.ARTEFACT,
        title="Takes dirt and reflections for lesions",
        sentence="Dust on the lens makes dark spots, a reflection makes pale ones. The algorithm "
        "counts spots in the green light and is blind to their colour.",
        mechanism="Blood is red and fat is yellow; dust and ghosts of light are grey. Its spot "
        "counts read green alone, where a grey speck and a haemorrhage look alike.",
        metric=Metric.FALSE_ALARMS,
        touches=_dirty,
        compared_with=_readable,
        inside="healthy or mildly affected eyes behind a dusty or reflecting lens",
        outside="such eyes on readable photographs",
    ),
    FailureMode(
        id="older",
        kind=FailureKind.REPRESENTATION,
        title="Misses more in older people",
        sentence="From the age of 70 more referable eyes are missed: a hazy lens and a narrow "
        "pupil spoil more of their photographs. On their readable photographs it does as well "
        "as on anyone's.",
        mechanism="Age does not confuse the algorithm; the photograph does. Look at this "
        "photograph, not at the date of birth.",
        metric=Metric.MISSES,
        touches=_older,
        inside="referable eyes of people aged 70 or more, all photographs together",
        outside="referable eyes of younger people",
        figure="sensitivity_older",
    ),
    FailureMode(
        id="lit_room",
        kind=FailureKind.SCOPE,
        title="Misses more where the room is not dark",
        sentence="In a clinic that cannot darken the room the pupil stays narrow and more "
        "photographs come out dark; more referable eyes are missed. A good photograph from such "
        "a room is as good as any.",
        mechanism="The algorithm was made for photographs through wide pupils. The clinic had a "
        "window and no blind. Nothing in the algorithm is to be mended here; the room is.",
        metric=Metric.MISSES,
        touches=_lit,
        inside="referable eyes photographed in a lit room, all photographs together",
        outside="referable eyes photographed in a darkened room",
        figure="ungradable",
    ),
)


def _state(row: Row) -> str:
    return f"As they are: {STATES[int(row['fault'])]}"


TWINS = (
    Twin(
        id="retaken",
        do={"fault": SHARP},
        applies=lambda p: ~_readable(p),
        as_is=_state,
        changed="The same eye, photographed again",
        lesson="The retina is the same; what could be seen of it is not.",
    ),
    Twin(
        id="out_of_focus",
        do={"fault": BLURRED},
        applies=lambda p: np.asarray(p["referable"] == 1),
        as_is=_state,
        changed="The same eye, out of focus",
        lesson="The disease is the same; the algorithm's silence would only mean that it saw "
        "nothing.",
    ),
    Twin(
        id="dusty",
        do={"fault": DUST},
        applies=everyone,
        as_is=_state,
        changed="The same eye, through a dusty lens",
        lesson="The retina is the same; the spots that were added are grey.",
    ),
)


def _right(study: Study, present: bool) -> Estimate:
    """The share read rightly of those with (or without) the condition on gradable photographs."""
    asked = (study.patients["gradable"] == 1) & (study.truth == present)
    return proportion(int((study.alert == study.truth)[asked].sum()), int(asked.sum()))


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
        doi="10.1038/s41746-019-0099-8",
        basis="P",
        tolerance=0.01,
        compute=lambda study: _right(study, True),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="specificity",
        label="No referable retinopathy, and none reported, on gradable photographs (specificity)",
        published=0.96,
        doi="10.1038/s41746-019-0099-8",
        basis="P",
        tolerance=0.01,
        compute=lambda study: _right(study, False),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="sensitivity_older",
        label="The same with everyone aged 75 (published for all ages together)",
        published=0.97,
        doi="10.1038/s41746-019-0099-8",
        basis="P",
        tolerance=0.03,
        compute=_found_under(age=75),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="sensitivity_dark_fundus",
        label="The same with darkly pigmented fundi only (published for all together)",
        published=0.97,
        doi="10.1038/s41746-019-0099-8",
        basis="P",
        tolerance=0.03,
        compute=_found_under(pigment=0.95),
        citation="raumviboonsuk2019",
    ),
    PublishedFigure(
        id="ungradable",
        label="Photographs from clinics that could not be graded",
        published=0.21,
        doi="10.1145/3313831.3376718",
        basis="S",
        tolerance=0.01,
        compute=_ungradable,
        citation="beede2020",
    ),
)
