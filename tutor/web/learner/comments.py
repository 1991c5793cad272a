"""What was said on my work, and my answers."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.grading_text import came_about
from tutor.web.layout.charts import outcome_rail
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.layout.threads import Show, threads


def shown(services: Services) -> Show:
    """Draws one's own work in an assignment, after what an act came to."""

    def show(ask: PageRequest, told: str = "") -> str:
        assignment = ask.here.get("id", "")
        found = services.feedback.mine(ask.caller, assignment)
        rails = [(work, outcome_rail(work.outcome)) for work in found.all_work]
        grade = services.grades.mine(ask.caller).get(assignment)
        return fill(
            "learner/comments.html",
            ask=ask,
            told=told,
            found=found,
            rails=rails,
            grade=grade,
            sentences=came_about(grade) if grade else (),
            threads=threads(found, ask.caller.learner),
        )

    return show


def part(services: Services) -> Part:
    """``/my/?view=comments&id=ASSIGNMENT``."""
    show = shown(services)

    def answer(ask: PageRequest) -> str:
        attempt, text = ask.said("attempt"), ask.said("text")
        assignment = ask.here.get("id", "")
        services.feedback.comment(ask.caller, assignment, ask.caller.learner, attempt, text)
        return show(ask.fresh(), "Sent. Your instructor sees it among the questions to answer.")

    return Part({"comments": lambda ask: show(ask, "")}, {"answer": answer})
