"""What is claimed of the algorithm: its failure modes, and the twins that show them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import (
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    Retrain,
    Twin,
    everyone,
    having,
)

from .cohort import GAPS, HIGH_NEED, MEDICINE, NOTHING, OPERATION, PRIVATE

Row = Mapping[str, float]
SMALL, LARGE = 10_000, 15_000  # dollars a year


def hindered(patients: Patients) -> Mask:
    """Two or three hurdles: far from care, gaps in cover, care skipped because of its price."""
    return np.asarray((patients["hurdles"] >= 2) & (patients["new_member"] == 0))


def unhindered(patients: Patients) -> Mask:
    """No hurdle, and a full year on record."""
    return np.asarray((patients["hurdles"] == 0) & (patients["new_member"] == 0))


def small_bill(patients: Patients) -> Mask:
    """Four or more conditions on record that cost less than 10,000 dollars together."""
    return np.asarray((patients["recorded"] >= 4) & (patients["cost"] < SMALL))


def larger_bill(patients: Patients) -> Mask:
    """Four or more conditions on record that cost 10,000 dollars or more."""
    return np.asarray((patients["recorded"] >= 4) & (patients["cost"] >= SMALL))


def heavy_use(patients: Patients) -> Mask:
    """Few conditions on record, a large bill, and no single item that explains it."""
    plain = (patients["largest_item"] == NOTHING) & (patients["recorded"] <= 3)
    return np.asarray(plain & (patients["cost"] >= LARGE))


def nothing_stands_out(patients: Patients) -> Mask:
    """A full year on record, and no single item that stands out on the bill."""
    return np.asarray((patients["largest_item"] == NOTHING) & (patients["new_member"] == 0))


def worth_asking(patients: Patients) -> Mask:
    """For the bank: nobody near the line or struck by a year's surprise, nobody plainly healthy.

    Where no failure is at work, the bill agrees with the illness, so that the algorithm's
    answer can be understood.
    """
    p = patients
    clear = (p["conditions"] != HIGH_NEED - 1) & (abs(p["conditions"] - p["conditions_now"]) <= 2)
    known = (p["recorded"] >= 2) | (p["new_member"] == 1) | (p["cost"] >= 5_000)
    low = p["conditions"] < HIGH_NEED
    explained = hindered(p) | small_bill(p) | having("new_member")(p)
    lasting = np.where(low, p["conditions_now"] < HIGH_NEED, explained | (p["cost"] >= SMALL))
    return np.asarray(clear & known & lasting)


IN_REACH = {"distance": 5, "skipped": 0, "insurance": PRIVATE}
HERE = "Measured on this cohort only."

FAILURE_MODES = (
    FailureMode(
        id="barriers",
        kind=FailureKind.PROXY,
        title="Barriers to care lower the cost, and with it the score",
        sentence="The patient lives far from the clinic, had gaps in cover, or skipped care "
        "because of its price. The same illness then costs less and gets a lower score.",
        mechanism="The algorithm learned to predict cost. Patients who cannot reach care have "
        "fewer visits, fewer coded conditions and smaller bills. Their illness is the same.",
        metric=Metric.MISSES,
        touches=hindered,
        compared_with=unhindered,
        inside="patients of high need with two or more barriers to care",
        outside="patients of high need with none",
        figure="share_before",
        undo=Intervene(IN_REACH),
    ),
    FailureMode(
        id="new_member",
        kind=FailureKind.REPRESENTATION,
        title="No claims yet, taken for no illness",
        sentence="A patient who joined the plan this year has no claims yet. The algorithm reads "
        f"the empty year as good health. {HERE}",
        mechanism="The algorithm was trained on members with a full year of claims. It cannot "
        "tell an empty record from a healthy year.",
        metric=Metric.MISSES,
        touches=having("new_member"),
        inside="patients of high need who have just joined",
        outside="patients of high need with a full year on record",
        undo=Intervene({"new_member": 0}),
    ),
    FailureMode(
        id="cheap_illness",
        kind=FailureKind.PROXY,
        title="Many conditions, small bill",
        sentence="Several conditions that are treated with cheap drugs make a small bill. The "
        f"conditions are on record, but the algorithm follows the bill. {HERE}",
        mechanism="This year's bill predicts next year's bill best. The conditions on record "
        "count only as far as they raise the bill. The same algorithm trained on need scores "
        "such patients higher.",
        metric=Metric.MISSES,
        touches=small_bill,
        compared_with=larger_bill,
        inside="patients of high need with four or more conditions and a small bill",
        outside="patients of high need with as many conditions and a larger bill",
        undo=Retrain(label="high_need"),
    ),
    FailureMode(
        id="costly_medicine",
        kind=FailureKind.PROXY,
        title="One expensive drug",
        sentence="One expensive drug makes a large bill every year. The algorithm is right about "
        f"cost and wrong about need. {HERE}",
        mechanism="A patient whose one disease is well controlled by an expensive drug costs more "
        "than a patient with six conditions on cheap drugs.",
        metric=Metric.FALSE_ALARMS,
        touches=having("largest_item", MEDICINE),
        inside="patients of lower need on one expensive drug",
        outside="patients of lower need without one",
        undo=Intervene({"costly_drug": 0}),
    ),
    FailureMode(
        id="operation",
        kind=FailureKind.PROXY,
        title="One planned operation, now over",
        sentence="Last year's bill holds a planned operation. It is over, and it says little "
        f"about need in the coming year. {HERE}",
        mechanism="Few patients with such a bill were in the training data. There, a large bill "
        "meant long-lasting illness.",
        metric=Metric.FALSE_ALARMS,
        touches=having("largest_item", OPERATION),
        inside="patients of lower need after one planned operation",
        outside="patients of lower need without one",
        undo=Intervene({"operation": 0}),
    ),
    FailureMode(
        id="heavy_use",
        kind=FailureKind.PROXY,
        title="Much care used, few conditions",
        sentence="Some patients with few conditions use much care, because they can reach it or "
        f"prefer it. The algorithm reads their large bill as illness. {HERE}",
        mechanism="Use of care raises cost just as illness does, and it lasts from year to year. "
        "Places given by cost go to patients who already receive most care.",
        metric=Metric.FALSE_ALARMS,
        touches=heavy_use,
        inside="patients of lower need with few conditions and a large bill",
        outside="patients of lower need otherwise",
        undo=Intervene({"habit": 0.0}),
    ),
)


def _bill(row: Row) -> str:
    conditions = round(row["recorded"])
    count = f"{conditions} condition{'' if conditions == 1 else 's'} on record"
    return f"As they are: {count}, ${row['cost']:,.0f}"


TWINS = (
    Twin(
        id="joined_earlier",
        do={"new_member": 0},
        applies=having("new_member"),
        as_is=lambda row: "As they are: new in the plan, nothing on record",
        changed="The same patient with a full year on record",
        lesson="The illness is the same. Only the record has changed.",
    ),
    Twin(
        id="without_medicine",
        do={"costly_drug": 0},
        applies=having("largest_item", MEDICINE),
        as_is=lambda row: f"As they are: one expensive drug, ${row['cost']:,.0f}",
        changed="The same illness on a cheap drug",
        lesson="The need is the same. Only the price has changed.",
    ),
    Twin(
        id="without_operation",
        do={"operation": 0},
        applies=having("largest_item", OPERATION),
        as_is=lambda row: f"As they are: one planned operation, ${row['cost']:,.0f}",
        changed="The same patient without last year's operation",
        lesson="The need is the same. Only last year's bill has changed.",
    ),
    Twin(
        id="in_reach",
        do=IN_REACH,
        applies=hindered,
        as_is=lambda row: f"As they are: {row['hurdles']:.0f} barriers, ${row['cost']:,.0f}",
        changed="The same illness without barriers to care",
        lesson="The illness is the same. More of it reaches the record and the bill.",
    ),
    Twin(
        id="usual_use",
        do={"habit": 0.0},
        applies=heavy_use,
        as_is=_bill,
        changed="The same illness with average use of care",
        lesson="The need is the same. The algorithm answers to the use of care.",
    ),
    Twin(
        id="heavier_use",
        do={"habit": 1.8},
        applies=lambda patients: np.asarray(patients["recorded"] >= 4),
        as_is=_bill,
        changed="The same illness with much use of care",
        lesson="The need is the same. The algorithm answers to the use of care.",
    ),
    Twin(
        id="with_operation",
        do={"operation": 1},
        applies=nothing_stands_out,
        as_is=_bill,
        changed="The same patient with one planned operation last year",
        lesson="The need is the same. One item on last year's bill has moved the algorithm.",
    ),
    Twin(
        id="out_of_reach",
        do={"distance": 60, "skipped": 1, "insurance": GAPS},
        applies=everyone,
        as_is=_bill,
        changed="The same illness with three barriers to care",
        lesson="The illness is the same. Less of it reaches the record and the bill.",
    ),
)
