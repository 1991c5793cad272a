"""Who gets the place: cost as a stand-in for need, after Obermeyer 2019.

Patients are drawn in causal order: barriers to care and illness → how much of the illness reaches
the record → visits, medicines and cost. The algorithm learned to predict high cost from last
year's claims, because cost is what a payer records. Where care is hard to reach, the same illness
costs less and leaves fewer traces; one dear medicine or one planned operation costs much with
little illness. Need is counted in conditions, and no claim holds it.

Source of the figures: Obermeyer 2019, doi 10.1126/science.aax2342. That study compared recorded
race; race is not a variable here. What lowers cost at equal illness is *barriers to care*:
distance, gaps in cover, care skipped because of its price. Their share and the average number of
conditions with and without them follow the study's two groups; all other sizes are free
parameters, set so that the published figures follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
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
)
from tutor.kit.units import CREATININE, LDL_CHOLESTEROL

Row = Mapping[str, float]
Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
MOST = 14  # conditions that are counted
HIGH_NEED = 5  # active chronic conditions in the coming year; a teaching choice
PUBLISHED_SHARE = 6_079 / (6_079 + 43_539)  # of patients, Obermeyer 2019, table 1
CONDITIONS = (1.20, 1.90)  # mean active conditions by group, Obermeyer 2019, table 1
TAIL = (0.86, 1.45)  # gamma shapes of illness, without and with barriers
ACCESS = (1.0, 1.0, 0.88, 0.68)  # share of usual care that is reached over 0 to 3 hurdles
ON_RECORD = (0.90, 0.90, 0.82, 0.68)  # share of conditions that somebody has coded, likewise
FAR = 25  # km
PERSISTS = 0.80  # of conditions, from one year to the next
PER_CONDITION, HABIT, CHANCE = 0.290, 0.985, 0.585  # of the logarithm of cost
HIGH_COST = 28_000  # dollars a year: the dearest 3 % where it learned
GAPS, PUBLIC, PRIVATE = 0, 1, 2
NOTHING, MEDICINE, OPERATION = 0, 1, 2
THRESHOLD = 0.10
FIGURE_SIZE = 250_000


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults in primary care at the turn of a year, drawn in causal order.

    Counts and costs (in dollars) without a suffix are of last year; ``cost_next`` and
    ``conditions`` are of the coming one. ``access`` is the share of usual care that reaches the
    patient. HbA1c in %, pressure in mmHg, creatinine in µmol/L, haematocrit in %, LDL in mmol/L,
    distance in km. Every column has shape ``(n,)``.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _illness, _tests, _record, _costs):
        stage(draw, drawn, n)
    return world.patients()


def some_of(r: np.random.Generator, conditions: NDArray[Any], share: Any) -> NDArray[np.int_]:
    """How many of each patient's conditions fall to a ``share``, condition by condition."""
    fate = r.random((len(conditions), MOST)) < np.reshape(share, (-1, 1))
    return np.asarray((fate & (np.arange(MOST) < conditions[:, None])).sum(axis=1))


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("barriers_share", lambda r: np.full(n, PUBLISHED_SHARE))
    draw("age", lambda r: np.round(np.clip(r.normal(51, 17, n), 18, 95)))
    draw("sex", lambda r: happens(r, 0.37, n))  # women 63 %, table 1
    draw("barriers", lambda r: happens(r, p["barriers_share"], n))
    far = np.where(p["barriers"] == 1, np.log(24.0), np.log(6.0))
    draw("distance", lambda r: np.round(np.clip(np.exp(r.normal(far, 0.6)), 1, 120)))
    skips = np.where(p["barriers"] == 1, 0.65, 0.07)
    draw("skipped", lambda r: happens(r, skips, n))
    uncovered = np.where(p["barriers"] == 1, 0.45, 0.04)
    public = uncovered + (1 - uncovered) * np.where(p["age"] >= 65, 0.8, 0.3)

    def cover(r: np.random.Generator) -> Any:
        lot = r.random(n)
        return np.select([lot < uncovered, lot < public], [GAPS, PUBLIC], PRIVATE)

    draw("insurance", cover)
    gaps, far_off = p["insurance"] == GAPS, p["distance"] >= FAR
    draw("hurdles", lambda r: p["skipped"] + gaps.astype(int) + far_off)
    draw("access", lambda r: np.array(ACCESS)[p["hurdles"]])
    draw("new_member", lambda r: happens(r, 0.05, n))
    draw("drug_share", lambda r: np.full(n, 0.015))
    draw("operation_share", lambda r: np.full(n, 0.04))


def _illness(draw: Draw, p: dict[str, Any], n: int) -> None:
    older = np.exp(0.012 * (p["age"] - 51)) / 1.02

    def burden(group: int) -> Callable[[np.random.Generator], Any]:
        return lambda r: r.gamma(TAIL[group], CONDITIONS[group] / TAIL[group], n)

    draw("burden_others", burden(0))
    draw("burden_barriers", burden(1))
    draws = np.where(p["barriers"] == 1, p["burden_barriers"], p["burden_others"])
    draw("burden", lambda r: draws * older)
    draw("conditions_now", lambda r: counts(r, p["burden"], MOST))
    draw("new_conditions", lambda r: counts(r, (1 - PERSISTS) * p["burden"], MOST))
    draw("kept", lambda r: some_of(r, p["conditions_now"], PERSISTS))
    draw("conditions", lambda r: np.minimum(p["kept"] + p["new_conditions"], MOST))
    draw("high_need", lambda r: (p["conditions"] >= HIGH_NEED).astype(int))


def _tests(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What a consultation finds; it answers to illness, whoever has paid for care so far."""
    now = p["conditions_now"]

    def has(name: str, one: float) -> None:
        draw(name, lambda r: happens(r, 1 - (1 - one) ** now, n))

    has("diabetes", 0.14)
    has("hypertension", 0.24)
    has("kidney_disease", 0.07)
    has("anaemia", 0.08)
    loose = 1 + 0.35 * p["barriers"]  # diseases treated late are less well controlled
    sweet = 5.4 + 1.8 * loose * p["diabetes"]
    spread = 0.3 + 0.6 * p["diabetes"]
    draw("hba1c", lambda r: np.round(np.clip(r.normal(sweet, spread), 4.2, 14), 1))
    pressure = 122 + 0.15 * (p["age"] - 51) + 11 * loose * p["hypertension"]
    draw("systolic", lambda r: np.round(np.clip(r.normal(pressure, 11), 85, 220)))
    waste = np.log(70.0) + 0.55 * p["kidney_disease"] + 0.2 * p["sex"]
    draw("creatinine", lambda r: np.round(np.clip(np.exp(r.normal(waste, 0.16)), 35, 600)))
    blood = 40 + 3 * p["sex"] - 6 * p["anaemia"]
    draw("haematocrit", lambda r: np.round(np.clip(r.normal(blood, 2.6), 20, 54)))
    draw("ldl", lambda r: np.round(np.clip(r.normal(2.8, 0.8, n), 0.8, 7.0), 1))
    draw("daily_help", lambda r: np.round(np.clip(r.normal(0.5 * now - 0.7, 0.9), 0, 6)))
    draw("self_rated", lambda r: np.round(np.clip(r.normal(1.7 + 0.36 * now, 0.8), 1, 5)))


def _record(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What claims hold of it; nothing yet for somebody who has just joined the plan."""
    now, known = p["conditions_now"], 1 - p["new_member"]
    draw("habit", lambda r: r.normal(0, 1, n))
    coded = np.array(ON_RECORD)[p["hurdles"]]
    draw("recorded", lambda r: known * some_of(r, now, coded))
    usual = 0.9 + 0.13 * np.minimum(now, 9) + 0.3 * p["habit"]
    often = p["access"] ** 2 * np.exp(usual)
    draw("visits", lambda r: known * counts(r, often, 60))
    urgent = np.exp(-1.6 + 0.2 * np.minimum(now, 9)) / p["access"] ** 3
    draw("ed_visits", lambda r: known * counts(r, urgent, 20))
    inpatient = np.exp(-3.2 + 0.3 * np.minimum(now, 9))
    draw("admissions", lambda r: known * counts(r, inpatient, 12))
    pills = 0.4 + 1.4 * p["recorded"] * p["access"] ** 2
    draw("medicines", lambda r: known * counts(r, pills, 30))


def _costs(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("costly_drug", lambda r: happens(r, p["drug_share"], n))
    draw("operation", lambda r: happens(r, p["operation_share"], n) * (1 - p["costly_drug"]))
    draw("drug_price", lambda r: r.uniform(28_000, 70_000, n))
    draw("operation_price", lambda r: r.uniform(18_000, 45_000, n))
    drug = p["costly_drug"] * p["drug_price"]

    def spent(name: str, conditions: Any) -> None:
        usual = 7.4 + PER_CONDITION * np.minimum(conditions, 9) + HABIT * p["habit"]
        draw(name, lambda r: p["access"] * np.exp(r.normal(usual, CHANCE)))

    spent("care_cost", p["conditions_now"])
    spent("care_cost_next", p["conditions"])
    bill = p["care_cost"] + drug + p["operation"] * p["operation_price"]
    known = 1 - p["new_member"]
    draw("cost", lambda r: known * np.round(np.clip(bill, 100, 400_000), -2))
    draw("cost_next", lambda r: np.round(p["care_cost_next"] + drug, -2))
    draw("high_cost", lambda r: (p["cost_next"] >= HIGH_COST).astype(int))
    item = np.select([p["costly_drug"] == 1, p["operation"] == 1], [MEDICINE, OPERATION], NOTHING)
    draw("dearest", lambda r: item * known)


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    shape = {"n_estimators": 60, "max_depth": 7, "min_samples_leaf": 40, "max_features": 4}
    return RandomForestClassifier(**shape, random_state=0, n_jobs=1)


def having(column: str, value: int = 1) -> Callable[[Patients], Mask]:
    """The patients whose ``column`` is ``value``."""
    return lambda patients: np.asarray(patients[column] == value)


def hindered(patients: Patients) -> Mask:
    """Two or three hurdles: far from care, gaps in cover, care skipped because of its price."""
    return np.asarray((patients["hurdles"] >= 2) & (patients["new_member"] == 0))


def unhindered(patients: Patients) -> Mask:
    """No hurdle, and a full year on record."""
    return np.asarray((patients["hurdles"] == 0) & (patients["new_member"] == 0))


def cheap(patients: Patients) -> Mask:
    """Four or more conditions on record that cost less than 10,000 dollars together."""
    return np.asarray((patients["recorded"] >= 4) & (patients["cost"] < 10_000))


def dear(patients: Patients) -> Mask:
    """Four or more conditions on record that cost 10,000 dollars or more."""
    return np.asarray((patients["recorded"] >= 4) & (patients["cost"] >= 10_000))


def heavy_use(patients: Patients) -> Mask:
    """Few conditions on record, a large bill, and no single item that explains it."""
    plain = (patients["dearest"] == NOTHING) & (patients["recorded"] <= 3)
    return np.asarray(plain & (patients["cost"] >= 15_000))


def worth_asking(patients: Patients) -> Mask:
    """For the bank: nobody near the line or struck by a year's surprise, nobody plainly healthy.

    Where no failure is at work, the bill agrees with the illness, so that the algorithm's
    answer can be understood.
    """
    p = patients
    clear = (p["conditions"] != HIGH_NEED - 1) & (abs(p["conditions"] - p["conditions_now"]) <= 2)
    known = (p["recorded"] >= 2) | (p["new_member"] == 1) | (p["cost"] >= 5_000)
    low = p["conditions"] < HIGH_NEED
    explained = hindered(p) | cheap(p) | having("new_member")(p)
    lasting = np.where(low, p["conditions_now"] < HIGH_NEED, explained | (p["cost"] >= 10_000))
    return np.asarray(clear & known & lasting)


FAILURE_MODES = (
    FailureMode(
        id="barriers",
        kind=FailureKind.PROXY,
        title="Care not reached looks like care not needed",
        sentence="Far from the clinic, with gaps in cover or care skipped because of its price, "
        "the same illness costs less. The algorithm takes the low cost for low need.",
        mechanism="It learned to predict cost, and cost is need times access. Where access is "
        "poor, visits, codes and bills are missing, and so is the alarm. Nothing in the "
        "body differs; what differs is what was paid for.",
        metric=Metric.MISSES,
        touches=hindered,
        compared_with=unhindered,
        inside="patients of high need behind two or more hurdles to care",
        outside="patients of high need with none",
        figure="share_before",
    ),
    FailureMode(
        id="new_member",
        kind=FailureKind.REPRESENTATION,
        title="No claims, no illness",
        sentence="Somebody who joined the plan this year has no claims yet. The algorithm sees "
        "an empty year and calls it health. Measured on this cohort only.",
        mechanism="It was trained on members with a full year of claims. An empty record and a "
        "healthy year look the same to it.",
        metric=Metric.MISSES,
        touches=having("new_member"),
        inside="patients of high need who have just joined",
        outside="patients of high need with a full year on record",
    ),
    FailureMode(
        id="cheap_illness",
        kind=FailureKind.PROXY,
        title="Much illness, cheaply treated",
        sentence="Many conditions on old, cheap medicines make a small bill. The conditions are "
        "on record, and the algorithm still looks at the bill. Measured on this cohort only.",
        mechanism="What predicts next year's bill best is this year's bill. How ill somebody is "
        "counts only as far as it is billed.",
        metric=Metric.MISSES,
        touches=cheap,
        compared_with=dear,
        inside="patients of high need with four or more conditions and a small bill",
        outside="patients of high need with as many conditions and a larger bill",
    ),
    FailureMode(
        id="costly_medicine",
        kind=FailureKind.PROXY,
        title="One dear medicine",
        sentence="A single costly medicine makes a large bill every year. About cost the "
        "algorithm is right; about need it is not. Measured on this cohort only.",
        mechanism="Price is not illness. Somebody well controlled on one dear medicine outspends "
        "somebody with six conditions on cheap ones.",
        metric=Metric.FALSE_ALARMS,
        touches=having("dearest", MEDICINE),
        inside="patients of lower need on one dear medicine",
        outside="patients of lower need without one",
    ),
    FailureMode(
        id="operation",
        kind=FailureKind.PROXY,
        title="One planned operation, now over",
        sentence="Last year's bill holds an operation that will not come again. Measured on this "
        "cohort only.",
        mechanism="Few bills of that kind were in its training, and there a large bill meant a "
        "long illness. An operation is an event, not a need.",
        metric=Metric.FALSE_ALARMS,
        touches=having("dearest", OPERATION),
        inside="patients of lower need after one planned operation",
        outside="patients of lower need without one",
    ),
    FailureMode(
        id="heavy_use",
        kind=FailureKind.PROXY,
        title="Heavy use taken for heavy illness",
        sentence="Some people with few conditions use much care, because they can or wish to. "
        "The algorithm gives them the place. Measured on this cohort only.",
        mechanism="Access and habit raise cost just as illness does, and last from year to year. "
        "A place given by cost goes to those who already get most.",
        metric=Metric.FALSE_ALARMS,
        touches=heavy_use,
        inside="patients of lower need with few conditions and a large bill",
        outside="patients of lower need otherwise",
    ),
)

BILLED = {NOTHING: "nothing stands out", MEDICINE: "one medicine", OPERATION: "one operation"}


def _bill(row: Row) -> str:
    return f"As they are: {row['recorded']:.0f} conditions on record, ${row['cost']:,.0f}"


TWINS = (
    Twin(
        id="joined_earlier",
        do={"new_member": 0},
        applies=having("new_member"),
        as_is=lambda row: "As they are: new in the plan, nothing on record",
        changed="The same patient with a full year on record",
        lesson="The illness is the same; now there is paper to show for it.",
    ),
    Twin(
        id="without_medicine",
        do={"costly_drug": 0},
        applies=having("dearest", MEDICINE),
        as_is=lambda row: f"As they are: one dear medicine, ${row['cost']:,.0f}",
        changed="The same illness on a cheap medicine",
        lesson="The need is the same; only the price has changed.",
    ),
    Twin(
        id="without_operation",
        do={"operation": 0},
        applies=having("dearest", OPERATION),
        as_is=lambda row: f"As they are: one planned operation, ${row['cost']:,.0f}",
        changed="The same patient without last year's operation",
        lesson="The coming year is the same; last year's bill is not.",
    ),
    Twin(
        id="in_reach",
        do={"distance": 5, "skipped": 0, "insurance": PRIVATE},
        applies=hindered,
        as_is=lambda row: f"As they are: {row['hurdles']:.0f} hurdles, ${row['cost']:,.0f}",
        changed="The same illness with care in reach",
        lesson="The illness is the same; what reaches the record and the bill is not.",
    ),
    Twin(
        id="usual_use",
        do={"habit": 0.0},
        applies=heavy_use,
        as_is=_bill,
        changed="The same illness, used to ordinary amounts of care",
        lesson="The need is the same; the habit is not.",
    ),
    Twin(
        id="heavier_use",
        do={"habit": 1.8},
        applies=lambda patients: np.asarray(patients["recorded"] >= 4),
        as_is=_bill,
        changed="The same illness, used to much care",
        lesson="The need is the same; the algorithm rewards the habit.",
    ),
    Twin(
        id="out_of_reach",
        do={"distance": 60, "skipped": 1, "insurance": GAPS},
        applies=everyone,
        as_is=_bill,
        changed="The same illness behind three hurdles",
        lesson="The illness is the same; less of it reaches the record and the bill.",
    ),
)


class _Plan:
    """The cohort of the published frame for one study, kept while its figures are computed.

    As in the study: its share of the smaller group, members with a full year. The medicine and
    the operation are ours, and left out.
    """

    def __init__(self) -> None:
        self._study: Study | None = None
        self._judged: tuple[Patients, NDArray[np.float64]] | None = None

    def judged(self, study: Study) -> tuple[Patients, NDArray[np.float64]]:
        """The patients and their scores."""
        if self._judged is None or self._study is not study:
            frame = {"barriers_share": PUBLISHED_SHARE, "new_member": 0}
            cohort = study.simulate(FIGURE_SIZE, **frame, costly_drug=0, operation=0)
            self._study, self._judged = study, (cohort, study.predict(cohort))
        return self._judged


_PLAN = _Plan()


def _mean(values: NDArray[Any]) -> Estimate:
    mean, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / sqrt(len(values))
    return Estimate(mean, mean - half, mean + half, len(values))


def _at_97th(study: Study, barriers: int) -> Estimate:
    """Mean active conditions of a group around the 97th percentile (95th to 99th) of score."""
    cohort, score = _PLAN.judged(study)
    low, high = np.quantile(score, [0.95, 0.99])
    near = (score >= low) & (score <= high) & (cohort["barriers"] == barriers)
    return _mean(cohort["conditions"][near].astype(float))


def _excess(study: Study) -> Estimate:
    """How many more conditions, as a share; the interval by the delta method."""
    more, fewer = _at_97th(study, 1), _at_97th(study, 0)
    ratio = more.value / fewer.value
    spread = [(e.high - e.low) / 2 / e.value for e in (more, fewer)]
    half = ratio * sqrt(spread[0] ** 2 + spread[1] ** 2)
    return Estimate(ratio - 1, ratio - 1 - half, ratio - 1 + half, more.n + fewer.n)


def swaps(enrolled: NDArray[Any], waiting: NDArray[Any], as_published: bool) -> int:
    """How many of the ``enrolled`` give their place to somebody sicker who is ``waiting``.

    ``enrolled`` holds the conditions of those above the line without barriers, ``waiting`` of
    those below it with barriers, from the highest score down. The healthiest enrolled is compared
    with one after the other waiting, and gives way to the first who is sicker. The code published
    with the study steps over the next enrolled after each exchange; the correction, noted there
    in 2022, does not.
    """
    order, step = np.sort(enrolled), 2 if as_published else 1
    at = exchanged = 0
    for conditions in waiting:
        if at >= len(order):
            break
        if order[at] < conditions:
            exchanged, at = exchanged + 1, at + step
    return exchanged


def _share(after: bool, as_published: bool = True) -> Callable[[Study], Estimate]:
    """Share with barriers among the highest 3 % of scores, before or after the exchange."""

    def compute(study: Study) -> Estimate:
        cohort, score = _PLAN.judged(study)
        top = score >= np.quantile(score, 0.97)
        barriers, conditions = cohort["barriers"] == 1, cohort["conditions"]
        below = np.flatnonzero(~top & barriers)
        below = below[np.lexsort((-conditions[below], -score[below]))]
        moved = swaps(conditions[top & ~barriers], conditions[below], as_published) if after else 0
        return proportion(int((top & barriers).sum()) + moved, int(top.sum()))

    return compute


STUDY: dict[str, Any] = {"doi": "10.1126/science.aax2342", "citation": "obermeyer2019"}
GROUPS = "(published by recorded race; ours by barriers to care)"

FIGURES = (
    PublishedFigure(
        id="conditions_barriers",
        label="Active conditions at the 97th percentile of score, Black patients; ours: patients "
        "with barriers to care",
        published=4.8,
        basis="S",
        tolerance=0.25,
        compute=lambda study: _at_97th(study, 1),
        unit="conditions",
        **STUDY,
    ),
    PublishedFigure(
        id="conditions_others",
        label="Active conditions at the 97th percentile of score, White patients; ours: patients "
        "without barriers to care",
        published=3.8,
        basis="S",
        tolerance=0.25,
        compute=lambda study: _at_97th(study, 0),
        unit="conditions",
        **STUDY,
    ),
    PublishedFigure(
        id="excess",
        label=f"More conditions at the same score {GROUPS}",
        published=0.263,
        basis="S",
        tolerance=0.066,  # a quarter of a condition in 3.8
        compute=_excess,
        **STUDY,
    ),
    PublishedFigure(
        id="share_before",
        label=f"Share of the smaller group among the highest 3 % of scores {GROUPS}",
        published=0.177,
        basis="P",
        tolerance=0.02,
        compute=_share(after=False),
        **STUDY,
    ),
    PublishedFigure(
        id="share_after",
        label=f"The same share in the paper's simulation without the gap in illness {GROUPS}",
        published=0.465,
        basis="P",
        tolerance=0.02,
        compute=_share(after=True),
        **STUDY,
    ),
    PublishedFigure(
        id="share_corrected",
        label="The same share by the corrected loop, on our cohort (derived, not published)",
        published=0.63,
        basis="D",
        tolerance=0.04,
        compute=_share(after=True, as_published=False),
        **STUDY,
    ),
)

MEDICINES = (
    "injects one medicine every two weeks, for psoriasis that has gone quiet",
    "has an infusion every two months, for arthritis that no longer hurts",
    "takes one tablet a day against a slow leukaemia, with normal counts",
)
OPERATIONS = (
    "had a knee operated on in spring and walks well",
    "had a shoulder repaired last year and uses it freely",
    "had an operation on the back last year, which worked",
)
NEW = (
    "joined the plan in January, after moving here",
    "changed to this plan in January, with a new job",
)
SKIPS = (
    "leaves out medicines when money is short",
    "cancelled two visits because of the fee",
)
UNCOVERED = ("had no cover for part of last year", "lost cover last year and has just regained it")
TRAVELS = ("takes two buses to the clinic", "needs half a day to get to the clinic and back")
NEAR = (
    "lives near the clinic and goes when called",
    "has a regular doctor round the corner",
    "gets appointments without trouble",
)
HELP = (
    (1, ("manages stairs, shopping and kitchen alone", "needs no help at home")),
    (3, ("needs a hand with the shopping", "no longer manages the heavy housework")),
    (7, ("needs help with washing and dressing", "is helped by family from morning to night")),
)


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _told(row: Row, rng: np.random.Generator) -> list[str]:
    """What patients say of their access to care and of the largest bill."""
    said = []
    for there, words in (
        (row["new_member"] == 1, NEW),
        (row["dearest"] == MEDICINE, MEDICINES),
        (row["dearest"] == OPERATION, OPERATIONS),
        (row["skipped"] == 1, SKIPS),
        (row["insurance"] == GAPS, UNCOVERED),
        (row["distance"] >= FAR, TRAVELS),
        (row["hurdles"] == 0, NEAR),
    ):
        if there:
            said.append(_one(words, rng))
    return said


def story(row: Row, rng: np.random.Generator) -> str:
    """The care manager's note: who it is, what they say of care, how they manage at home."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if row["age"] == 18 or 80 <= row["age"] < 90 else "A"
    home = _one(next(words for below, words in HELP if row["daily_help"] < below), rng)
    opening = _one(("is on the list for the programme", "comes for the yearly review"), rng)
    told = ". ".join(f"{they} {what}" for what in _told(row, rng))
    return f"{article} {row['age']:.0f}-year-old {person} {opening}. {told}. {they} {home}."


def truth_sentence(row: Row) -> str:
    """Need and cost of the coming year, side by side."""
    conditions, cost = round(row["conditions"]), row["cost_next"]
    need = "high need" if row["high_need"] == 1 else "not high need"
    count = f"{conditions} active chronic condition{'' if conditions == 1 else 's'}"
    dear = "among" if row["high_cost"] == 1 else "not among"
    return f"The coming year: {count}, {need}. It cost ${cost:,.0f}, {dear} the dearest 3 %."


COVER = {GAPS: "gaps in cover", PUBLIC: "public", PRIVATE: "private"}
RATED = {1: "excellent", 2: "very good", 3: "good", 4: "fair", 5: "poor"}
READ = (
    Feature("age", "Age", "years", bounds=(18, 95)),
    Feature("recorded", "Chronic conditions on record", bounds=(0, 14), short="Conditions"),
    Feature("medicines", "Medicines collected", bounds=(0, 30)),
    Feature("visits", "Outpatient visits, last year", bounds=(0, 60), short="Visits"),
    Feature("ed_visits", "Emergency visits, last year", bounds=(0, 20), short="Emergency visits"),
    Feature("admissions", "Hospital stays, last year", bounds=(0, 12), short="Hospital stays"),
    Feature("cost", "Cost of care, last year", "$", bounds=(0, 400_000), short="Cost"),
    Feature("insurance", "Insurance", bounds=(0, 2), words=COVER),
)
ASKED = (
    Feature("dearest", "Largest item on the bill", bounds=(0, 2), words=BILLED, short="Largest"),
    Feature("distance", "Distance to the clinic", "km", bounds=(1, 120), short="Distance"),
    Feature("skipped", "Care skipped because of cost", bounds=(0, 1), words=NO_YES),
    Feature("self_rated", "Health in the patient's words", bounds=(1, 5), words=RATED),
    Feature("daily_help", "Daily tasks that need help", "of 6", bounds=(0, 6)),
)
EXAMINED = (
    Feature("hba1c", "HbA1c", "%", 1, (4.2, 5.7), (4.2, 14), note="5.7 % is 39 mmol/mol"),
    Feature("systolic", "Systolic blood pressure", "mmHg", 0, (100, 140), (85, 220)),
    Feature(
        "creatinine",
        "Creatinine",
        "µmol/L",
        0,
        (60, 110),
        (35, 600),
        conventional=CREATININE,
    ),
    Feature("haematocrit", "Haematocrit", "%", 0, (36, 50), (20, 54)),
    Feature(
        "ldl",
        "LDL cholesterol",
        "mmol/L",
        1,
        (0.8, 3.0),
        (0.8, 7.0),
        conventional=LDL_CHOLESTEROL,
    ),
)

MODEL = TeachingModel(
    id="need",
    title="Who gets the place",
    condition="high need",
    absence="not high need",
    simulate=simulate,
    label="high_cost",
    truth="high_need",
    features=READ,
    findings=(*READ[:2], *ASKED[3:], *EXAMINED, *READ[2:7], *ASKED[:1], *READ[7:], *ASKED[1:3]),
    estimator=_forest,
    threshold=THRESHOLD,
    failure_modes=FAILURE_MODES,
    twins=TWINS,
    figures=FIGURES,
    story=story,
    truth_sentence=truth_sentence,
    scope=worth_asking,
    training={"new_member": 0, "drug_share": 0.002, "operation_share": 0.005},
    deployment={"barriers_share": 0.3},
    training_size=60_000,
    held_out_size=40_000,
    alert_says="it would offer a place",
    silent_says="it would not offer a place",
)
