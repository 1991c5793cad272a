"""Robots that play an assignment through the services, as a learner does through the pages."""

from __future__ import annotations

import numpy as np

from tests.services.school import School
from tutor.core.drawing import Slot
from tutor.core.encounter import Revealed
from tutor.core.robots import ChartRisk, Habit, first, notice, second
from tutor.lab.play import Table
from tutor.services.accounts.access import Caller
from tutor.store.assignments import Assignment


def percent(probability: float, threshold: float) -> str:
    """A probability as a learner types it, with four decimals, on its side of the threshold."""
    typed = round(100 * probability, 4)
    if (typed / 100 >= threshold) != (probability >= threshold):
        typed += 0.0001 if probability >= threshold else -0.0001
    return f"{typed:.4f}"


def play(
    school: School, caller: Caller, work: Assignment, robot: Habit | ChartRisk, seed: int = 0
) -> None:
    """Close every case of the assignment's first exercise as the robot would."""
    practice, stream = school.services.practice, np.random.default_rng(seed)
    fingerprint = work.parts[0].fingerprint
    assert fingerprint is not None
    table = Table.of(school.services.library.bundle(fingerprint))
    for position in range(work.parts[0].cases):
        attempt = school.services.learner_assignments.begin(caller, work.id, 0)
        shown = practice.view(caller.learner, attempt).shown
        case = shown.ref.case
        if isinstance(robot, Habit):
            judged = first(robot, table.sound(case), table.threshold, stream)
        else:
            judged = robot.judge(table.truth[case])
        view = practice.commit(
            caller.learner,
            attempt,
            {
                "probability": percent(judged.probability, table.threshold),
                "certainty": str(judged.certainty),
                "reason": "It says so.",
            },
        )
        if not isinstance(view.stage, Revealed):
            continue
        if isinstance(robot, Habit):
            screen = table.screen(Slot(position, case, shown.guidance, True))
            suspected = notice(robot, screen, table.acting(case), stream)
            decided = second(robot, view.stage, screen, suspected, stream)
        else:
            decided = robot.decide(view.stage)
        practice.decide(
            caller.learner,
            attempt,
            {
                "final": percent(decided.probability, table.threshold),
                "suspected": decided.suspected,
            },
        )
