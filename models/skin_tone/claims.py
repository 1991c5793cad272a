"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import hypot
from typing import Any

import numpy as np

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
)
from tutor.kit.lesion_reader import measure
from tutor.kit.metrics import apart, auroc

from .chart import READ
from .cohort import DARK, LIGHT, dark, simulate
from .story import ROMAN

Row = Mapping[str, float]


def _palm(p: Patients) -> Mask:
    return np.asarray(p["palm"] == 1)


def _dark_skin(p: Patients) -> Mask:
    """Dark where the lesion sits; palms and soles of dark people are light."""
    return dark(p) & ~_palm(p)


def _dim(p: Patients) -> Mask:
    return np.asarray(p["dim"] == 1) & ~dark(p) & ~_palm(p)


def _pale(p: Patients) -> Mask:
    return np.asarray(p["pale"] == 1) & ~_palm(p)


def _dotted(p: Patients) -> Mask:
    return np.asarray(p["cysts"] > 0)


def _plain(p: Patients) -> Mask:
    """What the archive was full of: a pigmented lesion on light skin, well lit."""
    light = (p["fitzpatrick"] <= LIGHT) & (p["dim"] == 0)
    return np.asarray(light & (p["pale"] == 0) & ~_palm(p))


def _undotted(p: Patients) -> Mask:
    return ~_dotted(p) & ~_palm(p)


def _well_lit(p: Patients) -> Mask:
    """As those in a dim picture, but for the lamp."""
    return np.asarray((p["dim"] == 0) & ~dark(p) & ~_palm(p))


MODES = (
    FailureMode(
        id="dark_skin",
        kind=FailureKind.REPRESENTATION,
        title="Has hardly met dark skin",
        sentence="Nearly all its training pictures were of light skin. On skin of types V and VI "
        "colours lie closer together, and it takes a malignant lesion for a quiet one.",
        mechanism="Melanin in the skin takes away light that the lesion would have taken away. "
        "The same lesion gives smaller numbers, and the archive held too few such pictures to "
        "learn what they mean there. Trained on all six types, the same program learns it.",
        metric=Metric.MISSES,
        touches=_dark_skin,
        compared_with=_plain,
        inside="malignant lesions on skin of types V and VI, off palms and soles",
        outside="pigmented malignant lesions on well-lit skin of types I and II",
        figure="area_dark",
    ),
    FailureMode(
        id="palm",
        kind=FailureKind.SCOPE,
        title="Has never met a palm or a sole",
        sentence="The skin of palms and soles is ridged, and pigment there lies in stripes. The "
        "algorithm walks from stripe to stripe and reports a ragged border.",
        mechanism="No palm or sole was in the archive. Stripes are what such skin does: along the "
        "furrows in most naevi, on the ridges in most melanomas. It alarms at both.",
        metric=Metric.FALSE_ALARMS,
        touches=_palm,
        inside="benign lesions on palms and soles",
        outside="benign lesions elsewhere",
    ),
    FailureMode(
        id="dim",
        kind=FailureKind.MEASUREMENT,
        title="Takes a dim picture for a quiet lesion",
        sentence="Its contrast and colours are counted in levels of light. Under a weak lamp they "
        "all shrink, on light skin too.",
        mechanism="The lamp, like melanin, takes light away. The archive was well lit, so the "
        "algorithm reads the level as if it were the lesion. Nothing in it is about people.",
        metric=Metric.MISSES,
        touches=_dim,
        compared_with=_well_lit,
        inside="malignant lesions in dim pictures, types I to IV",
        outside="malignant lesions in well-lit pictures, types I to IV",
    ),
    FailureMode(
        id="pale",
        kind=FailureKind.BLIND,
        title="Looks for brown",
        sentence="It learned malignancy from pigment. A pink lesion with red dots or an open sore "
        "is quiet to it.",
        mechanism="Red dots and sores are not among its measurements, and pale carcinomas were "
        "rare in its archive. They are seen by whoever looks, and felt by the patient.",
        metric=Metric.MISSES,
        touches=_pale,
        compared_with=_plain,
        inside="malignant lesions that hold hardly any pigment",
        outside="pigmented malignant lesions on well-lit skin of types I and II",
    ),
    FailureMode(
        id="white_dots",
        kind=FailureKind.BLIND,
        title="Does not see the white dots",
        sentence="A seborrhoeic keratosis is dark, uneven and sharply cut, and alarms the "
        "algorithm. The white dots that give it away are not measured.",
        mechanism="It counts how far colours lie apart, not what forms them. White dots in brown "
        "spread the colours: the very sign of a harmless lesion counts as a warning.",
        metric=Metric.FALSE_ALARMS,
        touches=_dotted,
        compared_with=_undotted,
        inside="benign lesions with scattered white dots",
        outside="benign lesions without them, off palms and soles",
    ),
)


def _type(row: Row) -> str:
    return f"As it is: skin of type {ROMAN[round(row['fitzpatrick'])]}"


TWINS = (
    Twin(
        id="lighter",
        do={"fitzpatrick": 1},
        applies=_dark_skin,
        as_is=_type,
        changed="The same lesion in skin of type I",
        lesson="The same cells in the same shape; only the melanin around them differs.",
    ),
    Twin(
        id="unstriped",
        do={"furrows": 0, "ridges": 0},
        applies=_palm,
        as_is=lambda row: "As it is: pigment in stripes",
        changed="The same lesion, its pigment spread over furrows and ridges alike",
        lesson="The disease, or its absence, is the same; only the stripes have gone.",
    ),
    Twin(
        id="well_lit",
        do={"dim": 0},
        applies=lambda p: p["dim"] == 1,
        as_is=lambda row: "As it is: a weak lamp",
        changed="The same lesion, well lit",
        lesson="Nothing about the patient has changed; the lamp has.",
    ),
    Twin(
        id="pigmented",
        do={"pale": 0},
        applies=_pale,
        as_is=lambda row: "As it is: pink",
        changed="The same lesion, had its cells made pigment",
        lesson="The disease, or its absence, is the same; only the pigment differs.",
    ),
    Twin(
        id="darker",
        do={"fitzpatrick": 6},
        applies=everyone,
        as_is=_type,
        changed="The same lesion in skin of type VI",
        lesson="The same cells in the same shape; only the melanin around them differs.",
    ),
)


def forest() -> Any:
    """The estimator, not yet fitted."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60,
        max_depth=6,
        min_samples_leaf=30,
        max_features=0.5,
        random_state=0,
        n_jobs=1,
    )


COLUMNS = tuple(feature.column for feature in READ)
CLINIC_STEP, ARCHIVE_STEP = 3_000_017, 4_000_037


@lru_cache(maxsize=1)
def _second_clinic(seed: int) -> Patients:
    """More patients of the clinic: to test the algorithm on, and to train another."""
    return measure(simulate(4_200, seed + CLINIC_STEP))


def _area(study: Study, first: int = 1, last: int = 6) -> Estimate:
    """Area under the curve on lesions of the clinic with skin of the types first to last."""
    more = _second_clinic(study.seed)
    kind = np.concatenate([study.patients["type"], more["type"]])
    truth = np.concatenate([study.patients["malignant"], more["malignant"]])
    chance = np.concatenate([study.probability, study.predict(more)])
    among = (kind >= first) & (kind <= last)
    return auroc(chance[among], truth[among])


def _fall(study: Study) -> Estimate:
    """By which share the area falls from the archive's own kind of picture to the clinic."""
    own = measure(simulate(1_000, study.seed + ARCHIVE_STEP, archive=1))
    then, now = auroc(study.predict(own), own["malignant"]), _area(study)
    value = 1 - now.value / then.value
    half = (1 - value) * hypot(*((e.high - e.value) / e.value for e in (then, now)))
    return Estimate(value, value - half, value + half, then.n + now.n)


def _gap_retrained(study: Study) -> Estimate:
    """How far types I and II lie from V and VI for the same estimator, trained on all six."""
    taught, p = _second_clinic(study.seed), study.patients
    again = forest().fit(taught.matrix(COLUMNS), taught["malignant"])
    chance = again.predict_proba(p.matrix(COLUMNS))[:, 1]
    light, dark = p["type"] <= LIGHT, p["type"] >= DARK
    return apart(*(auroc(chance[among], p["malignant"][among]) for among in (light, dark)))


def _figure(
    id: str, label: str, published: float, compute: Callable[[Study], Estimate], **more: Any
) -> PublishedFigure:
    known = {"basis": "S", "tolerance": 0.02, "unit": "AUC", **more}
    return PublishedFigure(
        id=id,
        label=label,
        published=published,
        doi="10.1126/sciadv.abq6147",
        citation="daneshjou2022",
        compute=compute,
        **known,
    )


FIGURES = (
    _figure(
        "area_all",
        "Malignancy told from the picture, all skin types",
        0.67,
        _area,
        interval=(0.62, 0.71),
    ),
    _figure(
        "area_light",
        "… skin of types I and II",
        0.72,
        lambda study: _area(study, 1, LIGHT),
        interval=(0.63, 0.79),
    ),
    _figure(
        "area_dark",
        "… skin of types V and VI",
        0.57,
        lambda study: _area(study, DARK, 6),
        interval=(0.48, 0.67),
    ),
    _figure(
        "fall",
        "Fall of the area from the algorithm's own test pictures to the clinic (middle of the "
        "published range for three algorithms; ours is one)",
        0.315,
        _fall,
        basis="P",
        tolerance=0.045,
        interval=(0.27, 0.36),
        bounded=True,
        unit="%",
    ),
    _figure(
        "gap_retrained",
        "Distance between types I and II and types V and VI after training on all six types "
        "(published: the gap closed; here taken as a distance below 0.03)",
        0.03,
        _gap_retrained,
        basis="P",
        tolerance=0.03,
        interval=(0.0, 0.03),
        bounded=True,
    ),
)
