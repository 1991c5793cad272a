"""The hip and the paperwork: a fracture read from who was filmed where, after Badgeley 2019.

Patients are drawn in causal order: bones and a fall → fracture → what the examiner suspects →
where, how urgently and on which unit the hip is filmed. The film is then drawn and measured. The
algorithm learns fractures well without ever looking at one: age, weight and unit are written all
over the film, and the order says what the examiner feared.

Sources: Badgeley 2019, doi 10.1038/s41746-019-0105-1 (the ladder of areas under the curve: image,
with patient data, with process variables, matched on the one, matched on both); Zech 2018, doi
10.1371/journal.pmed.1002683 (three hospitals and their prevalences: the hospital alone sorts the
films). Sizes of effects are set so that these figures follow; all else is a teaching choice. The
marks of the units are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    NO_YES,
    Estimate,
    FailureKind,
    FailureMode,
    Feature,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    TeachingModel,
    Twin,
    World,
    everyone,
    happens,
    sigmoid,
)
from tutor.kit.hip_film import CLINIC, EMERGENCY, PORTABLE
from tutor.kit.hip_reading import hip_picture, measure

Array = NDArray[Any]
Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
OUTPATIENT, WARD, ACUTE = 0, 1, 2  # departments
ROUTINE, URGENT = 0, 1
WALKS = 2  # of 0 not at all, 1 with help, 2 walks
DENSE = 0.60  # on the film's scale of 0 to 1
# Zech 2018: films and prevalences (34.2, 1.2, 1.0 %) of three hospitals, the first one ours.
SHARES = np.array([42_396, 112_120, 3_807]) / 158_323
LEVELS = np.array([-1.16, -5.45, -5.45])  # logit of fracture at 74 years, no fall


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults whose hip was filmed, drawn in causal order; every column has shape ``(n,)``.

    ``pooled=1`` draws from the three hospitals of Zech 2018 instead of the one. Age in years, body
    mass index in kg/m², pain 0 to 10, ``bone`` mineral 0 to 1 and the ``density`` it gives the
    film, ``hour`` 0 to 23.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _injury, _work_up):
        stage(draw, drawn, n)
    return world.patients()


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("pooled", lambda s: np.zeros(n, dtype=int))
    draw("hospital", lambda s: np.where(p["pooled"] == 1, s.choice(3, n, p=SHARES), 0))
    draw("sex", lambda s: happens(s, 0.4, n))
    draw("age", lambda s: np.round(np.clip(s.normal(74, 11, n), 45, 98)))
    years = p["age"] - 74
    draw("bmi", lambda s: np.round(np.clip(s.normal(26.5 - 0.06 * years, 4.3), 16, 42), 1))
    usual = 0.55 - 0.017 * years + 0.16 * p["sex"] + 0.008 * (p["bmi"] - 26)
    draw("bone", lambda s: np.round(np.clip(s.normal(usual, 0.09), 0, 1), 2))
    draw("density", lambda s: p["bone"])
    draw("side", lambda s: s.integers(0, 2, n))
    draw("fold", lambda s: happens(s, sigmoid(-1.6 + 0.12 * (p["bmi"] - 26)), n))
    draw("film_seed", lambda s: s.integers(0, 2**31, n))


def _injury(draw: Draw, p: dict[str, Any], n: int) -> None:
    years = p["age"] - 74
    draw("fall", lambda s: happens(s, sigmoid(-0.5 + 0.02 * years), n))
    logit = LEVELS[p["hospital"]] + 0.03 * years - 0.1 * p["sex"] - 0.03 * (p["bmi"] - 26)
    logit += 1.65 * p["fall"] - 2.3 * (p["bone"] - 0.5)
    draw("fracture", lambda s: happens(s, sigmoid(logit), n))
    draw("line", lambda s: s.integers(0, 2, n))
    draw("displaced", lambda s: happens(s, 0.55, n) * p["fracture"])
    hurts = 5.2 + 1.5 * p["fracture"]
    draw("pain", lambda s: np.round(np.clip(s.normal(hurts, 2.0), 0, 10)))
    draw("leg", lambda s: happens(s, np.where(p["displaced"] == 1, 0.70, 0.04), n))
    able = 1.8 - 0.8 * p["fracture"] - 0.8 * p["displaced"] - 0.15 * (p["pain"] - 5)
    draw("walks", lambda s: np.digitize(s.normal(able, 1.0), [0.5, 1.5]))


def _work_up(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What the examiner suspects, and from there the department, the order and the unit."""
    feared = 1.75 * p["fracture"] + 0.4 * p["fall"] + 0.12 * (p["pain"] - 5)
    draw("suspicion", lambda s: s.normal(feared, 1))
    fear = p["suspicion"]
    draw("department", lambda s: np.digitize(s.normal(fear, 0.6), [0.8, 1.2]))
    place = p["department"]
    press = sigmoid(-2.0 + 1.5 * fear + 0.8 * (place == ACUTE))
    draw("priority", lambda s: happens(s, press, n))
    office = place == OUTPATIENT
    draw("hour", lambda s: np.where(office, s.integers(8, 18, n), s.integers(0, 24, n)))
    urgent = p["priority"]
    pull = np.stack(
        [
            np.where(office, 1.1, -0.1) - 1.0 * urgent,  # CLINIC
            np.where(place == ACUTE, 0.65, -0.4),  # EMERGENCY
            np.where(place == WARD, 1.2, 0.0) - 1.6 + 1.3 * urgent,  # PORTABLE
        ]
    )
    draw("scanner", lambda s: np.argmax(pull + s.gumbel(size=(3, n)), axis=0))
    for place_on_film in ("on_film_cortex", "on_film_alignment", "on_film_marks"):
        draw(place_on_film, lambda s: np.zeros(n, dtype=int))


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


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=15, random_state=0, n_jobs=1
    )


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

CAME = {
    OUTPATIENT: ("was sent to the outpatient clinic", "came to the outpatient clinic"),
    WARD: ("is on a medical ward", "has been on the geriatric ward since yesterday"),
    ACUTE: ("was brought to the emergency department", "came to the emergency department"),
}
FELL = ("fell at home", "fell on the stairs", "slipped on the way to the bathroom")
NO_FALL = ("recalls no fall", "has not fallen, as far as anyone knows")
ACHES = (
    (3, ("hardly hurts", "aches a little")),
    (7, ("hurts", "is painful on every movement")),
    (11, ("hurts badly", "hurts so much that nobody may touch it")),
)
STANDS = {
    0: ("cannot put weight on the leg", "does not try to stand"),
    1: ("stands with two people helping", "takes a step or two on somebody's arm"),
    2: ("limps but walks", "walked in"),
}


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral in two or three short sentences, from what is seen, felt and told."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if 80 <= row["age"] < 90 else "A"
    came = _one(CAME[round(row["department"])], rng)
    fell = _one(FELL if row["fall"] == 1 else NO_FALL, rng)
    aches = _one(next(said for below, said in ACHES if row["pain"] < below), rng)
    stands = _one(STANDS[round(row["walks"])], rng)
    side = "left" if row["side"] == 1 else "right"
    return (
        f"{article} {row['age']:.0f}-year-old {person} {came}. {they} {fell}. "
        f"The {side} hip {aches}; {they.lower()} {stands}."
    )


def truth_sentence(row: Row) -> str:
    """What the surgeon, or the further course, showed."""
    if row["fracture"] == 1:
        kind = "Displaced" if row["displaced"] == 1 else "Undisplaced"
        place = "between the trochanters" if row["line"] == 1 else "of the femoral neck"
        return f"{kind} fracture {place}."
    fold = " The edge across the neck was a fold of skin." if row["fold"] == 1 else ""
    return f"No fracture, then or in the weeks after.{fold}"


def in_scope(p: Patients) -> Mask:
    """Whoever has a reason for a film: some pain, and not the leg that tells all by itself."""
    return np.asarray((p["pain"] >= 3) & ~((p["leg"] == 1) & (p["walks"] == 0)))


UNITS = {CLINIC: "outpatient unit", EMERGENCY: "emergency unit", PORTABLE: "portable unit"}
PRIORITY = {ROUTINE: "routine order", URGENT: "urgent order"}
PLACES = {OUTPATIENT: "outpatient clinic", WARD: "ward", ACUTE: "emergency"}
SEE = {0: "see the film"}
TAGS = (
    Feature("scanner", "Unit of the film", bounds=(0, 2), words=UNITS, short="Unit"),
    Feature("priority", "Order", bounds=(0, 1), words=PRIORITY),
    Feature("department", "Department", bounds=(0, 2), words=PLACES),
    Feature("hour", "Hour of the film", "h", bounds=(0, 23), short="Hour"),
)
READ = (
    Feature("m_brightness", "Brightness of the film", "of 255", 1, bounds=(0, 255)),
    Feature("m_bone", "Bone over soft tissue", "of 255", 0, bounds=(0, 255)),
    Feature("m_air", "Air beside the thigh", "% of film", 1, bounds=(0, 100)),
    Feature("m_frame", "Edge columns", "of 255", 1, bounds=(0, 255)),
    Feature("m_letters", "White letters", "% of film", 1, bounds=(0, 100)),
    Feature("m_grain", "Grain", "of 255", 2, bounds=(0, 255)),
    *TAGS,
)
FINDINGS = (
    Feature("on_film_cortex", "Cortex, neck to trochanters", words=SEE, bounds=(0, 1)),
    Feature("on_film_alignment", "Head on the neck, shaft under it", words=SEE, bounds=(0, 1)),
    Feature("on_film_marks", "Density of the bone, marks of the unit", words=SEE, bounds=(0, 1)),
    Feature("age", "Age", "years", bounds=(45, 98)),
    Feature("sex", "Sex", bounds=(0, 1), words={0: "woman", 1: "man"}),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25), (16, 42), short="BMI"),
    Feature("fall", "Fall", bounds=(0, 1), words=NO_YES),
    Feature("pain", "Pain in the hip", "of 10", bounds=(0, 10), short="Pain"),
    Feature(
        "walks",
        "Bears weight",
        bounds=(0, 2),
        words={0: "not at all", 1: "with help", WALKS: "walks"},
    ),
    Feature("leg", "Leg", bounds=(0, 1), words={0: "as the other", 1: "shorter, turned out"}),
    *TAGS,
)

MODEL = TeachingModel(
    id="hip",
    title="The hip and the paperwork",
    condition="a fractured hip",
    absence="no fracture",
    simulate=simulate,
    label="fracture",
    truth="fracture",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=hip_picture,
    measure=measure,
    scope=in_scope,
    training_size=3_000,
    held_out_size=6_000,
    alert_says="it would keep the patient off the leg and ask for a CT scan",
    silent_says="it would stay silent",
)
