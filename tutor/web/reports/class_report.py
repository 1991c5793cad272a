"""A class’s report, and that of one of its learners."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tutor.core.reliance.item_analysis import FEWEST
from tutor.core.reliance.measures import Share
from tutor.core.verdicts import Verdict
from tutor.services.classes.assignment_detail import AssignmentDetail as AssignmentSeen
from tutor.services.classes.class_detail import ClassDetail
from tutor.services.reports.class_report import ClassReport
from tutor.services.reports.learner_report import behind
from tutor.services.services import Services
from tutor.web import words
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.reports import report_text, seminar_text
from tutor.web.reports.learner_report import FOUR, drawn, listed
from tutor.web.reports.plots import Bar, bars, calibration_plot


def part(services: Services) -> Part:
    """``/desk/?view=report`` of a class’s assignment; with ``learner`` of one learner."""

    def show(ask: PageRequest) -> str:
        seen = services.classrooms.see(ask.caller, ask.here.get("class", ""))
        if ask.here.get("learner"):
            return _one(services, ask, seen)
        learners = list(seen.learners)
        if seen.place.role != "instructor":
            return fill("reports/class_report.html", **_frame(seen, learners))
        work = [
            one
            for one in services.assignments.of_class(ask.caller, seen.classroom.id)
            if one.published_at is not None
        ]
        chosen = ask.here.get("id") or (work[0].id if work else "")
        frame = _frame(seen, learners) | {"work": work, "chosen": chosen}
        if not chosen:
            return fill("reports/class_report.html", **frame)
        found, report, n = services.class_reports.see(ask.caller, chosen)
        frame |= {"assignment": found.assignment, "n": n}
        if report is not None:
            frame |= _lesson(found, report) | _drawn(report)
        return fill("reports/class_report.html", **frame)

    return Part({"report": show})


def _one(services: Services, ask: PageRequest, seen: ClassDetail) -> str:
    classroom, learner = seen.classroom.id, ask.here["learner"]
    report = services.learner_reports.of_learner(ask.caller, classroom, learner)
    here = "/desk/?" + urlencode({"view": "report", "class": classroom, "learner": learner})
    name = "This learner" if seen.classroom.hide_names else report.name
    if ask.here.get("of"):
        entries = behind(report, ask.here["of"])
        rows = listed(entries, here)
        for row, entry in zip(rows["rows"], entries, strict=True):
            to = {"view": "review", "id": entry.closing.assignment, "learner": learner}
            row["href"] = "/desk/?" + urlencode(to)
        return fill("reports/behind.html", **rows)
    return fill("reports/of_learner.html", seen=seen, name=name, here={}, **drawn(report, here))


def _frame(seen: ClassDetail, learners: list[Any]) -> dict[str, Any]:
    return {
        "seen": seen,
        "learners": learners,
        "work": [],
        "chosen": "",
        "assignment": None,
        "report": None,
        "n": 0,
        "fewest": FEWEST,
        "may": seen.place.role == "instructor",
    }


def _bars(rows: list[tuple[str, str, Share]]) -> tuple[Bar, ...]:
    known = [(label, voice, share, report_text.estimate_of(share)) for label, voice, share in rows]
    return bars(
        [
            (label, voice, estimate, f"{share.numerator} of {share.denominator}")
            for label, voice, share, estimate in known
            if estimate is not None
        ]
    )


def _lesson(found: AssignmentSeen, report: ClassReport) -> dict[str, Any]:
    """What happened, whom to discuss, and which failures were noticed."""
    classroom, assignment = found.classroom.id, found.assignment
    base = {"class": classroom, "id": assignment.id}

    def guide(key: str) -> str:
        return "/desk/?" + urlencode({"view": "guide", "class": classroom, "exercise": key})

    return {
        "happened": seminar_text.happened(report.people, report.scores),
        "rule": seminar_text.RULE,
        "early": report.early,
        "topics": [
            (
                one,
                seminar_text.why(one.topic),
                "/desk/?" + urlencode({"view": "seminar", **base, "n": str(number)}),
            )
            for number, one in enumerate(report.topics, start=1)
        ],
        "guides": [
            (part.title, guide(part.key)) for part in assignment.parts if part.key in report.guides
        ],
        "modes": [
            (m.mode, m.hits, m.alarms, [(title, guide(key)) for key, title in m.trained_by])
            for m in report.modes
        ],
    }


def _drawn(report: ClassReport) -> dict[str, Any]:
    s, v = report.scores, report.verdicts
    agreed = report_text.share_says(s["agreement"])
    switched = report_text.share_says(s["switch"])
    return {
        "report": report,
        "plot": calibration_plot(report.before, report.after, fewest=FEWEST),
        "right": _bars(
            [
                ("Right before the algorithm", "was", s["accuracy_initial"]),
                ("Right after the algorithm", "now", s["accuracy_final"]),
                ("Right without the algorithm", "was", s["accuracy_unaided"]),
                ("Right after, where the algorithm was right", "now", report.right_when_right),
                ("Right after, where the algorithm was wrong", "now", report.right_when_wrong),
            ]
        ),
        "four": _bars([(words.VERDICT[one], "now", v[one]) for one in FOUR]),
        "sentences": [
            f"Where the algorithm was right and they were wrong, they changed to the right answer "
            f"in {report_text.share_says(s['rair'])} (RAIR).",
            f"Where they were right and the algorithm was wrong, they kept their answer in "
            f"{report_text.share_says(s['rsr'])} (RSR).",
            f"{report_text.automation_bias_says(s['automation_bias'], 'they')} "
            "This is automation bias.",
            f"{report_text.revision_bias_says(s['revision_bias'], 'they')} This is revision bias.",
            f"Their last answer was the algorithm’s in {agreed}. Where "
            f"they differed at first, they went over to it in {switched}.",
        ],
        "left_out": report_text.left_out(report.luck, "these"),
        "calibration": report_text.calibration_says(
            report.before, report.after, report.nearness, "their"
        ),
        "chart_risk": report_text.CHART_RISK.format(who="learners"),
        "without_risk": report_text.without_risk(report.before),
        "others": [
            (words.VERDICT[one], report_text.share_says(v[one]))
            for one in Verdict
            if one not in FOUR
        ],
        "agreed_with_wrong": report_text.share_says(report.agreed_with_wrong),
        "when_right": report_text.share_says(report.right_when_right),
        "when_wrong": report_text.share_says(report.right_when_wrong),
        "named": [
            (m.mode.title, report_text.share_says(m.hits), report_text.share_says(m.alarms))
            for m in report.modes
        ],
        "says": report_text.estimate_says,
    }
