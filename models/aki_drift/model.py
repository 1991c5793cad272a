"""The kidney and the calendar: an algorithm of 2012 meets the patients of later years.

Patients before cardiac catheterisation are drawn in causal order: the calendar → who comes →
kidney, heart and blood → what the unit does for the kidney → acute kidney injury. The algorithm
learned in 2012. Afterwards a protocol protected kidneys, contrast CT became common, and in the
spring of 2020 the planned patients stayed away: the patients moved, the outcome moved, and the
algorithm did not.

Sources: Davis 2017, doi 10.1093/jamia/ocx030 (discrimination held, risk over-predicted); Davis
2022, doi 10.1161/CIRCOUTCOMES.121.008635 (observed to expected, with and without surveillance);
Wong 2021, doi 10.1001/jamanetworkopen.2021.35286 (alerts and census in the surge, of a sepsis
alert); Inker 2021, doi 10.1056/NEJMoa2102953 (CKD-EPI equation without race). The sizes of the
single causes are not published: they were set so that the published figures follow.
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
    proportion,
    sigmoid,
)
from tutor.kit.surveillance import apart, auroc, observed_to_expected, watched
from tutor.kit.units import CREATININE, HAEMOGLOBIN

Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
LEARNED, SURGE = 2012, 2020
THRESHOLD = 0.20
YEARS = np.arange(2013, 2021)
YEAR_SHARES = np.cumsum([0.05, 0.05, 0.05, 0.15, 0.15, 0.15, 0.15, 0.25])[:-1]
PLANNED = 0.45  # of patients in usual times
PLANNED_IN_SURGE = 0.154  # leaves 65 % of the usual number, with as many unplanned patients
UMOL_PER_MG = 88.42  # µmol/L of creatinine in 1 mg/dL
RISE = 26.5  # µmol/L: the smallest rise in creatinine called acute kidney injury (KDIGO)
BASE = -3.9
PROTECTED = -0.81
SECOND_CONTRAST = 2.5
INFECTION = 2.8
STUNNED = 27  # points of ejection fraction lost by a day without blood
SHOCK_IN_SURGE = 2.3
LATE = 0.52  # of unplanned patients without the infection, in the surge


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults before cardiac catheterisation; every column has shape ``(n,)``.

    ``year`` 2012 to 2020 moves who comes; ``practice`` (the same year unless set) what the unit
    does. eGFR in mL/min/1.73 m², creatinine and its ``rise`` in µmol/L, haemoglobin in g/L,
    contrast in mL, ejection fraction and ``census`` in %; ``risk`` is the true probability.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_calendar, _people, _kidney, _heart, _care, _outcome):
        stage(draw, drawn, n)
    return world.patients()


def _calendar(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("year", lambda r: YEARS[np.searchsorted(YEAR_SHARES, r.random(n))])
    draw("practice", lambda r: p["year"])
    draw("surge", lambda r: (p["year"] == SURGE).astype(int))
    usual = np.where(p["surge"] == 1, 65, 99)
    draw("census", lambda r: np.round(usual + np.clip(r.normal(0, 3, n), -8, 8)))
    planned = np.where(p["surge"] == 1, PLANNED_IN_SURGE, PLANNED)
    draw("planned", lambda r: happens(r, planned, n))
    # A positive test and a day's wait at home came with the surge.
    came = (p["surge"] == 1) & (p["planned"] == 0)
    draw("infected", lambda r: happens(r, np.where(came, 0.30, 0.0), n))
    draw("late", lambda r: happens(r, np.where(came & (p["infected"] == 0), LATE, 0.0), n))


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    since = np.clip(p["year"] - LEARNED, 0, 7)
    draw("sex", lambda r: happens(r, 0.62, n))
    draw("age", lambda r: np.round(np.clip(r.normal(65 + 0.25 * since, 11), 30, 92)))
    draw("diabetes", lambda r: happens(r, 0.32 + 0.01 * since, n))
    draw("ace_inhibitor", lambda r: happens(r, 0.40 + 0.20 * p["diabetes"], n))


def _kidney(draw: Draw, p: dict[str, Any], n: int) -> None:
    since = np.clip(p["year"] - LEARNED, 0, 7)
    usual = 80 - 0.8 * (p["age"] - 66) - 6 * p["diabetes"]
    top = 142 * 0.9938 ** p["age"] * 1.15
    draw("gfr", lambda r: np.clip(r.normal(usual, 18 + 0.2 * since), 15, top))
    draw("creatinine", lambda r: np.round(_creatinine(p["gfr"], p["age"], p["sex"])))
    draw("egfr", lambda r: np.round(p["gfr"]))
    pale = np.where(p["sex"] == 1, 142.0, 130.0) - 0.25 * np.maximum(70 - p["gfr"], 0)
    draw("haemoglobin", lambda r: np.round(np.clip(r.normal(pale, 13), 70, 180)))


def _creatinine(gfr: Any, age: Any, sex: Any) -> NDArray[np.float64]:
    """The creatinine (µmol/L) whose CKD-EPI 2021 eGFR is ``gfr``."""
    kappa, alpha = np.where(sex == 1, 0.9, 0.7), np.where(sex == 1, -0.302, -0.241)
    share = gfr / (142 * 0.9938**age * np.where(sex == 1, 1.0, 1.012))
    power = np.where(share <= 1, 1 / -1.2, 1 / alpha)
    return np.asarray(UMOL_PER_MG * kappa * share**power)


def _heart(draw: Draw, p: dict[str, Any], n: int) -> None:
    unplanned = 1 - p["planned"]
    draw("weak_heart", lambda r: r.normal(0, 1, n))
    own = 57 - 3 * unplanned + np.where(p["weak_heart"] < 0, 15, 5) * p["weak_heart"]
    draw("ejection_own", lambda r: np.clip(own, 15, 72))
    # A heart that has been short of blood for a day is stunned; it recovers.
    draw("stunning", lambda r: p["late"] * np.clip(r.normal(STUNNED, 12, n), 5, 50))
    stunned = p["ejection_own"] - p["stunning"]
    draw("ejection", lambda r: np.round(np.clip(stunned, 10, 75)))
    failing = sigmoid(-1.6 + 0.08 * (50 - p["ejection_own"]) + 0.02 * (70 - p["gfr"]))
    draw("diuretic_at_home", lambda r: happens(r, failing, n))
    # What a stunned heart gets on arrival looks, in the list of drugs, like long-standing failure.
    draw("diuretic", lambda r: np.maximum(p["diuretic_at_home"], p["late"]))
    late_call = SHOCK_IN_SURGE * p["surge"] * (1 - p["infected"])
    collapse = sigmoid(-4.2 + 0.06 * (50 - p["ejection_own"]) + late_call) * unplanned
    draw("shock", lambda r: happens(r, collapse, n))
    draw("fever", lambda r: p["infected"] * np.clip(r.normal(1.8, 0.5, n), 1.2, 3.0))
    warm = 36.8 + p["fever"]
    draw("temperature", lambda r: np.round(np.clip(r.normal(warm, 0.3), 35.8, 40.0), 1))
    inflamed = 3.2 * p["infected"] + 0.6 * unplanned + 0.7 * p["late"]
    draw("crp", lambda r: np.round(np.clip(np.exp(r.normal(0.8 + inflamed, 0.6)), 1, 350)))


def _care(draw: Draw, p: dict[str, Any], n: int) -> None:
    since = np.clip(p["practice"] - LEARNED, 0, 8)
    volume = 115 + 30 * (1 - p["planned"])
    draw("contrast", lambda r: np.round(np.clip(r.normal(volume, 40), 30, 350), -1))
    adopted = np.clip(0.75 * since, 0, 0.85)
    draw("protocol", lambda r: happens(r, adopted * np.where(p["gfr"] < 60, 1.0, 0.75), n))
    draw("ct", lambda r: happens(r, np.clip(0.007 * since, 0, 0.05), n))


def _outcome(draw: Draw, p: dict[str, Any], n: int) -> None:
    logit = BASE + 0.02 * (p["age"] - 66) - 0.055 * (p["gfr"] - 75) + 0.4 * p["diabetes"]
    logit += 1.8 * p["shock"] + 0.06 * np.maximum(52 - p["ejection_own"], 0)
    logit += 0.010 * (p["contrast"] - 120) - 0.02 * (p["haemoglobin"] - 135)
    logit += 0.45 * p["diuretic_at_home"]
    logit += PROTECTED * p["protocol"] + SECOND_CONTRAST * p["ct"] + INFECTION * p["infected"]
    draw("risk", lambda r: sigmoid(logit))
    draw("luck", lambda r: r.random(n))
    draw("injury", lambda r: (p["luck"] < p["risk"]).astype(int))
    draw("swing", lambda r: r.gamma(2.0, 25.0, n))
    small = np.minimum(p["swing"] / 4, np.minimum(RISE - 2, 0.4 * p["creatinine"]))
    draw("rise", lambda r: np.round(np.where(p["injury"] == 1, RISE + p["swing"], small)))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=20, random_state=0, n_jobs=1
    )


def in_scope(patients: Patients) -> Mask:
    """Patients in doubt, whose course the whole chart could have foretold.

    Left out: hardly any risk; injury at a risk below 20 %; no injury at a risk above 35 %.
    """
    risk, injured = patients["risk"], patients["injury"] == 1
    return np.asarray((risk >= 0.03) & np.where(injured, risk >= 0.20, risk <= 0.35))


def _infected(patients: Patients) -> Mask:
    return np.asarray(patients["infected"] == 1)


def _second_contrast(patients: Patients) -> Mask:
    return np.asarray((patients["ct"] == 1) & (patients["infected"] == 0))


def _neither(patients: Patients) -> Mask:
    return np.asarray((patients["ct"] == 0) & (patients["infected"] == 0))


def _late(patients: Patients) -> Mask:
    return np.asarray(patients["late"] == 1)


def _protected(patients: Patients) -> Mask:
    return np.asarray((patients["protocol"] == 1) & (patients["late"] == 0))


def _in_time(patients: Patients) -> Mask:
    return np.asarray(patients["late"] == 0)


FAILURE_MODES = (
    FailureMode(
        id="infection",
        kind=FailureKind.DRIFT,
        title="Has never met the infection of 2020",
        sentence="In the spring of 2020 patients come with fever and a viral infection that "
        "injures kidneys. The algorithm reads neither temperature nor C-reactive protein.",
        mechanism="The illness did not exist when the algorithm learned. Such patients can have "
        "good kidneys, a good heart and no shock: by the measure of 2012 they are safe.",
        metric=Metric.MISSES,
        touches=_infected,
        compared_with=_neither,
        inside="patients with kidney injury who came with the infection",
        outside="patients with kidney injury, no infection and no second contrast",
    ),
    FailureMode(
        id="second_contrast",
        kind=FailureKind.BLIND,
        title="Does not know of the CT of the day before",
        sentence="More and more patients have had a CT with contrast just before. The algorithm "
        "counts the contrast of the catheter laboratory alone.",
        mechanism="In 2012 hardly anyone came by way of the scanner, so nobody made it an input. "
        "Practice changed; the list of inputs did not.",
        metric=Metric.MISSES,
        touches=_second_contrast,
        compared_with=_neither,
        inside="patients with kidney injury after a second dose of contrast within two days",
        outside="patients with kidney injury, no infection and no second contrast",
    ),
    FailureMode(
        id="late_heart",
        kind=FailureKind.DRIFT,
        title="Alarmed by hearts that came late",
        sentence="In 2020 people wait at home with chest pain. Their hearts are stunned and pump "
        "badly; the algorithm takes this for long-standing heart failure.",
        mechanism="In 2012 a low ejection fraction and a diuretic meant a heart, and kidneys, worn "
        "for years. A heart stunned for a day looks the same and recovers. With the planned "
        "patients gone, such charts fill the list: more alerts from fewer patients.",
        metric=Metric.FALSE_ALARMS,
        touches=_late,
        inside="patients who came late and kept their kidney function",
        outside="all others who kept their kidney function",
        figure="alerts_in_surge",
    ),
    FailureMode(
        id="protected",
        kind=FailureKind.DRIFT,
        title="Still expects the outcomes of 2012",
        sentence="Most units now run a kidney-protection protocol, first of all for patients "
        "with poor kidneys. The algorithm expects the injuries that it used to prevent.",
        mechanism="Fluids before and after, harmful drugs held back: fewer injuries at the same "
        "creatinine. The inputs look as they did, the outcome has moved, and nobody told the "
        "algorithm. Its ranking is as good as ever; its percentages are too high.",
        metric=Metric.FALSE_ALARMS,
        touches=_protected,
        compared_with=_in_time,
        inside="protected patients who kept their kidney function",
        outside="unprotected patients who kept their kidney function",
        figure="observed_to_expected",
    ),
)

TWINS = (
    Twin(
        id="no_infection",
        do={"infected": 0, "late": 0, "shock": 0},
        applies=lambda patients: _infected(patients) & (patients["shock"] == 0),
        as_is=lambda row: f"As they are: temperature {row['temperature']:.1f} °C",
        changed="Without the infection",
        lesson="What endangers the kidneys has gone; the algorithm had never counted it.",
    ),
    Twin(
        id="no_ct",
        do={"ct": 0},
        applies=_second_contrast,
        as_is=lambda row: "As they are: contrast CT just before",
        changed="Without the CT",
        lesson="Half of the contrast has gone; the algorithm had never counted it.",
    ),
    Twin(
        id="came_at_once",
        do={"late": 0},
        applies=_late,
        as_is=lambda row: f"As they are: ejection fraction {row['ejection']:.0f} %, came late",
        changed="Had they come at once",
        lesson="The kidneys are the same, and so is their risk. A stunned heart and its diuretic "
        "had moved the algorithm.",
    ),
    Twin(
        id="care_of_2012",
        do={"practice": LEARNED},
        applies=_protected,
        as_is=lambda row: f"As they are: the care of {row['practice']:.0f}",
        changed="With the care of 2012",
        lesson="For this world the algorithm was made: compare the risks. It answers the same.",
    ),
    Twin(
        id="protocol",
        do={"protocol": 1},
        applies=everyone,
        as_is=lambda row: "As they are: no kidney-protection protocol",
        changed="With the protocol",
        lesson="The risk is lower; the algorithm answers the same.",
    ),
)

MONTHS = 84  # 2013 to 2019
FOLLOWED = MONTHS * 1_075  # the 90,295 procedures of Davis 2022, as nearly as months allow


def _followed(study: Study) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """The algorithm's probability and the outcome, month by month, shape ``(84, 1075)``."""
    month = np.repeat(np.arange(MONTHS), FOLLOWED // MONTHS)
    patients = study.simulate(FOLLOWED, year=LEARNED + 1 + month // 12)
    expected = study.predict(patients).reshape(MONTHS, -1)
    return expected, patients["injury"].reshape(MONTHS, -1)


def _observed_to_expected(study: Study) -> Estimate:
    expected, injured = _followed(study)
    return observed_to_expected(float(injured.sum()), float(expected.sum()), FOLLOWED)


def _with_surveillance(study: Study) -> Estimate:
    return watched(*_followed(study))


def _auroc_change(study: Study) -> Estimate:
    """How far the area under the curve of 2013 to 2019 lies from that of 2012."""
    then = study.simulate(40_000, year=LEARNED)
    expected, injured = _followed(study)
    return apart(
        auroc(study.predict(then), then["injury"]), auroc(expected.ravel(), injured.ravel())
    )


def _alerts(study: Study, year: int) -> tuple[Estimate, float]:
    """The share that alerts in ``year``, and the share of unplanned patients."""
    patients = study.simulate(60_000, year=year)
    alerting = study.predict(patients) >= THRESHOLD
    return proportion(int(alerting.sum()), patients.n), float(1 - patients["planned"].mean())


def _census_change(study: Study) -> Estimate:
    """As many unplanned patients as ever: the fewer in all, the larger their share."""
    before = study.simulate(60_000, year=SURGE - 1)["planned"]
    surge = study.simulate(60_000, year=SURGE)["planned"]
    value = float((1 - before.mean()) / (1 - surge.mean())) - 1
    return Estimate(value, value - 0.01, value + 0.01, 60_000)


def _alert_change(study: Study) -> Estimate:
    (before, usual), (surge, unplanned) = _alerts(study, SURGE - 1), _alerts(study, SURGE)
    ratio = usual / unplanned * surge.value / before.value
    error = sum((1 - share.value) / (share.value * share.n) for share in (before, surge))
    half = 1.96 * ratio * float(np.sqrt(error))
    return Estimate(ratio - 1, ratio - 1 - half, ratio - 1 + half, before.n)


SOURCES = {
    "davis2017": "10.1093/jamia/ocx030",
    "davis2022": "10.1161/CIRCOUTCOMES.121.008635",
    "wong2021": "10.1001/jamanetworkopen.2021.35286",
}


def _published(
    id: str, source: str, label: str, value: float, tolerance: float, compute: Any, **more: Any
) -> PublishedFigure:
    return PublishedFigure(
        id, label, value, SOURCES[source], "P", tolerance, compute, citation=source, **more
    )


SEPSIS = "(published for a sepsis alert)"
FIGURES = (
    _published(
        "observed_to_expected",
        "davis2022",
        "Kidney injuries observed for each one expected, 2013 to 2019, algorithm left alone",
        0.75,
        0.02,
        _observed_to_expected,
        interval=(0.74, 0.77),
        unit="",
    ),
    _published(
        "with_surveillance",
        "davis2022",
        "The same with surveillance: recalibrated when the count drifts",
        1.01,
        0.02,
        _with_surveillance,
        interval=(0.99, 1.03),
        unit="",
    ),
    _published(
        "auroc_change",
        "davis2017",
        "Change in AUROC since 2012 (published: discrimination was maintained; here taken as a "
        "change below 0.02)",
        0.02,
        0.02,
        _auroc_change,
        interval=(0.0, 0.02),
        unit="",
        bounded=True,
    ),
    _published(
        "alerts_before",
        "wong2021",
        f"Patients alerted on before the surge {SEPSIS}",
        0.09,
        0.01,
        lambda study: _alerts(study, SURGE - 1)[0],
    ),
    _published(
        "alerts_in_surge",
        "wong2021",
        f"Patients alerted on in the surge {SEPSIS}",
        0.21,
        0.02,
        lambda study: _alerts(study, SURGE)[0],
    ),
    _published(
        "census_change",
        "wong2021",
        f"Change in the number of patients, surge {SEPSIS}",
        -0.35,
        0.02,
        _census_change,
    ),
    _published(
        "alert_change",
        "wong2021",
        f"Change in the number of alerts, surge {SEPSIS}",
        0.43,
        0.10,  # the three published figures are rounded: from the other two it would be 0.52
        _alert_change,
    ),
)

COMPLAINTS = {
    1: (
        "is booked for coronary angiography because of chest tightness on the stairs",
        "comes for planned catheterisation after an abnormal stress test",
        "comes for planned angiography before a valve operation",
    ),
    0: (
        "was admitted with chest pain at rest and needs catheterisation",
        "is brought for catheterisation with chest pain and a raised troponin",
        "needs urgent angiography for chest pain that keeps coming back",
    ),
}
FEVERISH = (
    "has had fever and a cough for five days, and the swab was positive",
    "tested positive a week ago and has a fever",
)
WAITED = (
    "waited two days at home with the pain, afraid of the hospital",
    "had the pain since the day before yesterday and did not dare to call",
)
SCANNED = (
    "had a CT with contrast yesterday",
    "came by way of the scanner: a contrast CT yesterday",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """The referral: the date, the reason, and what the patient tells of the last days."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if 80 <= row["age"] < 90 else "A"
    spring = row["year"] == SURGE
    when = "Spring 2020." if spring else f"{_one(SEASONS, rng)} {row['year']:.0f}."
    reason = _one(COMPLAINTS[round(row["planned"])], rng)
    said = [f"{when} {article} {row['age']:.0f}-year-old {person} {reason}."]
    for column, choices in (("infected", FEVERISH), ("late", WAITED), ("ct", SCANNED)):
        if row[column] == 1:
            said.append(f"{they} {_one(choices, rng)}.")
    return " ".join(said)


SEASONS = ("February", "May", "September", "November")


def truth_sentence(row: Row) -> str:
    """What the creatinine did, and how often it does so in such patients."""
    risk = min(max(round(100 * row["risk"]), 1), 99)
    like = f"Of 100 patients with this whole chart, about {risk} would have an injury."
    state = "Acute kidney injury" if row["injury"] == 1 else "No kidney injury"
    rise = f"{row['rise']:.0f} µmol/L ({CREATININE.say(row['rise'])} {CREATININE.unit})"
    return f"{state}: creatinine rose by {rise}. {like}"


READ = (
    Feature("egfr", "eGFR", "mL/min/1.73 m²", 0, (90, 130), (12, 140)),
    Feature("creatinine", "Creatinine", "µmol/L", 0, (60, 110), (30, 460), conventional=CREATININE),
    Feature("age", "Age", "years", bounds=(30, 92)),
    Feature("diabetes", "Diabetes", bounds=(0, 1), words=NO_YES),
    Feature(
        "haemoglobin", "Haemoglobin", "g/L", 0, (120, 160), (70, 180), conventional=HAEMOGLOBIN
    ),
    Feature("ejection", "Ejection fraction", "%", 0, (55, 70), (10, 75)),
    Feature("shock", "Cardiogenic shock", bounds=(0, 1), words=NO_YES),
    Feature("contrast", "Contrast planned", "mL", bounds=(30, 350)),
    Feature("diuretic", "Diuretic", bounds=(0, 1), words=NO_YES),
    Feature("ace_inhibitor", "ACE inhibitor", bounds=(0, 1), words=NO_YES),
    Feature("planned", "Planned procedure", bounds=(0, 1), words=NO_YES),
)
SEEN_ONLY = (
    Feature("year", "Year", bounds=(2012, 2020)),
    Feature("census", "Patients on the unit", "% of usual", bounds=(50, 110)),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35.8, 40.0)),
    Feature("crp", "C-reactive protein", "mg/L", 0, (0, 5), (0, 350)),
    Feature("late", "Came more than a day after the pain", bounds=(0, 1), words=NO_YES),
    Feature("ct", "Contrast CT in the two days before", bounds=(0, 1), words=NO_YES),
    Feature("protocol", "Kidney-protection protocol", bounds=(0, 1), words=NO_YES),
)

MODEL = TeachingModel(
    id="aki_drift",
    title="The kidney and the calendar",
    condition="acute kidney injury",
    absence="no acute kidney injury",
    simulate=simulate,
    label="injury",
    truth="injury",
    features=READ,
    findings=(*SEEN_ONLY[:2], *READ[:10], *SEEN_ONLY[2:], READ[10]),
    estimator=_forest,
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=in_scope,
    training={"year": LEARNED},
    training_size=24_000,
    alert_says="it would ask for kidney protection and a creatinine on two days",
    silent_says="it would stay silent",
)
