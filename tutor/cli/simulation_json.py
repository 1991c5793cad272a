"""What the robots showed, as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tutor.cli.simulation import what_next
from tutor.content.pack import Exercise
from tutor.core.intervals import Estimate
from tutor.core.power import TARGET
from tutor.core.reliance.measures import Share
from tutor.lab.habit_classifier import Separation
from tutor.lab.sample_size import Demand
from tutor.lab.simulate import Measured, Simulation
from tutor.lab.story_reader import StoryReading


def as_json(played: Simulation, exercise: Exercise) -> Iterator[str]:
    """One JSON object."""
    yield json.dumps(
        {
            "exercise": exercise.key,
            "version": exercise.manifest.version,
            "learners": played.learners,
            "seed": played.seed,
            "set_size": played.size,
            "bank": played.bank,
            "lacking": [
                {"algorithm_right": cell.algorithm_right, "present": cell.present}
                for cell in played.lacking
            ],
            "habits": [_habit(habit) for habit in played.habits],
            "separation": _separation(played.separation),
            "demand": _demand(played.demand),
            "stories": _stories(played.reading),
            "next": list(what_next(played)),
        },
        indent=2,
        ensure_ascii=False,
    )
    yield "\n"


def _habit(habit: Measured) -> dict[str, Any]:
    return {
        "name": habit.name,
        "true": {"rair": habit.rair, "rsr": habit.rsr},
        "measured": {name: _share(share) for name, share in habit.scores.shares.items()},
        "noticing": {
            "hits": _share(habit.noticing.hits),
            "false_alarms": _share(habit.noticing.false_alarms),
            "d_prime": _estimate(habit.noticing.d_prime),
        },
        "distance": {"first": _estimate(habit.before), "last": _estimate(habit.after)},
        "marks": habit.marks.mean,
        "cases_in_a_set": dict(habit.behind),
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "value": share.value,
        "numerator": share.numerator,
        "denominator": share.denominator,
        "interval": share.interval,
    }


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {"value": estimate.value, "interval": [estimate.low, estimate.high]}


def _stories(found: StoryReading | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "right": _estimate(found.right),
        "chance": found.chance,
        "auc": _estimate(found.area),
        "marks": list(found.marks),
    }


def _separation(found: Separation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "right": _estimate(found.right),
        "names": list(found.names),
        "confusion": [list(row) for row in found.confusion],
        "pairs": [
            {
                "pair": [pair.first, pair.second],
                "auc": _estimate(pair.auc),
                "verdict": pair.verdict,
                "figure": pair.figure or None,
            }
            for pair in found.pairs
        ],
    }


def _demand(found: Demand | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "reference_rsr": found.reference,
        "effect": found.effect,
        "power": TARGET,
        "most_cases": found.most,
        "different_cases": found.fresh,
        "audiences": [
            {
                "people": curve.people,
                "cases": curve.needed,
                "cases_that_count": curve.counted,
                "cases_were_there_more": curve.beyond,
                "false_alarm": _estimate(curve.false_alarm),
                "curve": [
                    {
                        "cases": step.cases,
                        "cases_that_count": step.counted,
                        "power": _estimate(step.power),
                    }
                    for step in curve.steps
                ],
            }
            for curve in found.curves
        ],
    }
