"""Who gets the place: cost as a stand-in for need, after Obermeyer 2019.

Patients are drawn in causal order: barriers to care and illness → how much of the illness reaches
the record → visits, medicines and cost. The algorithm learned to predict high cost from last
year's claims, because cost is what a payer records. Where care is hard to reach, the same illness
costs less and leaves fewer traces; one expensive drug or one planned operation costs much with
little illness. Need is counted in conditions, and no claim holds it.

Source of the figures: Obermeyer 2019, doi 10.1126/science.aax2342. That study compared recorded
race; race is not a variable here. What lowers cost at equal illness is *barriers to care*:
distance, gaps in cover, care skipped because of its price. Their share and the average number of
conditions with and without them follow the study's two groups; all other sizes are free
parameters, set so that the published figures follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import Patients, World, counts, happens

Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
MOST = 14  # conditions that are counted
HIGH_NEED = 5  # active chronic conditions in the coming year; a teaching choice
PUBLISHED_SHARE = 6_079 / (6_079 + 43_539)  # of patients, Obermeyer 2019, table 1
CONDITIONS = (1.20, 1.90)  # mean active conditions by group, Obermeyer 2019, table 1
TAIL = (0.86, 1.42)  # gamma shapes of illness, without and with barriers
ACCESS = (1.0, 1.0, 0.885, 0.69)  # share of usual care that is reached over 0 to 3 barriers
ON_RECORD = (0.90, 0.90, 0.82, 0.68)  # share of conditions that somebody has coded, likewise
FAR = 25  # km
PERSISTS = 0.80  # of conditions, from one year to the next
PER_CONDITION, HABIT, CHANCE = 0.290, 0.985, 0.585  # of the logarithm of cost
HIGH_COST = 28_000  # dollars a year: the most expensive 3 % where it learned
VISIT, STAY = 60, 4_000  # dollars: the least that a visit and a hospital stay cost
GAPS, PUBLIC, PRIVATE = 0, 1, 2
NOTHING, MEDICINE, OPERATION = 0, 1, 2


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

    for stage in (_people, _illness, _tests, _spending, _record, _costs):
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
    draw("drug_share", lambda r: np.full(n, 0.026))  # of patients with a condition on record
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

    left = now.copy()  # no more diseases than conditions

    def has(name: str, one: float) -> None:
        draw(name, lambda r: happens(r, 1 - (1 - one) ** now, n) * (left > 0))
        np.subtract(left, p[name], out=left)

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


def _spending(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What care costs in the two years, without the expensive drug and the operation."""
    draw("habit", lambda r: r.normal(0, 1, n))

    def spent(name: str, conditions: Any) -> None:
        usual = 7.4 + PER_CONDITION * np.minimum(conditions, 9) + HABIT * p["habit"]
        draw(name, lambda r: p["access"] * np.exp(r.normal(usual, CHANCE)))

    spent("care_cost", p["conditions_now"])
    spent("care_cost_next", p["conditions"])


def _record(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What claims hold of it; nothing yet for somebody who has just joined the plan.

    No visit and no hospital stay that the year's bill does not hold.
    """
    now, known = p["conditions_now"], 1 - p["new_member"]
    share = np.array(ON_RECORD)[p["hurdles"]]
    draw("coded", lambda r: some_of(r, now, share))
    draw("recorded", lambda r: known * p["coded"])
    draw("costly_drug", lambda r: happens(r, p["drug_share"], n) * (p["coded"] >= 1))
    usual = 0.9 + 0.13 * np.minimum(now, 9) + 0.3 * p["habit"]
    often, billed = p["access"] ** 2 * np.exp(usual), p["care_cost"] // VISIT
    draw("visits", lambda r: known * np.minimum(counts(r, often, 60), billed).astype(int))
    urgent = np.exp(-1.6 + 0.2 * np.minimum(now, 9)) / p["access"] ** 3
    draw("ed_visits", lambda r: known * counts(r, urgent, 20))
    inpatient, stays = np.exp(-3.2 + 0.3 * np.minimum(now, 9)), p["care_cost"] // STAY
    draw("admissions", lambda r: known * np.minimum(counts(r, inpatient, 12), stays).astype(int))
    pills = 0.4 + 1.4 * p["recorded"] * p["access"] ** 2
    draw("medicines", lambda r: known * np.maximum(counts(r, pills, 30), p["costly_drug"]))


def _costs(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("operation", lambda r: happens(r, p["operation_share"], n) * (1 - p["costly_drug"]))
    draw("drug_price", lambda r: r.uniform(28_000, 70_000, n))
    draw("operation_price", lambda r: r.uniform(18_000, 45_000, n))
    drug = p["costly_drug"] * p["drug_price"]
    bill = p["care_cost"] + drug + p["operation"] * p["operation_price"]
    known = 1 - p["new_member"]
    draw("cost", lambda r: known * np.round(np.clip(bill, 100, 400_000), -2))
    draw("cost_next", lambda r: np.round(p["care_cost_next"] + drug, -2))
    draw("high_cost", lambda r: (p["cost_next"] >= HIGH_COST).astype(int))
    item = np.select([p["costly_drug"] == 1, p["operation"] == 1], [MEDICINE, OPERATION], NOTHING)
    draw("largest_item", lambda r: item * known)
