"""My assignments: what is set, until when, and how far I am."""

from __future__ import annotations

from tutor.core.assignment import Standing
from tutor.services.classes.learner_assignments import Task
from tutor.services.services import Services
from tutor.web.grading_text import grading_text
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def when(task: Task) -> str:
    """The date that matters now, as a sentence."""
    if task.standing is Standing.NOT_YET:
        return f"Opens {task.opens}."
    if task.standing is Standing.LATE:
        return f"Was due {task.due}. Accepted until {task.end}."
    if task.standing is Standing.OVER:
        return f"Ended {task.end}." if task.end else "This class is closed."
    return f"Due {task.due}." if task.due else "No due date."


def part(services: Services) -> Part:
    """``/my/``."""

    def show(ask: PageRequest) -> str:
        tasks = services.learner_assignments.home(ask.caller)
        grades = services.grades.mine(ask.caller)
        return fill(
            "learner/home.html",
            ask=ask,
            tasks=[
                (task, when(task), grading_text(task.rule, task.outcomes), grades.get(task.id))
                for task in tasks
            ],
            unseen=services.feedback.unseen(ask.caller),
            guest=services.accounts.guest_name(ask.caller),
        )

    return Part({"": show})
