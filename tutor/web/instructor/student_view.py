"""An assignment as a learner sees it, for whoever teaches the class."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.grading_text import grading_text
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.learner.home import when


def part(services: Services) -> Part:
    """``/desk/?view=student-view``: the learner's own page with this one assignment."""

    def show(ask: PageRequest) -> str:
        task = services.learner_assignments.preview(ask.caller, ask.here.get("id", ""))
        return fill(
            "learner/home.html",
            ask=ask,
            tasks=[(task, when(task), grading_text(task.rule, task.outcomes), None)],
            told="",
            joined="",
            begin=None,
            announced=[],
            news=None,
            unseen={},
            guest="",
            preview_of=task.id,
        )

    return Part({"student-view": show})
