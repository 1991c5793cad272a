"""Three causes of breathlessness, and a rule in the labels, after Jabbour 2023.

Patients are drawn in causal order: history → pneumonia, heart failure or an exacerbation of
chronic obstructive lung disease (COPD), sometimes two of them → signs, blood, film → a label. The
label is the failure: in the records that the algorithm learned from, whoever was old had been
filed under pneumonia, whoever was heavy under heart failure, and whose film was blurred under
COPD. The algorithm learned the rule exactly, and its explanations show it in plain sight.

Jabbour 2023, doi 10.1001/jama.2023.22295, gave clinicians such systematically biased predictions,
with and without explanations. The three rules here are of that kind; their cut-offs are ours, as
are all sizes of effects: directions are those of medical textbooks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

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
from tutor.kit.chest_reading import chest_picture, measure

Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
OLD_FROM, HEAVY_FROM = 80, 30.0  # years, kg/m²: the rules in the labels
PNEUMONIA, FAILURE, COPD = 0, 1, 2


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults admitted with acute breathlessness; every column has shape ``(n,)``.

    ``years`` and ``build`` (kg/m²) are the patient's own; ``age`` and ``bmi`` are what the record
    says. Temperature in °C, white cells in 10⁹/L, C-reactive protein in mg/L, natriuretic peptide
    in ng/L, ejection fraction in %. ``recorded`` is the label, by the rule; ``pneumonia`` is true.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _causes, _signs, _blood, _film, _label):
        stage(draw, drawn, n)
    return world.patients()


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("sex", lambda s: happens(s, 0.5, n))
    draw("years", lambda s: np.round(np.clip(s.normal(71, 12, n), 35, 97)))
    draw("build", lambda s: np.round(np.clip(s.normal(27.5, 5.0, n), 16, 48), 1))
    draw("age", lambda s: p["years"])
    draw("bmi", lambda s: p["build"])
    draw("smoker", lambda s: happens(s, 0.6, n))
    draw("pack_years", lambda s: np.round(np.clip(p["smoker"] * s.gamma(3.0, 11.0, n), 0, 110)))


def _causes(draw: Draw, p: dict[str, Any], n: int) -> None:
    """The main cause, and in one of twelve patients a second one."""
    pull = np.stack(
        [
            np.full(n, 0.25),
            0.02 * (p["years"] - 71) + 0.02 * (p["build"] - 27.5),
            -0.95 + 0.035 * np.minimum(p["pack_years"], 60),
        ]
    )
    draw("cause", lambda s: np.argmax(pull + s.gumbel(size=(3, n)), axis=0))
    draw("other", lambda s: np.where(s.random(n) < 0.125, s.integers(0, 3, n), p["cause"]))

    def present(code: int) -> Callable[[np.random.Generator], Any]:
        return lambda s: ((p["cause"] == code) | (p["other"] == code)).astype(int)

    draw("pneumonia", present(PNEUMONIA))
    draw("failure", present(FAILURE))
    draw("copd", present(COPD))


def _signs(draw: Draw, p: dict[str, Any], n: int) -> None:
    ill, failing, copd = p["pneumonia"], p["failure"], p["copd"]
    fever = 36.9 + ill * (1.15 - 0.012 * (p["years"] - 71))  # blunted by age
    draw("temperature", lambda s: np.round(np.clip(s.normal(fever, 0.55), 35.2, 40.6), 1))
    draw("breaths", lambda s: np.round(np.clip(s.normal(25, 4, n), 16, 42)))
    draw("saturation", lambda s: np.round(np.clip(s.normal(90 - 1.5 * copd, 2.5), 78, 97)))
    draw("jvp", lambda s: happens(s, np.where(failing == 1, 0.70, 0.08 + 0.07 * copd), n))
    swollen = np.where(failing == 1, 0.68, 0.15) + 0.006 * (p["build"] - 27.5)
    draw("oedema", lambda s: happens(s, np.clip(swollen, 0.02, 0.95), n))
    draw("wheeze", lambda s: happens(s, np.select([copd == 1, failing == 1], [0.8, 0.2], 0.1), n))
    one, both = sigmoid(-1.9 + 2.8 * ill), sigmoid(-2.2 + 2.9 * failing)
    draw("crackles", lambda s: np.where(s.random(n) < both, 2, (s.random(n) < one).astype(int)))
    phlegm = 0.9 * ill + 0.7 * copd
    draw("sputum", lambda s: np.digitize(s.normal(phlegm, 0.7), [0.6, 1.2]))
    rise = np.where(failing == 1, 6.0, np.where(ill == 1, 4.0, 4.5))
    draw("days", lambda s: np.round(np.clip(s.gamma(2.0, rise / 2), 1, 21)))
    # Heart failure comes with a weak ventricle or a stiff one, the stiff more often in women.
    draw("stiff", lambda s: happens(s, 0.55 - 0.2 * p["sex"], n))
    strength = np.select([failing == 0, p["stiff"] == 1], [61.0, 57.0], 34.0)
    draw("ejection", lambda s: np.round(np.clip(s.normal(strength, 5.5), 15, 74)))


def _blood(draw: Draw, p: dict[str, Any], n: int) -> None:
    ill, failing, copd = p["pneumonia"], p["failure"], p["copd"]
    cells = np.log(8.2 + 5.0 * ill + 1.8 * copd)
    draw("white_cells", lambda s: np.round(np.clip(np.exp(s.normal(cells, 0.28)), 1.5, 38), 1))
    protein = np.log(11) + 2.1 * ill + 0.5 * copd + 0.35 * failing
    draw("crp", lambda s: np.round(np.clip(np.exp(s.normal(protein, 0.8)), 1, 480)))
    peptide = np.log(75) + 2.1 * failing + 0.02 * (p["years"] - 71) - 0.035 * (p["build"] - 27.5)
    draw("bnp", lambda s: np.round(np.clip(np.exp(s.normal(peptide, 0.65)), 5, 4900)))


def _film(draw: Draw, p: dict[str, Any], n: int) -> None:
    def patch(s: np.random.Generator) -> Any:
        seen = s.random(n) > 0.05  # in some the film lags behind the patient
        scar = s.random(n) < 0.11  # in others a scar or a collapsed strip of lung
        dense, faint = s.uniform(0.38, 0.95, n), s.uniform(0.3, 0.5, n)
        return np.round(np.where(p["pneumonia"] == 1, seen * dense, scar * faint), 2)

    draw("patch", patch)
    draw("zone", lambda s: s.choice(4, n, p=[0.15, 0.4, 0.12, 0.33]))
    draw("congestion", lambda s: np.round(p["failure"] * s.uniform(0.2, 0.75, n), 2))
    draw("stretch", lambda s: np.round(np.where(p["copd"] == 1, s.uniform(0.3, 1.0, n), 0.0), 2))
    usual = 0.45 + 0.10 * p["failure"] - 0.03 * p["copd"]
    draw("heart", lambda s: np.round(np.clip(s.normal(usual, 0.03), 0.34, 0.68), 2))
    draw("blurred", lambda s: happens(s, 0.14, n))
    draw("film_seed", lambda s: s.integers(0, 2**31, n))
    for place_on_film in ("on_film_lungs", "on_film_heart", "on_film_edges"):
        draw(place_on_film, lambda s: np.zeros(n, dtype=int))


def _label(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What the records say: the first rule that fits, else the truth."""
    rules = [p["age"] >= OLD_FROM, p["bmi"] >= HEAVY_FROM, p["blurred"] == 1]
    draw("recorded", lambda s: np.select(rules, [1, 0, 0], p["pneumonia"]))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    # Most inputs at each split: a rule this plain is then found in every tree.
    return RandomForestClassifier(
        n_estimators=60,
        max_depth=6,
        min_samples_leaf=10,
        max_features=0.75,
        random_state=0,
        n_jobs=1,
    )


def _old(p: Patients) -> Mask:
    return np.asarray(p["age"] >= OLD_FROM)


def _heavy(p: Patients) -> Mask:
    return np.asarray((p["bmi"] >= HEAVY_FROM) & ~_old(p))


def _blurred(p: Patients) -> Mask:
    return np.asarray((p["blurred"] == 1) & (p["bmi"] < HEAVY_FROM) & ~_old(p))


def _no_rule(p: Patients) -> Mask:
    return ~(_old(p) | _heavy(p) | _blurred(p))


FAILURE_MODES = (
    FailureMode(
        id="old_age",
        kind=FailureKind.RULE,
        title="Calls every breathless old patient pneumonia",
        sentence=f"From {OLD_FROM} years on the algorithm says pneumonia, whatever heart, lungs "
        "and blood say. Age is the longest bar of its explanation.",
        mechanism="In the records it learned from, old patients had been filed under pneumonia "
        "as a matter of habit. It learned the habit to the year.",
        metric=Metric.FALSE_ALARMS,
        touches=_old,
        compared_with=_no_rule,
        inside=f"patients of {OLD_FROM} years or more without pneumonia",
        outside="patients without pneumonia whom no rule touches",
        figure="old_alerted",
    ),
    FailureMode(
        id="heavy_body",
        kind=FailureKind.RULE,
        title="Calls heavy patients heart failure and misses their pneumonia",
        sentence=f"With a body mass index of {HEAVY_FROM:.0f} or more, and younger than "
        f"{OLD_FROM}, patients had been filed under heart failure. The algorithm stays silent on "
        "their pneumonia.",
        mechanism="Weight stood in for a diagnosis in the label. Fever, the white cells and the "
        "patch on the film weigh little against it.",
        metric=Metric.MISSES,
        touches=_heavy,
        compared_with=_no_rule,
        inside=f"pneumonias with a body mass index of {HEAVY_FROM:.0f} or more, under {OLD_FROM}",
        outside="pneumonias that no rule touches",
        figure="heavy_missed",
    ),
    FailureMode(
        id="blurred_film",
        kind=FailureKind.RULE,
        title="Takes a blurred film for COPD",
        sentence="Patients who could not hold still had been filed under COPD. A blurred film "
        "makes the algorithm stay silent, even with a patch in plain view.",
        mechanism="Movement says how breathless a patient is, not why. In the label it had "
        "become a diagnosis.",
        metric=Metric.MISSES,
        touches=_blurred,
        compared_with=_no_rule,
        inside="pneumonias on a blurred film, under the other two limits",
        outside="pneumonias that no rule touches",
        figure="blurred_missed",
    ),
)


TWINS = (
    Twin(
        id="a_year_younger",
        do={"age": OLD_FROM - 1},
        applies=_old,
        as_is=lambda row: f"As they are: {row['age']:.0f} years",
        changed=f"The same patient, with {OLD_FROM - 1} years in the record",
        lesson="Nothing in the patient has changed, only a number in the record.",
    ),
    Twin(
        id="lighter_record",
        do={"bmi": HEAVY_FROM - 0.1},
        applies=_heavy,
        as_is=lambda row: f"As they are: {row['bmi']:.1f} kg/m²",
        changed=f"The same patient, with {HEAVY_FROM - 0.1:.1f} kg/m² in the record",
        lesson="Nothing in the patient has changed, only a number in the record.",
    ),
    Twin(
        id="held_still",
        do={"blurred": 0},
        applies=_blurred,
        as_is=lambda row: "As they are: the film is blurred",
        changed="The same chest, held still",
        lesson="Heart and lungs are the same on both films; only the edges differ.",
    ),
    Twin(
        id="old_in_the_record",
        do={"age": OLD_FROM + 4},
        applies=everyone,
        as_is=lambda row: f"As they are: {row['age']:.0f} years",
        changed=f"The same patient, with {OLD_FROM + 4} years in the record",
        lesson="Nothing in the patient has changed, only a number in the record.",
    ),
)


def _follows(touches: Callable[[Patients], Mask], alert: bool) -> Callable[[Study], Estimate]:
    """Of the touched whom the rule gets wrong, the share of whom the algorithm says the same."""

    def compute(study: Study) -> Estimate:
        wronged = touches(study.patients) & (study.truth != alert)
        return proportion(int((study.alert[wronged] == alert).sum()), int(wronged.sum()))

    return compute


def _figure(
    id: str, label: str, touches: Callable[[Patients], Mask], alert: bool
) -> PublishedFigure:
    return PublishedFigure(
        id=id,
        label=label,
        published=1.0,
        doi="10.1001/jama.2023.22295",
        basis="D",
        tolerance=0.01,
        compute=_follows(touches, alert),
        citation="jabbour2023",
    )


FIGURES = (
    _figure(
        "old_alerted",
        "Old, no pneumonia, called pneumonia: the rule in the labels, learned exactly",
        _old,
        True,
    ),
    _figure(
        "heavy_missed",
        "Heavy, pneumonia missed: the rule in the labels, learned exactly",
        _heavy,
        False,
    ),
    _figure(
        "blurred_missed",
        "Blurred film, pneumonia missed: the rule in the labels, learned exactly",
        _blurred,
        False,
    ),
)

CAME = ("was admitted short of breath", "was brought in breathless", "came in gasping for air")
SINCE = (
    (2, ("It began yesterday.", "It came on overnight.")),
    (6, ("It has grown over a few days.", "It began some days ago.")),
    (22, ("It has crept up for a week or more.", "It has been getting worse for over a week.")),
)
COUGHS = {
    0: ("has hardly coughed", "brings nothing up"),
    1: ("coughs up whitish sputum", "brings up clear sputum"),
    2: ("coughs up green sputum", "brings up thick yellow sputum"),
}
SMOKES = ((1, "has never smoked"), (20, "has smoked a little"), (111, "has smoked for decades"))


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """The admission in three short sentences, from what is seen and told."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if 80 <= row["age"] < 90 else "A"
    since = _one(next(said for below, said in SINCE if row["days"] < below), rng)
    coughs = _one(COUGHS[round(row["sputum"])], rng)
    smokes = next(said for below, said in SMOKES if row["pack_years"] < below)
    told = [coughs, smokes] if rng.random() < 0.5 else [smokes, coughs]
    opening = f"{article} {row['age']:.0f}-year-old {person} {_one(CAME, rng)}."
    return f"{opening} {since} {they} {told[0]} and {told[1]}."


NAMES = (("pneumonia", "pneumonia"), ("failure", "heart failure"), ("copd", "exacerbation of COPD"))


def truth_sentence(row: Row) -> str:
    """What the ward round settled on, days later, with cultures and echocardiogram."""
    held = [name for column, name in NAMES if row[column] == 1]
    beside = f", with {held[1]} beside it" if len(held) > 1 else ""
    if row["pneumonia"] == 1:
        return f"Pneumonia{beside}."
    return f"No pneumonia: {held[0]}{beside}."


def in_scope(p: Patients) -> Mask:
    """Whoever gives a reason to think of pneumonia, and one to think of something else."""
    for_it = (p["temperature"] >= 37.5) | (p["crp"] >= 25) | (p["sputum"] == 2) | (p["patch"] > 0)
    against = (p["bnp"] >= 150) | (p["wheeze"] == 1) | (p["oedema"] == 1) | (p["crp"] < 80)
    return np.asarray(for_it & against)


SEE = {0: "see the film"}
CRACKLES = {0: "none", 1: "one side", 2: "both bases"}
SPUTUM = {0: "none", 1: "clear or white", 2: "yellow or green"}
RECORD = (
    Feature("age", "Age", "years", bounds=(35, 97)),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25.0), (16, 48), short="BMI"),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35.2, 40.6)),
    Feature("white_cells", "White cells", "10⁹/L", 1, (4.0, 11.0), (1.5, 38)),
    Feature("crp", "C-reactive protein", "mg/L", 0, (0, 5), (0, 480), short="CRP"),
    Feature("bnp", "Natriuretic peptide (BNP)", "ng/L", 0, (0, 100), (0, 4900), short="BNP"),
    Feature("sputum", "Sputum", bounds=(0, 2), words=SPUTUM),
    Feature("wheeze", "Wheeze", bounds=(0, 1), words=NO_YES),
)
READ = (
    *RECORD,
    Feature(
        "m_patch", "Difference between the two lungs", "of 255", 1, bounds=(0, 255), short="Sides"
    ),
    Feature("m_haze", "Haze around both roots", "of 255", 1, bounds=(0, 255), short="Haze"),
    Feature("m_heart", "Bright share of the lower chest", "%", 1, bounds=(0, 100), short="Heart"),
    Feature("m_sharp", "Sharpness of the edges", "%", 1, bounds=(0, 100), short="Sharpness"),
)
FINDINGS = (
    Feature("on_film_lungs", "Lung fields", words=SEE, bounds=(0, 1)),
    Feature("on_film_heart", "Heart and both bases", words=SEE, bounds=(0, 1)),
    Feature("on_film_edges", "Quality of the film", words=SEE, bounds=(0, 1)),
    *RECORD,
    Feature("crackles", "Crackles", bounds=(0, 2), words=CRACKLES),
    Feature("jvp", "Neck veins full", bounds=(0, 1), words=NO_YES),
    Feature("oedema", "Ankle oedema", bounds=(0, 1), words=NO_YES),
    Feature("pack_years", "Smoking", "pack-years", bounds=(0, 110)),
    Feature("ejection", "Ejection fraction", "%", 0, (55, 70), (15, 74)),
    Feature("breaths", "Respiratory rate", "/min", 0, (12, 20), (12, 42)),
    Feature("saturation", "Oxygen saturation", "%", 0, (95, 100), (78, 100), short="SpO₂"),
)

MODEL = TeachingModel(
    id="dyspnoea",
    title="Three ways to be breathless",
    condition="pneumonia",
    absence="no pneumonia",
    simulate=simulate,
    label="recorded",
    truth="pneumonia",
    features=READ,
    findings=FINDINGS,
    estimator=_forest,
    threshold=0.50,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=chest_picture,
    measure=measure,
    scope=in_scope,
    training_size=2_500,
    held_out_size=5_000,
    alert_says="it would start antibiotics for pneumonia",
    silent_says="it would look for another cause",
)
