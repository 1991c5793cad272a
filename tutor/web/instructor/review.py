"""Read a learner's work, comment on it and mark it, one submission after another."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.core.grade_rules import GradeState
from tutor.services.classes.submission import Review
from tutor.services.services import Services
from tutor.web.encounter.patient import read_only
from tutor.web.grading_text import came_about
from tutor.web.layout.charts import outcome_rail
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.layout.threads import Show, threads


def shown(services: Services) -> Show:
    """Draws one submission, after what an act came to."""
    mentoring, grades = services.feedback, services.grades

    def show(ask: PageRequest, told: str = "") -> str:
        found = mentoring.review(ask.caller, ask.here.get("id", ""), ask.here.get("learner", ""))
        assignment = found.seen.assignment.id
        _, rows = grades.see(ask.caller, assignment)
        states = {r.member.learner: r.cell.state for r in rows}
        grade = grades.cell(ask.caller, assignment, found.member.learner)
        work = [
            (
                one,
                outcome_rail(one.outcome),
                read_only(one.case, one.fingerprint, one.case_id),
            )
            for one in found.submission.all_work
        ]
        return fill(
            "instructor/review.html",
            ask=ask,
            told=told,
            found=found,
            work=work,
            threads=threads(found.submission, ask.caller.learner),
            grade=grade,
            sentences=came_about(grade.row.cell),
            ungraded=_next_ungraded(found, states),
        )

    return show


def part(services: Services) -> Part:
    """``/desk/?view=review``: an assignment's submissions."""
    mentoring, grades, show = services.feedback, services.grades, shown(services)

    def whose(ask: PageRequest) -> tuple[str, str]:
        found = mentoring.review(ask.caller, ask.here.get("id", ""), ask.here.get("learner", ""))
        return found.seen.assignment.id, found.member.learner

    def comment(ask: PageRequest) -> str:
        assignment, learner = whose(ask)
        text = ask.said("text")
        mentoring.comment(ask.caller, assignment, learner, ask.said("attempt"), text)
        if ask.said("keep"):
            mentoring.save(ask.caller, assignment, text)
        return show(ask.fresh(), "Sent. The learner sees it on their page.")

    def forget(ask: PageRequest) -> str:
        mentoring.forget(ask.caller, ask.said("saved"))
        return show(ask.fresh(), "Forgotten.")

    def give(ask: PageRequest) -> str:
        assignment, learner = whose(ask)
        grades.give(ask.caller, assignment, learner, ask.typed)
        return show(ask.fresh(), "The grade is stored. Nothing computed overwrites it.")

    def take_back(ask: PageRequest) -> str:
        assignment, learner = whose(ask)
        grades.take_back(ask.caller, assignment, learner, ask.typed)
        return show(ask.fresh(), "The computed grade holds again.")

    return Part(
        {"review": lambda ask: show(ask, "")},
        {"comment": comment, "forget": forget, "give-grade": give, "take-back": take_back},
    )


def _next_ungraded(found: Review, states: Mapping[str, GradeState]) -> str | None:
    """The next submission, in the reader's order and round again, that waits for a grade."""
    here = found.number
    others = (*found.order[here:], *found.order[: here - 1])
    return next((one for one in others if states.get(one) is GradeState.UNGRADED), None)
