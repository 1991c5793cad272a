"""What was said on my work, and my answers."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.grading_text import came_about
from tutor.web.layout.charts import outcome_rail
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/my/?view=comments&id=ASSIGNMENT``."""
    mentoring = services.feedback

    def show(ask: PageRequest, told: str = "") -> str:
        assignment = ask.here.get("id", "")
        found = mentoring.mine(ask.caller, assignment)
        rails = [(work, outcome_rail(work.outcome)) for work in found.work]
        grade = services.grades.mine(ask.caller).get(assignment)
        return fill(
            "learner/comments.html",
            ask=ask,
            told=told,
            found=found,
            rails=rails,
            grade=grade,
            sentences=came_about(grade) if grade else (),
        )

    def answer(ask: PageRequest) -> str:
        attempt, text = ask.said("attempt"), ask.said("text")
        mentoring.comment(ask.caller, ask.here.get("id", ""), ask.caller.learner, attempt, text)
        fresh = PageRequest(ask.caller, ask.cookie, ask.origin, ask.here)
        return show(fresh, "Sent. Your instructor sees it.")

    return Part({"comments": show}, {"answer": answer})
