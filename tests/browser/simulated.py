"""Learners of a class who need no browser: each does an assignment by a habit."""

from __future__ import annotations

from tutor.services.accounts.access import Caller
from tutor.services.services import Services

SIMULATED = 36
# How far a simulated learner goes towards the algorithm: all the way, not at all, half.
HABITS = {"over": 1.0, "under": 0.0, "good": 0.5}


def simulate(services: Services, code: str, title: str) -> None:
    """So many learners join and do an assignment, each by a habit."""
    for number in range(SIMULATED):
        caller = Caller(f"g_{number:022d}")
        habit = list(HABITS)[number % len(HABITS)]
        services.joining.join(caller, code, f"Learner {number:02d}", f"10.0.0.{number}")
        play(services, caller, title, HABITS[habit], 20 + 60 * (number % 2))


def play(services: Services, caller: Caller, title: str, leaning: float, first: int) -> None:
    """Do every case of an assignment."""
    task = next(t for t in services.learner_assignments.home(caller) if t.title == title)
    for step in task.steps:
        for _ in range(step.part.cases):
            attempt = services.learner_assignments.begin(caller, task.id, step.number)
            form = {"probability": str(first), "certainty": "2", "reason": f"{title} reason"}
            view = services.practice.commit(caller.learner, attempt, form)
            if view.compared is None:
                continue
            said = 100 * view.compared.algorithm.probability
            final = round(first + leaning * (said - first))
            decision = {"keep": "change", "final": str(final), "suspected": "none"}
            services.practice.decide(caller.learner, attempt, decision)
