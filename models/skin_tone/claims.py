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
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Retrain,
    Study,
    Twin,
)
from tutor.kit.estimators import forest
from tutor.kit.metrics import apart, auroc
from tutor.kit.pictures.lesion.reader import measure

from .chart import READ
from .cohort import DARK, LIGHT, dark, simulate
from .story import ROMAN

Row = Mapping[str, float]


ATYPICAL_FROM, QUIET_BELOW = 0.30, 0.70  # how atypical outline and colours look


def _palm(p: Patients) -> Mask:
    return np.asarray(p["palm"] == 1)


def _dark_skin(p: Patients) -> Mask:
    """Dark where the lesion sits; palms and soles of people with dark skin are light."""
    return dark(p) & ~_palm(p)


def _pale(p: Patients) -> Mask:
    return np.asarray(p["pale"] == 1) & ~_palm(p)


def _red(p: Patients) -> Mask:
    """Hardly any pigment, or an open sore; off palms and soles."""
    return np.asarray((p["pale"] == 1) | (p["sore"] > 0)) & ~_palm(p)


def _dotted(p: Patients) -> Mask:
    return np.asarray(p["cysts"] > 0)


def _plain(p: Patients) -> Mask:
    """As most of the archive: a pigmented lesion without a sore on light skin, well lit."""
    light = (p["fitzpatrick"] <= LIGHT) & (p["dim"] == 0)
    return np.asarray(light & ~_red(p) & ~_palm(p))


def _structured(p: Patients, irregular: int) -> Mask:
    """Off palms and soles, with a network or dots to be seen: even ones, or irregular."""
    shown = (p["network"] > 0) | (p["globules"] > 0)
    return np.asarray(shown & (p["disorder"] == irregular) & (p["cysts"] == 0) & ~_palm(p))


def _untidy(p: Patients) -> Mask:
    return _structured(p, 0) & (p["atypia"] >= ATYPICAL_FROM)


def _tidy(p: Patients) -> Mask:
    return _structured(p, 0) & (p["atypia"] < ATYPICAL_FROM)


def _quiet(p: Patients) -> Mask:
    return _structured(p, 1) & (p["atypia"] < QUIET_BELOW)


def _loud(p: Patients) -> Mask:
    return _structured(p, 1) & (p["atypia"] >= QUIET_BELOW)


def _undotted(p: Patients) -> Mask:
    return ~_dotted(p) & ~_palm(p)


STRUCTURES = ("network", "globules", "disorder", "cysts", "vessels", "sore")

MODES = (
    FailureMode(
        id="dark_skin",
        kind=FailureKind.REPRESENTATION,
        title="Was trained on very few pictures of dark skin",
        sentence="Nearly all training pictures were of light skin. On skin of types V and VI the "
        "colours lie closer together, and the algorithm gives malignant lesions a low probability.",
        mechanism="Melanin in the skin absorbs light that the lesion would have absorbed. The same "
        "lesion then gives smaller measurements. The archive held too few such pictures to learn "
        "this. The same program, trained on all six types, does learn it.",
        metric=Metric.MISSES,
        touches=_dark_skin,
        compared_with=_plain,
        inside="malignant lesions on skin of types V and VI, off palms and soles",
        outside="pigmented malignant lesions without a sore, on well-lit skin of types I and II",
        figure="area_dark",
        undo=Intervene({"fitzpatrick": 1}),
    ),
    FailureMode(
        id="palm",
        kind=FailureKind.SCOPE,
        title="Was never trained on a palm or a sole",
        sentence="The skin of palms and soles has ridges, and pigment lies there in stripes. The "
        "algorithm measures the stripes as a ragged border.",
        mechanism="The archive held no palm and no sole. Stripes are normal on such skin: along "
        "the furrows in most naevi, on the ridges in most melanomas. The algorithm flags both.",
        metric=Metric.FALSE_ALARMS,
        touches=_palm,
        inside="benign lesions on palms and soles",
        outside="benign lesions elsewhere",
        undo=Intervene({"furrows": 0, "ridges": 0}),
    ),
    FailureMode(
        id="red",
        kind=FailureKind.BLIND,
        title="Does not see red dots or an open sore",
        sentence="The algorithm learned malignancy from pigment. A pink lesion with red dots or an "
        "open sore gets a low probability.",
        mechanism="The algorithm measures neither red dots nor sores, and pale carcinomas were "
        "rare in its archive. A clinician can see them, and the patient can report them.",
        metric=Metric.MISSES,
        touches=_red,
        compared_with=_plain,
        inside="malignant lesions that are pink or have an open sore",
        outside="other malignant lesions on well-lit skin of types I and II",
        undo=Retrain(training={"archive": 0}, also_reads=STRUCTURES),
    ),
    FailureMode(
        id="white_dots",
        kind=FailureKind.BLIND,
        title="Does not see the white dots of a keratosis",
        sentence="A seborrhoeic keratosis is dark, uneven and sharply bordered, so the algorithm "
        "flags it. It does not measure the white dots that identify it.",
        mechanism="The algorithm measures how far colours lie apart, not what forms them. White "
        "dots in brown increase that spread, so a sign of a benign lesion raises the probability.",
        metric=Metric.FALSE_ALARMS,
        touches=_dotted,
        compared_with=_undotted,
        inside="benign lesions with scattered white dots",
        outside="benign lesions without them, off palms and soles",
        undo=Retrain(also_reads=STRUCTURES),
    ),
    FailureMode(
        id="even_structure",
        kind=FailureKind.BLIND,
        title="Does not see an even network or even dots",
        sentence="An even network or even dots speak for a naevus. The algorithm does not measure "
        "them. It rates the lesion by outline, colours and contrast alone.",
        mechanism="The archive held textbook naevi with an even outline. Naevi in the clinic look "
        "less tidy. Their regular structures identify them, but no input describes structures.",
        metric=Metric.FALSE_ALARMS,
        touches=_untidy,
        compared_with=_tidy,
        inside="benign lesions with even structures and a more atypical outline",
        outside="benign lesions with even structures and a less atypical outline",
        undo=Retrain(also_reads=STRUCTURES),
    ),
    FailureMode(
        id="quiet_outline",
        kind=FailureKind.BLIND,
        title="Does not see an irregular network or irregular dots",
        sentence="An irregular network or irregular dots speak for malignancy. The algorithm does "
        "not measure them. It rates the lesion by outline, colours and contrast alone.",
        mechanism="In the archive, malignant lesions had a ragged outline and many colours. The "
        "algorithm learned outline and colours, and no input describes structures.",
        metric=Metric.MISSES,
        touches=_quiet,
        compared_with=_loud,
        inside="malignant lesions with irregular structures and a less atypical outline",
        outside="malignant lesions with irregular structures and a more atypical outline",
        undo=Retrain(also_reads=STRUCTURES),
    ),
)


def _type(row: Row) -> str:
    return f"As it is: skin of type {ROMAN[round(row['fitzpatrick'])]}"


def _even(p: Patients) -> Mask:
    return np.asarray((p["lopsided"] < 0.11) & (p["ragged"] < 0.035))


def _uneven(p: Patients) -> Mask:
    return np.asarray((p["lopsided"] >= 0.18) | (p["ragged"] >= 0.06))


def _outline(row: Row) -> str:
    one = Patients({name: np.array([row[name]]) for name in ("lopsided", "ragged")})
    word = "an even" if _even(one)[0] else "an uneven" if _uneven(one)[0] else "a slightly uneven"
    return f"As it is: {word} outline"


TWINS = (
    Twin(
        id="lighter",
        do={"fitzpatrick": 1},
        applies=_dark_skin,
        as_is=_type,
        changed="The same lesion in skin of type I",
        lesson="The lesion is the same; only the melanin in the skin around it differs.",
    ),
    Twin(
        id="unstriped",
        do={"furrows": 0, "ridges": 0},
        applies=_palm,
        as_is=lambda row: "As it is: pigment in stripes",
        changed="The same lesion, with its pigment spread evenly",
        lesson="The diagnosis is the same; only the stripes have gone.",
    ),
    Twin(
        id="well_lit",
        do={"dim": 0},
        applies=lambda p: p["dim"] == 1,
        as_is=lambda row: "As it is: a weak lamp",
        changed="The same lesion, well lit",
        lesson="Nothing about the patient has changed; only the lamp has.",
    ),
    Twin(
        id="pigmented",
        do={"pale": 0},
        applies=_pale,
        as_is=lambda row: "As it is: pink",
        changed="The same lesion, with pigment in its cells",
        lesson="The diagnosis is the same; only the pigment differs.",
    ),
    Twin(
        id="darker",
        do={"fitzpatrick": 6},
        applies=lambda p: (p["fitzpatrick"] < DARK) & (p["dim"] == 0),
        as_is=_type,
        changed="The same lesion in skin of type VI",
        lesson="The lesion is the same; only the melanin in the skin around it differs.",
    ),
    Twin(
        id="even_outline",
        do={"lopsided": 0.05, "ragged": 0.015},
        applies=lambda p: ~_even(p),
        as_is=_outline,
        changed="The same lesion with an even outline",
        lesson="The diagnosis and the structures are the same; only the outline differs.",
    ),
    Twin(
        id="uneven_outline",
        do={"lopsided": 0.24, "ragged": 0.08},
        applies=lambda p: ~_uneven(p),
        as_is=_outline,
        changed="The same lesion with an uneven outline",
        lesson="The diagnosis and the structures are the same; only the outline differs.",
    ),
    Twin(
        id="dimmer",
        do={"dim": 1},
        applies=lambda p: (p["dim"] == 0) & ~_dark_skin(p),
        as_is=lambda row: "As it is: a strong lamp",
        changed="The same lesion under a weak lamp",
        lesson="Nothing about the patient has changed; only the lamp has.",
    ),
)

COLUMNS = tuple(feature.column for feature in READ)


estimator = forest(leaf=30, max_features=0.5)
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
    again = estimator().fit(taught.matrix(COLUMNS), taught["malignant"])
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
        citation="daneshjou2022",
        compute=compute,
        **known,
    )


FIGURES = (
    _figure(
        "area_all",
        "Area under the ROC curve, all skin types",
        0.67,
        _area,
        interval=(0.62, 0.71),
    ),
    _figure(
        "area_light",
        "Area under the ROC curve, skin types I and II",
        0.72,
        lambda study: _area(study, 1, LIGHT),
        interval=(0.63, 0.79),
    ),
    _figure(
        "area_dark",
        "Area under the ROC curve, skin types V and VI",
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
