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
)
from tutor.kit.hip_film import CLINIC, EMERGENCY, PORTABLE

from .chart import PRIORITY, UNITS
from .cohort import ACUTE, DENSE, OUTPATIENT, ROUTINE, URGENT, WALKS, simulate

Array = NDArray[Any]
Row = Mapping[str, float]
PIXELS = ("m_brightness", "m_bone", "m_air", "m_frame", "m_letters", "m_grain")
PERSON = ("age", "sex", "bmi", "fall", "pain")
BANDS = 60


def _inputs(p: Patients, *parts: str) -> Array:
    """The named parts of what is known as one matrix, each column at mean 0 and spread 1."""
    night = (p["hour"] < 7) | (p["hour"] > 19)
    unit, place = p["scanner"], p["department"]
    pixels = p.matrix(PIXELS)
    known = {
        "image": np.column_stack([pixels, pixels**2]),
        "patient": p.matrix(PERSON),
        "process": np.column_stack(
            [unit == 1, unit == 2, p["priority"], place == 1, place == 2, night]
        ).astype(float),
    }
    table = np.column_stack([known[part] for part in parts])
    return np.asarray((table - table.mean(0)) / table.std(0))


def _score(inputs: Array, outcome: Array) -> Array:
    """A logistic regression's score of each patient, learned from the other half of them."""
    from sklearn.linear_model import LogisticRegression

    half, score = np.arange(len(outcome)) % 2, np.empty(len(outcome))
    for side in (0, 1):
        learned = LogisticRegression(max_iter=200).fit(inputs[half == side], outcome[half == side])
        score[half != side] = learned.decision_function(inputs[half != side])
    return score


def _area(score: Array, outcome: Array, band: Array | None = None) -> Estimate:
    """Area under the curve, over pairs from the same band only where bands are given.

    The interval is that of Hanley and McNeil (Radiology 1982;143:29-36).
    """
    band = np.zeros(len(score), dtype=int) if band is None else band
    won = pairs = matched = 0.0
    for one in range(int(band.max()) + 1):
        case = score[(band == one) & (outcome == 1)]
        other = np.sort(score[(band == one) & (outcome == 0)])
        won += (np.searchsorted(other, case) + np.searchsorted(other, case, "right")).sum() / 2
        pairs += len(case) * len(other)
        matched += min(len(case), len(other))
    area = won / pairs
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (matched - 1) * (q1 + q2 - 2 * area**2)
    half = 1.96 * np.sqrt(spread) / matched
    return Estimate(float(area), float(area - half), float(min(1, area + half)), len(score))


def _told_by(outcome: str, *parts: str) -> Callable[[Study], Estimate]:
    """How well ``parts`` tell ``outcome``."""

    def compute(study: Study) -> Estimate:
        p = study.patients
        return _area(_score(_inputs(p, *parts), p[outcome]), p[outcome])

    return compute


def _matched_on(*parts: str) -> Callable[[Study], Estimate]:
    """How well the image tells fractures among patients alike in ``parts``."""

    def compute(study: Study) -> Estimate:
        p, outcome = study.patients, study.patients["fracture"]
        alike = _score(_inputs(p, *parts), outcome)
        edges = np.quantile(alike, np.linspace(0, 1, BANDS + 1)[1:-1])
        return _area(_score(_inputs(p, "image"), outcome), outcome, np.searchsorted(edges, alike))

    return compute


def _hospital_alone(study: Study) -> Estimate:
    """Films of three hospitals, sorted by nothing but the hospital they come from."""
    p = simulate(150_000, study.seed, pooled=1)
    rate = np.array([p["fracture"][p["hospital"] == one].mean() for one in range(3)])
    return _area(rate[p["hospital"]], p["fracture"])


def _portable(p: Patients) -> Mask:
    return np.asarray(p["scanner"] == PORTABLE)


def _urgent(p: Patients) -> Mask:
    return np.asarray((p["priority"] == URGENT) & ~_portable(p))


def _calm(p: Patients) -> Mask:
    """Nobody was in a hurry: a routine order, on a unit that stands still."""
    return np.asarray((p["priority"] == ROUTINE) & ~_portable(p))


def _quiet_paper(p: Patients) -> Mask:
    """A routine order or the outpatient unit: where fractures are not expected."""
    return np.asarray((p["priority"] == ROUTINE) | (p["scanner"] == CLINIC))


def _loud_paper(p: Patients) -> Mask:
    return ~_quiet_paper(p)


def _overlooked(p: Patients) -> Mask:
    """The paperwork is quiet and the patient is not: the leg does not carry the weight."""
    return np.asarray(_quiet_paper(p) & (p["walks"] < WALKS))


def _dense(p: Patients) -> Mask:
    return np.asarray(p["density"] >= DENSE)


FAILURE_MODES = (
    FailureMode(
        id="portable_film",
        kind=FailureKind.SHORTCUT,
        title="Calls a fracture because the film is portable",
        sentence="Patients too ill or too sore to move are filmed in bed, and among them fractures "
        "are common. The algorithm reads the portable unit off the film and takes it for a sign.",
        mechanism="Letters, grain and the missing frame name the unit without error. Where the "
        "unit goes with fracture, learning the unit is the easiest way to look accurate.",
        metric=Metric.FALSE_ALARMS,
        touches=_portable,
        compared_with=_calm,
        inside="patients without a fracture filmed on the portable unit",
        outside="patients without a fracture filmed on a fixed unit by routine order",
        figure="matched_both",
    ),
    FailureMode(
        id="urgent_order",
        kind=FailureKind.SUSPICION,
        title="Repeats what the examiner feared",
        sentence="An order marked urgent says that somebody who examined the patient feared a "
        "fracture. The algorithm hands that fear back as if it had seen one.",
        mechanism="The priority was set by a clinician's suspicion before the film existed. A "
        "score built on it agrees with the clinician and adds nothing: the same opinion twice.",
        metric=Metric.FALSE_ALARMS,
        touches=_urgent,
        compared_with=_calm,
        inside="patients without a fracture filmed by urgent order on a fixed unit",
        outside="patients without a fracture filmed there by routine order",
        figure="with_process",
    ),
    FailureMode(
        id="quiet_paper",
        kind=FailureKind.SHORTCUT,
        title="Misses the fracture that nobody hurried for",
        sentence="A patient who cannot walk freely, yet was sent by a routine order or to the "
        "outpatient unit, comes without the paperwork of a fracture. The algorithm stays silent.",
        mechanism="None of its measurements follows the cortex. Without the usual unit and order "
        "it has nothing left to see the fracture with, however plain the break.",
        metric=Metric.MISSES,
        touches=_overlooked,
        compared_with=_loud_paper,
        inside="fractures of patients who cannot walk freely, sent as routine or as outpatients",
        outside="fractures filmed by urgent order on another unit",
        figure="matched_both",
    ),
    FailureMode(
        id="dense_bone",
        kind=FailureKind.BLIND,
        title="Misses the fracture in dense bone",
        sentence="Dense bone on the film means younger and heavier, and such patients break a hip "
        "less often. The algorithm lets this stand for the patient in front of it.",
        mechanism="It weighs how pale the bone is, a stand-in for age, and does not look whether "
        "the bone is whole.",
        metric=Metric.MISSES,
        touches=_dense,
        inside="fractures in bone that is dense on the film",
        outside="fractures in paler bone",
        figure="matched_patient",
    ),
)


def _order(row: Row) -> str:
    return f"As they are: {PRIORITY[round(row['priority'])]}, {UNITS[round(row['scanner'])]}"


SENT_AWAY = {"priority": ROUTINE, "department": OUTPATIENT, "hour": 10}
TWINS = (
    Twin(
        id="fixed_unit",
        do={"scanner": CLINIC, **SENT_AWAY},
        applies=_portable,
        as_is=_order,
        changed="The same hip, filmed for the outpatient clinic, routine order",
        lesson="Bone and cortex are the same on both films; only the unit and the order differ.",
    ),
    Twin(
        id="routine_order",
        do=SENT_AWAY,
        applies=_urgent,
        as_is=_order,
        changed="The same film, ordered by the outpatient clinic as routine",
        lesson="Not one pixel has changed; only the words on the order have.",
    ),
    Twin(
        id="paler_bone",
        do={"density": 0.2},
        applies=lambda p: _dense(p) & ~_overlooked(p),
        as_is=lambda row: "As they are: bone dense on the film",
        changed="The same hip, its bone as pale on the film as that of the very old",
        lesson="The cortex runs as it did; the algorithm has moved by the shade of grey alone.",
    ),
    Twin(
        id="emergency_order",
        do={"scanner": EMERGENCY, "priority": URGENT, "department": ACUTE, "hour": 2},
        applies=everyone,
        as_is=_order,
        changed="The same hip, urgent, emergency unit at 2 in the morning",
        lesson="Bone and cortex are the same on both films; only where and when differ.",
    ),
)


def _figure(
    id: str, label: str, published: float, compute: Callable[[Study], Estimate], **more: Any
) -> PublishedFigure:
    known = {"doi": "10.1038/s41746-019-0105-1", "citation": "badgeley2019", **more}
    return PublishedFigure(
        id=id,
        label=label,
        published=published,
        basis="P",
        tolerance=0.02,
        compute=compute,
        unit="AUC",
        **known,
    )


FIGURES = (
    _figure("image", "Fracture told from the film", 0.78, _told_by("fracture", "image")),
    _figure(
        "with_patient",
        "… from the film and the patient's data",
        0.86,
        _told_by("fracture", "image", "patient"),
    ),
    _figure(
        "with_process",
        "… from film, patient and the hospital's process (14 variables published, 4 here)",
        0.91,
        _told_by("fracture", "image", "patient", "process"),
    ),
    _figure(
        "matched_patient",
        "Fracture told from the film among patients matched on their data",
        0.67,
        _matched_on("patient"),
    ),
    _figure(
        "matched_both",
        "Fracture told from the film among patients matched on data and acquisition",
        0.52,
        _matched_on("patient", "process"),
        interval=(0.46, 0.58),
    ),
    _figure("priority", "Urgent order told from the film", 0.79, _told_by("priority", "image")),
    _figure(
        "hospital",
        "Films of three hospitals sorted by hospital alone (published for pneumonia on chest "
        "films; ours for hip fracture with the same shares and prevalences)",
        0.861,
        _hospital_alone,
        interval=(0.855, 0.866),
        doi="10.1371/journal.pmed.1002683",
        citation="zech2018",
    ),
)
