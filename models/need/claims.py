"""What is claimed of the algorithm: its failure modes, and the twins that show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tutor.kit import FailureKind, FailureMode, Mask, Metric, Patients, Twin, everyone

from .cohort import GAPS, HIGH_NEED, MEDICINE, NOTHING, OPERATION, PRIVATE

Row = Mapping[str, float]


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
