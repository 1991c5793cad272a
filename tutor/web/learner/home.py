"""My assignments: what is set, until when, and how far I am."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from tutor.core.assignment import Standing
from tutor.services.classes.learner_assignments import Step, Task
from tutor.services.local_time import zone
from tutor.services.services import Services
from tutor.web.grading_text import grading_text
from tutor.web.layout.moments import local_time
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def when(task: Task) -> Markup:
    """The date that matters now, as a sentence in the class's time and in the reader's own."""
    dates, where = task.dates, zone(task.time_zone)
    opens, due, end = (local_time(at, where) for at in (dates.opens, dates.due, dates.end))
    if task.standing is Standing.NOT_YET:
        return Markup("Opens {}.").format(opens)
    if task.standing is Standing.LATE:
        return Markup("Was due {}. Accepted until {}.").format(due, end)
    if task.standing is Standing.OVER:
        return Markup("Ended {}.").format(end) if end else Markup("This class is closed.")
    return Markup("Due {}.").format(due) if due else Markup("No due date.")


def _joined(services: Services, ask: PageRequest) -> str:
    """The name of the class that the caller has just joined; empty if they have not."""
    room = ask.here.get("joined", "")
    mine = services.classrooms.mine(ask.caller) if room and not ask.typed else ()
    return next((one.name for one, _ in mine if one.id == room), "")


def _begin(tasks: Sequence[Task], class_name: str) -> tuple[Task, Step] | None:
    """The first exercise of a class that can be begun now."""
    return next(
        (
            (task, step)
            for task in tasks
            if task.class_name == class_name and task.standing in (Standing.OPEN, Standing.LATE)
            for step in task.steps
            if not step.finished
        ),
        None,
    )


def part(services: Services) -> Part:
    """``/my/``."""

    def show(ask: PageRequest, told: str = "") -> str:
        tasks = services.learner_assignments.home(ask.caller)
        grades = services.grades.mine(ask.caller)
        joined = _joined(services, ask)
        return fill(
            "learner/home.html",
            ask=ask,
            told=told,
            joined=joined,
            begin=_begin(tasks, joined) if joined else None,
            announced=[
                one
                for some in services.announcements.mine(ask.caller).values()
                for one in some
                if not one.read
            ],
            news=services.questions.news(ask.caller),
            tasks=[
                (task, when(task), grading_text(task.rule, task.outcomes), grades.get(task.id))
                for task in tasks
            ],
            unseen=services.feedback.unseen(ask.caller),
            guest=services.accounts.guest_name(ask.caller),
            preview_of="",
        )

    def read(ask: PageRequest) -> str:
        services.announcements.read(ask.caller, ask.said("announcement"))
        return show(ask.fresh(), "Marked as read. Your messages still hold it.")

    return Part({"": lambda ask: show(ask)}, {"read-announcement": read})
