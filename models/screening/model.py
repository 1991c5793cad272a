"""One film, four waiting rooms: the same mammogram where cancer is rare and where it is common.

Women are drawn in causal order: who she is → where she comes from, which fixes how common cancer
is → cancer → what she notices and the hand feels → the film. The film finds 90 of 100 cancers and
is suspicious in 9 of 100 other women wherever it is taken; the algorithm learned in a breast
clinic, reads neither the place nor the hand, and takes every result for one of today.

Sources of the mechanism: Gigerenzer 2007, doi 10.1111/j.1539-6053.2008.00033.x (1 %, 90 %, 9 %);
the other prevalences are those of the published arithmetic; Carney 2003, doi
10.7326/0003-4819-138-3-200302040-00008 (denser breasts: more cancers missed, more false alarms).
What women notice, the examination, scars and old films have sizes chosen for teaching.
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
    Picture,
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
from tutor.kit.icon_array import PEOPLE, Group, icon_array

Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
CHECK, SCREENING, PRACTICE, CLINIC = range(4)
PLACES = {
    CHECK: "health check soon after a clear film",
    SCREENING: "screening programme",
    PRACTICE: "family practice, with a complaint",
    CLINIC: "breast clinic",
}
SEEN = {
    CHECK: "at a health check soon after a clear film",
    SCREENING: "in the screening programme",
    PRACTICE: "in family practice with a complaint",
    CLINIC: "in the breast clinic",
}
PER_THOUSAND = np.array([1, 10, 100, 340])  # women with cancer, by place
# Intercepts that make the mean risk of the whole cohort 0.1, 1, 10 and 34 %.
INTERCEPT = np.array([-7.1434, -4.8301, -2.4168, -0.8466])
SENSITIVITY, FALSE_POSITIVE = 0.90, 0.09  # Gigerenzer 2007
# By density a to d, of which 10, 40, 40 and 10 % of women: the means are 90 % and 9 %.
DENSITY_SHARES = np.cumsum([0.10, 0.40, 0.40, 0.10])[:-1]
FINDS = np.array([0.99, 0.965, 0.865, 0.69])
ALARMS = np.array([0.05, 0.08, 0.105, 0.11])
SCAR_ALARMS = 0.35
NOTHING, PAIN, LUMP, SKIN = range(4)
# Shares of nothing, pain, lump, skin or nipple change: by place, without and with cancer.
NOTICED = np.array(
    [
        [[0.900, 0.080, 0.015, 0.005], [0.90, 0.03, 0.05, 0.02]],
        [[0.900, 0.080, 0.015, 0.005], [0.90, 0.03, 0.05, 0.02]],
        [[0.00, 0.45, 0.45, 0.10], [0.00, 0.08, 0.72, 0.20]],
        [[0.15, 0.50, 0.28, 0.07], [0.55, 0.02, 0.31, 0.12]],
    ]
)
NOT_EXAMINED, NOT_FELT, SMOOTH, HARD = range(4)
# Shares of nothing felt, a smooth lump, a hard lump: no lump noticed or one, without, with cancer.
FELT = np.array(
    [
        [[0.80, 0.18, 0.02], [0.42, 0.10, 0.48]],
        [[0.30, 0.66, 0.04], [0.05, 0.17, 0.78]],
    ]
)


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` women of 40 to 74 years, in causal order; every column has shape ``(n,)``.

    ``setting`` is 0 to 3 (health check, screening, family practice, breast clinic),
    ``prevalence`` women with cancer per 1,000 there, ``noticing`` the place whose pattern of
    complaints and examination she shows (the setting's own unless set), ``film`` 0 or 1.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_women, _illness, _complaint, _film):
        stage(draw, drawn, n)
    return world.patients()


def _women(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("age", lambda r: np.round(np.clip(r.normal(57, 9, n), 40, 74)))
    draw("density", lambda r: np.searchsorted(DENSITY_SHARES, r.random(n)))
    draw("relatives", lambda r: np.searchsorted([0.84, 0.98], r.random(n)))
    draw("hormones", lambda r: happens(r, 0.12, n))
    draw("children", lambda r: np.minimum(r.poisson(1.8, n), 6))
    draw("biopsies", lambda r: happens(r, 0.10, n))
    draw("bmi", lambda r: np.round(np.clip(r.normal(26.5, 4.5, n), 17, 45), 1))
    draw("scar", lambda r: happens(r, 0.06, n))


def _illness(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("setting", lambda r: np.searchsorted([0.06, 0.62, 0.72], r.random(n)))
    draw("prevalence", lambda r: PER_THOUSAND[p["setting"]])
    own = 0.03 * (p["age"] - 57) + 0.5 * p["relatives"] + 0.2 * p["hormones"]
    own += 0.25 * p["biopsies"] - 0.08 * (p["children"] - 2) + 0.015 * (p["bmi"] - 26)
    draw("risk", lambda r: sigmoid(INTERCEPT[p["setting"]] + own))
    draw("cancer", lambda r: happens(r, p["risk"], n))


def _complaint(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("noticing", lambda r: p["setting"])
    draw("noticed", lambda r: _category(r, NOTICED[p["noticing"], p["cancer"]]))
    draw("pain", lambda r: (p["noticed"] == PAIN).astype(int))
    draw("lump", lambda r: (p["noticed"] == LUMP).astype(int))
    draw("skin", lambda r: (p["noticed"] == SKIN).astype(int))
    examined = p["noticing"] >= PRACTICE

    def examination(r: np.random.Generator) -> Any:
        felt = _category(r, FELT[p["lump"], p["cancer"]])
        return np.where(examined, NOT_FELT + felt, NOT_EXAMINED)

    draw("examination", examination)


def _category(stream: np.random.Generator, shares: Any) -> Any:
    """One category per row of ``shares`` (shape ``(n, k)``)."""
    below = np.cumsum(shares, axis=1)[:, :-1]
    return (stream.random(len(shares))[:, None] >= below).sum(axis=1)


def _film(draw: Draw, p: dict[str, Any], n: int) -> None:
    waits = np.where(p["setting"] >= PRACTICE, 0.12, 0.0)
    draw("months_since", lambda r: happens(r, waits, n) * r.integers(12, 31, n))
    scarred = np.where(p["scar"] == 1, SCAR_ALARMS, ALARMS[p["density"]])
    seen = np.where(p["cancer"] == 1, np.maximum(FINDS[p["density"]], scarred), scarred)
    # A film that was suspicious a year ago has been followed up; what is left on file is clear.
    seen = np.where(p["months_since"] > 0, 0.0, seen)
    draw("film", lambda r: happens(r, seen, n))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=60, max_depth=6, min_samples_leaf=15, random_state=0, n_jobs=1
    )


def _rare(patients: Patients) -> Mask:
    """A suspicious film where cancer is rare, and nothing she noticed speaks for it."""
    quiet = (patients["noticed"] == NOTHING) | (patients["noticed"] == PAIN)
    return np.asarray((patients["setting"] <= SCREENING) & (patients["film"] == 1) & quiet)


def _clinic(patients: Patients) -> Mask:
    return np.asarray((patients["setting"] == CLINIC) & (patients["film"] == 1))


def _old_film(patients: Patients) -> Mask:
    return np.asarray(patients["months_since"] > 0)


def _recent(patients: Patients) -> Mask:
    return ~_old_film(patients)


def _scarred(patients: Patients) -> Mask:
    return np.asarray((patients["scar"] == 1) & (patients["months_since"] == 0))


def _hard_but_clear(patients: Patients) -> Mask:
    hard = patients["examination"] == HARD
    return np.asarray(hard & (patients["film"] == 0) & _recent(patients))


def _dense(patients: Patients) -> Mask:
    return np.asarray((patients["density"] >= 2) & _recent(patients))


def in_scope(patients: Patients) -> Mask:
    """Women about whom there is something to weigh.

    Left out: a clear film in a woman who noticed nothing where cancer is rare; and the few women
    with cancer among the suspicious films there. A set takes each kind of case equally often, so
    it would show as many of them as of false alarms, where in life there is one to ten.
    """
    quiet = (patients["setting"] <= SCREENING) & (patients["film"] == 0)
    quiet &= patients["noticed"] == NOTHING
    return np.asarray(~quiet & ~(_rare(patients) & (patients["cancer"] == 1)))


FAILURE_MODES = (
    FailureMode(
        id="rare_disease",
        kind=FailureKind.PREVALENCE,
        title="Reads every film as if it were taken in the breast clinic",
        sentence="The algorithm learned where one woman in three has cancer, and it is not told "
        "where this woman comes from. A suspicious film in screening gets the clinic's answer.",
        mechanism="The film is as good as ever: it finds as many cancers and is as often "
        "suspicious without one. But where cancer is rare, most suspicious films come from the "
        "many women without it. In the clinic, women who noticed nothing had been sent because "
        "somebody was worried; the algorithm learned that noticing nothing is a bad sign.",
        metric=Metric.FALSE_ALARMS,
        touches=_rare,
        compared_with=_clinic,
        inside="women without cancer whose film in screening or at a health check is suspicious",
        outside="women without cancer whose film in the breast clinic is suspicious",
        figure="prevalence",
    ),
    FailureMode(
        id="old_film",
        kind=FailureKind.SCOPE,
        title="Takes a film of last year for one of today",
        sentence="The algorithm reads the last result on record and not its date. A film from "
        "before the complaint began says little about it.",
        mechanism="In the training data every film was taken at the visit. A cancer that has "
        "grown since the last film cannot be on it, yet 'clear' counts as it did then.",
        metric=Metric.MISSES,
        touches=_old_film,
        inside="women with cancer whose only film is a year old or more",
        outside="women with cancer whose film was taken at this visit",
    ),
    FailureMode(
        id="hand",
        kind=FailureKind.BLIND,
        title="Does not know what the hand felt",
        sentence="A hard, irregular lump calls for a needle whatever the film shows. The "
        "algorithm knows at most that she noticed a lump; a clear film then settles it.",
        mechanism="The examination is in the notes and not among the inputs. To the algorithm a "
        "hard lump and a smooth, mobile one are the same, and most lumps are harmless.",
        metric=Metric.MISSES,
        touches=_hard_but_clear,
        inside="women with cancer, a hard lump and a clear film from this visit",
        outside="all other women with cancer",
    ),
    FailureMode(
        id="scar",
        kind=FailureKind.ARTEFACT,
        title="Alarmed by a scar",
        sentence="A scar from breast surgery pulls at the tissue and looks suspicious on the "
        "film. The algorithm never saw one and is not told of the operation.",
        mechanism="Scarring draws lines into the tissue as some cancers do. Nobody in the "
        "training data had been operated on, so a suspicious film meant what it usually means.",
        metric=Metric.FALSE_ALARMS,
        touches=_scarred,
        inside="women without cancer but with a scar in the breast",
        outside="women without cancer and without a scar",
    ),
    FailureMode(
        id="dense_breast",
        kind=FailureKind.MEASUREMENT,
        title="Misses more in dense breasts",
        sentence="In dense breasts (c and d) a cancer hides in tissue as white as itself. A clear "
        "film reassures the algorithm almost as much as in a fatty breast.",
        mechanism="Cancer and gland are both white on the film. The algorithm reads the density, "
        "but after a clear film it hardly ever crosses its alert threshold.",
        metric=Metric.MISSES,
        touches=_dense,
        compared_with=_recent,
        inside="women with cancer in dense breasts",
        outside="women with cancer in breasts that are not dense",
    ),
)


def _result(row: Row) -> str:
    return f"As she is: {PLACES[round(row['setting'])]}"


def _read(row: Row) -> str:
    return f"As she is: film {'suspicious' if row['film'] == 1 else 'clear'}"


TWINS = (
    Twin(
        id="new_film",
        do={"months_since": 0},
        applies=_old_film,
        as_is=lambda row: f"As she is: film {row['months_since']:.0f} months old",
        changed="With a film taken today",
        lesson="The breast is the same; only now has it been looked at.",
    ),
    Twin(
        id="no_scar",
        do={"scar": 0},
        applies=lambda patients: _scarred(patients) & (patients["film"] == 1),
        as_is=lambda row: "As she is: a scar in the breast",
        changed="The same breast without the scar",
        lesson="Whether there is cancer has not changed; a scar can make the film suspicious.",
    ),
    Twin(
        id="in_the_clinic",
        do={"setting": CLINIC, "noticing": SCREENING, "months_since": 0},
        applies=lambda patients: _rare(patients) & (patients["noticed"] == NOTHING),
        as_is=_result,
        changed="The same findings in the breast clinic",
        lesson="The film says the same, and so does the algorithm. What it means has changed: "
        "compare the two pictures.",
    ),
    Twin(
        id="fatty_breast",
        do={"density": 0},
        applies=lambda patients: (
            _dense(patients) & (patients["cancer"] == 1) & (patients["film"] == 0)
        ),
        as_is=lambda row: "As she is: a dense breast",
        changed="The same cancer in a fatty breast",
        lesson="The cancer is the same; in the dense breast the film could not show it.",
    ),
    Twin(
        id="clear_film",
        do={"film": 0},
        applies=lambda patients: np.asarray(patients["film"] == 1),
        as_is=_read,
        changed="The same woman, film clear",
        lesson="One result moves the algorithm this far. The truth has not moved.",
    ),
    Twin(
        id="suspicious_film",
        do={"film": 1},
        applies=everyone,
        as_is=_read,
        changed="The same woman, film suspicious",
        lesson="One result moves the algorithm this far. The truth has not moved.",
    ),
)


def _today(study: Study, n: int, setting: int) -> Patients:
    """``n`` women who all come from ``setting``, without scars, with a film of today."""
    return study.simulate(n, setting=setting, scar=0, months_since=0)


def _predictive_value(setting: int) -> Callable[[Study], Estimate]:
    """Share with cancer among the suspicious films of ``setting``."""

    def compute(study: Study) -> Estimate:
        women = _today(
            study, {SCREENING: 400_000, PRACTICE: 300_000}.get(setting, 120_000), setting
        )
        suspicious = women["film"] == 1
        return proportion(int(women["cancer"][suspicious].sum()), int(suspicious.sum()))

    return compute


def _rate(column: str, setting: int, among: int | None = None) -> Callable[[Study], Estimate]:
    """Share with ``column`` among women with (1) or without (0) cancer, or among all."""

    def compute(study: Study) -> Estimate:
        women = _today(study, 120_000, setting)
        group = everyone(women) if among is None else women["cancer"] == among
        return proportion(int(women[column][group].sum()), int(group.sum()))

    return compute


def _meaning(id: str, share: str, setting: int, value: float, tolerance: float = 0.01) -> Any:
    label = f"Suspicious films that mean cancer where {share} of women have it"
    return id, label, value, tolerance, _predictive_value(setting), "D"


PUBLISHED = (
    ("prevalence", "Women with cancer, screening", 0.01, 0.002, _rate("cancer", SCREENING), "S"),
    ("sensitivity", "Cancers the film finds", 0.90, 0.01, _rate("film", CLINIC, 1), "S"),
    ("alarms", "False positive films", 0.09, 0.01, _rate("film", SCREENING, 0), "S"),
    _meaning("ppv_check", "0.1 %", CHECK, 0.010),
    _meaning("ppv_screening", "1 %", SCREENING, 0.092, 0.005),
    _meaning("ppv_practice", "10 %", PRACTICE, 0.526),
    _meaning("ppv_clinic", "34 %", CLINIC, 0.837),
)
FIGURES = tuple(
    PublishedFigure(
        id=id,
        label=label,
        published=published,
        doi="10.1111/j.1539-6053.2008.00033.x",
        basis=basis,
        tolerance=tolerance,
        compute=compute,
        citation="gigerenzer2007",
    )
    for id, label, published, tolerance, compute, basis in PUBLISHED
)

COMES = {
    CHECK: (
        "has paid for a health check, half a year after a clear film",
        "comes for the health check her employer offers; a film half a year ago was clear",
    ),
    SCREENING: (
        "came on the screening programme's invitation",
        "was invited for her round of screening",
    ),
    PRACTICE: ("was sent by her family doctor", "comes with a letter from her family doctor"),
    CLINIC: ("is seen in the hospital's breast clinic", "sits in the specialists' breast clinic"),
}
TELLS = {
    PAIN: ("has had breast pain that comes and goes", "complains of an aching breast"),
    LUMP: ("found a lump in one breast", "noticed a lump under the shower"),
    SKIN: ("saw that the skin over one breast has drawn in", "has a nipple that has turned in"),
}
SENT = (
    "has noticed nothing; an earlier scan elsewhere had worried a doctor",
    "feels well and noticed nothing; another hospital asked for a second look",
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """Where she comes from and what she tells; a scar and an old film are never left out."""
    place, noticed = round(row["setting"]), round(row["noticed"])
    article = "An" if 80 <= row["age"] < 90 else "A"
    said = [f"{article} {row['age']:.0f}-year-old woman {_one(COMES[place], rng)}."]
    if noticed == NOTHING:
        quiet = ("has noticed nothing unusual", "feels well and noticed nothing")
        said.append(f"She {_one(SENT if place == CLINIC else quiet, rng)}.")
    else:
        said.append(f"She {_one(TELLS[noticed], rng)}.")
    if row["scar"] == 1:
        said.append("A scar from an operation two years ago runs across the breast.")
    if row["months_since"] > 0:
        said.append(f"The last film is {row['months_since']:.0f} months old.")
    return " ".join(said)


def _thousand(setting: int) -> tuple[int, int, int, int]:
    """Of 1,000 women: cancer and suspicious, cancer and clear, the same without cancer."""
    ill = int(PER_THOUSAND[setting])
    found, alarmed = round(SENSITIVITY * ill), round(FALSE_POSITIVE * (PEOPLE - ill))
    return found, ill - found, alarmed, PEOPLE - ill - alarmed


def truth_sentence(row: Row) -> str:
    """What a needle or a year showed, and what this result means where she comes from."""
    state = "Cancer, proved by biopsy." if row["cancer"] == 1 else "No cancer within a year."
    if row["months_since"] > 0:
        return f"{state} The film was {row['months_since']:.0f} months old."
    place = round(row["setting"])
    found, missed, alarmed, clear = _thousand(place)
    result, ill, well = "suspicious", found, alarmed
    if row["film"] == 0:
        result, ill, well = "clear", missed, clear
    verb = "has" if ill <= 1 else "have"
    return (
        f"{state} Of 1,000 women seen {SEEN[place]}, {ill + well} have a {result} film; "
        f"{ill or 'fewer than 1'} of these {verb} cancer."
    )


def picture(row: Row) -> Picture:
    """A thousand women from where she comes: who has cancer, and whose film is suspicious."""
    setting = round(row["setting"])
    found, missed, alarmed, clear = _thousand(setting)
    alt = (
        f"1,000 women seen {SEEN[setting]}, as icons. "
        f"With cancer {found + missed}: the film is suspicious in {found} and clear in {missed}. "
        f"Without cancer {alarmed + clear}: the film is suspicious in {alarmed} and clear in "
        f"{clear}."
    )
    groups = (
        Group(found, "square", "#8a1c4a", "cancer, film suspicious"),
        Group(missed, "square", "#8a1c4a", "cancer, film clear", hollow=True),
        Group(alarmed, "triangle", "#a8620a", "no cancer, film suspicious"),
        Group(clear, "dot", "#8f959e", "no cancer, film clear"),
    )
    return icon_array(groups, alt)


FILM = Feature("film", "Mammogram", words={0: "clear", 1: "suspicious"}, bounds=(0, 1))
LETTERS = {0: "a, fatty", 1: "b, scattered", 2: "c, dense", 3: "d, very dense"}
READ = (
    FILM,
    Feature("density", "Breast density", words=LETTERS, bounds=(0, 3)),
    Feature("lump", "Noticed a lump", words=NO_YES, bounds=(0, 1)),
    Feature("pain", "Breast pain", words=NO_YES, bounds=(0, 1)),
    Feature("skin", "Skin or nipple drawn in", words=NO_YES, bounds=(0, 1)),
    Feature("age", "Age", "years", bounds=(40, 74)),
    Feature("relatives", "Mother, sisters, daughters with breast cancer", bounds=(0, 2)),
    Feature("biopsies", "Earlier harmless biopsy", words=NO_YES, bounds=(0, 1)),
    Feature("hormones", "Hormone therapy", words=NO_YES, bounds=(0, 1)),
    Feature("children", "Children", bounds=(0, 6)),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25.0), (17.0, 45.0)),
)
HAND = {
    NOT_EXAMINED: "not done",
    NOT_FELT: "nothing felt",
    SMOOTH: "smooth, mobile lump",
    HARD: "hard, irregular lump",
}
SEEN_ONLY = (
    Feature("setting", "Where she is seen", words=PLACES, bounds=(0, 3)),
    Feature("prevalence", "Women with cancer there", "of 1,000", bounds=(1, 340)),
    Feature("months_since", "Age of the film", "months", bounds=(0, 30), note="0: this visit"),
    Feature("examination", "Examination by hand", words=HAND, bounds=(0, 3)),
    Feature("scar", "Scar from breast surgery", words=NO_YES, bounds=(0, 1)),
)

MODEL = TeachingModel(
    id="screening",
    title="One film, four waiting rooms",
    condition="breast cancer",
    absence="no breast cancer",
    simulate=simulate,
    label="cancer",
    truth="cancer",
    features=READ,
    findings=(*SEEN_ONLY[:2], FILM, SEEN_ONLY[2], READ[1], *SEEN_ONLY[3:], *READ[2:]),
    estimator=_forest,
    threshold=0.30,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    picture=picture,
    scope=in_scope,
    training={"setting": CLINIC, "months_since": 0, "scar": 0},
    alert_says="it would ask for a needle biopsy",
    silent_says="it would stay silent",
)
