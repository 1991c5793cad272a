"""The photograph from the district clinic: a reader of fundus photographs that is usually right.

People with diabetes are drawn in causal order: diabetes → damage to small vessels → lesions of the
retina; age and nerves → lens and pupil → what the camera makes of the eye. The photograph is drawn
from that state (`tutor.kit.fundus`) and read from its pixels (`tutor.kit.fundus_reader`). A
referable retina shows more than microaneurysms (moderate or worse, Wilkinson 2003, doi
10.1016/S0161-6420(03)00475-5). The algorithm learned from readable photographs. On those it is set
to reach what Raumviboonsuk 2019 (doi 10.1038/s41746-019-0099-8) reports; how many photographs
cannot be read follows Beede 2020 (doi 10.1145/3313831.3376718). Directions of all other effects
are those of textbooks, their sizes chosen; the share with referable disease is higher than in a
screening programme, so that both answers are met.
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
    counts,
    everyone,
    happens,
    proportion,
    sigmoid,
)
from tutor.kit import fundus_reader as reader
from tutor.kit.fundus import BLURRED, DARK, DUST, GLARE, MOST_BLOTS, MOST_DOTS, SHARP
from tutor.kit.fundus_report import fundus_picture

Array = NDArray[Any]
Row = Mapping[str, float]
OLDER_FROM = 70
# Photographs with dust or with a reflection; blur and darkness follow from lens and pupil.
DUSTY, GLARING = 0.048, 0.040


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults with diabetes who come for the yearly photograph; columns of shape ``(n,)``.

    HbA1c in %, pressure in mmHg, albumin/creatinine in mg/mmol, pupil in mm, acuity decimal
    (1.0 is 6/6), lesion diameters in µm, ``fault`` as in `tutor.kit.fundus`.
    """
    w = World(n, seed, do)
    age = w.draw("age", lambda s: np.clip(s.normal(60, 11, n), 24, 90).round())
    w.draw("sex", lambda s: happens(s, 0.5, n))
    w.draw("left_eye", lambda s: happens(s, 0.5, n))
    w.draw("eye_seed", lambda s: s.integers(0, 2**31, n))
    w.draw("pigment", lambda s: s.random(n).round(3))
    known = np.log(8) + 0.01 * (age - 60)
    years = w.draw(
        "diabetes_years",
        lambda s: np.clip(np.exp(s.normal(known, 0.7)), 0, np.minimum(age - 20, 40)).round(),
    )
    sugar = w.draw("hba1c", lambda s: np.clip(s.normal(7.9, 1.5, n), 5.2, 14).round(1))
    pressure = 134 + 0.3 * (age - 60)
    systolic = w.draw("systolic", lambda s: np.clip(s.normal(pressure, 15), 95, 205).round())
    frail = w.draw("small_vessels", lambda s: s.normal(0, 1, n))  # of unknown cause
    damage = 0.10 * (years - 9) + 0.40 * (sugar - 7.9) + 0.015 * (systolic - 134) + 1.0 * frail
    lesions = _retina(w, damage)
    _body(w, damage)
    haze = _camera(w, age, years)
    _sight(w, age, haze, *lesions)
    for place in ("on_photo_red", "on_photo_yellow", "on_photo_vessels", "on_photo_quality"):
        w.draw(place, lambda s: np.zeros(n, dtype=int))
    return w.patients()


def _retina(w: World, damage: Array) -> tuple[Array, Array]:
    """Lesions: none, microaneurysms only, or more; exudates and new vessels are given back."""
    n = w.n

    def stage(s: np.random.Generator) -> Array:
        height = damage + s.logistic(0, 0.7, n)
        return np.digitize(height, [-0.2, 1.35, 3.6])

    grade = w.draw("grade", stage)
    more = np.maximum(damage, 0)

    def count(s: np.random.Generator, mean: Array, least: Array, most: int) -> Array:
        return np.minimum(least + counts(s, mean, most), most)

    w.draw(
        "microaneurysms",
        lambda s: (grade > 0) * count(s, 1.2 + 0.7 * more, np.ones(n, int), MOST_DOTS),
    )
    bleeds = (grade > 1) * (0.8 + 1.0 * more + 2.0 * (grade > 2))
    blots = w.draw(
        "haemorrhages",
        lambda s: (grade > 1) * count(s, bleeds, happens(s, 0.93, n), MOST_BLOTS),
    )
    leak = np.where(blots == 0, 1.0, 0.45)
    fat = w.draw(
        "exudates", lambda s: (grade > 1) * happens(s, leak, n) * (1 + s.poisson(0.5, n).clip(0, 3))
    )
    grown = w.draw("new_vessels", lambda s: (grade > 2) * happens(s, 0.6, n))
    w.draw("confluent", lambda s: happens(s, 0.7, n))
    w.draw("dot_size", lambda s: np.clip(s.normal(116, 8, n), 90, 125).round())
    w.draw("blot_size", lambda s: np.clip(s.normal(343, 55, n), 220, 520).round())
    w.draw("conspicuity", lambda s: np.clip(s.normal(1, 0.08, n), 0.8, 1.2).round(3))
    referable = ((blots > 0) | (fat > 0) | (grown > 0)).astype(int)
    w.draw("referable", lambda s: referable)
    return fat, grown


def _body(w: World, damage: Array) -> None:
    """Kidney and nerves, which share the retina's small vessels."""
    n = w.n
    leak = np.log(2.0) + 0.55 * damage
    w.draw("acr", lambda s: np.clip(np.exp(s.normal(leak, 0.8)), 0.3, 300).round(1))
    w.draw("feet_numb", lambda s: happens(s, sigmoid(-1.7 + 0.8 * damage), n))
    w.draw("travel", lambda s: np.clip(np.exp(s.normal(np.log(2), 0.5, n)), 0.5, 8).round(1))


def _camera(w: World, age: Array, years: Array) -> Array:
    """Lens, pupil and the state of the camera: is the photograph sharp, bright and clean?"""
    n = w.n
    haze = w.draw("lens_haze", lambda s: happens(s, sigmoid(-2.5 + 0.12 * (age - 60)), n))
    lit = w.draw("lit_room", lambda s: happens(s, 0.4, n))
    wide = 4.5 - 0.85 * lit - 0.03 * (age - 60) - 0.03 * (years - 9)
    pupil = w.draw("pupil", lambda s: np.clip(s.normal(wide, 0.7), 1.5, 7).round(1))
    blurred = 0.010 + 0.27 * haze
    dark = 0.52 * sigmoid((3.15 - pupil) / 0.15)

    def fault(s: np.random.Generator) -> Array:
        u = s.random(n)
        edges = np.cumsum([blurred, dark, np.full(n, DUSTY), np.full(n, GLARING)], axis=0)
        return np.select(list(u < edges), [BLURRED, DARK, DUST, GLARE], SHARP)

    w.draw("fault", fault)
    w.draw("defocus", lambda s: np.clip(s.normal(3.0, 0.5, n), 2.2, 4.5).round(1))
    w.draw("light", lambda s: np.clip(s.normal(0.24, 0.04, n), 0.16, 0.32).round(3))
    w.draw("specks", lambda s: s.integers(2, 8, n))
    w.draw("strength", lambda s: s.random(n).round(3))
    return haze


def _sight(w: World, age: Array, haze: Array, fat: Array, grown: Array) -> None:
    n = w.n
    lost = 0.006 * np.maximum(age - 55, 0) + 0.16 * haze + 0.15 * (fat > 0) + 0.15 * grown
    chart = -(lost - 0.05)
    w.draw("acuity", lambda s: np.clip(10 ** s.normal(chart, 0.07), 0.1, 1.2).round(1))
    w.draw("floaters", lambda s: happens(s, 0.07 + 0.35 * grown, n))


def measure(patients: Patients) -> Patients:
    """What is read off each photograph, and whether it passes the gate (``gradable``)."""
    read = reader.measure(patients)
    return read.with_columns(gradable=reader.gradable(read).astype(int))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=10, random_state=0, n_jobs=1
    )


def in_scope(p: Patients) -> Mask:
    """Every poor photograph, and readable ones with few lesions of a clear size.

    Left out are eyes without any spot, eyes full of lesions, and spots so near the line between
    a microaneurysm and a haemorrhage that specialists too would differ.
    """
    few = (p["haemorrhages"] <= 4) & (p["exudates"] <= 1) & (p["new_vessels"] == 0)
    clear = (p["blot_size"] >= 320) & (p["conspicuity"] >= 0.95)
    dots = (p["microaneurysms"] >= 1) & (p["dot_size"] <= 118) & (p["confluent"] == 0)
    readable = np.where(p["referable"] == 1, few & clear, dots)
    return np.asarray((p["fault"] != SHARP) | readable)


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

STATES = {
    SHARP: "sharp, bright and clean",
    BLURRED: "out of focus",
    DARK: "too dark",
    DUST: "dust on the lens",
    GLARE: "a reflection in the lens",
}


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
        found = study.predict(cohort)[cohort["referable"] == 1] >= MODEL.threshold
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

PLACES = (
    "has come to the district clinic for the yearly photograph of the eyes",
    "sits in front of the camera at the district clinic",
    "is photographed at the health centre between two other appointments",
    "has waited all morning for the yearly eye photograph",
)
PUPILS = ("through an undilated pupil", "without drops")
ROOMS = (
    ("in a darkened room", "in a room without windows", "behind a drawn curtain"),
    ("in a room with a window and no blind", "in the bright corridor", "in full daylight"),
)
WELL = ("reads the paper without trouble", "has noticed nothing about the eyes", "sees as before")
DIM = ("holds the paper closer than last year", "finds the small print harder to read")


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """Who sits at the camera, what they say of their sight, and how far the eye hospital is."""
    man = row["sex"] == 1
    person, they, their = ("man", "He", "His") if man else ("woman", "She", "Her")
    article = "An" if 80 <= row["age"] < 90 else "A"
    eye = "left" if row["left_eye"] == 1 else "right"
    sight = _one(DIM if row["acuity"] < 0.7 else WELL, rng)
    floaters = " and sees dark threads float by" if row["floaters"] == 1 else ""
    hours = f"{row['travel']:.0f}" if row["travel"] >= 1.5 else "1"
    lit = int(row["lit_room"])
    far = "an hour" if hours == "1" else f"{hours} hours"
    return (
        f"{article} {row['age']:.0f}-year-old {person} with diabetes {_one(PLACES, rng)}. "
        f"{their} {eye} eye was taken {_one(PUPILS, rng)}, {_one(ROOMS[lit], rng)}. "
        f"{they} {sight}{floaters}. The eye hospital is {far} away."
    )


def truth_sentence(row: Row) -> str:
    """What a specialist saw through a widened pupil, and what the photograph was worth."""
    count, clusters = int(row["haemorrhages"]), int(row["exudates"])
    seen = [f"{count} haemorrhage{'s' if count > 1 else ''}"] if count else []
    seen += [f"{clusters} cluster{'s' if clusters > 1 else ''} of hard exudates"] * (clusters > 0)
    seen += ["new vessels"] * int(row["new_vessels"])
    if seen:
        found = f"{' and '.join(seen)}: more than microaneurysms, referable"
    elif row["microaneurysms"] > 0:
        found = "microaneurysms only: mild, not referable"
    else:
        found = "no lesion: not referable"
    state = STATES[int(row["fault"])]
    photo = "could be read" if row["fault"] == SHARP else f"should have been refused: {state}"
    return f"Through a widened pupil: {found}. The photograph {photo}."


READ = (
    Feature("m_dots", "Small dark spots", "", 0, None, (0, 40)),
    Feature("m_blots", "Large dark spots", "", 0, None, (0, 40)),
    Feature("m_blot", "Darkest large spot", "shades", 1, None, (0, 31), short="Darkest spot"),
    Feature(
        "m_quadrants", "Quadrants with large dark spots", "of 4", 0, None, (0, 4), short="Quadrants"
    ),
    Feature("m_pale", "Pale spots", "", 0, None, (0, 40)),
    Feature("m_palest", "Palest spot", "shades", 1, None, (0, 31)),
    Feature(
        "m_macula",
        "Nearest pale spot to the fovea",
        "disc ⌀",
        1,
        None,
        (0, 15),
        short="Fovea to pale spot",
    ),
    Feature(
        "m_tangle", "Densest mesh of fine vessels", "%", 0, None, (0, 100), short="Vessel mesh"
    ),
    Feature(
        "m_light", "Brightness of the photograph", "%", 0, (20, 60), (0, 100), short="Brightness"
    ),
    Feature("m_grey", "Pixels without colour", "‰", 1, (0, 0.4), (0, 40), short="Colourless"),
)

ON_PHOTO = {0: "see the photograph"}


def _look(column: str, label: str) -> Feature:
    return Feature(column, label, words=ON_PHOTO, bounds=(0, 1))


FINDINGS = (
    _look("on_photo_red", "Dark spots and their colour"),
    _look("on_photo_yellow", "Pale spots and their colour"),
    _look("on_photo_vessels", "Disc and vessels"),
    _look("on_photo_quality", "Focus and light"),
    Feature("acuity", "Visual acuity", "decimal", 1, (0.8, 1.2), (0.1, 1.2)),
    Feature("floaters", "Floaters", words=NO_YES, bounds=(0, 1)),
    Feature("diabetes_years", "Diabetes known for", "years", 0, None, (0, 40), short="Diabetes"),
    Feature("hba1c", "HbA1c", "%", 1, (4.0, 7.0), (4.0, 14.0), note="7.0 % is 53 mmol/mol"),
    Feature(
        "systolic", "Systolic blood pressure", "mmHg", 0, (100, 139), (90, 210), short="Systolic"
    ),
    Feature(
        "acr",
        "Urine albumin/creatinine",
        "mg/mmol",
        1,
        (0.0, 3.0),
        (0.0, 300.0),
        short="Albuminuria",
    ),
    Feature(
        "feet_numb",
        "Monofilament not felt on the feet",
        words=NO_YES,
        bounds=(0, 1),
        short="Numb feet",
    ),
    Feature(
        "lens_haze",
        "Red reflex through the lens",
        words={0: "clear", 1: "hazy"},
        bounds=(0, 1),
        short="Red reflex",
    ),
    Feature("lit_room", "Room with the camera", words={0: "darkened", 1: "lit"}, bounds=(0, 1)),
    Feature("pupil", "Pupil at the camera", "mm", 1, (3.0, 8.0), (1.5, 8.0), short="Pupil"),
    Feature("age", "Age", "years", 0, None, (18, 95)),
    Feature("travel", "Travel to the eye hospital", "hours", 1, None, (0.5, 8.0), short="Travel"),
)

MODEL = TeachingModel(
    id="retinopathy",
    title="The photograph from the district clinic",
    condition="referable retinopathy",
    absence="no referable retinopathy",
    simulate=simulate,
    label="referable",
    truth="referable",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.20,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=fundus_picture,
    measure=measure,
    scope=in_scope,
    training={"fault": SHARP},
    training_size=3_000,
    held_out_size=6_000,
    alert_says="it would refer to the eye hospital",
    silent_says="it would not refer",
)
