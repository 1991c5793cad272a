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
from tutor.kit.metrics import auroc

from .cohort import IRREGULAR_FROM

Array = NDArray[Any]
Row = Mapping[str, float]


def _inked(p: Patients) -> Mask:
    return np.asarray(p["ink"] > 0)


def _scaled(p: Patients) -> Mask:
    return np.asarray(p["ruler"] == 1)


def _bare(p: Patients) -> Mask:
    return np.asarray((p["ink"] == 0) & (p["ruler"] == 0))


def _marked(p: Patients) -> Mask:
    return ~_bare(p)


def _pink(p: Patients) -> Mask:
    return np.asarray(p["pale"] == 1)


def _stable(p: Patients) -> Mask:
    """Pigmented, and unchanged in the last year."""
    return np.asarray((p["pale"] == 0) & (p["changed"] == 0))


def _irregular(p: Patients) -> Mask:
    return np.asarray((p["atypia"] >= IRREGULAR_FROM) & _stable(p))


def _regular(p: Patients) -> Mask:
    return np.asarray((p["atypia"] < IRREGULAR_FROM) & _stable(p))


MODES = (
    FailureMode(
        id="pink",
        kind=FailureKind.REPRESENTATION,
        title="Looks for pigment",
        sentence="The algorithm learned melanoma from pigmented lesions. A pink lesion without "
        "brown, black or blue gets a low probability, whatever its vessels and its history.",
        mechanism="Hardly any pink melanoma was in the training pictures. The algorithm measures "
        "colour contrast; it measures neither red dots nor growth.",
        metric=Metric.MISSES,
        touches=_pink,
        inside="melanomas that are pink",
        outside="pigmented melanomas",
        undo=Intervene({"pale": 0}),
    ),
    FailureMode(
        id="ink",
        kind=FailureKind.SHORTCUT,
        title="Counts pen strokes as a sign of melanoma",
        sentence="In the training pictures, clinicians drew beside lesions that worried them. The "
        "algorithm counts violet beside the lesion as evidence, whoever drew it and why.",
        mechanism="Ink went with melanoma in the training pictures, so the algorithm learned ink. "
        "A clinic that marks every lesion makes the ink mean nothing, and naevi are flagged.",
        metric=Metric.FALSE_ALARMS,
        touches=_inked,
        compared_with=_bare,
        inside="naevi with pen strokes beside them",
        outside="naevi with nothing beside them",
        figure="specificity_marked",
        undo=Intervene({"ink": 0}),
    ),
    FailureMode(
        id="ruler",
        kind=FailureKind.SHORTCUT,
        title="Counts a ruler as a sign of melanoma",
        sentence="In the training pictures, clinicians laid a millimetre scale beside lesions that "
        "worried them. The black ticks raise the algorithm's probability.",
        mechanism="Lesions booked for surgery were measured, so a scale went with melanoma in the "
        "training pictures. The lesion is the same with the scale and without it.",
        metric=Metric.FALSE_ALARMS,
        touches=_scaled,
        compared_with=_bare,
        inside="naevi with a scale beside them",
        outside="naevi with nothing beside them",
        undo=Intervene({"ruler": 0}),
    ),
    FailureMode(
        id="irregular",
        kind=FailureKind.BLIND,
        title="Does not ask how long the lesion has been there",
        sentence="The algorithm sees one picture and knows no history. It flags an irregular "
        "naevus, even one that has stayed the same for years.",
        mechanism="Melanomas and some naevi share an irregular shape and several colours. Change "
        "over time tells them apart, and one picture does not show change.",
        metric=Metric.FALSE_ALARMS,
        touches=_irregular,
        compared_with=_regular,
        inside="naevi that look irregular and have not changed",
        outside="naevi that look regular and have not changed",
        undo=Retrain(also_reads=("known_for", "changed")),
    ),
    FailureMode(
        id="no_mark",
        kind=FailureKind.SHORTCUT,
        title="Is reassured when nothing lies beside the lesion",
        sentence="This is the same shortcut in reverse. Where nobody drew or measured, the "
        "algorithm lowers its probability.",
        mechanism="In the training pictures somebody had marked most melanomas. A melanoma that "
        "has worried nobody yet is the one that most needs a second opinion.",
        metric=Metric.MISSES,
        touches=lambda p: _bare(p) & ~_pink(p),
        compared_with=lambda p: _marked(p) & ~_pink(p),
        inside="pigmented melanomas with nothing beside them",
        outside="pigmented melanomas with pen strokes or a scale beside them",
        figure="sensitivity_unmarked",
        undo=Intervene({"ink": 1}),
    ),
)


def _as_it_is(row: Row) -> str:
    beside = [name for name, column in (("ink", "ink"), ("a scale", "ruler")) if row[column] > 0]
    return f"As it is: {' and '.join(beside) or 'nothing'} beside the lesion"


SAME_LESION = (
    "Not one pixel of the lesion has changed. Readings that changed are the algorithm's: it also "
    "measured what lies beside the lesion."
)
TWINS = (
    Twin(
        id="pigmented",
        do={"pale": 0},
        applies=_pink,
        as_is=lambda row: "As it is: pink",
        changed="The same lesion, with pigment in its cells",
        lesson="The diagnosis is the same; only the pigment differs.",
    ),
    Twin(
        id="without_ink",
        do={"ink": 0},
        applies=_inked,
        as_is=_as_it_is,
        changed="The same lesion, with the ink wiped away",
        lesson=SAME_LESION,
    ),
    Twin(
        id="without_ruler",
        do={"ruler": 0},
        applies=_scaled,
        as_is=_as_it_is,
        changed="The same lesion, with the scale taken away",
        lesson=SAME_LESION,
    ),
    Twin(
        id="erased",
        do={"ink": 0, "ruler": 0},
        applies=lambda p: _inked(p) & _scaled(p),
        as_is=_as_it_is,
        changed="The same lesion, with ink and scale taken away",
        lesson=SAME_LESION,
    ),
    Twin(
        id="inked",
        do={"ink": 1},
        applies=lambda p: ~_inked(p),
        as_is=_as_it_is,
        changed="The same lesion, with pen strokes beside it",
        lesson=SAME_LESION,
    ),
)


def _right(study: Study, among: Mask, melanoma: bool) -> Estimate:
    """The share of pigmented melanomas (or naevi) among these on which the algorithm is right."""
    group = among & ~_pink(study.patients) & (study.truth == melanoma)
    return proportion(int((study.alert[group] == melanoma).sum()), int(group.sum()))


def _only_inked(p: Patients) -> Mask:
    return np.asarray((p["ink"] > 0) & (p["ruler"] == 0))


def unmarked_area(study: Study) -> Estimate:
    """Area under the curve on pigmented lesions with nothing beside them."""
    among = _bare(study.patients) & ~_pink(study.patients)
    return auroc(study.probability[among], study.truth[among])


OURS = "(published: 130 lesions; ours: held-out pigmented lesions)"


def _figure(
    id: str, label: str, published: float, compute: Any, interval: Any, **more: Any
) -> PublishedFigure:
    return PublishedFigure(
        id=id,
        label=f"{label} {OURS}",
        published=published,
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
