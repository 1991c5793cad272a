"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Mapping
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

from .cohort import IRREGULAR_FROM

Array = NDArray[Any]
Row = Mapping[str, float]
WINKLER = "10.1001/jamadermatol.2019.1735"


def _inked(p: Patients) -> Mask:
    return np.asarray(p["ink"] > 0)


def _scaled(p: Patients) -> Mask:
    return np.asarray((p["ruler"] == 1) & (p["ink"] == 0))


def _bare(p: Patients) -> Mask:
    return np.asarray((p["ink"] == 0) & (p["ruler"] == 0))


def _marked(p: Patients) -> Mask:
    return ~_bare(p)


def _pink(p: Patients) -> Mask:
    return np.asarray(p["pale"] == 1)


def _irregular(p: Patients) -> Mask:
    return np.asarray((p["atypia"] >= IRREGULAR_FROM) & (p["pale"] == 0) & _bare(p))


def _regular(p: Patients) -> Mask:
    return np.asarray((p["atypia"] < IRREGULAR_FROM) & _bare(p))


MODES = (
    FailureMode(
        id="pink",
        kind=FailureKind.REPRESENTATION,
        title="Looks for pigment",
        sentence="It learned melanoma from pigmented lesions. A pink lesion without brown, black "
        "or blue looks harmless to it, whatever its vessels and its story.",
        mechanism="Hardly any pink melanoma was in the training pictures, and its measurements "
        "are of colour contrast; red dots and growth are not among them.",
        metric=Metric.MISSES,
        touches=_pink,
        inside="melanomas that are pink",
        outside="pigmented melanomas",
    ),
    FailureMode(
        id="ink",
        kind=FailureKind.SHORTCUT,
        title="Takes the pen for the disease",
        sentence="Where it learned, lesions were outlined in violet ink because someone worried. "
        "It counts violet beside the lesion as evidence, whoever drew it and why.",
        mechanism="Ink went with melanoma in the training pictures, so the algorithm learned ink. "
        "In a clinic that marks every lesion, ink says nothing, and harmless naevi are flagged.",
        metric=Metric.FALSE_ALARMS,
        touches=_inked,
        compared_with=_bare,
        inside="naevi with pen strokes beside them",
        outside="naevi with nothing beside them",
        figure="specificity_marked",
    ),
    FailureMode(
        id="ruler",
        kind=FailureKind.SHORTCUT,
        title="Takes the scale for the disease",
        sentence="A millimetre scale was laid beside lesions that worried someone. The black "
        "ticks raise the algorithm's probability.",
        mechanism="Lesions booked for surgery were measured, so a scale went with melanoma in the "
        "training pictures. The lesion under it is the same with and without.",
        metric=Metric.FALSE_ALARMS,
        touches=_scaled,
        compared_with=_bare,
        inside="naevi with a scale beside them",
        outside="naevi with nothing beside them",
    ),
    FailureMode(
        id="irregular",
        kind=FailureKind.BLIND,
        title="Does not ask how long it has been there",
        sentence="An irregular naevus that has stayed the same for years alarms it: it sees one "
        "picture and knows nothing of time.",
        mechanism="Irregular shape and several colours are shared by melanomas and some naevi. "
        "What tells them apart is change, and no picture of one day holds it.",
        metric=Metric.FALSE_ALARMS,
        touches=_irregular,
        compared_with=_regular,
        inside="unmarked naevi that look irregular",
        outside="unmarked naevi that look regular",
    ),
    FailureMode(
        id="no_mark",
        kind=FailureKind.SHORTCUT,
        title="Reassured when nothing lies beside the lesion",
        sentence="The reverse of the same shortcut: where nobody drew or measured, the algorithm "
        "lowers its probability.",
        mechanism="It learned that someone had worried about most melanomas. One that nobody has "
        "worried about yet is the one that most needs a second opinion.",
        metric=Metric.MISSES,
        touches=lambda p: _bare(p) & ~_pink(p),
        compared_with=lambda p: _marked(p) & ~_pink(p),
        inside="pigmented melanomas with nothing beside them",
        outside="pigmented melanomas with pen or scale beside them",
        figure="sensitivity_unmarked",
    ),
)


def _as_they_are(row: Row) -> str:
    beside = [name for name, column in (("ink", "ink"), ("a scale", "ruler")) if row[column] > 0]
    return f"As it is: {' and '.join(beside) or 'nothing'} beside the lesion"


TWINS = (
    Twin(
        id="pigmented",
        do={"pale": 0},
        applies=_pink,
        as_is=lambda row: "As it is: pink",
        changed="The same lesion, had its cells made pigment",
        lesson="The disease, or its absence, is the same; only the pigment differs.",
    ),
    Twin(
        id="erased",
        do={"ink": 0, "ruler": 0},
        applies=_marked,
        as_is=_as_they_are,
        changed="The same lesion, with pen and scale wiped away",
        lesson="Not one pixel of the lesion has changed.",
    ),
    Twin(
        id="inked",
        do={"ink": 1},
        applies=everyone,
        as_is=_as_they_are,
        changed="The same lesion, with pen strokes beside it",
        lesson="Not one pixel of the lesion has changed.",
    ),
)


def _roc(score: Array, truth: Mask) -> Estimate:
    """Area under the curve with the interval of Hanley and McNeil 1982."""
    order = np.unique(score, return_inverse=True)[1]
    yes, no = np.bincount(order[truth]), np.bincount(order[~truth], minlength=order.max() + 1)
    below = np.cumsum(no) - no
    a, b = int(truth.sum()), int((~truth).sum())
    yes = np.pad(yes, (0, len(no) - len(yes)))
    area = float((yes * (below + no / 2)).sum() / (a * b))
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    part = (a - 1) * (q1 - area**2) + (b - 1) * (q2 - area**2)
    half = 1.96 * float(np.sqrt((area * (1 - area) + part) / (a * b)))
    return Estimate(area, max(0.0, area - half), min(1.0, area + half), a + b)


def _right(study: Study, among: Mask, melanoma: bool) -> Estimate:
    """The share of pigmented melanomas (or naevi) among these on which the algorithm is right."""
    group = among & ~_pink(study.patients) & (study.truth == melanoma)
    return proportion(int((study.alert[group] == melanoma).sum()), int(group.sum()))


def _only_inked(p: Patients) -> Mask:
    return np.asarray((p["ink"] > 0) & (p["ruler"] == 0))


def unmarked_area(study: Study) -> Estimate:
    """Area under the curve on pigmented lesions with nothing beside them."""
    among = _bare(study.patients) & ~_pink(study.patients)
    return _roc(study.probability[among], study.truth[among])


OURS = "(published: 130 lesions; ours: held-out pigmented lesions)"


def _figure(
    id: str, label: str, published: float, compute: Any, interval: Any, **more: Any
) -> PublishedFigure:
    return PublishedFigure(
        id=id,
        label=f"{label} {OURS}",
        published=published,
        doi=WINKLER,
        basis=more.pop("basis", "P"),
        tolerance=more.pop("tolerance", 0.03),
        compute=compute,
        interval=interval,
        citation="winkler2019",
        **more,
    )


FIGURES = (
    _figure(
        "specificity_unmarked",
        "Specificity, nothing beside the lesion",
        0.841,
        lambda study: _right(study, _bare(study.patients), False),
        (0.760, 0.898),
    ),
    _figure(
        "specificity_marked",
        "Specificity, with pen strokes beside the lesion",
        0.458,
        lambda study: _right(study, _only_inked(study.patients), False),
        None,
        basis="S",
    ),
    _figure(
        "sensitivity_unmarked",
        "Sensitivity, nothing beside the lesion",
        0.957,
        lambda study: _right(study, _bare(study.patients), True),
        (0.79, 0.992),
    ),
    _figure(
        "sensitivity_marked",
        "Sensitivity, with pen strokes beside the lesion",
        1.0,
        lambda study: _right(study, _only_inked(study.patients), True),
        (0.857, 1.0),
    ),
    _figure(
        "area_unmarked",
        "Area under the ROC curve, nothing beside the lesion",
        0.969,
        unmarked_area,
        None,
        tolerance=0.01,
        unit="",
    ),
)
