"""A patient to discuss with a class, projected; staff hide reasons on the same page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from tutor.errors import BadInput
from tutor.services.reports.seminars import ProjectedPatient
from tutor.services.services import Services
from tutor.web import words
from tutor.web.encounter.patient import read_only
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.layout.typography import render
from tutor.web.reports import seminar_text
from tutor.web.reports.dot_plot import across, dot_plot


def part(services: Services) -> Part:
    """``/desk/?view=seminar`` of an assignment: patient ``n``, with ``prepare`` for its reasons."""
    seminars = services.seminars

    def show(ask: PageRequest) -> str:
        try:
            found = seminars.project(ask.caller, ask.here.get("id", ""), _number(ask))
        except BadInput as error:
            to = {
                "view": "report",
                "class": ask.here.get("class", ""),
                "id": ask.here.get("id", ""),
            }
            report = "/desk/?" + urlencode(to)
            return fill("reports/nothing_to_project.html", says=str(error), report=report)
        return fill(
            "reports/seminar.html", **_values(services, found, bool(ask.here.get("prepare")))
        )

    def hide(ask: PageRequest) -> str:
        seminars.hide(ask.caller, ask.here.get("id", ""), ask.said("reason"))
        return show(ask)

    def show_again(ask: PageRequest) -> str:
        seminars.show(ask.caller, ask.here.get("id", ""), ask.said("reason"))
        return show(ask)

    return Part({"seminar": show}, {"hide-reason": hide, "show-reason": show_again})


def _number(ask: PageRequest) -> int:
    typed = ask.here.get("n", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0


def _values(services: Services, found: ProjectedPatient, preparing: bool) -> dict[str, Any]:
    classroom, assignment = found.seen.classroom, found.seen.assignment
    base = {"class": classroom.id, "id": assignment.id}

    def to(number: int, prepare: bool = False) -> str:
        more = {"prepare": "yes"} if prepare else {}
        return "/desk/?" + urlencode({"view": "seminar", **base, "n": str(number), **more})

    measured = services.library.bundle(found.fingerprint).evidence
    line, said = found.evidence.threshold, found.answers
    guide = {"view": "guide", "class": classroom.id, "exercise": found.key}
    return {
        "p": found,
        "preparing": preparing,
        "report": "/desk/?" + urlencode({"view": "report", **base}),
        "guide": "/desk/?" + urlencode(guide),
        "here": to(found.number),
        "prepare": to(found.number, True),
        "before": to(found.number - 1, preparing) if found.number > 1 else "",
        "after": to(found.number + 1, preparing) if found.number < found.of else "",
        "patient": read_only(found.case, found.fingerprint, found.case_id),
        "why": seminar_text.why(found.topic),
        "failure": next((m.title for m in found.evidence.modes if m.id == found.mode), ""),
        "answered": seminar_text.answered(said),
        "drawings": [
            ("Before the algorithm", "was", dot_plot(said.before, line, "Before"), None),
            ("After it", "now", dot_plot(said.after, line, "After"), _algorithm(found)),
        ],
        "says": words.percent_beside(found.advice.probability, line),
        "line": words.percent(line),
        "prompt": Markup(render(found.prompt, found.exercise.citations, measured)),
    }


def _algorithm(found: ProjectedPatient) -> float | None:
    """Where the algorithm stands among the class's answers; nowhere if patients differed."""
    return None if found.mode else across(found.advice.probability)
