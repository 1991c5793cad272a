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
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
)
from tutor.kit.pictures.hip.film import CLINIC, PORTABLE

from .chart import PRIORITY, UNITS
from .cohort import ACUTE, DENSE, OUTPATIENT, PALE, ROUTINE, URGENT, WARD, simulate

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


def _feared(p: Patients) -> Mask:
    """The request tells of worry: it is urgent, or comes from the emergency department."""
    return np.asarray((p["priority"] == URGENT) | (p["department"] == ACUTE))


def _calm(p: Patients) -> Mask:
    """A routine request from elsewhere, filmed on a unit that stands still."""
    return ~_feared(p) & ~_portable(p)


def _quiet(p: Patients) -> Mask:
    """The request comes from the outpatient clinic, where fractures are not expected."""
    return np.asarray(p["department"] == OUTPATIENT)


def _dense(p: Patients) -> Mask:
    return np.asarray(p["density"] >= DENSE)


def _pale(p: Patients) -> Mask:
    return np.asarray(p["density"] < PALE)


QUIET = {"priority": ROUTINE, "department": OUTPATIENT, "hour": 10}
LOUD = {"priority": URGENT, "department": ACUTE, "hour": 2}
MAIN_ROOM, PALER, DENSER = {"scanner": CLINIC}, {"density": 0.2}, {"density": 0.7}

FAILURE_MODES = (
    FailureMode(
        id="portable_film",
        kind=FailureKind.SHORTCUT,
        title="Counts a portable X-ray as a sign of fracture",
        sentence="Patients who are too ill or too sore to move are X-rayed in bed, and many of "
        "them have a fracture. The algorithm recognises the portable unit and raises the "
        "probability.",
        mechanism="The letters and the grain identify the unit without error. The unit goes with "
        "fracture, so the algorithm could look accurate without looking at the bone.",
        metric=Metric.FALSE_ALARMS,
        touches=_portable,
        compared_with=_calm,
        inside="patients without a fracture who were X-rayed on the portable unit",
        outside="patients without a fracture, X-rayed on a fixed unit on a routine request",
        figure="matched_both",
        undo=Intervene(MAIN_ROOM),
    ),
    FailureMode(
        id="urgent_order",
        kind=FailureKind.SUSPICION,
        title="Repeats what the examiner feared",
        sentence="An urgent request, or one from the emergency department, says that a clinician "
        "feared a fracture. The algorithm returns this fear as its own finding.",
        mechanism="A clinician's suspicion set the priority before the X-ray existed. A score "
        "built on it agrees with the clinician and adds no new information.",
        metric=Metric.FALSE_ALARMS,
        touches=_feared,
        compared_with=_calm,
        inside="patients without a fracture whose request was urgent or from the emergency "
        "department",
        outside="patients without a fracture, X-rayed on a fixed unit on a routine request",
        figure="with_process",
        undo=Intervene(QUIET),
    ),
    FailureMode(
        id="pale_bone",
        kind=FailureKind.BLIND,
        title="Counts pale bone as a sign of fracture",
        sentence="Pale bone on the X-ray goes with age, and hips break more often in older "
        "people. The algorithm raises the probability, also where the bone is whole.",
        mechanism="The algorithm measures how pale the bone is. It does not follow the cortex, so "
        "it cannot tell a weak bone from a broken one.",
        metric=Metric.FALSE_ALARMS,
        touches=_pale,
        inside="patients without a fracture whose bone is pale on the X-ray",
        outside="patients without a fracture whose bone is denser",
        figure="matched_patient",
        undo=Intervene(DENSER),
    ),
    FailureMode(
        id="quiet_paper",
        kind=FailureKind.SHORTCUT,
        title="Is reassured by a request from the outpatient clinic",
        sentence="Few patients of the outpatient clinic have a fracture. A request from there "
        "lowers the algorithm's probability, however plain the fracture is on the X-ray.",
        mechanism="None of the algorithm's measurements follows the cortex. A request without "
        "urgency takes away what it uses in place of the fracture.",
        metric=Metric.MISSES,
        touches=_quiet,
        inside="fractures of patients sent by the outpatient clinic",
        outside="fractures of patients sent by a ward or the emergency department",
        figure="matched_both",
        undo=Intervene(LOUD),
    ),
    FailureMode(
        id="dense_bone",
        kind=FailureKind.BLIND,
        title="Is reassured by dense bone",
        sentence="Dense bone on the X-ray goes with younger age, and younger people break a hip "
        "less often. The algorithm lowers the probability, also where the bone is broken.",
        mechanism="The algorithm measures how dense the bone is, which stands in for age. It does "
        "not check whether the bone is whole.",
        metric=Metric.MISSES,
        touches=_dense,
        inside="fractures in bone that is dense on the X-ray",
        outside="fractures in paler bone",
        figure="matched_patient",
        undo=Intervene(PALER),
    ),
)


def _request(row: Row) -> str:
    place = {OUTPATIENT: "the outpatient clinic", WARD: "a ward", ACUTE: "the emergency department"}
    order = PRIORITY[round(row["priority"])]
    return f"As it is: {order} request from {place[round(row['department'])]}"


TWINS = (
    Twin(
        id="main_room",
        do=MAIN_ROOM,
        applies=lambda p: np.asarray(p["scanner"] != CLINIC),
        as_is=lambda row: f"As it is: {UNITS[round(row['scanner'])]}",
        changed="The same hip, X-rayed in the main X-ray room",
        lesson="The bone is the same on both X-rays; only the unit differs.",
    ),
    Twin(
        id="quiet_request",
        do=QUIET,
        applies=_feared,
        as_is=_request,
        changed="The same X-ray, with a routine request from the outpatient clinic",
        lesson="Not one pixel has changed; only the words on the request have.",
    ),
    Twin(
        id="loud_request",
        do=LOUD,
        applies=lambda p: (p["priority"] == ROUTINE) | (p["department"] != ACUTE),
        as_is=_request,
        changed="The same X-ray, with an urgent request from the emergency department at night",
        lesson="Not one pixel has changed; only the words on the request have.",
    ),
    Twin(
        id="paler_bone",
        do=PALER,
        applies=_dense,
        as_is=lambda row: "As it is: bone dense on the X-ray",
        changed="The same hip, with bone that is pale on the X-ray",
        lesson="The cortex runs as before; only the shade of grey differs.",
    ),
    Twin(
        id="denser_bone",
        do=DENSER,
        applies=_pale,
        as_is=lambda row: "As it is: bone pale on the X-ray",
        changed="The same hip, with bone that is dense on the X-ray",
        lesson="The cortex runs as before; only the shade of grey differs.",
    ),
)


def _figure(
    id: str, label: str, published: float, compute: Callable[[Study], Estimate], **more: Any
) -> PublishedFigure:
    known = {
        "doi": "10.1038/s41746-019-0105-1",
        "citation": "badgeley2019",
        "tolerance": 0.02,
        **more,
    }
    return PublishedFigure(
        id=id,
        label=label,
        published=published,
        basis="P",
        compute=compute,
        unit="AUC",
        **known,
    )


FIGURES = (
    _figure("image", "Fracture predicted from the X-ray", 0.78, _told_by("fracture", "image")),
    _figure(
        "with_patient",
        "… from the X-ray and the patient's data",
        0.86,
        _told_by("fracture", "image", "patient"),
    ),
    _figure(
        "with_process",
        "… from X-ray, patient and the hospital's process (14 variables published, 4 here)",
        0.91,
        _told_by("fracture", "image", "patient", "process"),
    ),
    _figure(
        "matched_patient",
        "Fracture predicted from the X-ray among patients matched on their data",
        0.67,
        _matched_on("patient"),
    ),
    _figure(
        "matched_both",
        "Fracture predicted from the X-ray among patients matched on data and acquisition",
        0.52,
        _matched_on("patient", "process"),
        interval=(0.46, 0.58),
    ),
    _figure(
        "priority", "Urgent request predicted from the X-ray", 0.79, _told_by("priority", "image")
    ),
    _figure(
        "hospital",
        "X-rays of three hospitals sorted by hospital alone (published for pneumonia on chest "
        "X-rays; ours for hip fracture with the same shares and prevalences)",
        0.861,
        _hospital_alone,
        interval=(0.855, 0.866),
        tolerance=0.01,
        citation="zech2018",
    ),
)
